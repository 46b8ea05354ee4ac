"""The clock steps back an hour: nothing is sold twice, told twice or forgotten, and what calendars count on only grows.

What was to happen by the old time may happen up to an hour later; what is new goes on at once.
"""

from datetime import UTC, datetime, timedelta

import pytest
from arq import create_pool
from arq.constants import default_queue_name
from redis.asyncio import Redis

from events.catalogue import entries as event_entries
from events.core import calendars, clock, database, outbox
from events.people import codes
from events.registration import holds, quotas
from events.registration.models import TicketType
from events.registration.quotas import SoldOut
from events.schedule import releases
from events.settings import Settings
from tests import make
from tests.make import NOON
from workers.run import ArqQueue, SteadyWorker, redis_settings
from workers.settings import WorkerSettings, hours

pytestmark = pytest.mark.usefixtures("db")
HOUR = timedelta(hours=1)
BACK = NOON - HOUR
LEASE = timedelta(minutes=5)
KEY = b"tests" * 8


async def hold(ticket: TicketType, at: datetime) -> int:
    return (await holds.place(await make.basket([ticket]), at)).id


async def test_a_hold_stays_whose_it_is_and_nothing_is_sold_twice() -> None:
    workshop = await make.ticket_type(price=100, places=1)
    await hold(workshop, NOON)

    with pytest.raises(SoldOut):
        await hold(workshop, BACK)
    assert await holds.sweep(BACK) == 0
    assert await quotas.recount() == []


async def test_a_hold_that_ran_out_before_the_step_stays_out() -> None:
    workshop = await make.ticket_type(price=100, places=1)
    first = await hold(workshop, NOON - HOUR)
    assert await holds.sweep(NOON) == 1

    second = await hold(workshop, BACK)

    assert not await holds.claim_again(first, BACK)
    rows = await database.rows("SELECT id, state FROM orders ORDER BY id")
    assert [tuple(row) for row in rows] == [(first, "EXPIRED"), (second, "HELD")]
    assert await quotas.recount() == []


async def test_a_leased_message_has_one_owner_and_new_ones_go_on() -> None:
    await database.execute(
        "INSERT INTO outbox_message (topic, body, created_at, due_at) VALUES ('order.confirmed', '{}', $1, $1)", NOON
    )
    [first] = await outbox.claim(10, NOON, LEASE)
    await database.execute(
        "INSERT INTO outbox_message (topic, body, created_at, due_at) VALUES ('order.confirmed', '{}', $1, $1)", BACK
    )

    [new] = await outbox.claim(10, BACK, LEASE)
    assert new.id != first.id
    await outbox.finish([first.id], BACK)
    await outbox.finish([new.id], BACK)

    assert await outbox.claim(10, NOON + HOUR, LEASE) == []


async def test_a_message_whose_worker_died_before_the_step_is_told_in_the_end() -> None:
    await database.execute(
        "INSERT INTO outbox_message (topic, body, created_at, due_at) VALUES ('order.confirmed', '{}', $1, $1)", NOON
    )
    await outbox.claim(10, NOON, LEASE)

    assert await outbox.claim(10, BACK + LEASE, LEASE) == []
    assert [message.attempt for message in await outbox.claim(10, NOON + LEASE, LEASE)] == [2]


async def test_a_sign_in_code_still_opens_and_only_once() -> None:
    handle = await codes.ask(codes.SIGN_IN, "ada@example.org", KEY, NOON, topic="mail.sign_in")
    code = codes.secrets_of(handle, KEY)[1]

    proof = await codes.use_code(codes.SIGN_IN, handle, code, KEY, BACK)

    assert isinstance(proof, codes.Proof)
    assert proof.email == "ada@example.org"
    for at in (BACK, NOON):
        with pytest.raises(codes.ProofOver):
            await codes.use_code(codes.SIGN_IN, handle, code, KEY, at)


async def the_entry(kind: str) -> tuple[int, datetime, bytes]:
    row = await database.row("SELECT sequence, last_modified, ics FROM entry WHERE kind = $1", kind)
    assert row is not None
    return row["sequence"], row["last_modified"], bytes(row["ics"])


async def test_sequence_last_modified_and_the_feeds_never_go_back() -> None:
    event = await make.event("annual")
    session = await make.session(event, NOON + timedelta(days=20))
    await releases.publish(event.id, None, "", NOON)
    feed = await database.row("SELECT etag, revision, last_modified FROM feed WHERE event_id = $1", event.id)
    assert feed is not None

    await make.move(session, NOON + timedelta(days=20, hours=1))
    release = await releases.publish(event.id, None, "", BACK)

    sequence, last_modified, ics = await the_entry("slot")
    assert (sequence, last_modified, release.published_at) == (1, NOON, NOON)
    assert calendars.read(ics).last_modified == NOON
    after = await database.row("SELECT etag, revision, last_modified FROM feed WHERE event_id = $1", event.id)
    assert after is not None
    assert after["etag"] != feed["etag"]
    assert (after["revision"], after["last_modified"]) == (2, NOON + timedelta(seconds=1))


async def test_an_events_own_entry_never_goes_back() -> None:
    event = await make.event("annual")
    await event_entries.write_event_entry(event.id, NOON)
    await database.execute("UPDATE event SET title = 'Another', starts_on = starts_on - 1 WHERE id = $1", event.id)

    await event_entries.write_event_entry(event.id, BACK)

    assert (await the_entry("event"))[:2] == (1, NOON)


async def test_rings_of_before_the_step_are_for_now(
    settings: Settings, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue = ArqQueue(redis_settings(settings))
    await queue.ring([(1, 1)], "message-1-1")
    real = datetime.now(UTC)
    monkeypatch.setattr(clock, "now", lambda: real - HOUR)

    assert await queue.waiting() == 1

    [(_key, due)] = await redis.zrange(default_queue_name, 0, -1, withscores=True)
    assert due == (real - HOUR).timestamp() * 1000
    await queue.close()


async def test_the_hours_go_on(settings: Settings, redis: Redis) -> None:
    pool = await create_pool(redis_settings(settings))
    worker = SteadyWorker(functions=WorkerSettings.functions, cron_jobs=hours(), redis_pool=pool, handle_signals=False)
    now = datetime.now(UTC)
    await worker.run_cron(now, 0.5)

    await worker.run_cron(now - HOUR, 0.5)

    due = {job.name: job.next_run for job in worker.cron_jobs if job.next_run is not None}
    assert due["holds"] < now - HOUR + timedelta(seconds=16)
    assert due["checkouts"] < now - HOUR + timedelta(seconds=61)
    await pool.aclose(close_connection_pool=True)
