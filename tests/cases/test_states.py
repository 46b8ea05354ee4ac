from itertools import product

import pytest

from events.cases.states import KINDS, MOVES, OF_HANDLERS, OPEN, WORDS, CaseState, IllegalMove, after, step


@pytest.mark.parametrize(("old", "new"), list(product(CaseState, CaseState)))
def test_a_case_moves_along_the_arrows_and_nowhere_else(old: CaseState, new: CaseState) -> None:
    if new is old or new in MOVES[old]:
        assert step(old, new) is new
    else:
        with pytest.raises(IllegalMove):
            step(old, new)


def test_only_the_person_asks_and_withdraws_and_every_open_case_can_be_withdrawn() -> None:
    assert {CaseState.ASKED, CaseState.WITHDRAWN}.isdisjoint(OF_HANDLERS)
    assert all(CaseState.WITHDRAWN in MOVES[state] for state in OPEN)
    assert after(CaseState.WITHDRAWN) == (CaseState.WITHDRAWN,)


def test_every_state_has_words_and_a_mark() -> None:
    assert set(WORDS) == set(KINDS) == set(MOVES) == set(CaseState)
