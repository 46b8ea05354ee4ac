"""Calls for proposals: from what an event asks to what a committee decided, and what presenters still owe.

calls      an event's calls: read, made, changed; announced: those its page shows; questions: what each asks
answers    which count, and what is wrong with them
states     of a proposal, and the call's window with its grace
proposals  begun, saved, handed in, withdrawn; proposal_checks: what keeps one from being handed in
presenters invited by mail, accept or decline; presenter_answers: what each answers for themselves; letters: the mails
files      that answer questions, and who may read them; proposal_files: a proposal's; file_pages: over HTTP
tasks      what presenters still have to do, and who owes it; task_answers: done; task_lists: who has; task_reminders
review_phases   when, and how blind; criteria: what is scored; reviewers: who; organizing_review: their pages
reviewing  the next one, a review given, a conflict of interest; review_reach: what a reviewer gets, as SQL
review_readings   proposals as reviewers read them; review_pages: their pages; review_forms: text into values
ranking    from points to scores (pure); review_lists: the ranking, who wrote what; review_progress: how far they are;
           organizing_ranking: for those who decide; review_tables: CSV; review_letters: the mail
decisions  drafts of mails, made from decision_texts; decision_lists, read_proposals: what deciders read
sending    drafts leave, proposals become what was decided; accepted_sessions: the session of an accepted one
confirming whether who was accepted comes; withdrawing: what a withdrawal takes along, and which roles it leaves empty
edit_requests   edits after the deadline; edit_answers: let in or declined; edit_lists: the queue; word_diff (pure)
desks      who may decide; organizing_decisions, _sending, _confirmations, _edits, _absences: their pages
presenting what presenters do about a decision; decision_letters: the mails; decision_forms: text into values
retention  how long what people wrote is kept, and what goes with an account
pages      for everybody and for writers; organizing: for organizers; call_forms, proposal_forms: text into values
models     calls with their questions, proposals, reviews, decisions, presenters' tasks
"""
