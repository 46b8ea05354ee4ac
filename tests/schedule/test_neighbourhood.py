"""Asking about a few slots says what asking about the whole draft says of them, whatever has happened since."""

import random
from datetime import timedelta
from typing import Any

from events.catalogue.models import RoomSet, Walk, Zone
from events.planning.models import Availability, Block, Budget, ProtectedTime, Resource
from events.schedule import moves, neighbourhood, placed
from events.schedule.boards import Board
from events.schedule.conflicts import Conflict, Kind
from events.schedule.models import (
    Session,
    SessionPerson,
    SessionRequest,
    SessionResource,
    SessionUnit,
    SessionWish,
    Slot,
    SlotRoom,
)
from events.schedule.moves import Step
from events.schedule.slots import Place, slot
from tests import make
from tests.make import NOON
from tests.schedule.conftest import Conference
from tests.schedule.programmes import NINE
from tests.schedule.rows import a_room, a_venue

HOUR = timedelta(hours=1)


class Busy:
    """A draft in which everything can clash with everything, and somebody who changes it behind everybody's back."""

    def __init__(self, draft: Conference, seed: int) -> None:
        self.draft = draft
        self.dice = random.Random(seed)
        self.slots: list[int] = []

    async def fill(self) -> None:
        event, dice = self.draft.event, self.dice
        venue = await a_venue(event)
        self.zones = [await Zone.create(venue=venue, name=name) for name in ("North", "South")]
        await Walk.create(one=self.zones[0], other=self.zones[1], minutes=45)
        self.rooms = [
            await a_room(venue, f"Room {n}", capacity=20 * n, zone=dice.choice(self.zones)) for n in range(1, 4)
        ]
        for room, name in zip(self.rooms, ("rounds", "theatre"), strict=False):
            await RoomSet.create(room=room, name=name, capacity=10)
        self.units = [await make.unit(f"Unit {n}") for n in range(3)]
        await Budget.create(event=event, unit=self.units[0], slots=2)
        await Budget.create(event=event, unit=self.units[1], slots=3)
        self.people = [await make.person(f"Person {n}", None) for n in range(4)]
        self.pairs = [await Resource.create(event=event, kind="interpreters", name=f"Pair {n}") for n in range(2)]
        await Availability.create(event=event, person=self.people[0], **self.span(6))
        await Availability.create(event=event, room=self.rooms[1], **self.span(6))
        await ProtectedTime.create(event=event, unit=self.units[2], title="Board", **self.span())
        for number in range(14):
            await self.enter(number)

    def span(self, hours: int = 2) -> dict[str, Any]:
        start = NINE + self.dice.randint(0, 8) * HOUR / 2
        return {"starts_at": start, "ends_at": start + self.dice.randint(1, hours) * HOUR / 2}

    async def enter(self, number: int) -> None:
        dice = self.dice
        values: dict[str, Any] = {
            "title": f"Session {number}",
            "topics": dice.sample(["Zines", "zines", "Data"], dice.randint(0, 2)),
        }
        unit = dice.choice([*self.units, None])
        session = await make.session(self.draft.event, NINE, unit=unit, **values)
        for person in dice.sample(self.people, dice.randint(0, 2)):
            await SessionPerson.create(session=session, person=person)
        for pair in dice.sample(self.pairs, dice.randint(0, 1)):
            await SessionResource.create(session=session, resource=pair)
        if dice.random() < 0.4:
            await SessionUnit.create(session=session, unit=dice.choice(self.units))
        if dice.random() < 0.5:
            given: dict[str, Any] = {"headcount": dice.randint(5, 60), "room_set": dice.choice(["", "rounds"])}
            await SessionRequest.create(session=session, changed_at=NOON, equipment=[], needs=[], **given)
        if dice.random() < 0.3:
            await SessionWish.create(session=session, kind="impossible", **self.span())
        if dice.random() < 0.3:
            await moves.add(session.id, self.place(), NOON, "As it came")
        self.slots += await Slot.filter(session=session).values_list("id", flat=True)  # type: ignore[arg-type]

    def place(self) -> Place:
        start = NINE + self.dice.randint(0, 12) * HOUR / 2
        rooms = self.dice.sample([room.id for room in self.rooms], self.dice.randint(0, 2))
        return Place(start, start + self.dice.randint(1, 3) * HOUR / 2, "America/Chicago", tuple(rooms))

    async def meddle(self) -> list[int]:
        """One change, through the house's own door or past it; returns slots to ask about."""
        dice = self.dice
        chosen = dice.sample(self.slots, dice.randint(1, 3))
        what = dice.randrange(8)
        session_id = (await Slot.get(id=chosen[0])).session_id  # type: ignore[attr-defined]
        if what < 4:
            steps = [Step(one, (await slot(one)).version, self.place()) for one in chosen]
            await moves.move_all(self.draft.event.id, steps, NOON, "They share it")
        elif what == 4:
            await SessionPerson.get_or_create(session_id=session_id, person=dice.choice(self.people), role="chair")
        elif what == 5:
            await Session.filter(id=session_id).update(
                unit_id=dice.choice(self.units).id, state=dice.choice(["confirmed", "cancelled"]), topics=["Data"]
            )
        elif what == 6:
            await Block.filter(event=self.draft.event).delete()
            await Block.create(
                event=self.draft.event, series=NINE_UUID, title="Lunch", local_start="", local_end="", timezone="UTC",
                room_ids=[room.id for room in self.rooms if dice.random() < 0.3], **self.span(),
            )  # fmt: skip
        else:
            await SlotRoom.filter(slot_id=chosen[0]).update(exclusive=dice.random() < 0.7, accepted=True)
        return chosen


