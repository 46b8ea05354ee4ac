from datetime import timedelta
from itertools import product

import pytest

from events.calls.states import MOVES, IllegalMove, ProposalState, Window, step, window
from tests.make import NOON


@pytest.mark.parametrize(("old", "new"), list(product(ProposalState, ProposalState)))
def test_a_proposal_moves_along_the_arrows_and_nowhere_else(old: ProposalState, new: ProposalState) -> None:
    if new is old or new in MOVES[old]:
        assert step(old, new) is new
    else:
        with pytest.raises(IllegalMove):
            step(old, new)


def test_nothing_becomes_a_draft_again() -> None:
    assert all(ProposalState.DRAFT not in after for after in MOVES.values())


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        (-1, Window.BEFORE),
        (0, Window.OPEN),
        (59, Window.OPEN),
        (60, Window.GRACE),
        (74, Window.GRACE),
        (75, Window.CLOSED),
    ],
)
def test_a_window_is_half_open_and_has_its_grace(minutes: int, expected: Window) -> None:
    assert window(NOON, NOON + timedelta(hours=1), 15, NOON + timedelta(minutes=minutes)) is expected
