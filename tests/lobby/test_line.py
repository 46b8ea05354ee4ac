"""The line in Redis: who is let in when, whatever they do to be it sooner."""

import asyncio
import random
from dataclasses import replace
from datetime import timedelta

from redis.asyncio import Redis

from events.lobby import line
from events.lobby.line import Stand, Turn
from events.lobby.rules import Rules
from tests.lobby.conftest import ROOM
from tests.make import NOON

IN, WAITING = Stand.IN, Stand.WAITING
MINUTE = timedelta(minutes=1)


async def ask(redis: Redis, place: str, at: float = 0, rules: Rules = ROOM, **values: object) -> Turn:
    """One look of a place, `at` seconds after noon."""
    return await line.step(redis, 1, rules, place, NOON + timedelta(seconds=at), **values)  # type: ignore[arg-type]


async def stands(redis: Redis, places: str, at: float = 0, rules: Rules = ROOM) -> list[str]:
    """Where each of these places stands, looking one after the other: "in", or the number in line."""
    turns = [await ask(redis, place, at, rules) for place in places]
    return [turn.stand.value if turn.stand is not WAITING else str(turn.position) for turn in turns]


async def test_while_there_is_room_nobody_waits_and_then_they_come_in_as_they_came(redis: Redis) -> None:
    first = await stands(redis, "abcde")
    await line.leave(redis, 1, ROOM, "a", NOON)
    after = await stands(redis, "edc", 1)

    assert first == ["in", "in", "1", "2", "3"]
    assert after == ["2", "1", "in"]


async def test_many_at_the_same_moment_never_are_more_inside_than_there_is_room(redis: Redis) -> None:
    room = replace(ROOM, inside=5)

    turns = await asyncio.gather(*(ask(redis, f"visitor{number}", rules=room) for number in range(60)))

    assert sum(turn.stand is IN for turn in turns) == 5
    assert sorted(turn.position for turn in turns if turn.stand is WAITING) == list(range(1, 56))


async def test_without_the_script_more_would_be_inside(redis: Redis) -> None:
    """The control: the same question and answer in two steps lets in whoever asked before the first was written."""

    async def count_then_enter(place: str) -> bool:
        if await redis.zcard("inside") >= 5:
            return False
        await redis.zadd("inside", {place: 1})
        return True

    entered = await asyncio.gather(*(count_then_enter(f"visitor{number}") for number in range(60)))

    assert sum(entered) > 5


async def test_asking_often_brings_nothing(redis: Redis) -> None:
    await stands(redis, "abcd")
    for _ in range(50):
        await ask(redis, "d", 1)

    assert await stands(redis, "dc", 2) == ["2", "1"]
    await line.leave(redis, 1, ROOM, "a", NOON)
    assert await stands(redis, "dc", 3) == ["1", "in"]


async def test_only_as_many_a_minute_as_was_said(redis: Redis) -> None:
    room = replace(ROOM, inside=1000, per_minute=12)

    at_once = await stands(redis, "abcdefgh", 0, room)
    later = await stands(redis, "abcdefgh", 20, room)

    assert at_once == ["in", "in", "1", "2", "3", "4", "5", "6"]  # a sixth of a minute at once
    assert later == ["in", "in", "in", "in", "1", "2", "3", "4"]  # 20 seconds hold no more than that again


async def test_who_came_before_the_opening_is_shuffled_and_nobody_can_know_how(redis: Redis) -> None:
    room = replace(ROOM, inside=1, opens_at=NOON)
    orders = set()
    for round_ in range(8):
        mine = replace(room, round=round_)
        for place in "abcdef":
            assert (await ask(redis, place, -60, mine)).stand is Stand.BEFORE
        before = await ask(redis, "a", -30, mine)
        order = await stands(redis, "abcdef", 0, mine)
        late = await ask(redis, "late", 1, mine)

        assert (before.stand, before.waiting) == (Stand.BEFORE, 6)
        assert sorted(order) == ["1", "2", "3", "4", "5", "in"]
        assert late.position == 6
        orders.add(tuple(order))

    assert len(orders) > 1  # 720 ways, thrown eight times


async def test_the_lot_gives_every_place_to_everybody_alike(redis: Redis) -> None:
    """Of three that came one after the other each is first about as often: 120 draws, 40 expected, 6 deviations."""
    firsts = dict.fromkeys("abc", 0)
    for round_ in range(120):
        mine = replace(ROOM, inside=1, opens_at=NOON, round=round_)
        for place in "abc":
            await ask(redis, place, -60, mine)
        won = (await ask(redis, "c", 0, mine)).stand is IN, (await ask(redis, "b", 0, mine)).stand is IN
        firsts["c" if won[0] else "b" if won[1] else "a"] += 1

    assert all(9 < count < 71 for count in firsts.values()), firsts


async def test_a_place_survives_a_lost_connection_and_holds_nobody_up(redis: Redis) -> None:
    await stands(redis, "abcde")
    await stands(redis, "abde", 140)  # c has gone into a tunnel
    await line.leave(redis, 1, ROOM, "a", NOON + timedelta(seconds=200))
    after = await stands(redis, "ed", 200)
    await line.leave(redis, 1, ROOM, "b", NOON + timedelta(seconds=201))
    back = await stands(redis, "ce", 201)

    assert after == ["1", "in"]
    assert back == ["in", "1"]  # c stands before e again


async def test_an_entry_ends_unused_goes_on_by_use_and_not_for_ever(redis: Redis) -> None:
    room = replace(ROOM, inside=1, stay_minutes=15)
    minute = 60
    await stands(redis, "ab", 0, room)
    used = [await stands(redis, "ab", at * minute, room) for at in (14, 28, 42, 56)]
    over = await stands(redis, "ba", 61 * minute, room)

    assert used == [["in", "1"]] * 4
    assert over == ["in", "1"]  # a has had an hour, four times 15 minutes, and stands last


