"""Who waits for a place: in line by when they came, offered what comes free, before anybody else can take it.

states     which state of an entry may follow which
line       the pure engine: whom to offer what
entries    joining, leaving, where somebody stands
rounds     settling offers, making new ones, closing; every few seconds, and it may be late
rules      how long an offer stands in an event
letters    the mails

While an entry waits, `quota.waiting` says so, and a trigger sets aside what comes free in its quotas: no fast click
gets past the line. An offer is an ordinary order that is held, with an end of its own.
"""
