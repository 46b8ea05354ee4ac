import asyncio

import pytest

from events.core import fresh as freshness
from events.core.fresh import Derived, Fresh


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


class Clock:
    """Stands still until it is told."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(freshness, "time", made)
    return made


async def test_an_answer_is_as_old_as_its_question(clock: Clock) -> None:
    source = Source()

    async def slowly(key: str) -> str:
        said = await source.load(key)
        clock.now += 0.9
        return said

    fresh = Fresh(slowly, seconds=1.0)
    await fresh.get("a")
    source.value = "second"
    clock.now += 0.2

    assert await fresh.get("a") == "a: second"


async def test_what_is_made_is_kept_as_long_as_its_stamp_is_the_same() -> None:
    source = Source()
    made = Derived(source.load, source.stamp)
    await made.get("a")
    await made.get("a")

    source.value = "second"

    assert await made.get("a") == "a: second"
    assert (source.stamps, source.loads) == (3, 2)


async def test_the_ages_of_what_stands_on_each_other_do_not_add_up(clock: Clock) -> None:
    source = Source()
    look = Fresh(source.stamp, seconds=0.4)
    programme = Derived(source.load, look.get)
    file = Derived(programme.get, look.get)
    page = Derived(file.get, look.get)
    for asked in (look, programme, file, page):  # each a little later than what it stands on
        await asked.get("a")
        clock.now += 0.09
    source.value = "second"
    clock.now += 0.05  # 0.41 since the look

    assert await page.get("a") == "a: second"


async def test_what_is_made_of_something_made_is_never_older_than_its_own_stamp(clock: Clock) -> None:
    """Else a file written of the programme of before would be kept for as long as the one of now is right."""
    source = Source()
    look = Fresh(source.stamp, seconds=0.4)
    programme = Derived(source.load, look.get)
    file = Derived(programme.get, look.get)
    await programme.get("a")
    source.value = "second"
    clock.now += 0.3
    await file.get("a")
    clock.now += 0.2

    assert (await programme.get("a"), await file.get("a")) == ("a: second", "a: second")


async def test_a_crowd_that_comes_after_a_change_makes_it_once() -> None:
    source = Source()
    made = Derived(source.load, source.stamp)
    await made.get("a")
    source.value = "second"
    source.gate.clear()
    crowd = [asyncio.create_task(made.get("a")) for _ in range(20)]
    await asyncio.sleep(0)
    source.gate.set()

    assert await asyncio.gather(*crowd) == ["a: second"] * 20
    assert source.loads == 2


async def test_what_is_made_is_kept_up_to_its_weight() -> None:
    source = Source()
    made = Derived(source.load, source.stamp, weigh=len, most=2 * len("a: first"))
    for key in "abcab":
        await made.get(key)

    assert source.loads == 5
    await made.get("b")
    assert source.loads == 5


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
