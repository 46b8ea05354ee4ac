"""The association's books: what each ticket is booked under, and a journal a month that balances and closes.

Everything is derived from the orders' ledgers, which are only added to. Two kinds of rows are kept: which
general-ledger code a ticket type has since when, and the postings of a month that somebody closed. What changes
afterwards in what a closed month says (an event that was postponed) is posted in the next one.

accounts   the accounts, with the numbers the association's own books have for them
codes      the general-ledger code and the unit of each ticket type
journal    the postings of a month, derived or closed, and their sums
closing    closing a month
organizing the bookkeepers' pages
"""
