import pytest
from asyncpg import CheckViolationError, ExclusionViolationError
from tortoise.exceptions import IntegrityError

from events.core import database
from events.schedule.models import Session, Slot
from tests import make
from tests.schedule.programmes import NINE
from tests.schedule.rows import a_room


async def test_an_exclusive_room_is_not_booked_twice(db: None) -> None:
    event, room = await make.event(), await a_room()
    await make.session(event, NINE, room=room)

    with pytest.raises((ExclusionViolationError, IntegrityError)):
        await make.session(event, NINE, room=room)


async def test_a_slot_has_both_times_or_none(db: None) -> None:
    session = await make.session(await make.event(), NINE)

    with pytest.raises(CheckViolationError):
        await database.execute("UPDATE slot SET ends_at = NULL WHERE session_id = $1", session.id)


async def test_a_session_takes_its_slots_along(db: None) -> None:
    session = await make.session(await make.event(), NINE)

    await Session.filter(id=session.id).delete()

    assert await Slot.all().count() == 0
