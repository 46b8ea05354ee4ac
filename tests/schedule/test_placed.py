"""Each kind of conflict, from the rows that make it to the words that tell it."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from events.catalogue.models import Building, Room, RoomSet, Walk, Zone
from events.planning.models import Availability, Block, Budget, ConflictLevel, ProtectedTime, Resource
from events.schedule import conflict_lists, placed
from events.schedule.conflicts import Kind, Level
from events.schedule.models import (
    AcceptedConflict,
    Session,
    SessionPerson,
    SessionRequest,
    SessionResource,
    SessionUnit,
    SessionWish,
)
from tests import make
from tests.make import NOON
from tests.schedule.conftest import Conference
from tests.schedule.programmes import NINE
from tests.schedule.rows import slot_of

HOUR = timedelta(hours=1)


async def told(draft: Conference) -> list[tuple[Kind, str, str, str]]:
    lines = await conflict_lists.named(await placed.conflicts(draft.event.id))
    return [(one.kind, one.subject, one.one.title, one.other.title if one.of_two else "") for one in lines]


async def a_request(session: Session, **values: Any) -> None:
    await SessionRequest.create(session=session, changed_at=NOON, equipment=[], needs=[], **values)


def hours(first: float, last: float) -> dict[str, Any]:
    """Times so many hours after NINE, for a row that has both."""
    return {"starts_at": NINE + first * HOUR, "ends_at": NINE + last * HOUR}


async def test_a_draft_in_which_nothing_is_wrong_has_no_conflict(draft: Conference) -> None:
    assert await told(draft) == []


async def test_a_resource_that_is_booked_twice_is_told(draft: Conference) -> None:
    pair = await Resource.create(event=draft.event, kind="interpreters", name="ASL pair 1")
    for session in (draft.opening, draft.data):
        await SessionResource.create(session=session, resource=pair)

    assert await told(draft) == [(Kind.RESOURCE, "ASL pair 1", "Opening", "Metadata")]


async def test_more_people_are_expected_than_the_room_holds_when_it_is_set_so(draft: Conference) -> None:
    await RoomSet.create(room=draft.ballroom, name="classroom", capacity=40)
    await a_request(draft.opening, headcount=50, room_set="classroom")

    assert await told(draft) == [(Kind.CAPACITY, "Ballroom A", "Opening", "")]
    await SessionRequest.filter(session_id=draft.opening.id).update(headcount=40)
    assert await told(draft) == []


async def test_a_set_the_room_has_not_is_told_and_a_room_without_sets_takes_any(draft: Conference) -> None:
    await RoomSet.create(room=draft.ballroom, name="theatre", capacity=300)
    await a_request(draft.opening, room_set="rounds")
    await a_request(draft.data, room_set="rounds")

    assert await told(draft) == [(Kind.SET, "Ballroom A", "Opening", "")]


async def test_a_closed_room_and_a_person_who_is_away_are_told(draft: Conference) -> None:
    await Availability.create(event=draft.event, room=draft.ballroom, **hours(0.5, 8))
    await Availability.create(event=draft.event, person=draft.grace, **hours(2, 4))

    assert await told(draft) == [
        (Kind.CLOSED, "Ballroom A", "Opening", ""),
        (Kind.AWAY, "Grace Hopper", "Metadata", ""),
    ]


async def test_what_lies_in_a_break_is_told(draft: Conference) -> None:
    words: dict[str, Any] = {"local_start": "", "local_end": "", "timezone": "America/Chicago"}
    await Block.create(
        event=draft.event, series=uuid4(), kind="break", title="Coffee", room_ids=[], **hours(1.5, 2), **words
    )

    assert await told(draft) == [(Kind.BLOCK, "Coffee", "Zines in the stacks", "")]


async def test_a_units_protected_time_holds_for_what_it_owns_and_sponsors(draft: Conference) -> None:
    unit, other = await make.unit("Cataloguing Section"), await make.unit("Data Round Table")
    await ProtectedTime.create(event=draft.event, unit=unit, title="Membership meeting", **hours(0, 1))
    await Session.filter(id=draft.opening.id).update(unit_id=unit.id)
    await Session.filter(id=draft.data.id).update(unit_id=other.id)
    await SessionUnit.create(session=draft.data, unit=unit)

    assert await told(draft) == [
        (Kind.PROTECTED, "Membership meeting", "Opening", ""),
        (Kind.PROTECTED, "Membership meeting", "Metadata", ""),
    ]


async def test_a_time_the_unit_cannot_have_is_told_and_a_preferred_one_is_not(draft: Conference) -> None:
    await SessionWish.create(session=draft.opening, kind="impossible", **hours(0, 1))
    await SessionWish.create(session=draft.data, kind="preferred", **hours(0, 1))

    assert await told(draft) == [(Kind.IMPOSSIBLE, "", "Opening", "")]


async def test_the_slots_beyond_a_budget_are_told(draft: Conference) -> None:
    unit = await make.unit("Cataloguing Section")
    await Session.filter(event_id=draft.event.id).update(unit_id=unit.id)
    await Budget.create(event=draft.event, unit=unit, slots=2)

    assert await told(draft) == [(Kind.BUDGET, "Cataloguing Section", "Zines in the stacks", "")]


async def test_a_walk_between_zones_takes_its_time(draft: Conference) -> None:
    north, south = [
        await Zone.create(venue_id=draft.event.venue_id, name=name)  # type: ignore[attr-defined]
        for name in ("North", "South")
    ]
    await Walk.create(one=north, other=south, minutes=12)
    await Room.filter(id=draft.ballroom.id).update(zone_id=north.id)
    await Building.filter(name="South").update(zone_id=south.id)
    await SessionPerson.create(session=draft.zines, person=draft.grace, role="speaker")

    assert await told(draft) == [(Kind.WALK, "Grace Hopper", "Zines in the stacks", "Metadata")]


async def test_two_sessions_for_the_same_readers_at_once_are_told(draft: Conference) -> None:
    await Session.filter(id=draft.opening.id).update(topics=["RDA", "Zines"])
    await Session.filter(id=draft.data.id).update(topics=["rda"])

    [line] = await conflict_lists.named(await placed.conflicts(draft.event.id))

    assert (line.kind, line.subject.casefold()) == (Kind.TOPIC, "rda")


async def test_an_event_says_how_serious_a_kind_is(draft: Conference) -> None:
    await SessionPerson.create(session=draft.data, person=draft.ada, role="chair")
    await ConflictLevel.create(event=draft.event, kind="person", level="block")

    [found] = await placed.conflicts(draft.event.id)

    assert found.level is Level.BLOCK


async def test_what_somebody_accepted_is_listed_as_accepted(draft: Conference) -> None:
    await SessionPerson.create(session=draft.data, person=draft.ada, role="chair")
    one, other = sorted([await slot_of(draft.opening), await slot_of(draft.data)], key=lambda slot: slot.id)
    await AcceptedConflict.create(
        event=draft.event,
        kind="person",
        one=one,
        other=other,
        subject=draft.ada.id,
        reason="She knows",
        accepted_at=NOON,
    )

    [found] = await placed.conflicts(draft.event.id)

    assert found.level is Level.IGNORE
