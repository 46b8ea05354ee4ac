from itertools import product

import pytest

from events.catalogue.states import CALLED_OFF, MOVES, NAMES, PUBLIC, EventState, IllegalMove, step

LEGAL = {
    ("draft", "announced"),
    ("draft", "on_sale"),
    ("announced", "on_sale"),
    ("announced", "closed"),
    ("announced", "archived"),
    ("announced", "postponed"),
    ("announced", "cancelled"),
    ("on_sale", "closed"),
    ("on_sale", "postponed"),
    ("on_sale", "cancelled"),
    ("closed", "on_sale"),
    ("closed", "archived"),
    ("closed", "postponed"),
    ("closed", "cancelled"),
    ("postponed", "announced"),
    ("postponed", "on_sale"),
    ("postponed", "cancelled"),
    ("cancelled", "archived"),
}


@pytest.mark.parametrize(("old", "new"), list(product(EventState, EventState)))
def test_every_pair_of_states_is_either_a_move_or_refused(old: EventState, new: EventState) -> None:
    if (old, new) in LEGAL:
        assert step(old, new) is new
    else:
        with pytest.raises(IllegalMove) as error:
            step(old, new)
        assert str(NAMES[old]) in error.value.words


def test_every_state_has_its_moves_and_its_name() -> None:
    assert set(MOVES) == set(NAMES) == set(EventState)


def test_nothing_public_ever_becomes_a_draft_again() -> None:
    assert set(EventState) - {EventState.DRAFT} == PUBLIC
    assert not any(EventState.DRAFT in after for after in MOVES.values())


def test_what_is_called_off_can_only_be_postponed_or_cancelled() -> None:
    assert {"postponed", "cancelled"} == CALLED_OFF
