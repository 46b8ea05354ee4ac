from itertools import product

import pytest

from events.registration.states import MOVES, REFUND_MOVES, WITH_PLACES, IllegalMove, OrderState, RefundState, step

LEGAL = {
    ("HELD", "PENDING"),
    ("HELD", "CONFIRMED"),
    ("HELD", "EXPIRED"),
    ("HELD", "CANCELLED"),
    ("PENDING", "CONFIRMED"),
    ("PENDING", "EXPIRED"),
    ("PENDING", "CANCELLED"),
    ("EXPIRED", "CONFIRMED"),
    ("CONFIRMED", "CANCELLED"),
}


@pytest.mark.parametrize(("old", "new"), list(product(OrderState, OrderState)))
def test_every_pair_of_states_is_either_a_move_or_refused(old: OrderState, new: OrderState) -> None:
    if (old, new) in LEGAL:
        assert step(old, new) is new
    else:
        with pytest.raises(IllegalMove):
            step(old, new)


def test_every_state_has_its_row_in_the_tables() -> None:
    assert set(MOVES) == set(OrderState)
    assert set(REFUND_MOVES) == set(RefundState)


def test_a_refund_never_goes_back() -> None:
    order = list(RefundState)
    for old, news in REFUND_MOVES.items():
        assert all(order.index(new) > order.index(old) for new in news)


def test_an_expired_or_cancelled_order_has_no_places() -> None:
    assert set(OrderState) - WITH_PLACES == {OrderState.EXPIRED, OrderState.CANCELLED}