async def test_who_is_called_and_does_not_come_makes_room_and_is_next_again(redis: Redis) -> None:
    room = replace(ROOM, inside=1)
    await stands(redis, "abc", 0, room)
    await line.leave(redis, 1, room, "a", NOON)
    called = await ask(redis, "c", 1, room)  # lets b in, who does not look
    gone = await stands(redis, "c", 149, room), await stands(redis, "c", 152, room)
    last = await stands(redis, "dbd", 153, room)

    assert (called.stand, called.position) == (WAITING, 1)
    assert gone == (["1"], ["in"])
    assert last == ["1", "1", "2"]  # back, b stands before d


async def test_who_bought_makes_room_at_once_and_may_come_back_for_a_moment(redis: Redis) -> None:
    room = replace(ROOM, inside=1)
    await stands(redis, "ab", 0, room)

    left = [await line.leave(redis, 1, room, place, NOON) for place in "ab"]

    assert left == [True, False]
    assert await stands(redis, "ba", 1, room) == ["in", "in"]
    assert await stands(redis, "ba", 122, room) == ["in", "1"]


async def test_one_person_has_one_place_on_all_devices_the_better_one(redis: Redis) -> None:
    room = replace(ROOM, inside=1)
    await ask(redis, "inside", rules=room)
    await ask(redis, "early", rules=room)
    phone = await ask(redis, "phone", rules=room, person=5)
    desk = await ask(redis, "desk", rules=room, person=5)
    better = await ask(redis, "early", rules=room, person=5)
    again = await ask(redis, "phone", rules=room, person=5)
    last = await ask(redis, "other", rules=room)

    assert (phone.place, phone.position) == ("phone", 2)
    assert (desk.place, desk.position) == ("phone", 2)
    assert (better.place, better.position) == ("early", 1)
    assert (again.place, again.position) == ("early", 1)
    assert last.position == 2  # nothing stands where the others stood


async def test_a_network_takes_so_many_places_and_who_signs_in_gets_one_all_the_same(redis: Redis) -> None:
    room = replace(ROOM, inside=1, network_most=3)
    library = [await ask(redis, f"desk{n}", rules=room, network="192.0.2.0/24") for n in range(5)]
    again = await ask(redis, "desk2", rules=room, network="192.0.2.0/24")
    elsewhere = await ask(redis, "home", rules=room, network="198.51.100.0/24")
    member = await ask(redis, "member", rules=room, network="192.0.2.0/24", person=9)
    in_an_hour = await ask(redis, "desk4", 3600, rules=room, network="192.0.2.0/24")

    assert [turn.stand.value for turn in library] == ["in", "waiting", "waiting", "crowded", "crowded"]
    assert [turn.position for turn in (again, elsewhere, member)] == [2, 3, 4]
    assert in_an_hour.stand is not Stand.CROWDED


async def test_a_new_round_is_a_new_line_and_another_events_is_its_own(redis: Redis) -> None:
    await stands(redis, "abcd")

    assert await stands(redis, "dcb", 1, replace(ROOM, round=2)) == ["in", "in", "1"]
    assert (await line.step(redis, 2, ROOM, "d", NOON)).stand is IN


async def test_what_is_kept_names_nobody_and_is_gone_in_a_day(redis: Redis) -> None:
    await ask(redis, "a", network="192.0.2.0/24", person=4711)
    await ask(redis, "b", network="192.0.2.0/24")
    await stands(redis, "cd")
    await line.leave(redis, 1, ROOM, "a", NOON)
    kept = b""
    for key in await redis.keys("lobby:*"):
        assert 0 < await redis.ttl(key) <= 86400, key
        kept += key + await redis.dump(key)

    assert kept
    assert b"192.0.2" not in kept
    assert b"4711" not in kept


async def test_organizers_see_how_it_stands(redis: Redis) -> None:
    room = replace(ROOM, opens_at=NOON)
    await ask(redis, "early", -60, room)
    gathered = await line.count(redis, 1, 1, NOON - MINUTE)
    await stands(redis, "abcd", 0, room)
    await ask(redis, "early", 1, room)
    await line.leave(redis, 1, room, "a", NOON)
    now = await line.count(redis, 1, 1, NOON + MINUTE)

    assert (gathered.before, gathered.opened_at) == (1, None)
    assert (now.opened_at, now.drawn, len(now.seed), now.let_in, now.last_minute) == (NOON, 1, 32, 2, 2)
    assert (now.inside, now.waiting, now.bought) == (1, 3, 1)


async def test_whatever_happens_nobody_is_lost_doubled_or_let_in_too_many(redis: Redis) -> None:
    """Random visitors, times and ends: who is inside is never more than the room, and each stands in one place."""
    dice = random.Random(5)
    room = replace(ROOM, inside=3, per_minute=30, stay_minutes=2)
    at = 0.0
    for _ in range(400):
        at += dice.random() * 12
        place = f"visitor{dice.randrange(25)}"
        person = dice.randrange(6) if dice.random() < 0.3 else None
        turn = await ask(redis, place, at, room, person=person)
        if turn.stand is IN and dice.random() < 0.4:
            await line.leave(redis, 1, room, turn.place, NOON + timedelta(seconds=at))
        key = "lobby:1:1:"
        where = [await redis.zrange(f"{key}{name}", 0, -1) for name in ("line", "away", "inside", "leaving")]
        everybody = [one for some in where for one in some]
        assert len(where[2]) <= 3
        assert len(everybody) == len(set(everybody)), where
        assert set(everybody) == set(await redis.hgetall(f"{key}numbers"))  # type: ignore[misc]
