"""Places that an institution buys for its staff: one order and one invoice, each place somebody's later.

models     who bought, its places, their moves, and who asked for one by the staff link
states     which state of a place may follow which
counting   how many of each ticket become places with tickets (pure)
pasted     a pasted list of people, read line by line (pure)
buying     an order of places that are nobody's yet
places     the places of an institution, read: listed, found, counted, opened by a link
assigning  inviting somebody to a place, another instead, nobody; places given back
taking     who was invited takes the place, or says no
asking     who works there asks by the staff link, and takes a place by the mail that comes
following  places after what happened to their order elsewhere
letters    the mails, whose words are in emails/
story      what an order's timeline tells of its places; finding: orders found by the institution's name
retention  how long any of this names anybody
forms      what was typed, as values
pages      for who bought; selling_pages: on which they buy; taking_pages: for who is invited or asks
"""
