"""The waiting room of an on-sale rush: who may look at the tickets now, and who waits in which place. Off by default.

models      an event's waiting room: how many may be inside, how fast they are let in, when it opens
rules       the same as the page of a crowd needs it, and what is said of how long it takes (pure)
places      a place in line as a signed token: in a cookie, or in a link where there are no cookies (pure)
line        the line itself, in Redis, for all processes: step.lua is one visitor's turn, leave.lua who has bought
door        what registration asks: may this request go on? Where Redis is away, everybody may
waiting     the page for those who wait
changes     what organizers change; forms: what they typed; organizing: their pages
"""
