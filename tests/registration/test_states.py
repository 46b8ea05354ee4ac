from itertools import product

import pytest

from events.registration.states import (
    DISPUTE_MOVES,
    MOVES,
    REFUND_MOVES,
    UNDECIDED,
    WITH_PLACES,
    DisputeState,
    IllegalMove,
    OrderState,
    RefundState,
    step,
)

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
    assert set(DISPUTE_MOVES) == set(DisputeState)


def test_a_refund_never_goes_back() -> None:
    order = list(RefundState)
    for old, news in REFUND_MOVES.items():
        assert all(order.index(new) > order.index(old) for new in news)


@pytest.mark.parametrize(("old", "new"), list(product(DisputeState, DisputeState)))
def test_a_dispute_goes_forward_only_and_back_only_by_an_appeal(old: DisputeState, new: DisputeState) -> None:
    stages = [
        {DisputeState.warning_needs_response},
        {DisputeState.warning_under_review},
        {DisputeState.warning_closed, DisputeState.prevented},
        {DisputeState.needs_response},
        {DisputeState.under_review},
        {DisputeState.won, DisputeState.lost},
    ]
    appeal = {DisputeState.appeal_needs_response: 0, DisputeState.appeal_under_review: 1}
    stage = {state: number for number, states in enumerate(stages) for state in states}
    if old in appeal:
        legal = new in {DisputeState.won, DisputeState.lost} or appeal.get(new, 0) > appeal[old]
    elif new in appeal:
        legal = old is DisputeState.lost
    else:
        legal = stage[new] > stage[old] and old is not DisputeState.prevented

    assert (new in DISPUTE_MOVES[old]) == legal


def test_a_decided_dispute_is_undecided_again_only_by_an_appeal() -> None:
    back = {
        (old, new) for old, news in DISPUTE_MOVES.items() for new in news if old not in UNDECIDED and new in UNDECIDED
    }

    assert {old for old, _new in back} == {DisputeState.lost, DisputeState.warning_closed}


def test_an_expired_or_cancelled_order_has_no_places() -> None:
    assert set(OrderState) - WITH_PLACES == {OrderState.EXPIRED, OrderState.CANCELLED}
