"""A place is given to somebody, to somebody else, to nobody, or back; each under the lock of its order."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from events.core import database, outbox
from events.core.errors import DomainError, Unreadable
from events.core.locales import _
from events.institutions import places
from events.institutions.places import Institution, Place
from events.institutions.states import LIVE, PlaceState, step
from events.registration import accounts, cancellations, change_rules, orders, ticket_changes
from events.registration.accounts import Account
from events.registration.states import OrderState
from events.registration.ticket_changes import Who

INVITED, TAKEN, ENDED = "mail.place_invited", "mail.place_taken", "mail.place_ended"
"""Mails: the link, to who is invited ({order, place, round}); the ticket, to who took it (the same); and that it is
theirs no more, to who had it ({order, move})."""

NOBODY = Who("", "")


class NotNow(DomainError):
    """The order is not confirmed, the last day for changes is over, or the place is not what it was."""

    status = 409

    @property
    def title(self) -> str:
        return _("Not now")


async def may_change(account: Account, at: datetime) -> None:
    """Raises NotNow: before the order is confirmed, and after the event's last day for changes."""
    if account.state is not OrderState.CONFIRMED:
        raise NotNow(_("Places can be assigned when the order is confirmed."))
    if not (await change_rules.of(account.event)).open(account, at):
        raise NotNow(_("The last day for changes is over. Ask the registrar on the page of the place."))


async def assign(place: int, who: Who, at: datetime, by: int | None) -> None:
    """Invite somebody to a place, whoever had it. A double click is one. Raises NotNow, Unreadable."""
    async with database.transaction():
        account, now = await open_place(place)
        await may_change(account, at)
        if now.state is PlaceState.INVITED and now.email == who.email:
            return
        await _assign(account, now, who, at, by)


async def assign_many(institution: Institution, people: Sequence[Who], at: datetime, by: int | None) -> int:
    """Invite people to places that are nobody's, the first place first. Returns how many were invited.

    Whoever has a place already keeps it and is passed over, so sending a list twice is sending it once. Raises NotNow
    when there are more people than places; nobody is invited then.
    """
    async with database.transaction():
        account = await _locked_account(institution.order)
        await may_change(account, at)
        there = await places.of_institution(institution.id)
        has_one = {one.email for one in there if one.state in LIVE}
        free = [one for one in there if one.state is PlaceState.UNASSIGNED]
        wanted = [who for who in people if who.email not in has_one]
        if len(wanted) > len(free):
            raise NotNow(_("There are not so many unassigned places any more. Look at the list, and try again."))
        for one, who in zip(free, wanted, strict=False):
            await _assign(account, one, who, at, by)
    return len(wanted)


async def _assign(account: Account, now: Place, who: Who, at: datetime, by: int | None) -> None:
    if await database.value(
        "SELECT EXISTS (SELECT FROM staff_place WHERE institution_id = $1 AND email = $2 AND state = any($3))",
        now.institution,
        who.email,
        sorted(LIVE),
    ):
        raise Unreadable({"email": _("This address has one of your places already.")})
    await empty(account, now, at, by)
    await move(now, PlaceState.INVITED, who, at, by)
    await outbox.write(INVITED, {"order": now.order, "place": now.id, "round": now.round + 1}, due=at)


async def take_back(place: int, at: datetime, by: int | None) -> None:
    """The place is nobody's again, and who had it is told. Twice is once. Raises NotNow."""
    async with database.transaction():
        account, now = await open_place(place)
        await may_change(account, at)
        if now.state in LIVE:
            await empty(account, now, at, by)
            await move(now, PlaceState.UNASSIGNED, NOBODY, at, by)


async def resend(place: int, at: datetime) -> None:
    """The mail with the link once more. Raises NotNow when nobody is invited."""
    async with database.transaction():
        account, now = await open_place(place)
        if account.state is not OrderState.CONFIRMED or now.state not in LIVE:
            raise NotNow(_("Nobody is invited to this place."))
        topic = INVITED if now.state is PlaceState.INVITED else TAKEN
        await outbox.write(topic, {"order": now.order, "place": now.id, "round": now.round}, due=at)


