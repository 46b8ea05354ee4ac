"""Reminders go with the slot they are of."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from events.agenda import reminders, saves
from events.core import database
from events.schedule.models import Session
from events.settings import Settings
from tests import make
from tests.agenda.conftest import MORNING, Programme, rung
from tests.letterbox import opened
from tests.make import NOON

DAY, HALF_HOUR = timedelta(days=1), timedelta(minutes=30)
BEFORE = MORNING - timedelta(days=2)


async def due() -> list[datetime]:
    """When whoever is the only one is reminded: rung every half hour of five days."""
    await reminders.ring_due(BEFORE)
    return [
        at
        for at in (BEFORE + step * HALF_HOUR for step in range(1, 240))
        for _mail in range(await reminders.ring_due(at))
    ]


async def test_a_saved_session_is_reminded_of_as_the_event_says(programme: Programme) -> None:
    ada = await make.person()
    await saves.save(ada.id, programme.event.id, programme.early.code, NOON)

    assert await due() == [MORNING - DAY, MORNING - HALF_HOUR]


async def test_letting_go_takes_the_reminders_along_unless_a_seat_keeps_them(programme: Programme) -> None:
    ada, event = await make.person(), programme.event.id
    await make.seat(ada, programme.workshop)
    for session in (programme.early, programme.workshop):
        await saves.save(ada.id, event, session.code, NOON)
        await saves.unsave(ada.id, event, session.code, NOON)

    workshop = MORNING + timedelta(hours=4)
    assert await due() == [workshop - DAY, workshop - HALF_HOUR]


async def test_a_moved_slot_takes_its_reminders_along(programme: Programme) -> None:
    ada = await make.person()
    await saves.save(ada.id, programme.event.id, programme.early.code, NOON)
    moved = MORNING + timedelta(days=2)
    await make.move(programme.early, moved)
    await programme.publish(NOON + timedelta(hours=1))

    assert await due() == [moved - DAY, moved - HALF_HOUR]


async def test_a_reminder_sent_for_the_old_time_comes_again_for_the_new(programme: Programme) -> None:
    ada = await make.person()
    await saves.save(ada.id, programme.event.id, programme.early.code, NOON)
    assert await reminders.ring_due(MORNING - DAY) == 1
    moved = MORNING + timedelta(days=2)
    await make.move(programme.early, moved)
    await programme.publish(MORNING - timedelta(hours=20))

    assert await due() == [moved - DAY, moved - HALF_HOUR]


async def test_a_cancelled_session_reminds_nobody(programme: Programme) -> None:
    ada = await make.person()
    await saves.save(ada.id, programme.event.id, programme.early.code, NOON)
    await Session.filter(id=programme.early.id).update(state="cancelled")
    await programme.publish(NOON + timedelta(hours=1))

    assert await due() == []


async def test_five_sessions_of_a_crowd_are_written_down_for_nobody_in_advance(programme: Programme) -> None:
    people = [await make.person() for _one in range(3)]
    for one in people:
        for session in (programme.early, programme.late, programme.side):
            await saves.save(one.id, programme.event.id, session.code, NOON)
    await make.move(programme.early, MORNING + timedelta(minutes=5))
    await programme.publish(NOON + timedelta(hours=1))

    assert await database.value("SELECT (SELECT count(*) FROM reminder) + (SELECT count(*) FROM reminder_round)") == 0
    assert await reminders.ring_due(MORNING - DAY + timedelta(minutes=20)) == len(people)


async def test_what_was_saved_after_its_time_is_not_reminded_of(programme: Programme) -> None:
    ada = await make.person()
    await reminders.ring_due(MORNING - HALF_HOUR)
    await saves.save(ada.id, programme.event.id, programme.early.code, MORNING - timedelta(minutes=20))

    assert await reminders.ring_due(MORNING - timedelta(minutes=19)) == 0


async def test_a_round_that_breaks_off_is_done_again_whole_and_once(
    programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = await make.person()
    await saves.save(ada.id, programme.event.id, programme.early.code, NOON)
    await reminders.ring_due(MORNING - DAY - timedelta(minutes=1))
    real = database.execute

    async def torn(statement: str, *args: Any) -> int:
        if "UPDATE reminder_round" in statement:
            raise ConnectionError("the database went away")
        return await real(statement, *args)

    with monkeypatch.context() as patched:
        patched.setattr(database, "execute", torn)
        with pytest.raises(ConnectionError):
            await reminders.ring_due(MORNING - DAY)
    assert await rung(reminders.TOPIC) == []

    assert [await reminders.ring_due(MORNING - DAY) for _worker in range(2)] == [1, 0]


async def test_two_workers_at_once_remind_once(programme: Programme) -> None:
    ada = await make.person()
    await saves.save(ada.id, programme.event.id, programme.early.code, NOON)

    done = await asyncio.gather(*(reminders.ring_due(MORNING - DAY) for _worker in range(4)))

    assert sorted(done) == [0, 0, 0, 1]


async def test_what_the_version_before_has_sent_is_not_sent_again(programme: Programme) -> None:
    ada = await make.person()
    await saves.save(ada.id, programme.event.id, programme.early.code, NOON)
    await database.execute(
        "INSERT INTO reminder (person_id, entry_id, minutes, due_at, sent_at)"
        " SELECT $1, id, 1440, $2, $2 FROM entry WHERE session_code = $3",
        ada.id,
        MORNING - DAY,
        programme.early.code,
    )

    assert await reminders.ring_due(MORNING - DAY) == 0
    assert await reminders.ring_due(MORNING - HALF_HOUR) == 1


async def test_what_falls_due_together_is_one_mail_and_none_is_sent_twice(
    programme: Programme, settings: Settings
) -> None:
    ada = await make.person(email="ada@example.org")
    for session in (programme.early, programme.side):
        await saves.save(ada.id, programme.event.id, session.code, NOON)
    at = MORNING - DAY + HALF_HOUR

    assert await reminders.ring_due(at) == 1
    assert await reminders.ring_due(at) == 0

    [message] = await rung(reminders.TOPIC)
    letter = opened(await reminders.letter(message, settings, at))
    assert letter["Subject"] == "Soon: 2 sessions of your schedule, Thursday, July 9, 2026"
    text = letter.get_body(("plain",))
    assert text is not None
    words = " ".join(text.get_content().split())
    assert words.startswith("Cataloguing for everyone Thursday, July 9, 2026, 9:00 AM – 10:00 AM CDT Ballroom A")


async def test_a_reminder_that_is_told_too_late_is_not_told(programme: Programme, settings: Settings) -> None:
    ada = await make.person()
    await saves.save(ada.id, programme.event.id, programme.early.code, NOON)
    await reminders.ring_due(MORNING - HALF_HOUR)
    [message] = await rung(reminders.TOPIC)

    assert await reminders.letter(message, settings, MORNING) is None
