import asyncio
from collections.abc import Sequence

import pytest

from events.core.turns import Turn


class Librarian:
    """Knows the length of every word but "unknown", and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []

    async def answer(self, words: Sequence[str]) -> dict[str, int]:
        self.asked.append(list(words))
        await asyncio.sleep(0)
        if "fire" in words:
            raise OSError("burnt")
        return {word: len(word) for word in words if word != "unknown"}


async def test_what_is_wanted_in_one_turn_is_asked_for_at_once() -> None:
    librarian = Librarian()
    turn = Turn(librarian.answer)

    found = await asyncio.gather(*(turn.get(word) for word in ("ada", "grace", "ada", "unknown")))
    later = await turn.get("sarah")

    assert found == [3, 5, 3, None]
    assert later == 5
    assert librarian.asked == [["ada", "grace", "unknown"], ["sarah"]]


async def test_an_error_reaches_everyone_of_its_turn_and_nobody_of_the_next() -> None:
    turn = Turn(Librarian().answer)

    found = await asyncio.gather(turn.get("ada"), turn.get("fire"), return_exceptions=True)

    assert [str(error) for error in found] == ["burnt", "burnt"]
    assert await turn.get("ada") == 3


async def test_who_goes_away_does_not_take_the_others_answer_along() -> None:
    turn = Turn(Librarian().answer)
    leaving, staying = asyncio.create_task(turn.get("ada")), asyncio.create_task(turn.get("ada"))
    await asyncio.sleep(0)

    leaving.cancel()

    assert await staying == 3
    with pytest.raises(asyncio.CancelledError):
        await leaving
