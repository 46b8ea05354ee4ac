"""The pool: the last used first, an end to waiting, and nothing lost when PostgreSQL goes or somebody stops waiting."""

import asyncio

import asyncpg
import pytest
from asyncpg.transaction import Transaction

from events.core import database
from events.core.connections import Pool
from events.core.errors import Busy


@pytest.fixture
async def pool(db: None, database_url: str) -> Pool:
    return Pool(lambda: asyncpg.connect(**database.credentials(database_url)), size=2, wait=0.2)


async def test_the_connection_used_last_is_used_next(pool: Pool) -> None:
    first, second = await pool.acquire(), await pool.acquire()
    pool.give_back(first)
    pool.give_back(second)

    assert await pool.acquire() is second
    assert await pool.acquire() is first
    await _close(pool, first, second)


async def test_waiting_for_a_connection_has_an_end_in_words(pool: Pool) -> None:
    held = [await pool.acquire(), await pool.acquire()]

    with pytest.raises(Busy) as busy:
        await pool.acquire()

    assert (busy.value.status, busy.value.seconds) == (503, 5)
    await _close(pool, *held)


async def test_who_waits_longest_gets_what_comes_back_even_when_others_come_later(pool: Pool) -> None:
    held = [await pool.acquire(), await pool.acquire()]
    waiting = [asyncio.create_task(pool.acquire()) for _one in range(2)]
    await asyncio.sleep(0)

    pool.give_back(held[0])
    late = asyncio.create_task(pool.acquire())

    assert await waiting[0] is held[0]
    pool.give_back(held[1])
    assert await waiting[1] is held[1]
    with pytest.raises(Busy):
        await late
    await _close(pool, *held)


async def test_somebody_who_stops_waiting_takes_no_connection_along(pool: Pool) -> None:
    held = [await pool.acquire(), await pool.acquire()]
    gone = asyncio.create_task(pool.acquire())
    await asyncio.sleep(0)

    pool.give_back(held[0])  # handed over in this turn of the loop, and cancelled in the same
    gone.cancel()
    await asyncio.gather(gone, return_exceptions=True)

    assert await pool.acquire() is held[0]
    await _close(pool, *held)


async def test_a_connection_that_postgresql_closed_makes_room_for_another(pool: Pool) -> None:
    held = [await pool.acquire(), await pool.acquire()]
    pool.give_back(held[0])
    for connection in held:
        connection.terminate()
    await asyncio.sleep(0.05)

    fresh = [await pool.acquire(), await pool.acquire()]

    assert [await connection.fetchval("SELECT 1") for connection in fresh] == [1, 1]
    pool.give_back(held[1])  # came back late, and counts for nothing
    with pytest.raises(Busy):
        await pool.acquire()
    await _close(pool, *fresh)


async def test_a_connection_that_was_lost_before_anybody_listened_takes_no_place_for_ever(
    db: None, database_url: str
) -> None:
    """PostgreSQL restarts in the moment between letting us in and our being told: ten minutes of soak met it."""

    async def lost_at_once() -> asyncpg.Connection:
        connection: asyncpg.Connection = await asyncpg.connect(**database.credentials(database_url))
        if restarting:
            connection.terminate()
        return connection

    restarting = True
    pool = Pool(lost_at_once, size=1, wait=0.2)
    for _time in range(3):
        lost = await pool.acquire()
        with pytest.raises(database.AWAY):
            await lost.fetchval("SELECT 1")
        pool.give_back(lost)
    restarting = False

    connection = await pool.acquire()
    assert await connection.fetchval("SELECT 1") == 1
    await _close(pool, connection)


async def test_a_connection_left_inside_a_transaction_is_not_handed_on(pool: Pool) -> None:
    connection = await pool.acquire()
    await connection.execute("BEGIN")

    pool.give_back(connection)

    other = await pool.acquire()
    assert other is not connection
    assert connection.is_closed()
    await _close(pool, other)


async def test_a_connection_whose_statement_was_cut_off_is_not_handed_on(db: None) -> None:
    """It is still busy with being cancelled, and would refuse what the next visitor asks."""
    for _time in range(6):  # more often than there are connections
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(database.value("SELECT pg_sleep(5)"), 0.05)
        assert await database.value("SELECT 1") == 1


async def test_a_transaction_that_cannot_begin_gives_its_connection_back(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def die(_transaction: Transaction) -> None:
        raise asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation")

    with monkeypatch.context() as patched:
        patched.setattr(Transaction, "start", die)
        for _time in range(6):  # more often than there are connections
            with pytest.raises(asyncpg.ConnectionDoesNotExistError):
                async with database.transaction():
                    pass

    assert await asyncio.gather(*(database.value("SELECT 1") for _one in range(6))) == [1] * 6


async def test_a_statement_waits_only_so_long_for_a_lock(db: None, database_url: str) -> None:
    async with database.transaction():
        await database.execute("LOCK TABLE outbox_message IN ACCESS EXCLUSIVE MODE")
        limits = database.config(database_url, patience=1)["connections"]["default"]["credentials"]["server_settings"]
        other = await asyncpg.connect(**database.credentials(database_url), server_settings=limits)
        try:
            with pytest.raises(asyncpg.LockNotAvailableError) as error:
                await other.fetch("SELECT * FROM outbox_message")
            assert isinstance(error.value, database.AWAY)
        finally:
            await other.close()


async def _close(pool: Pool, *connections: asyncpg.Connection) -> None:
    for connection in connections:
        pool.give_back(connection)
    await pool.close()
