"""Who has not paid is reminded on the days that the event names, each once."""

import asyncio
from datetime import timedelta

from events.core import database, outbox
from events.invoicing import dues, letters, receipts, terms
from events.invoicing.terms import Terms
from events.settings import Settings
from tests.invoicing.conftest import CHECK, Desk, slip
from tests.letterbox import opened
from tests.make import NOON

DAY = timedelta(days=1)
MORNING = NOON + timedelta(hours=2)
"""Nine where the event is: nobody is reminded before eight."""


async def reminded() -> int:
    return int(await database.value("SELECT count(*) FROM outbox_message WHERE topic = 'mail.payment_reminder'"))


async def test_each_day_of_the_terms_is_one_mail(desk: Desk, settings: Settings) -> None:
    await desk.ordered()
    told: list[int] = []
    for days in range(60):
        await dues.remind(MORNING + days * DAY)
        if (now := await reminded()) != len(told):
            told += [days] * (now - len(told))

    assert told == [23, 31, 44], "30 days to pay: a week before, the day after, two weeks after"
    mails = []
    for message in await outbox.claim(50, NOON + 90 * DAY, lease=timedelta(minutes=1)):
        if message.topic == "mail.payment_reminder":
            for at in (NOON + 23 * DAY, NOON + 31 * DAY):
                sealed = await letters.payment_reminder(message, settings, at)
                assert sealed is not None
                mails.append(str(opened(sealed)["Subject"]))
    assert {one.split(":")[0] for one in mails} == {"A reminder of what is to be paid", "Overdue"}


async def test_who_paid_or_gave_back_is_left_in_peace(desk: Desk, settings: Settings) -> None:
    paid = await desk.ordered()
    await receipts.book(paid, slip(), None, NOON)
    await dues.remind(MORNING + 31 * DAY)
    assert await reminded() == 0

    late = await desk.ordered(CHECK)
    await dues.remind(MORNING + 31 * DAY)
    assert await reminded() == 1
    await receipts.book(late, slip(number="2"), None, NOON + 31 * DAY)
    [message] = [
        one
        for one in await outbox.claim(50, NOON + 90 * DAY, lease=timedelta(minutes=1))
        if one.topic == "mail.payment_reminder"
    ]
    assert await letters.payment_reminder(message, settings, NOON + 31 * DAY) is None


async def test_two_workers_write_once_and_a_late_one_not_at_all(desk: Desk) -> None:
    await desk.ordered()
    await asyncio.gather(*(dues.remind(MORNING + 31 * DAY) for _worker in range(4)))
    assert await reminded() == 1
    await dues.remind(MORNING + 200 * DAY)
    assert await reminded() == 1


async def test_without_days_nobody_is_reminded(desk: Desk) -> None:
    known = await terms.of_event(desk.event.id)
    assert known.reminders == (-7, 1, 14)
    await terms.save(desk.event.id, Terms(known.ways, pay_to="Bank", version=known.version, reminders=()))
    await desk.ordered()
    for days in range(60):
        await dues.remind(MORNING + days * DAY)
    assert await reminded() == 0
