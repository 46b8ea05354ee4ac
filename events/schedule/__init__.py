"""A programme: from somebody's file or an editor's hand to a published timetable and calendars that follow it.

models            sessions, people in roles, slots and rooms (the draft); releases, redactions
states, roles     what a session may become; what people are in it
codes             public codes of sessions and people

frab              what a programme file says, with its problems; frab_xml, frab_json and frab_times read the bytes
importing         a file into a draft, all or nothing; imported_rows writes the tables in bulk
frab_writing      a release as schedule.xml, schedule.json and a table; exports hands them out

drafts            the draft, read whole; draft_lists reads it for lists and forms
conflicts         who and what is needed twice at once; placed reads the draft for it, boards ask "what if"
conflict_lists    them in words; conflict_choice: the ones somebody asked for
neighbourhood     what is wrong with a few slots, by the part of the draft that decides it
accepting         letting one stand, with a note; levels: how serious each kind is
booked_resources  the bookable resources a session has
requests          what a unit asks staff for, and the way it goes; request_decisions: staff's answers to one or many
request_lists     staff's table; unit_lists: a unit's sessions with what is missing, and all units with their budgets
request_words     its fields as people read them; request_forms, spans: what was typed; request_letters: the mail
sponsors          units beside a session's owner
moves             a slot's time and rooms; overlaps are the pairs somebody accepted; blocking: blocks and breaks
history           who did what to a draft, as numbered edits; undoing turns them round; rights: who may do what
history_lists     the history somebody asked for, history_words in sentences
editing           a session's words and people; alike: who of those known already a typed name may mean

snapshots         a release as values, and its two views
diffs             what moved between two of them
releases          publishing; redactions take words out of what was published
entries           what a slot's calendar entry says; stored_entries keeps them, feeds puts them together
queries           releases, feeds and their freshness, for everybody who reads

word_index        what a search looks through; around: what runs before, after and beside a session (both pure)
grid, timetable   a day as rows and columns, and as its page shows it
atom              what changed, as a feed
kept_pages        rendered pages, kept while they are true; marked_grids: a day's grids with what somebody saved marked
kept_cards        a session's card, rendered once
forms             a reader's address, session_forms an organizer's form, as values
pages             the programme for everybody; organizing: its draft for organizers, organizing_conflicts
organizing_history, organizing_blocks   what was done to it; blocks and breaks
organizing_requests, organizing_units   requests, and units with their budgets, for their editors and for staff
"""
