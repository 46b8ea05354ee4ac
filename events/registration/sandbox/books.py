"""What every part of the sandbox shares: the objects, the clock, and the telling of events."""

import copy
from collections.abc import Callable

from events.registration.sandbox import shapes
from events.registration.sandbox.errors import Refused
from events.registration.sandbox.ledger import Ledger, Object

API_VERSION = "2026-10-28.endive"

ENABLED = (
    "checkout.session.",
    "payment_intent.succeeded",
    "payment_intent.payment_failed",
    "refund.",
    "charge.refund",
    "charge.dispute.",
)
"""What our webhook endpoint is subscribed to. Other events are in the list of events, and nobody is told."""

_TRAVEL = 2 * 24 * 3600
"""Seconds until a payout has arrived."""


class Books:
    """tell   is called with every event that is delivered, in their order; `late` asks for a long delay"""

    def __init__(self, ledger: Ledger, base: str, clock: Callable[[], int]) -> None:
        self.ledger, self.base, self.clock = ledger, base, clock
        self.tell: Callable[[Object, bool], None] = lambda event, late: None

    def get(self, kind: str, id_: str, param: str = "id") -> Object:
        """Raises Refused, as Stripe says it of an object that is not there."""
        found = self.ledger.find(kind, id_)
        if found is None:
            raise Refused(f"No such {kind}: '{id_}'", status=404, code="resource_missing", param=param)
        return found

    def show(self, thing: Object) -> Object:
        """An object as Stripe would show it now: what only time changes is worked out when somebody looks."""
        shown = public(thing)
        if shown["object"] == "balance_transaction":
            shown["status"] = "available" if self.clock() >= shown["available_on"] else "pending"
        if shown["object"] == "payout" and self.clock() >= shown["arrival_date"]:
            shown["status"] = "paid"
        return shown

    def announce(self, kind: str, about: Object, late: bool = False) -> None:
        event = shapes.event(kind, copy.deepcopy(self.show(about)), self.clock(), API_VERSION)
        delivered = kind.startswith(ENABLED)
        self.ledger.keep(event if delivered else {**event, "pending_webhooks": 0})
        if delivered:
            self.tell(event, late)


def public(thing: Object) -> Object:
    """An object without what we keep beside Stripe's fields."""
    return {name: value for name, value in thing.items() if not name.startswith("_")}


def arrival(created: int) -> int:
    return created + _TRAVEL
