import asyncio

import pytest

from events.core.fresh import Fresh


class Source:
    """A row in the database, and how often it was asked."""

    def __init__(self) -> None:
        self.value = "first"
        self.loads = 0
        self.stamps = 0
        self.gate = asyncio.Event()
        self.gate.set()

    async def load(self, key: str) -> str:
        self.loads += 1
        await self.gate.wait()
        if self.value == "broken":
            raise LookupError(key)
        return f"{key}: {self.value}"

    async def stamp(self, key: str) -> object:
        self.stamps += 1
        return self.value


async def test_a_value_is_loaded_once_while_it_is_fresh() -> None:
    source = Source()
    fresh = Fresh(source.load)

    assert [await fresh.get("a"), await fresh.get("a")] == ["a: first", "a: first"]
    assert source.loads == 1


async def test_many_who_ask_at_once_are_answered_by_one_load() -> None:
    source = Source()
    source.gate.clear()
    fresh = Fresh(source.load)
    asking = [asyncio.create_task(fresh.get("a")) for _ in range(50)]
    await asyncio.sleep(0)

    source.gate.set()

    assert await asyncio.gather(*asking) == ["a: first"] * 50
    assert source.loads == 1


async def test_a_stale_value_with_an_unchanged_stamp_is_kept() -> None:
    source = Source()
    fresh = Fresh(source.load, source.stamp, seconds=0)
    await fresh.get("a")
    await fresh.get("a")

    source.value = "second"

    assert await fresh.get("a") == "a: second"
    assert (source.stamps, source.loads) == (3, 2)


async def test_what_this_process_changed_is_seen_at_once() -> None:
    source = Source()
    fresh = Fresh(source.load)
    await fresh.get("a")
    source.value = "second"

    fresh.forget("a")

    assert await fresh.get("a") == "a: second"


async def test_an_error_reaches_everybody_and_is_not_kept() -> None:
    source = Source()
    source.value = "broken"
    source.gate.clear()
    fresh = Fresh(source.load)
    asking = [asyncio.create_task(fresh.get("a")) for _ in range(3)]
    await asyncio.sleep(0)
    source.gate.set()

    answers = await asyncio.gather(*asking, return_exceptions=True)

    assert [type(answer) for answer in answers] == [LookupError] * 3
    source.value = "mended"
    assert await fresh.get("a") == "a: mended"


async def test_who_gives_up_waiting_takes_nobody_along() -> None:
    source = Source()
    source.gate.clear()
    fresh = Fresh(source.load)
    first, second, third = (asyncio.create_task(fresh.get("a")) for _ in range(3))
    await asyncio.sleep(0)

    first.cancel()  # the one that was loading
    await asyncio.sleep(0)
    second.cancel()
    await asyncio.sleep(0)
    source.gate.set()

    assert await third == "a: first"
    for gone in (first, second):
        with pytest.raises(asyncio.CancelledError):
            await gone


async def test_no_more_are_kept_than_there_is_room_for() -> None:
    source = Source()
    fresh = Fresh(source.load, size=2)
    for key in "abcab":
        await fresh.get(key)

    assert source.loads == 5
    await fresh.get("b")
    assert source.loads == 5
