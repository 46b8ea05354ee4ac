"""What `colloquy` can be asked to do: a file a command, loaded when it is asked for, so that each starts quickly.

run      everything on this machine
web      serve the pages
worker   do what happens after a page is sent
migrate  bring the database up to date
sandbox  play Stripe, for the programs on this machine (events/registration/sandbox/command.py)
demo     fill an empty database with a demo association
import   bring a programme into an event from a file (import_programme.py)
export   write a published programme to a file (export_programme.py)
conflicts  list what is wrong with an event's draft
calendar-check  look at a calendar, ours or anybody's, as its readers will (calendar_check.py)
audit    recount what is counted
create-admin  make somebody an administrator
"""
