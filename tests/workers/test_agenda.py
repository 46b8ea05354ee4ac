"""From an order and a release to what lies in the mailbox, through relay, Redis, arq and SMTP."""

import asyncio
from datetime import timedelta
from typing import Any

import icalendar
import pytest

from events.agenda import personal_feeds, reminders, saves
from events.catalogue.models import Event
from events.core import clock, database
from events.registration import orders
from events.schedule import releases
from events.settings import Settings
from tests import make
from tests.letterbox import Letter, Letterbox
from workers import run

pytestmark = pytest.mark.usefixtures("db", "redis")


async def letters(smtp: Letterbox, count: int) -> list[Letter]:
    for _look in range(300):
        if len(smtp.letters) >= count:
            return smtp.letters
        await asyncio.sleep(0.05)
    raise AssertionError(f"{len(smtp.letters)} of {count} mails came within 15 seconds")


async def failed(count: int) -> None:
    for _look in range(300):
        if await database.value("SELECT count(*) FROM outbox_message WHERE error <> ''") >= count:
            return
        await asyncio.sleep(0.05)
    raise AssertionError("nothing failed within 15 seconds")


def vevent(letter: Letter) -> Any:
    [part] = [part for part in letter.message.walk() if part.get_content_type() == "text/calendar"]
    [found] = icalendar.Calendar.from_ical(part.get_content()).walk("VEVENT")
    return found


async def test_a_seat_a_move_and_a_reminder_reach_the_person(settings: Settings, smtp: Letterbox) -> None:
    now = clock.now()
    start = (now + timedelta(days=3)).replace(minute=0, second=0, microsecond=0)
    event = await make.event("annual", starts_on=start.date(), ends_on=start.date())
    await Event.filter(id=event.id).update(reminder_minutes=[30])
    workshop = await make.session(event, start, 180, title="Hands-on metadata", ticketed=True)
    talk = await make.session(event, start + timedelta(hours=4), title="Zines in the stacks")
    ada = await make.person(email="ada@example.org")
    stop = asyncio.Event()
    working = asyncio.create_task(run.work(settings.model_copy(update={"smtp_url": smtp.url}), stop))
    try:
        await releases.publish(event.id, None, "", now)
        await saves.save(ada.id, event.id, talk.code, now)
        order = await make.seat(ada, workshop, "ada@example.org")
        await orders.tell(order.id, now, "order.confirmed")
        [invited] = await letters(smtp, 1)

        await make.move(workshop, start + timedelta(hours=1), 180)
        await make.move(talk, start + timedelta(hours=5))
        await releases.publish(event.id, None, "", now + timedelta(minutes=1))
        [_first, moved] = await letters(smtp, 2)
        feed = await personal_feeds.of_person(ada.id)
        assert feed is not None
        shown = (await personal_feeds.build(feed, "", "")).plain()

        first, second = start + timedelta(minutes=30), start + timedelta(hours=4, minutes=30)
        rounds = [await reminders.ring_due(at) for at in (first - timedelta(seconds=1), second)]
        await database.execute("UPDATE outbox_message SET due_at = now() WHERE topic = 'mail.reminder'")
        await letters(smtp, 3)
    finally:
        stop.set()
        await asyncio.wait_for(working, 30)

    assert vevent(invited)["uid"] == vevent(moved)["uid"]
    assert [int(vevent(letter)["sequence"]) for letter in (invited, moved)] == [0, 1]
    assert vevent(moved)["dtstart"].dt == start + timedelta(hours=1)
    assert b"Zines" in shown
    assert b"metadata" not in shown, "the seat is in its invitation"
    assert rounds == [0, 1], "one mail for both, and none before the first is due"
    assert smtp.letters[2].message["Subject"].strip().startswith("Soon: 2 sessions")
    assert await database.value("SELECT count(*) FROM outbox_message WHERE error <> ''") == 0


async def test_a_mailbox_that_is_full_is_tried_again_and_holds_up_nobody(settings: Settings, smtp: Letterbox) -> None:
    now = clock.now()
    event = await make.event("annual")
    workshop = await make.session(event, now + timedelta(days=3), 180, title="Hands-on metadata", ticketed=True)
    await releases.publish(event.id, None, "", now)
    smtp.refused["full@example.org"] = "452 mailbox full"
    stop = asyncio.Event()
    working = asyncio.create_task(run.work(settings.model_copy(update={"smtp_url": smtp.url}), stop))
    try:
        for address in ("full@example.org", "ada@example.org"):
            order = await make.seat(None, workshop, address)
            await orders.tell(order.id, now, "order.confirmed")
        [letter] = await letters(smtp, 1)
        assert letter.recipients == ["ada@example.org"]

        await failed(1)
        smtp.refused.clear()
        await database.execute("UPDATE outbox_message SET due_at = now() WHERE done_at IS NULL")
        [_ada, full] = await letters(smtp, 2)
    finally:
        stop.set()
        await asyncio.wait_for(working, 30)

    assert full.recipients == ["full@example.org"]
    assert int(vevent(full)["sequence"]) == 0
    assert full.message["Subject"].strip().startswith("Your seat")
