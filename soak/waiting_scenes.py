"""Scenes of who waits and of who buys for others: an offer is made once, an institution has one mail of its places."""

from collections.abc import Coroutine
from dataclasses import replace
from typing import Any

from events.core import clock, database
from events.institutions import buying
from events.registration import accounts, cancellations, holds
from events.waitlist import entries, rounds
from events.waitlist.entries import Wish
from soak.scenes import Ids, Scene, Stage, Wrong, copies, mails_of, soon, told
from tests import make


async def somebody_waits(stage: Stage) -> Ids:
    """The only place was given back, and one person is in line for it."""
    event = await make.event(**soon())
    ticket = await make.ticket_type(event, "Full", places=1)
    placed = await holds.place(await make.basket([ticket], email=f"first-{event.id}@example.org"), clock.now())
    wish = Wish(event.id, "Waits", f"waits-{event.id}@example.org", None, "en", (ticket.id,))
    entry = await entries.join(wish, clock.now())
    account = await accounts.by_id(placed.id)
    assert account is not None
    await cancellations.cancel(account, [account.attendees[0].id], clock.now(), "cannot come")
    return {"event": event.id, "entry": entry}


async def a_round(stage: Stage, ids: Ids) -> Coroutine[Any, Any, Any]:
    return rounds.run_event(ids["event"], clock.now())


async def offered_once(stage: Stage, ids: Ids) -> int:
    """After another round there is one offer, which holds the one place, and one mail of it."""
    await rounds.run_event(ids["event"], clock.now())
    entry = await entries.load(ids["entry"])
    if entry is None or entry.state.name != "OFFERED":
        raise Wrong(f"entry {ids['entry']} is {entry.state if entry else 'gone'}")
    held = await database.value(
        "SELECT count(*) FROM orders WHERE event_id = $1 AND source = 'waitlist' AND state = 'HELD'", ids["event"]
    )
    claimed = await database.value("SELECT sum(claimed) FROM quota WHERE event_id = $1", ids["event"])
    if (held, claimed) != (1, 1):
        raise Wrong(f"{held} offers hold {claimed} places")
    mails = await mails_of(stage, "mail.waitlist_offered", "entry", ids["entry"])
    if len(mails) != 1:
        raise Wrong(f"entry {ids['entry']} has {len(mails)} messages of its offer")
    return 0


async def an_institution(stage: Stage) -> Ids:
    event = await make.event(**soon())
    ticket = await make.ticket_type(event, "Full", places=5)
    basket = await make.basket(*[[ticket]] * 3, email=f"head-{event.id}@example.org")
    basket = replace(basket, attendees=buying.nobody(3), for_staff=True)
    beside = buying.beside("Library of Soak", ["example.org"], clock.now())
    placed = await holds.place(basket, clock.now(), beside=beside)
    return {"event": event.id, "order": placed.id}


async def told_of_its_places(stage: Stage, ids: Ids) -> int:
    """Three places that are nobody's, and one mail."""
    places = await database.value(
        "SELECT count(*) FROM staff_place p JOIN institution i ON i.id = p.institution_id WHERE i.order_id = $1"
        " AND p.state = 'unassigned'",
        ids["order"],
    )
    mails = await mails_of(stage, "mail.order_confirmed", "order", ids["order"])
    if (places, len(mails)) != (3, 1):
        raise Wrong(f"order {ids['order']} has {places} places and {len(mails)} messages of them")
    return copies(stage, {mails[0]: f"head-{ids['event']}@example.org"})


SCENES = (
    Scene("an offer to who waits", somebody_waits, a_round, offered_once),
    Scene("the places of an institution", an_institution, told("mail.order_confirmed"), told_of_its_places),
)
