"""A proposal from the machine: sessions placed in times and rooms, shown as differences to the draft, accepted or not.

problem      what is to be placed, into which times and rooms, beside what; as JSON for the child process (pure)
weights      how much each wish counts, in words; costs: what an arrangement costs by them (pure)
layout       an arrangement while it is worked on: what lies where, and where else something may lie (pure)
greedy       a first arrangement, quickly (pure); reasons: which rules leave a session no place (pure)
model        a part of the arrangement as a CP-SAT problem: only this file knows ortools
search       part after part made better, until the time is over or nothing better exists
checking     what the conflict engine says of the result
__main__     the child process; child: how a worker starts it, reads it and ends it
gathering    an event's draft as a problem; runs: the rows of asked, running and finished arrangements
watching     what the worker does about them; states: which state may follow which
differences  a finished arrangement beside the draft of now; acceptances: taken over, and taken back
forms        the form that starts one; organizing: the organizers' pages
"""
