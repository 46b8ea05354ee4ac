"""What happens after the page is sent. Only this room knows arq.

settings  every topic with its job, and every repeated job with its hour: one screen
relay     from the outbox to the queue
job       from the queue to the job, and the mark on the row
mail      mails: written, and sent beside each other
agenda    invitations, notices and reminders follow what happened, for many orders at once
payments  what Stripe told us, understood; refunds and given-up checkouts brought to it
arranging the machine's arrangements: a process for each, watched beside the jobs
upkeep    what time itself causes: holds run out, reminders fall due, old rows go
retention what goes when nobody needs it any more, a batch at a time
tools     what a job is handed: settings, mailer, Stripe
run       the process
"""
