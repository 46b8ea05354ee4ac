"""What becomes of a Checkout Session: it is paid, declined, asked about by a bank, left to a bank, run out.

Objects are changed here and in the files of refunds, disputes and the balance, and nowhere else; each change that
Stripe tells of makes an event.
"""

from enum import StrEnum

from events.registration.sandbox import shapes
from events.registration.sandbox.balance import fee
from events.registration.sandbox.disputes import Disputes
from events.registration.sandbox.errors import Refused
from events.registration.sandbox.ledger import Object

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
    secure = "secure"
    late = "late"
    bank = "bank"


class Till(Disputes):
    """All that happens at Stripe."""

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
        session = self.get("checkout.session", id_, "session")
        if session["status"] == "open" and self.clock() >= session["expires_at"]:
            self._expire(session)
        return session

    def show(self, thing: Object) -> Object:
        return super().show(self.session(thing["id"]) if thing["object"] == "checkout.session" else thing)

    def expire(self, id_: str) -> Object:
        session = self.session(id_)
        if session["status"] != "open":
            raise Refused(
                'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status'
                f" of {session['status']}."
            )
        return self._expire(session)

    def pay(self, id_: str, card: Card) -> Object:
        """What the buyer does on the hosted page. A declined card leaves the session open, and so does a bank that
        asks first whether it is them (3-D Secure): see `answer`."""
        session = self._open_session(id_)
        intent = self._intent_of(session)
        if card is Card.declined:
            self._decline(intent, "card_declined", "Your card was declined.")
            return session
        if card is Card.secure:
            where = {"return_url": session["url"], "url": f"{self.base}/pay/{id_}/bank"}
            intent |= {
                "status": "requires_action",
                "next_action": {"type": "redirect_to_url", "redirect_to_url": where},
            }
            self.ledger.keep(intent)
            return session
        session |= {"status": "complete"}
        if card is Card.bank:
            charge = self.ledger.keep(shapes.charge(intent, self.clock(), "us_bank_account", "pending"))
            intent |= {
                "status": "processing",
                "payment_method_types": ["us_bank_account"],
                "latest_charge": charge["id"],
            }
            self.ledger.keep(intent)
        else:
            self._paid(session, intent, late=card is Card.late)
        self.ledger.keep(session)
        self.announce("checkout.session.completed", session, late=card is Card.late)
        return session

    def answer(self, id_: str, is_them: bool) -> Object:
        """What the buyer tells the bank that asked."""
        session = self._open_session(id_)
        intent = self._intent_of(session)
        if intent["status"] != "requires_action":
            raise Refused("No bank asks about this payment.")
        intent["next_action"] = None
        if is_them:
            return self.pay(id_, Card.pays)
        self._decline(
            intent,
            "payment_intent_authentication_failure",
            "We are unable to authenticate your payment method. Please choose a different one and try again.",
        )
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
            self.announce("checkout.session.async_payment_succeeded", session)
        else:
            charge = self.get("charge", intent["latest_charge"])
            self.ledger.keep(charge | {"status": "failed", "failure_code": "insufficient_funds"})
            intent |= {"status": "requires_payment_method", "last_payment_error": {"type": "card_error"}}
            self.ledger.keep(intent)
            self.announce("checkout.session.async_payment_failed", session)
        return session

    def _open_session(self, id_: str) -> Object:
        session = self.session(id_)
        if session["status"] != "open":
            raise Refused("This Checkout Session is not open any more.")
        return session

    def _intent_of(self, session: Object) -> Object:
        if session["payment_intent"] is None:
            intent = shapes.payment_intent(session, session[INTENT_DATA], self.clock())
            session["payment_intent"] = intent["id"]
            self.ledger.keep(intent)
            self.ledger.keep(session)
        return self.intent(session["payment_intent"])

    def _decline(self, intent: Object, code: str, words: str) -> None:
        charge = shapes.charge(intent, self.clock(), "card", "failed")
        charge |= {"failure_code": code, "failure_message": words}
        self.ledger.keep(charge)
        intent |= {
            "status": "requires_payment_method",
            "latest_charge": charge["id"],
            "last_payment_error": {"type": "card_error", "code": code, "message": words},
        }
        self.ledger.keep(intent)
        self.announce("charge.failed", charge)
        self.announce("payment_intent.payment_failed", intent)

    def _paid(self, session: Object, intent: Object, late: bool = False) -> None:
        if intent["status"] == "processing":
            charge = self.get("charge", intent["latest_charge"])
            charge |= {"status": "succeeded", "paid": True, "amount_captured": charge["amount"]}
        else:
            charge = shapes.charge(intent, self.clock(), "card", "succeeded")
        came = self.enter("charge", charge, charge["amount"], kept=fee(charge["amount"]))
        charge["balance_transaction"] = came["id"]
        self.ledger.keep(charge)
        intent |= {
            "status": "succeeded",
            "amount_received": intent["amount"],
            "latest_charge": charge["id"],
            "last_payment_error": None,
        }
        self.ledger.keep(intent)
        session |= {"payment_status": "paid"}
        self.announce("charge.succeeded", charge)
        self.announce("payment_intent.succeeded", intent, late)

    def _expire(self, session: Object) -> Object:
        session |= {"status": "expired", "url": None}
        self.ledger.keep(session)
        if session["payment_intent"]:
            intent = self.intent(session["payment_intent"]) | {"status": "canceled", "canceled_at": self.clock()}
            self.announce("payment_intent.canceled", self.ledger.keep(intent))
        self.announce("checkout.session.expired", session)
        return session


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
