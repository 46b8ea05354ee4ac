"""From the outbox to the queue: nothing is lost, nothing is rung for nothing."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest
from redis.exceptions import ConnectionError as RedisAway
from redis.exceptions import OutOfMemoryError

from events.core import clock, database, outbox
from events.core.outbox import ATTEMPTS, Message
from workers import relay
from workers.relay import BULK_ROOM, FRESH, LEASE, ROOM, TOGETHER

pytestmark = pytest.mark.usefixtures("db")


class Bell:
    """A queue that notes what it was rung for. `first`: the keys of rings that pass by those that wait."""

    def __init__(self, queued: int = 0) -> None:
        self.queued = queued
        self.rung: list[tuple[str, list[tuple[int, int]]]] = []
        self.first: list[str] = []

    async def waiting(self) -> int:
        return self.queued

    async def ring(self, rung: Sequence[tuple[int, int]], key: str, *, first: bool = False) -> None:
        self.rung.append((key, list(rung)))
        if first:
            self.first.append(key)


class FullBell(Bell):
    async def ring(self, rung: Sequence[tuple[int, int]], key: str, *, first: bool = False) -> None:
        raise OutOfMemoryError


class NoBell(Bell):
    async def waiting(self) -> int:
        raise RedisAway


async def write(count: int, topic: str = "order.confirmed") -> None:
    async with database.transaction():
        for number in range(count):
            await outbox.write(topic, {"order": number})


async def attempts() -> list[int]:
    return [row["attempt"] for row in await database.rows("SELECT attempt FROM outbox_message ORDER BY id")]


async def test_a_message_is_rung_once_while_its_lease_lasts() -> None:
    await write(2)
    bell, at = Bell(), clock.now()

    assert await relay.relay(bell, at) == 2
    assert await relay.relay(bell, at + timedelta(seconds=1)) == 0

    assert bell.rung == [("message-1-1", [(1, 1)]), ("message-2-1", [(2, 1)])]


async def test_a_crash_between_commit_and_ring_delays_and_never_loses() -> None:
    await write(1)
    bell, at = Bell(), clock.now()

    await outbox.claim(10, at, LEASE)  # and killed before it rang
    assert await relay.relay(bell, at + LEASE - timedelta(seconds=1)) == 0
    assert await relay.relay(bell, at + LEASE + timedelta(seconds=1)) == 1

    assert bell.rung == [("message-1-2", [(1, 2)])]


async def test_a_ring_that_redis_refuses_gives_its_claim_back() -> None:
    """Redis is full. Were the attempts spent, then forty minutes of it would give every message up for good."""
    await write(3)
    bell, at = Bell(), clock.now()

    for _minute in range(ATTEMPTS + 1):
        with pytest.raises(OutOfMemoryError):
            await relay.relay(FullBell(), at)
    assert await attempts() == [0, 0, 0]

    assert await relay.relay(bell, at) == 3
    assert [key for key, _pairs in bell.rung] == ["message-1-1", "message-2-1", "message-3-1"]


async def test_what_was_rung_before_redis_refused_is_not_rung_again() -> None:
    class Full(Bell):
        async def ring(self, rung: Sequence[tuple[int, int]], key: str, *, first: bool = False) -> None:
            if self.rung:
                raise OutOfMemoryError
            await super().ring(rung, key, first=first)

    await write(3)
    bell, at = Full(), clock.now()

    with pytest.raises(OutOfMemoryError):
        await relay.relay(bell, at)

    assert bell.rung == [("message-1-1", [(1, 1)])]
    assert await attempts() == [1, 0, 0]


async def test_a_ring_that_may_have_reached_redis_is_not_rung_again_within_its_lease() -> None:
    """Given back, the next claim would have the same attempt: two rings of one message, and its mail sent twice."""

    class CutOff(Bell):
        async def ring(self, rung: Sequence[tuple[int, int]], key: str, *, first: bool = False) -> None:
            await super().ring(rung, key)
            raise RedisAway

    await write(3)
    bell, at = Bell(), clock.now()

    with pytest.raises(RedisAway):
        await relay.relay(CutOff(), at)
    assert await attempts() == [1, 0, 0]

    assert await relay.relay(bell, at) == 2
    assert [key for key, _pairs in bell.rung] == ["message-2-1", "message-3-1"]


async def test_with_redis_away_nothing_is_claimed_and_no_attempt_is_spent() -> None:
    await write(3)

    with pytest.raises(RedisAway):
        await relay.relay(NoBell(), clock.now())

    assert await attempts() == [0, 0, 0]


async def test_a_full_queue_leaves_the_rest_in_the_outbox() -> None:
    await write(3)

    assert await relay.relay(Bell(queued=ROOM), clock.now()) == 0

    assert await attempts() == [0, 0, 0]


async def test_several_relays_at_once_ring_each_message_once() -> None:
    await write(120)
    bells, at = [Bell() for _ in range(4)], clock.now()

    await asyncio.gather(*(relay.relay(bell, at) for bell in bells))

    rung = [key for bell in bells for key, _pairs in bell.rung]
    assert sorted(rung) == sorted(f"message-{number}-1" for number in range(1, 121))


async def test_a_message_waits_until_it_is_due() -> None:
    at = clock.now()
    async with database.transaction():
        await outbox.write("order.confirmed", {"order": 1}, due=at + timedelta(hours=1))

    assert await relay.relay(Bell(), at) == 0
    assert await relay.relay(Bell(), at + timedelta(hours=1, seconds=1)) == 1


BULK = frozenset({"mail.invitation"})


async def test_what_is_fresh_passes_by_a_thousand_mails_and_they_lose_nothing() -> None:
    at = clock.now()
    await write(300, "mail.invitation")
    await database.execute("UPDATE outbox_message SET due_at = $1", at - timedelta(minutes=1))
    await write(1, "mail.sign_in")

    bell = Bell()
    await relay.relay(bell, clock.now(), BULK, BULK)

    assert bell.first == ["message-301-1"]
    assert bell.rung[0][0] == "message-301-1"
    assert sum(len(pairs) for _key, pairs in bell.rung[1:]) == relay.BATCH


async def test_with_many_rings_waiting_only_what_is_fresh_is_rung_for() -> None:
    await write(1, "mail.invitation")
    await write(1, "mail.sign_in")
    bell = Bell(queued=BULK_ROOM)

    assert await relay.relay(bell, clock.now(), BULK, BULK) == 1
    assert [key for key, _pairs in bell.rung] == ["message-2-1"]


async def test_what_nobody_rang_for_while_it_was_fresh_comes_in_its_turn() -> None:
    await write(2, "mail.sign_in")
    bell = Bell()

    assert await relay.relay(bell, clock.now() + FRESH + timedelta(seconds=1), BULK, BULK) == 2
    assert bell.first == []


def test_mails_are_rung_together_and_the_rest_one_by_one() -> None:
    messages = [Message(n, "mail.invitation", {}, 1) for n in range(TOGETHER + 1)]
    messages.insert(1, Message(100, "order.confirmed", {}, 1))
    messages.insert(3, Message(101, "order.confirmed", {}, 1))

    found = relay.rings(messages, frozenset({"mail.invitation"}))

    assert [(ring[0].id, len(ring)) for ring in found] == [(0, TOGETHER), (100, 1), (101, 1), (TOGETHER, 1)]


async def test_the_loop_waits_for_redis_and_then_goes_on() -> None:
    class Returning(Bell):
        looks = 0

        async def waiting(self) -> int:
            self.looks += 1
            if self.looks == 1:
                raise RedisAway
            stop.set()
            return 0

    stop, bell = asyncio.Event(), Returning()
    await write(1)

    await asyncio.wait_for(relay.keep_relaying(bell, stop), 10)

    assert bell.rung == [("message-1-1", [(1, 1)])]
