"""Stripe's HTTP API for what we use, on this machine only, so that the real stripe library has somebody to talk to.

Nothing here pretends that money moved in the shop: the shop speaks to it as it speaks to Stripe, over HTTP, and hears
of payments by signed webhooks and by asking.

parameters  form fields into nested values, refused unless the library's own types know them
shapes      objects with every field that Stripe's have; money_shapes: those of the balance, payouts and disputes
ledger      what there is, kept in a file that survives a restart
books       what the next four share: objects, clock, telling
checkout    what becomes of a Checkout Session and its payment: the Till, with all the rest
refunds, disputes, balance   money given back, wanted back, kept as a fee and paid out
api         the addresses under /v1; lists: filtered, a page at a time
faults      what goes wrong on demand
hosted      the page on which a buyer pays, and the one on which their bank asks
deeds       what buyers, banks and people in Stripe's own pages do
dashboard   Stripe's own pages, to do it by hand; control: a small API to do it in a test
delivery    signed webhooks, tried again until somebody answers; late, doubled and out of order on demand
app         all of it as one ASGI application; command starts it
"""
