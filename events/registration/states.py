"""Which state of an order, a refund, a dispute may follow which. Whose places they are is the order's state; what is
owed is the ledger's."""

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


class DeclarationState(StrEnum):
    declared = "declared"
    accepted = "accepted"
    refused = "refused"


DECLARATION_MOVES: dict[DeclarationState, frozenset[DeclarationState]] = {
    DeclarationState.declared: frozenset({DeclarationState.accepted, DeclarationState.refused}),
    DeclarationState.accepted: frozenset({DeclarationState.refused}),  # a proof turned out to be none
    DeclarationState.refused: frozenset({DeclarationState.accepted}),  # the proof came after all
}


class DisputeState(StrEnum):
    """Stripe's words (docs.stripe.com/api/disputes/object#dispute_object-status). Those with `warning_` are inquiries:
    the bank only asks, and no money has moved."""

    warning_needs_response = "warning_needs_response"
    warning_under_review = "warning_under_review"
    warning_closed = "warning_closed"
    prevented = "prevented"
    needs_response = "needs_response"
    under_review = "under_review"
    won = "won"
    lost = "lost"
    appeal_needs_response = "appeal_needs_response"
    appeal_under_review = "appeal_under_review"


_ENDS = frozenset({DisputeState.won, DisputeState.lost})
_CHARGED_BACK = frozenset({DisputeState.needs_response, DisputeState.under_review}) | _ENDS

DISPUTE_MOVES: dict[DisputeState, frozenset[DisputeState]] = {
    DisputeState.warning_needs_response: _CHARGED_BACK
    | {DisputeState.warning_under_review, DisputeState.warning_closed, DisputeState.prevented},
    DisputeState.warning_under_review: _CHARGED_BACK | {DisputeState.warning_closed, DisputeState.prevented},
    DisputeState.warning_closed: _CHARGED_BACK,  # the bank asked, and took the money later all the same
    DisputeState.prevented: frozenset(),
    DisputeState.needs_response: _ENDS | {DisputeState.under_review},
    DisputeState.under_review: _ENDS,
    DisputeState.won: frozenset(),
    DisputeState.lost: frozenset({DisputeState.appeal_needs_response, DisputeState.appeal_under_review}),
    DisputeState.appeal_needs_response: _ENDS | {DisputeState.appeal_under_review},
    DisputeState.appeal_under_review: _ENDS,
}
"""A dispute only moves forward: an answer of Stripe's that is older than what we know has no arrow, and is passed over.
The one arrow back is the appeal of a lost one; should an old answer take it, the sweep asks again within a day."""

TAKEN = frozenset(DisputeState) - {
    DisputeState.warning_needs_response,
    DisputeState.warning_under_review,
    DisputeState.warning_closed,
    DisputeState.prevented,
}
"""The bank has taken the money; it came back with `won`."""

FREEZING = TAKEN - _ENDS
"""Stripe gives nothing back of a payment in these (docs.stripe.com/disputes/how-disputes-work): it would go twice."""

UNDECIDED = FREEZING | {DisputeState.warning_needs_response, DisputeState.warning_under_review}
"""Somebody may still have to answer."""


class ExemptionState(StrEnum):
    asked = "asked"
    accepted = "accepted"
    refused = "refused"


EXEMPTION_MOVES: dict[ExemptionState, frozenset[ExemptionState]] = {
    ExemptionState.asked: frozenset({ExemptionState.accepted, ExemptionState.refused}),
    ExemptionState.accepted: frozenset(),  # its tax was given back
    ExemptionState.refused: frozenset({ExemptionState.asked}),  # with another certificate
}


class TransferState(StrEnum):
    offered = "offered"
    accepted = "accepted"
    declined = "declined"
    withdrawn = "withdrawn"


TRANSFER_MOVES: dict[TransferState, frozenset[TransferState]] = {
    TransferState.offered: frozenset(TransferState) - {TransferState.offered},
    TransferState.accepted: frozenset(),
    TransferState.declined: frozenset(),
    TransferState.withdrawn: frozenset(),
}


class ExchangeState(StrEnum):
    open = "open"
    done = "done"
    lapsed = "lapsed"
    withdrawn = "withdrawn"


EXCHANGE_MOVES: dict[ExchangeState, frozenset[ExchangeState]] = {
    ExchangeState.open: frozenset(ExchangeState) - {ExchangeState.open},
    ExchangeState.done: frozenset(),
    ExchangeState.lapsed: frozenset({ExchangeState.done}),  # paid late, places claimed again
    ExchangeState.withdrawn: frozenset(),
}


class RequestState(StrEnum):
    open = "open"
    granted = "granted"
    refused = "refused"
    withdrawn = "withdrawn"


REQUEST_MOVES: dict[RequestState, frozenset[RequestState]] = {
    RequestState.open: frozenset(RequestState) - {RequestState.open},
    RequestState.granted: frozenset(),
    RequestState.refused: frozenset(),
    RequestState.withdrawn: frozenset(),
}
