"""Reminders go with the slot they are of."""

from datetime import datetime, timedelta

from events.agenda import reminders, saves
from events.core import database
from events.schedule.models import Session
from events.settings import Settings
from tests import make
from tests.agenda.conftest import MORNING, Programme, rung
from tests.letterbox import opened
from tests.make import NOON

DAY, HALF_HOUR = timedelta(days=1), timedelta(minutes=30)


async def due() -> list[datetime]:
    return [
        row["due_at"]
        for row in await database.rows("SELECT due_at FROM reminder WHERE sent_at IS NULL ORDER BY due_at")
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
    await reminders.ring_due(MORNING - DAY)
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
