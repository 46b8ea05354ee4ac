"""Rows for tests, made with as little as possible; say only what the test is about."""

import itertools
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from events.catalogue.models import Event, EventSlug, Room, Venue
from events.core.wall_time import wall
from events.people import browsers, persons
from events.people.models import Membership, Person, Role, Unit
from events.planning.models import Availability, Block
from events.registration import offers, pricing, vouchers
from events.registration.holds import Attendee, Basket, Code
from events.registration.models import (
    Order,
    OrderLine,
    Price,
    Quota,
    RefundPolicy,
    Registration,
    TicketType,
    TicketTypeQuota,
    Voucher,
)
from events.schedule.models import Session, Slot, SlotRoom

NOON = datetime(2026, 6, 25, 12, tzinfo=UTC)
_numbers = itertools.count(1)


async def person(name: str = "Ada Lovelace", email: str | None = "", at: datetime = NOON) -> Person:
    """Somebody with a verified address (email=None: without one)."""
    if email == "":
        email = f"person-{next(_numbers)}@example.org"
    return await Person.get(id=await persons.create(name, at, email=email))


async def unit(name: str = "Public Library Division", parent: Unit | None = None, kind: str = "division") -> Unit:
    return await Unit.create(slug=f"unit-{next(_numbers)}", name=name, kind=kind, parent=parent)


async def role(person: Person, name: str = "editor", *, unit: Unit | None = None, event_id: int | None = None) -> Role:
    return await Role.create(person=person, name=name, unit=unit, event_id=event_id)


async def membership(
    person: Person | None = None,
    *,
    number: str = "",
    email: str = "ada@example.org",
    kind: str = "member",
    unit: Unit | None = None,
    valid_from: date = date(2026, 1, 1),
    valid_to: date = date(2026, 12, 31),
) -> Membership:
    return await Membership.create(
        number=number or f"M{next(_numbers):06d}",
        email=email,
        kind=kind,
        unit=unit,
        valid_from=valid_from,
        valid_to=valid_to,
        person=person,
        claimed_at=NOON if person else None,
    )


async def sign_in(person: Person, at: datetime | None = None) -> str:
    """The token of a browser that is signed in as this person, for the cookie `signin`."""
    return await browsers.sign_in(person.id, "Firefox on Linux", at or datetime.now(UTC))


async def event(
    slug: str = "",
    *,
    title: str = "Annual Conference",
    kind: str = "conference",
    mode: str = "in_person",
    state: str = "on_sale",
    timezone: str = "America/Chicago",
    starts_on: date = date(2026, 7, 9),
    ends_on: date = date(2026, 7, 12),
    unit: Unit | None = None,
    currency: str = "USD",
    **values: Any,
) -> Event:
    """An event that sells its tickets, two weeks after NOON. Its calendar entry is not written."""
    slug = slug or f"event-{next(_numbers)}"
    owner = unit or await Unit.create(slug=f"unit-{next(_numbers)}", name="Public Library Division", kind="division")
    made = await Event.create(
        guid=uuid4(),
        slug=slug,
        kind=kind,
        mode=mode,
        state=state,
        title=title,
        unit=owner,
        timezone=timezone,
        starts_on=starts_on,
        ends_on=ends_on,
        currency=currency,
        **values,
    )
    await EventSlug.create(slug=slug, event=made)
    return made


async def venue(name: str = "McCormick Place", city: str = "Chicago", timezone: str = "America/Chicago") -> Venue:
    return await Venue.create(slug=f"venue-{next(_numbers)}", name=name, city=city, timezone=timezone)


async def room(venue_: Venue | None = None, name: str = "", **values: Any) -> Room:
    venue_ = venue_ or await venue()
    return await Room.create(guid=uuid4(), venue=venue_, name=name or f"Room {next(_numbers)}", **values)


async def block(event_: Event, starts: datetime = NOON, minutes: int = 60, **values: Any) -> Block:
    """A break of the whole event, unless `values` say otherwise."""
    ends, zone = starts + timedelta(minutes=minutes), ZoneInfo(event_.timezone)
    local: dict[str, Any] = {
        "local_start": wall(starts, zone),
        "local_end": wall(ends, zone),
        "timezone": event_.timezone,
    }
    usual: dict[str, Any] = {"series": uuid4(), "kind": "break", "title": "Coffee", "room_ids": []}
    usual |= {"starts_at": starts, "ends_at": ends, "timezone": event_.timezone}
    return await Block.create(event=event_, **(local | usual | values))


async def there(event_: Event, room_: Room, starts: datetime = NOON, minutes: int = 60) -> Availability:
    """A time when a room is open."""
    ends = starts + timedelta(minutes=minutes)
    return await Availability.create(event=event_, room=room_, starts_at=starts, ends_at=ends)


async def ticket_type(
    event_: Event | None = None,
    name: str = "",
    *,
    price: int = 0,
    rates: dict[str, int] | None = None,
    places: int | None = None,
    kind: str = "full",
    quotas: Sequence[Quota] = (),
    **values: Any,
) -> TicketType:
    """A ticket type at one price for everyone (minor units), or at `rates` by audience.

    places   of a quota of its own; None: as many as anyone wants. `quotas`: the ones it needs as well
    """
    event_ = event_ or await event()
    name = name or f"Ticket {next(_numbers)}"
    made = await TicketType.create(event=event_, name=name, kind=kind, **values)
    for audience, amount in (rates or {"everyone": price}).items():
        await Price.create(ticket_type=made, audience=audience, amount=amount)
    if places is not None:
        quotas = [*quotas, await quota(event_, places, name)]
    for one in quotas:
        await TicketTypeQuota.create(ticket_type=made, quota=one)
    return made


