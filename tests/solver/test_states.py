from itertools import product

import pytest

from events.solver.states import MOVES, OPEN, WORDS, IllegalMove, RunState, sources, step


@pytest.mark.parametrize(("old", "new"), list(product(RunState, RunState)))
def test_every_pair_is_a_legal_move_or_refused(old: RunState, new: RunState) -> None:
    if new in MOVES[old]:
        assert step(old, new) is new
    else:
        with pytest.raises(IllegalMove) as error:
            step(old, new)
        assert error.value.status == 409


def test_what_is_over_stays_over_and_has_a_word() -> None:
    assert {state for state in RunState if not MOVES[state]} == set(RunState) - OPEN
    assert set(WORDS) == set(RunState)


def test_a_run_is_ended_from_where_it_may_be() -> None:
    assert sources(RunState.STOPPED) == ["waiting", "running"]
    assert sources(RunState.DONE) == ["running"]
