"""Stripe's HTTP API for what we use, on this machine only, so that the real stripe library has somebody to talk to.

Nothing here pretends that money moved in the shop: the shop speaks to it as it speaks to Stripe, over HTTP, and hears
of payments by signed webhooks and by asking.

parameters  form fields into nested values, refused unless the library's own types know them
shapes      objects with every field that Stripe's have
ledger      what there is, kept in a file that survives a restart
checkout    what becomes of a Checkout Session, its payment and its refunds
api         the addresses under /v1
hosted      the page on which a buyer pays, and a page to play the bank
delivery    signed webhooks, tried again until somebody answers
app         all of it as one ASGI application; command starts it
"""