async def give_back(institution: Institution, wanted: Mapping[str, int], at: datetime, by: int | None) -> int:
    """Give up places that are nobody's, by the terms of the order. wanted: what they let into → how many.

    Returns how many were; of fewer than wanted none is. Raises NotNow, TooLate.
    """
    async with database.transaction():
        order = await orders.lock(institution.order)
        account = await accounts.by_id(institution.order)
        assert account is not None
        if order.state is not OrderState.CONFIRMED:
            raise orders.TooLate(_("Only a confirmed order can be cancelled."), order.state)
        chosen = choose(await places.of_institution(institution.id), wanted)
        if chosen is None:
            raise NotNow(_("There are not so many unassigned places any more. Look at the list, and try again."))
        registrations = [one.registration for one in chosen]
        await cancellations.give_up(order, account, registrations, at, _("cancelled by the buyer"), by)
        for one in chosen:
            await move(await places.lock(one.id), PlaceState.ENDED, NOBODY, at, by)
    return len(chosen)


def choose(there: Sequence[Place], wanted: Mapping[str, int]) -> list[Place] | None:
    """The last unassigned places of each kind; None where there are fewer than wanted. Pure."""
    found: list[Place] = []
    for tickets, count in wanted.items():
        free = [one for one in there if one.state is PlaceState.UNASSIGNED and one.tickets == tickets]
        if count > len(free):
            return None
        found += free[len(free) - count :]
    return found


async def open_place(place: int) -> tuple[Account, Place]:
    """Lock a place's order and the place, and read both as they are now. Raises NotNow for one that was given back."""
    seen = await places.load(place)
    assert seen is not None, f"place {place} is gone"
    account = await _locked_account(seen.order)
    now = await places.lock(place)
    live = any(one.id == now.registration and not one.cancelled for one in account.attendees)
    if now.state is PlaceState.ENDED or not live:
        raise NotNow(_("This place was given back."))
    return account, now


async def _locked_account(order: int) -> Account:
    await orders.lock(order)
    account = await accounts.by_id(order)
    assert account is not None
    return account


async def empty(account: Account, now: Place, at: datetime, by: int | None) -> None:
    """A ticket that was taken is nobody's: a new code, no name, no answers. Seats and invitations follow."""
    if now.state is PlaceState.TAKEN:
        ticket = await ticket_changes.open_ticket(account, now.registration)
        if ticket.email:
            await ticket_changes.hand_over(account, ticket, NOBODY, None, at, by)


async def move(now: Place, new: PlaceState, who: Who, at: datetime, by: int | None, *, silent: bool = False) -> int:
    """Bring a locked place into another state, and keep who, when, from whom and to whom. Returns the move's id.

    Whoever had it and has it no more is told, unless `silent`. Raises IllegalMove.
    """
    step(now.state, new)
    given = new is PlaceState.INVITED or (new is PlaceState.TAKEN and who.email != now.email)
    round_ = now.round + (1 if given else 0)
    await database.execute(
        "UPDATE staff_place SET state = $2, round = $3, name = $4, email = $5, changed_at = $6 WHERE id = $1",
        now.id,
        new.value,
        round_,
        who.name,
        who.email,
        at,
    )
    made: int = await database.value(
        "INSERT INTO staff_move (place_id, old, new, was, now, round, moved_at, moved_by_id)"
        " VALUES ($1, $2, $3, $4::jsonb, $5::jsonb, $6, $7, $8) RETURNING id",
        now.id,
        now.state.value,
        new.value,
        Who(now.name, now.email).kept if now.email else "{}",
        who.kept if who.email else "{}",
        now.round,
        at,
        by,
    )
    if now.state in LIVE and now.email and now.email != who.email and not silent:
        await outbox.write(ENDED, {"order": now.order, "move": made}, due=at)
    return made
