"""Money given back: asked for by the shop or in the dashboard, at once or after days; a bank may send it back."""

from events.registration.sandbox import shapes
from events.registration.sandbox.balance import Balance
from events.registration.sandbox.errors import Refused
from events.registration.sandbox.ledger import Object

GONE = frozenset({"failed", "canceled"})
"""Refunds in these states gave nothing back."""


CARD = {"type": "card"}
"""Charges in the file of an earlier version say nothing of how they were paid: by card."""


class Refunds(Balance):
    def intent(self, id_: str) -> Object:
        return self.get("payment_intent", id_, "intent")

    def refund(self, params: Object) -> Object:
        """Give back a part of a payment, or what is left of it. A bank debit takes days over it."""
        charge = self._charge(params)
        intent = self.intent(charge["payment_intent"])
        left = charge["amount"] - self._given_back(charge)
        amount = params.get("amount", left)
        if self._charged_back(charge):
            raise Refused(
                f"Charge {charge['id']} has been charged back; cannot issue a refund.", code="charge_disputed"
            )
        if left == 0:
            raise Refused(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
        if not 0 < amount <= left:
            raise Refused(
                f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})", param="amount"
            )
        status = "succeeded" if (charge["payment_method_details"] or CARD)["type"] == "card" else "pending"
        refund = shapes.refund(
            intent, charge, amount, params.get("metadata") or {}, params.get("reason"), self.clock(), status
        )
        refund["balance_transaction"] = self.enter("refund", refund, -amount)["id"]
        self.ledger.keep(refund)
        self._recount(charge)
        self.announce("refund.created", refund)
        self.announce("charge.refunded", charge)
        return refund

    def refunds(self, payment_intent: str | None = None) -> list[Object]:
        return [
            one
            for one in self.ledger.all("refund")
            if payment_intent is None or one["payment_intent"] == payment_intent
        ]

    def settle_refund(self, id_: str, arrives: bool) -> Object:
        """What the buyer's bank does: take the money, or send it back, which it may do after it took it."""
        refund = self.get("refund", id_)
        allowed = {"pending"} if arrives else {"pending", "succeeded"}
        if refund["status"] not in allowed:
            raise Refused(f"This refund is {refund['status']}.")
        if arrives:
            refund["status"] = "succeeded"
        else:
            back = self.enter("refund_failure", refund, refund["amount"], category="refund_failure")
            refund |= {
                "status": "failed",
                "failure_reason": "lost_or_stolen_card",
                "failure_balance_transaction": back["id"],
            }
        self.ledger.keep(refund)
        self._recount(self.get("charge", refund["charge"]))
        self.announce("refund.updated" if arrives else "refund.failed", refund)
        self.announce("charge.refund.updated", refund)
        return refund

    def _charge(self, params: Object) -> Object:
        """The charge that is to be given back, named itself or by its payment."""
        if params.get("charge"):
            return self.get("charge", params["charge"], "charge")
        if not params.get("payment_intent"):
            raise Refused("One of the following params should be provided for this request: payment_intent or charge.")
        intent = self.intent(params["payment_intent"])
        if intent["status"] != "succeeded":
            raise Refused("This PaymentIntent does not have a successful charge to refund.")
        return self.get("charge", intent["latest_charge"])

    def _given_back(self, charge: Object) -> int:
        back = self.refunds(charge["payment_intent"])
        return sum(one["amount"] for one in back if one["status"] not in GONE)

    def _recount(self, charge: Object) -> None:
        back = self._given_back(charge)
        charge |= {"amount_refunded": back, "refunded": back == charge["amount"]}
        self.ledger.keep(charge)

    def _charged_back(self, charge: Object) -> bool:
        return any(
            one["charge"] == charge["id"] and not one["is_charge_refundable"] for one in self.ledger.all("dispute")
        )
