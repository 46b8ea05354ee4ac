import pytest

from events.core.errors import NotFound
from events.schedule import drafts, placed
from events.schedule.conflicts import Kind, Level
from events.schedule.models import Session, SessionPerson, SlotRoom
from tests import make
from tests.schedule.conftest import Conference
from tests.schedule.programmes import NINE
from tests.schedule.rows import a_room, slot_of, somebody_in


async def test_the_draft_has_everything_of_every_kind(draft: Conference) -> None:
    await Session.filter(id=draft.zines.id).update(visibility="internal", state="planned")

    whole = await drafts.load(draft.event.id)

    assert [one.title for one in whole.sessions] == ["Opening", "Metadata", "Zines in the stacks"]
    opening = whole.by_code[draft.opening.code]
    assert opening.people == ((draft.ada.code, "speaker"),)
    assert whole.place(opening.slots[0]) == "Ballroom A, North"
    assert [room.name for room in whole.rooms.values()] == ["Ballroom A", "Library"]
    assert [track.name for track in whole.tracks] == ["Data"]
    assert (await slot_of(draft.opening)).id in whole.by_slot


async def test_a_session_without_a_time_has_no_slot(draft: Conference) -> None:
    slot = await slot_of(draft.opening)
    slot.starts_at = slot.ends_at = None
    await slot.save()

    assert (await drafts.load(draft.event.id)).by_id[draft.opening.id].slots == ()


async def test_no_event_no_draft(db: None) -> None:
    with pytest.raises(NotFound):
        await drafts.load(404)


async def test_somebody_in_two_rooms_is_a_conflict_whatever_their_role(draft: Conference) -> None:
    await somebody_in(draft.data, "Somebody")
    await SessionPerson.create(session=draft.data, person=draft.ada, role="chair")

    [found] = await placed.conflicts(draft.event.id)

    assert (found.kind, found.level, found.subject) == (Kind.PERSON, Level.WARN, draft.ada.id)


async def test_what_is_cancelled_needs_nobody(draft: Conference) -> None:
    await SessionPerson.create(session=draft.data, person=draft.ada, role="chair")
    await Session.filter(id=draft.data.id).update(state="cancelled")

    assert await placed.conflicts(draft.event.id) == []


async def test_a_room_holds_as_many_as_it_holds(draft: Conference) -> None:
    await Session.filter(id=draft.opening.id).update(capacity=185)

    [found] = await placed.conflicts(draft.event.id)

    assert (found.kind, found.subject) == (Kind.CAPACITY, draft.ballroom.id)


async def test_rooms_nobody_counted_and_halls_never_clash(draft: Conference) -> None:
    hall = await a_room(name="Hall", kind="hall", exclusive=False, capacity=None)
    for _n in range(2):
        slot = await slot_of(await make.session(draft.event, NINE, capacity=5000))
        await SlotRoom.create(
            slot=slot, room=hall, named=hall, taken_from=slot.starts_at, taken_until=slot.ends_at, exclusive=False
        )

    assert await placed.conflicts(draft.event.id) == []
