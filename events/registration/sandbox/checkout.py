"""What becomes of a Checkout Session: it is paid, declined, left to a bank, run out, and its payment given back.

Objects are changed here and nowhere else; each change that Stripe tells of makes an event.
"""

import copy
from collections.abc import Callable
from enum import StrEnum

from events.registration.sandbox import shapes
from events.registration.sandbox.errors import Refused
from events.registration.sandbox.ledger import Ledger, Object

API_VERSION = "2026-10-28.endive"
SHORTEST, LONGEST = 30 * 60, 24 * 3600
MOST_ITEMS = 100
SMALLEST = 50
"""Minor units below which a card payment is refused; 50 cents, and near enough for the others."""

INTENT_DATA = "_intent_data"
ITEMS = "_items"
"""What we keep of a session beside Stripe's fields; left out of answers."""


class Card(StrEnum):
    """What a buyer can try on the hosted page."""

    pays = "pays"
    declined = "declined"
    late = "late"
    bank = "bank"


class Till:
    """tell   is called with every event, in the order in which they happen; `late` asks for a long delay"""

    def __init__(self, ledger: Ledger, base: str, clock: Callable[[], int]) -> None:
        self.ledger, self.base, self.clock = ledger, base, clock
        self.tell: Callable[[Object, bool], None] = lambda event, late: None

    def create(self, params: Object) -> Object:
        """A new session. Raises Refused for what Stripe refuses."""
        now = self.clock()
        if params.get("mode") != "payment":
            raise Refused("This sandbox has payments only, no subscriptions.", param="mode")
        for name in ("success_url", "line_items"):
            if not params.get(name):
                raise Refused(f"Missing required param: {name}.", code="parameter_missing", param=name)
        expires_at = params.get("expires_at", now + LONGEST)
        if not now + SHORTEST <= expires_at <= now + LONGEST:
            raise Refused(
                "The `expires_at` timestamp must be between 30 minutes and 24 hours from Checkout Session creation.",
                param="expires_at",
            )
        items = params["line_items"]
        if len(items) > MOST_ITEMS:
            raise Refused(f"The line_items parameter is limited to {MOST_ITEMS} items.", param="line_items")
        amount, currency = _total(items)
        session = shapes.session(params, base=self.base, created=now, amount=amount, currency=currency)
        return self.ledger.keep({**session, INTENT_DATA: params.get("payment_intent_data") or {}, ITEMS: items})

    def session(self, id_: str) -> Object:
        """A session as it is now: one whose time is over runs out when it is looked at."""
        session = self.ledger.find("checkout.session", id_)
        if session is None:
            raise Refused(f"No such checkout.session: {id_}", status=404, code="resource_missing", param="session")
        if session["status"] == "open" and self.clock() >= session["expires_at"]:
            self._expire(session)
        return session

    def intent(self, id_: str) -> Object:
        intent = self.ledger.find("payment_intent", id_)
        if intent is None:
            raise Refused(f"No such payment_intent: '{id_}'", status=404, code="resource_missing", param="intent")
        return intent

    def expire(self, id_: str) -> Object:
        session = self.session(id_)
        if session["status"] != "open":
            raise Refused(
                'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status'
                f" of {session['status']}."
            )
        return self._expire(session)

    def pay(self, id_: str, card: Card) -> Object:
        """What the buyer does on the hosted page. A declined card leaves the session open."""
        session = self.session(id_)
        if session["status"] != "open":
            raise Refused("This Checkout Session is not open any more.")
        intent = self._intent_of(session)
        if card is Card.declined:
            intent["last_payment_error"] = {"type": "card_error", "code": "card_declined"}
            self.ledger.keep(intent)
            self._tell("payment_intent.payment_failed", intent)
            return session
        session |= {"status": "complete"}
        if card is Card.bank:
            intent |= {"status": "processing", "payment_method_types": ["us_bank_account"]}
            self.ledger.keep(intent)
        else:
            self._paid(session, intent, late=card is Card.late)
        self.ledger.keep(session)
        self._tell("checkout.session.completed", session, late=card is Card.late)
        return session

    def settle(self, id_: str, accepted: bool) -> Object:
        """The bank has made up its mind about a payment that was processing."""
        session = self.session(id_)
        intent = self.intent(session["payment_intent"] or "")
        if intent["status"] != "processing":
            raise Refused("This payment is not processing.")
        if accepted:
            self._paid(session, intent)
            self.ledger.keep(session)
            self._tell("checkout.session.async_payment_succeeded", session)
        else:
            intent |= {"status": "requires_payment_method", "last_payment_error": {"type": "card_error"}}
            self.ledger.keep(intent)
            self._tell("checkout.session.async_payment_failed", session)
        return session

    def refund(self, params: Object) -> Object:
        """Give back a part of a payment, or what is left of it."""
        intent = self.intent(params.get("payment_intent", ""))
        if intent["status"] != "succeeded":
            raise Refused("This PaymentIntent does not have a successful charge to refund.")
        before = sum(one["amount"] for one in self.refunds(intent["id"]) if one["status"] not in {"failed", "canceled"})
        left = intent["amount"] - before
        amount = params.get("amount", left)
        if left == 0:
            raise Refused(
                f"Charge {intent['latest_charge']} has already been refunded.", code="charge_already_refunded"
            )
        if not 0 < amount <= left:
            raise Refused(
                f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})", param="amount"
            )
        metadata = params.get("metadata") or {}
        refund = self.ledger.keep(
            shapes.refund(intent, amount, metadata, params.get("reason"), self.clock(), "succeeded")
        )
        charge = shapes.charge(intent, intent["created"], before + amount, intent["latest_charge"])
        self.ledger.keep(charge)
        self._tell("refund.created", refund)
        self._tell("charge.refunded", charge)
        return refund

    def refunds(self, payment_intent: str | None = None) -> list[Object]:
        return [
            one
            for one in self.ledger.all("refund")
            if payment_intent is None or one["payment_intent"] == payment_intent
        ]

    def _intent_of(self, session: Object) -> Object:
        if session["payment_intent"] is None:
            intent = shapes.payment_intent(session, session[INTENT_DATA], self.clock())
            session["payment_intent"] = intent["id"]
            self.ledger.keep(intent)
            self.ledger.keep(session)
        return self.intent(session["payment_intent"])

    def _paid(self, session: Object, intent: Object, late: bool = False) -> None:
        charge = self.ledger.keep(shapes.charge(intent, self.clock()))
        intent |= {"status": "succeeded", "amount_received": intent["amount"], "latest_charge": charge["id"]}
        self.ledger.keep(intent)
        session |= {"payment_status": "paid"}
        self._tell("payment_intent.succeeded", intent, late)

    def _expire(self, session: Object) -> Object:
        session |= {"status": "expired", "url": None}
        self.ledger.keep(session)
        self._tell("checkout.session.expired", session)
        return session

    def _tell(self, kind: str, about: Object, late: bool = False) -> None:
        event = shapes.event(kind, copy.deepcopy(public(about)), self.clock(), API_VERSION)
        self.ledger.keep(event)
        self.tell(event, late)


def public(thing: Object) -> Object:
    """An object as Stripe would show it."""
    return {name: value for name, value in thing.items() if not name.startswith("_")}


def _total(items: list[Object]) -> tuple[int, str]:
    currencies, total = set(), 0
    for place, item in enumerate(items):
        data = item.get("price_data")
        if data is None or data.get("unit_amount") is None or "product_data" not in data:
            raise Refused(
                "This sandbox knows no stored prices: give price_data with unit_amount and product_data.",
                param=f"line_items[{place}][price_data]",
            )
        if item.get("quantity", 0) < 1 or data["unit_amount"] < 0:
            raise Refused("Invalid line item.", param=f"line_items[{place}]")
        currencies.add(data["currency"])
        total += data["unit_amount"] * item["quantity"]
    if len(currencies) != 1:
        raise Refused("All line items must have the same currency.", param="line_items")
    if total < SMALLEST:
        raise Refused("The Checkout Session's total amount is too small.", code="amount_too_small")
    return total, currencies.pop()
