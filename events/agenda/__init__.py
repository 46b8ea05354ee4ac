"""One person's schedule: what they saved and the seats they hold, and everything that keeps it true outside of here.

models          what is kept of a person, and for how long
cookie          saved sessions of somebody without an account, in a signed cookie
saves           save, unsave, and bring the cookie along at sign-in
day             a day as a column of cards with gaps and clashes (pure)
queries         the entries of a person, for the page
personal_feeds  the subscribable calendar: its address, its revision, its bytes
clients         which calendar app a request comes from (pure)
freshness       when which app last saw which revision
changes         what a release changed in what people keep, and who has to follow
keepers         who keeps some sessions, as SQL: the same read from the other side
imip            an invitation as a mail, written fast: forms with the person filled in
invitations     the calendar invitation of a seat: who has one, and whether it lives
invitation_letters  what each mail says, decided and written down before it leaves
reminders       due some minutes before a seat or saved session
presenters      who is in the programme and is told of a release; presenter_letters writes the mail
notices         told by mail: what changed, when no calendar of theirs has shown it
retention       what goes with its owner, with its event, or when it has served
impact          before publishing: who saved, who sits, who clashes, who will be told
affected        and who in the programme is hit; specimens: the mails as they would read
pages           /my/schedule and the buttons that save
"""
