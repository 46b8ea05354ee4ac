"""From choosing a ticket to standing at the door with it: what is sold, to whom at what price, held, paid, given back.

models         quotas, ticket types and prices; orders with their lines, claims, payments and ledger
states         which order state may follow which, and the same for refunds
pricing        what a ticket costs whom, when, and why (pure)
discounts      codes, and the rule for groups, on top of it (pure)
vouchers       a code as a buyer types it; voucher_codes: as organizers make it; voucher_list: all of them
free_places    complimentary places with a budget, and the rule for groups
admission      what a ticket lets its holder into (pure)
quotas         numbers of places: claimed, given back, changed, recounted
holds          places set aside with the whole order in one statement; the sweep of run-out ones
orders         an order confirmed, expired, given up; the secret that opens it
cancellations  tickets given back, and what comes back of their price
refund_policies  what comes back, as steps with their days (pure), and the history of them
calling_off    an event cancelled as a whole: reckoned, then done order by order
change_rules   until when buyers change tickets alone; ticket_changes: details, and whose a ticket becomes
transfers      a ticket offered to another person; change_requests: what is asked of the registrar
retention      how long orders name anybody; amounts stay for good
refunds        money given back by Stripe, one row an attempt
payments       Checkout Sessions, and `fulfil`, the one door for news of a payment
stripe_api     our few questions to Stripe; the only file that knows it
stripe_objects what it is asked for and what it answers; stripe_lists: a day of its books
disputes       payments that a bank wants back
webhooks       the page that keeps what Stripe tells us, and what is made of it
sandbox/       Stripe's API on this machine, for `colloquy run` and the tests
offers         what an event sells now; shelves: the same for a crowd, a second old
accounts       one order with all that happened; queries: seats and orders of people
order_list     an event's orders as a table; order_exports: as CSV and XLSX; saved_lists: filters with a name
order_search   anybody from one box, over all events one may read; order_story: what an order's timeline tells besides
offering       what organizers change in what is sold
entrance       the way to the registration page, past the waiting room where an event has one
shopping       what every page that sells does: whose prices, what it costs, placing the order
forms          what a buyer typed; organizing_forms: what an organizer did
pages          the registration page; order_pages: an order for its buyer; organizing, registrar: for organizers
ticket_pages   one ticket for its buyer, and for who is offered it
letters        the mails, whose words are in emails/; change_letters: those about changes
"""
