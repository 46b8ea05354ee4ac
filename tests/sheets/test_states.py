import itertools

import pytest

from events.sheets.states import MOVES, WORDS, IllegalMove, RunState, step


@pytest.mark.parametrize(("old", "new"), [*itertools.product(RunState, RunState)])
def test_an_import_moves_as_the_table_says(old: RunState, new: RunState) -> None:
    if new in MOVES[old]:
        assert step(old, new) is new
    else:
        with pytest.raises(IllegalMove):
            step(old, new)


def test_every_state_has_its_words_and_its_moves() -> None:
    assert set(WORDS) == set(MOVES) == set(RunState)


def test_what_is_done_or_discarded_stays_so() -> None:
    assert {state for state in RunState if not MOVES[state]} == {RunState.DONE, RunState.DISCARDED}
