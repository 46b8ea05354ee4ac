"""Which order state may follow which. Whose places they are is the state; what is owed is the ledger's."""

from enum import StrEnum


class OrderState(StrEnum):
    HELD = "HELD"
    PENDING = "PENDING"
    CONFIRMED = "CONFIRMED"
    EXPIRED = "EXPIRED"
    CANCELLED = "CANCELLED"


MOVES: dict[OrderState, frozenset[OrderState]] = {
    OrderState.HELD: frozenset({OrderState.PENDING, OrderState.CONFIRMED, OrderState.EXPIRED, OrderState.CANCELLED}),
    OrderState.PENDING: frozenset({OrderState.CONFIRMED, OrderState.EXPIRED, OrderState.CANCELLED}),
    OrderState.EXPIRED: frozenset({OrderState.CONFIRMED}),  # paid late, places claimed again
    OrderState.CONFIRMED: frozenset({OrderState.CANCELLED}),
    OrderState.CANCELLED: frozenset(),
}

WITH_PLACES = frozenset({OrderState.HELD, OrderState.PENDING, OrderState.CONFIRMED})
"""The states in which an order's places are taken: each of its lines has a claim in each of its quotas."""


class IllegalMove(Exception):
    """A move that MOVES does not have was asked for: a defect, not an expected no."""


def step(old: OrderState, new: OrderState) -> OrderState:
    """Return `new`, or raise IllegalMove when MOVES has no such arrow."""
    if new not in MOVES[old]:
        raise IllegalMove(f"an order does not go from {old} to {new}")
    return new


class RefundState(StrEnum):
    requested = "requested"
    pending = "pending"
    succeeded = "succeeded"
    failed = "failed"
    canceled = "canceled"


REFUND_MOVES: dict[RefundState, frozenset[RefundState]] = {
    RefundState.requested: frozenset(
        {RefundState.pending, RefundState.succeeded, RefundState.failed, RefundState.canceled}
    ),
    RefundState.pending: frozenset({RefundState.succeeded, RefundState.failed, RefundState.canceled}),
    RefundState.succeeded: frozenset(
        {RefundState.failed}
    ),  # a bank may send it back (docs.stripe.com/refunds#failed-refunds)
    RefundState.failed: frozenset(),
    RefundState.canceled: frozenset(),
}
"""A refund only moves forward: news that is older than what we know has no arrow, and is passed over."""