NINE_UUID = "6f1f7a3e-7f0d-4d52-9f5d-0f6f6a1c9b11"


async def whole(event_id: int, slots: list[int]) -> list[Conflict]:
    """The owner's budget, and where nobody owns it a sponsor's, is asked about with a slot."""
    rows = await Session.filter(slots__id__in=slots).values("unit_id", sponsor="units__unit_id")
    units = {row["unit_id"] or row["sponsor"] for row in rows}
    return [
        one
        for one in await placed.conflicts(event_id)
        if (one.subject in units if one.kind is Kind.BUDGET else {one.one, one.other} & set(slots))
    ]


async def test_a_part_of_the_draft_answers_as_all_of_it_after_any_changes(draft: Conference) -> None:
    busy = Busy(draft, 20261122)
    await busy.fill()
    kinds = set()

    for _time in range(40):
        asked = await busy.meddle()
        found = await neighbourhood.conflicts(draft.event.id, asked)
        assert found.conflicts == await whole(draft.event.id, asked)
        kinds |= {one.kind for one in found.conflicts}

    assert kinds == set(Kind)


async def test_where_a_slot_could_lie_is_the_same_by_a_part_of_the_draft(draft: Conference) -> None:
    busy = Busy(draft, 7)
    await busy.fill()
    everything = Board(await placed.bookings(draft.event.id), await placed.frame(draft.event.id))

    for one in busy.slots:
        near = await neighbourhood.bookings(draft.event.id, [one], at_any_time=True)
        part = Board(near, await placed.frame(draft.event.id))
        booking = everything.bookings[one]
        assert set(part.obstacles(booking)) == set(everything.obstacles(booking))


async def test_a_unit_is_asked_about_when_its_slot_is_gone(draft: Conference) -> None:
    unit = await make.unit("Zine Round Table")
    await Budget.create(event=draft.event, unit=unit, slots=1)
    await Session.filter(event=draft.event).update(unit_id=unit.id)

    found = await neighbourhood.conflicts(draft.event.id, [], [draft.zines.id])

    assert found.units == {unit.id}
    assert [one.kind for one in found.conflicts] == [Kind.BUDGET, Kind.BUDGET]
    assert (await neighbourhood.conflicts(draft.event.id, [])).conflicts == []
