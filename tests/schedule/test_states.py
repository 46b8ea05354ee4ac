from itertools import product

import pytest

from events.schedule.states import MOVES, WORDS, IllegalMove, SessionState, step


@pytest.mark.parametrize(("old", "new"), list(product(SessionState, SessionState)))
def test_every_pair_is_a_legal_move_or_refused(old: SessionState, new: SessionState) -> None:
    if new is old or new in MOVES[old]:
        assert step(old, new) is new
    else:
        with pytest.raises(IllegalMove) as error:
            step(old, new)
        assert error.value.status == 409


def test_what_was_cancelled_is_confirmed_again_and_not_planned() -> None:
    assert MOVES[SessionState.CANCELLED] == {SessionState.CONFIRMED}


def test_every_state_has_a_word() -> None:
    assert set(WORDS) == set(SessionState)