async def refund_policy(of: TicketType | Event, steps: list[dict[str, Any]] | None, since: datetime = NOON) -> None:
    """What comes back of a ticket type, or of all of an event, for orders from then on."""
    event_id: int = of.id if isinstance(of, Event) else of.event_id  # type: ignore[attr-defined]
    type_id = None if isinstance(of, Event) else of.id
    await RefundPolicy.create(event_id=event_id, ticket_type_id=type_id, steps=steps, since=since)


async def quota(event_: Event, capacity: int, name: str = "") -> Quota:
    return await Quota.create(event=event_, name=name or f"Quota {next(_numbers)}", capacity=capacity)


async def voucher(event_: Event, code: str, **values: Any) -> Voucher:
    """A code with its places set aside (`reserved` in `quota`); it changes nothing unless told."""
    given = {"effect": "none", "key": vouchers.key_of(code), "made_at": NOON, "reserve_left": values.get("reserved", 0)}
    made = await Voucher.create(event=event_, code=code, **(given | values))
    if made.reserve_left:
        await Quota.filter(id=made.quota_id).update(held_back=made.reserve_left)  # type: ignore[attr-defined]
    return made


async def coded(of: Voucher, *people: Sequence[TicketType], email: str = "ada@example.org", **values: Any) -> Basket:
    """An order by somebody with a code: each of `people` is the ticket types of one person."""
    made = await basket(*people, email=email)
    lines = [replace(line, voucher=of.id) for line in made.lines]
    return replace(made, lines=lines, code=Code(of.id, of.version, of.per_person), **values)


async def basket(*people: Sequence[TicketType], email: str = "ada@example.org", **values: Any) -> Basket:
    """An order as the registration page would place it: each of `people` is the ticket types of one person."""
    first = people[0][0]
    event_id: int = first.event_id  # type: ignore[attr-defined]
    currency: str = await Event.get(id=event_id).values_list("currency", flat=True)  # type: ignore[assignment]
    tickets = (await offers.offer(event_id)).by_id
    tariff = pricing.Tariff("nonmember", (), "America/Chicago", currency)
    quote = pricing.quote([[one.id for one in chosen] for chosen in people], tickets, tariff, NOON)
    assert quote.problems == ()
    given: dict[str, Any] = {
        "event": event_id,
        "name": "Ada Lovelace",
        "email": email,
        "person": None,
        "locale": "en",
        "audience": "nonmember",
        "membership": None,
        "currency": currency,
        "attendees": [Attendee(f"Attendee {n + 1}", email, {}) for n in range(len(people))],
        "lines": quote.lines,
    }
    return Basket(**(given | values))


async def session(
    event_: Event,
    starts: datetime,
    minutes: int = 60,
    *,
    title: str = "",
    room: Room | None = None,
    **values: Any,
) -> Session:
    """A confirmed public session of the draft, with one slot; `starts` is aware."""
    number = next(_numbers)
    made = await Session.create(
        guid=uuid4(), code=f"S{number:05d}", event=event_, title=title or f"Session {number}", **values
    )
    slot = await Slot.create(uid=uuid4(), session=made, timezone=event_.timezone)
    await move(made, starts, minutes)
    if room is not None:
        await SlotRoom.create(
            slot=slot, room=room, named=room, taken_from=starts, taken_until=starts + timedelta(minutes=minutes)
        )
    return made


async def move(session: Session, starts: datetime, minutes: int = 60, room: Room | None = None) -> None:
    """Give a session's slot another time, and another room when one is named, in the draft."""
    slot = await Slot.get(session_id=session.id)
    ends = starts + timedelta(minutes=minutes)
    zone = ZoneInfo(slot.timezone)
    slot.starts_at, slot.ends_at = starts, ends
    slot.local_start = starts.astimezone(zone).isoformat(timespec="minutes")[:16]
    slot.local_end = ends.astimezone(zone).isoformat(timespec="minutes")[:16]
    await slot.save()
    await SlotRoom.filter(slot_id=slot.id).update(taken_from=starts, taken_until=ends)
    if room is not None:
        await SlotRoom.filter(slot_id=slot.id).update(room_id=room.id, named_id=room.id)


async def seat(person: Person | None, session: Session, email: str = "seat@example.org") -> Order:
    """A confirmed order with one seat in a ticketed session."""
    number = next(_numbers)
    event_id: int = session.event_id  # type: ignore[attr-defined]
    ticket = await TicketType.get_or_none(session_id=session.id) or await TicketType.create(
        event_id=event_id, name=f"Pre-conference {number}", kind="preconference", session_id=session.id
    )
    order = await Order.create(
        code=f"ORDER{number}",
        event_id=event_id,
        person=person,
        state="CONFIRMED",
        name="Ada Lovelace",
        email=email,
        audience="nonmember",
        currency="USD",
        total=0,
        created_at=NOON,
        confirmed_at=NOON,
    )
    registration = await Registration.create(
        code=f"REG{number}", order=order, event_id=event_id, person=person, name="Ada Lovelace", email=email
    )
    await OrderLine.create(order=order, registration=registration, ticket_type=ticket, amount=0)
    return order
