"""Who was invited takes the place, or says no; one who asked by the staff link takes one that is nobody's."""

import json
from collections.abc import Mapping
from datetime import datetime

from events.core import database, outbox
from events.core.errors import Way
from events.core.locales import _
from events.institutions import assigning, places
from events.institutions.assigning import NOBODY, TAKEN, NotNow
from events.institutions.places import Place
from events.institutions.states import PlaceState
from events.registration import accounts, change_rules, orders, ticket_changes
from events.registration.accounts import Account
from events.registration.states import OrderState
from events.registration.ticket_changes import Who


class NoPlaceLeft(NotNow):
    """Everybody else was faster."""

    def __init__(self, slug: str) -> None:
        super().__init__(_("All places are taken. Ask whoever organizes them where you work."))
        self.next = [Way(f"/events/{slug}", _("See the event"))]

    @property
    def title(self) -> str:
        return _("No place is left")


async def take(place: int, round_: int, name: str, answers: Mapping[str, str], at: datetime, by: int | None) -> None:
    """The invited person says yes: the ticket is theirs, and a mail has it. A double click is one.

    by   who is signed in; the ticket goes to the account of the invited address, or to theirs

    Raises NotNow when it was given to somebody else, TooLate, and Unreadable when they have a ticket already.
    """
    async with database.transaction():
        account, now = await assigning.open_place(place)
        if now.round != round_ or now.state is PlaceState.UNASSIGNED:
            raise NotNow(_("This place is not yours any more."))
        if now.state is PlaceState.INVITED:
            await _take(account, now, Who(name, now.email), answers, at, by)


async def decline(place: int, round_: int, at: datetime, by: int | None) -> None:
    """The invited person says no: the place is nobody's. Twice is once. Raises NotNow when they have taken it."""
    async with database.transaction():
        _account, now = await assigning.open_place(place)
        if now.round != round_ or now.state is PlaceState.UNASSIGNED:
            return
        if now.state is PlaceState.TAKEN:
            raise NotNow(_("You have taken this place. Ask who bought it to take it back."))
        await assigning.move(now, PlaceState.UNASSIGNED, NOBODY, at, by, silent=True)


async def take_any(
    ask: int, tickets: str, name: str, answers: Mapping[str, str], at: datetime, by: int | None
) -> Place:
    """Who asked takes a place that is nobody's, or the one they were invited to. A double click is one.

    tickets   what the place is to let into, as `Place.tickets` says it

    Raises NoPlaceLeft, NotNow after the last day for changes, Unreadable when they have a ticket already.
    """
    async with database.transaction():
        row = await database.row(
            "SELECT a.institution_id, a.email, i.order_id FROM staff_ask a"
            " JOIN institution i ON i.id = a.institution_id WHERE a.id = $1",
            ask,
        )
        assert row is not None, f"ask {ask} is gone"
        await orders.lock(row["order_id"])
        account = await accounts.by_id(row["order_id"])
        assert account is not None
        there = await places.of_institution(row["institution_id"])
        own = next((one for one in there if one.email == row["email"] and one.state is not PlaceState.ENDED), None)
        if own is None or own.state is not PlaceState.TAKEN:
            if own is None:
                await assigning.may_change(account, at)
            free = [one for one in there if one.state is PlaceState.UNASSIGNED and one.tickets == tickets]
            chosen = own or next(iter(free), None)
            if chosen is None:
                raise NoPlaceLeft(account.slug)
            own = await places.lock(chosen.id)
            await _take(account, own, Who(name, row["email"]), answers, at, by)
        await database.execute("UPDATE staff_ask SET place_id = $2 WHERE id = $1", ask, own.id)
        taken = await places.load(own.id)
    assert taken is not None
    return taken


async def _take(
    account: Account, now: Place, who: Who, answers: Mapping[str, str], at: datetime, by: int | None
) -> None:
    """The ticket becomes theirs as one that was given away does (`registration.ticket_changes`)."""
    ticket = await ticket_changes.open_ticket(account, now.registration)
    person = await ticket_changes.check_receiver(account, ticket, who, at)
    await ticket_changes.hand_over(account, ticket, who, person or by, at, by)
    await database.execute(
        "UPDATE registration SET answers = $2::jsonb WHERE id = $1", now.registration, json.dumps(dict(answers))
    )
    await assigning.move(now, PlaceState.TAKEN, who, at, by)
    round_ = await database.value("SELECT round FROM staff_place WHERE id = $1", now.id)
    await outbox.write(TAKEN, {"order": now.order, "place": now.id, "round": round_}, due=at)


async def open_for(account: Account, at: datetime) -> bool:
    """Whether whoever asks by the staff link can still take a place."""
    return account.state is OrderState.CONFIRMED and (await change_rules.of(account.event)).open(account, at)
