"""A rung job: it may run twice, it may fail, it may come too late."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from events.core import clock, database, outbox
from events.core.outbox import ATTEMPTS, Message
from events.settings import Settings
from tests.workers.test_relay import Bell, write
from workers import relay
from workers.job import Job, Told, tell, together
from workers.relay import LEASE
from workers.tools import Tools

pytestmark = pytest.mark.usefixtures("db")


class Diary:
    """A job that notes what it was told, and fails on the numbers it should."""

    def __init__(self, *fails: int) -> None:
        self.told: list[int] = []
        self.fails = fails

    async def job(self, message: Message, tools: Tools) -> None:
        self.told.append(message.number("order"))
        if message.number("order") in self.fails:
            raise RuntimeError("no such order at ada@example.org")


def context(settings: Settings, **topics: Job) -> dict[str, Any]:
    return {
        "tools": Tools(settings),
        "batches": {},
        "topics": {name.replace("_", ".", 1): job for name, job in topics.items()},
    }


async def rows() -> list[dict[str, Any]]:
    found = await database.rows("SELECT attempt, done_at, failed_at, error FROM outbox_message ORDER BY id")
    return [dict(row) for row in found]


async def test_a_job_ends_by_marking_its_row(settings: Settings) -> None:
    diary, bell = Diary(), Bell()
    await write(2)
    await relay.relay(bell, clock.now())

    for _key, rung in bell.rung:
        await tell(context(settings, order_confirmed=diary.job), rung)

    assert diary.told == [0, 1]
    assert all(row["done_at"] for row in await rows())


async def test_a_job_that_runs_twice_does_its_work_once(settings: Settings) -> None:
    diary, bell = Diary(), Bell()
    await write(1)
    await relay.relay(bell, clock.now())
    [(_key, rung)] = bell.rung

    await tell(context(settings, order_confirmed=diary.job), rung)
    await tell(context(settings, order_confirmed=diary.job), rung)

    assert diary.told == [0]


async def test_a_ring_from_before_the_lease_ran_out_is_left_to_the_later_attempt(settings: Settings) -> None:
    diary, bell = Diary(), Bell()
    await write(1)
    at = clock.now()
    await relay.relay(bell, at)
    await relay.relay(bell, at + LEASE + timedelta(seconds=1))
    [(_first, early), (_second, late)] = bell.rung

    await tell(context(settings, order_confirmed=diary.job), early)
    assert diary.told == []
    await tell(context(settings, order_confirmed=diary.job), late)
    assert diary.told == [0]


async def test_one_that_fails_does_not_hold_up_the_others_of_its_ring(settings: Settings) -> None:
    diary = Diary(1)
    await write(3)
    messages = await outbox.claim(10, clock.now(), LEASE)

    await tell(context(settings, order_confirmed=diary.job), [(m.id, m.attempt) for m in messages])

    assert diary.told == [0, 1, 2]
    done = [bool(row["done_at"]) for row in await rows()]
    assert done == [True, False, True]
    assert (await rows())[1]["error"] == "RuntimeError: no such order at …@…"


async def test_a_job_that_is_cut_off_marks_what_it_did(settings: Settings) -> None:
    """arq has two minutes for a ring, and a worker that is stopped has less. The rest keeps its lease."""
    hanging = asyncio.Event()

    async def batch(messages: Sequence[Message], tools: Tools, told: Told) -> None:
        told.done.append(messages[0].id)
        hanging.set()
        await asyncio.Event().wait()

    await write(3)
    messages = await outbox.claim(10, clock.now(), LEASE)
    ctx = context(settings) | {"batches": {"order.confirmed": batch}}
    working = asyncio.create_task(tell(ctx, [(m.id, m.attempt) for m in messages]))
    await hanging.wait()
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working

    assert [(bool(row["done_at"]), row["error"]) for row in await rows()] == [(True, ""), (False, ""), (False, "")]


async def test_what_a_batch_did_before_it_failed_is_not_done_again(settings: Settings) -> None:
    async def batch(messages: Sequence[Message], tools: Tools, told: Told) -> None:
        told.done.append(messages[0].id)
        raise RuntimeError("and then nothing")

    await write(2)
    messages = await outbox.claim(10, clock.now(), LEASE)

    ctx = context(settings) | {"batches": {"order.confirmed": batch}}
    await tell(ctx, [(m.id, m.attempt) for m in messages])

    assert [(bool(row["done_at"]), row["error"]) for row in await rows()] == [
        (True, ""),
        (False, "RuntimeError: and then nothing"),
    ]


async def test_one_that_fails_a_whole_ring_is_found_and_the_others_are_done() -> None:
    told, asked = Told(), []
    messages = [Message(number, "order.confirmed", {}, 1) for number in range(3)]

    async def do(some: Sequence[Message]) -> list[int]:
        asked.append(len(some))
        if messages[1] in some:
            raise RuntimeError("poison")
        return [one.id for one in some]

    assert await together(messages, told, do) == [[0], [2]]
    assert asked == [3, 1, 1, 1]
    assert list(told.failed) == [1]


async def test_a_poison_message_is_given_up_after_its_last_attempt_and_seen(settings: Settings) -> None:
    diary, at = Diary(0), clock.now()
    await write(1)

    for attempt in range(1, ATTEMPTS + 3):
        late = at + timedelta(days=attempt)
        for message in await outbox.claim(10, late, LEASE):
            await tell(context(settings, order_confirmed=diary.job), [(message.id, message.attempt)])

    [row] = await rows()
    assert len(diary.told) == ATTEMPTS
    assert row["failed_at"] is not None
    assert row["error"].startswith("RuntimeError")
    assert (await outbox.lag(clock.now()))[2] == 1


async def test_a_topic_without_a_job_fails_on_its_row_and_nowhere_else(settings: Settings) -> None:
    await write(1, topic="order.unheard")
    messages = await outbox.claim(10, clock.now(), LEASE)

    await tell(context(settings), [(m.id, m.attempt) for m in messages])

    assert (await rows())[0]["error"] == "NoSuchTopic: order.unheard"
