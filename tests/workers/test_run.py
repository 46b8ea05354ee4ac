"""The whole way on real servers: a row, Redis, arq, the job, the mark."""

import asyncio

import pytest
from redis.asyncio import Redis

from events.core import clock, database, outbox
from events.core.access import Limiter
from events.people import sign_in
from events.settings import Settings
from tests.letterbox import Letterbox
from workers import run

pytestmark = pytest.mark.usefixtures("db", "redis")


async def until_done(count: int) -> None:
    for _look in range(300):
        if await database.value("SELECT count(*) FROM outbox_message WHERE done_at IS NOT NULL") >= count:
            return
        await asyncio.sleep(0.05)
    raise AssertionError("nobody told the message within 15 seconds")


async def test_a_message_is_told_and_marked(settings: Settings) -> None:
    stop = asyncio.Event()
    working = asyncio.create_task(run.work(settings, stop))
    async with database.transaction():
        await outbox.write("order.confirmed", {"order": 404})

    await until_done(1)
    stop.set()
    await asyncio.wait_for(working, 10)


async def test_without_redis_messages_wait_and_with_it_they_are_told(settings: Settings, redis: Redis) -> None:
    stop = asyncio.Event()
    nowhere = settings.model_copy(update={"redis_url": "unix:///nowhere/redis.sock"})
    working = asyncio.create_task(run.work(nowhere, stop))
    async with database.transaction():
        await outbox.write("order.confirmed", {"order": 404})
    await asyncio.sleep(1)
    assert await database.value("SELECT attempt FROM outbox_message") == 0
    stop.set()
    await asyncio.wait_for(working, 10)

    again = asyncio.Event()
    working = asyncio.create_task(run.work(settings, again))
    await until_done(1)
    again.set()
    await asyncio.wait_for(working, 10)

    # Nothing stays behind that would keep a later ring with the same id out (arq keeps results for an hour by default).
    assert [key for key in await redis.keys() if b"result" in key or b"arq:job:message-" in key] == []


async def test_a_ring_lost_with_redis_is_rung_again(settings: Settings, redis: Redis) -> None:
    async with database.transaction():
        await outbox.write("order.confirmed", {"order": 404})
    queue = run.ArqQueue(run.redis_settings(settings))
    await queue.ring([(1, 1)], "message-1-1")
    await database.execute("UPDATE outbox_message SET attempt = 1, leased_until = now() - interval '1 second'")
    await redis.flushdb()
    await queue.close()

    stop = asyncio.Event()
    working = asyncio.create_task(run.work(settings, stop))
    await until_done(1)
    stop.set()
    await asyncio.wait_for(working, 10)

    assert await database.value("SELECT attempt FROM outbox_message") == 2


async def test_what_a_killed_worker_was_at_does_not_fill_the_queue(settings: Settings, redis: Redis) -> None:
    """It stays in arq's queue until its in-progress key runs out, two minutes later."""
    queue = run.ArqQueue(run.redis_settings(settings))
    for number in range(3):
        await queue.ring([(number, 1)], f"message-{number}-1")
    await redis.set("arq:in-progress:message-0-1", b"1")

    assert await queue.waiting() == 2
    await queue.close()


async def test_a_ring_that_somebody_waits_for_is_taken_up_first(settings: Settings, redis: Redis) -> None:
    queue = run.ArqQueue(run.redis_settings(settings))
    await queue.ring([(1, 1)], "message-1-1")
    await queue.ring([(2, 1)], "message-2-1", first=True)

    assert await redis.zrange("arq:queue", 0, -1) == [b"message-2-1", b"message-1-1"]
    await queue.close()


async def test_a_sign_in_mail_reaches_the_mailbox(settings: Settings, smtp: Letterbox) -> None:
    key = settings.secret_key.get_secret_value().encode()
    await sign_in.ask("ada@example.org", "", "192.0.2.0/24", Limiter(None), key, clock.now())
    stop = asyncio.Event()
    working = asyncio.create_task(run.work(settings.model_copy(update={"smtp_url": smtp.url}), stop))

    await until_done(1)
    stop.set()
    await asyncio.wait_for(working, 10)

    [letter] = smtp.letters
    assert letter.recipients == ["ada@example.org"]
    assert letter.message["Message-ID"].startswith("<message-1@")
