"""What somebody needs to take part: private cases, from the question to what was arranged, and gone after the event.

cases      what a person asks for, changes and withdraws
kinds      what can be asked for in an event
handling   owner, last day and state, by those who handle cases
messages   what both sides write, and notes between handlers
bookings   sessions that something is arranged for, and what happened to them since
handlers   who handles the cases of an event; readings: who has opened them
tables     the handlers' list; counts: what everybody else may know
retention  how long anything of this is kept

Nobody sees a case but the person and whoever holds the role "care" where the event is: no registrar, programme manager
or administrator. No mail, log, export or message of the outbox has a word of it.
"""
