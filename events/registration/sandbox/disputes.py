"""Disputes: a bank asks, takes the money, looks at what it was sent, and gives it back or keeps it."""

from events.registration.sandbox import money_shapes
from events.registration.sandbox.balance import DISPUTE_FEE
from events.registration.sandbox.errors import Refused
from events.registration.sandbox.ledger import Object
from events.registration.sandbox.refunds import Refunds

ANSWER_WITHIN = 14 * 24 * 3600
OPEN = frozenset({"warning_needs_response", "warning_under_review", "needs_response", "under_review"})


class Disputes(Refunds):
    def dispute(
        self, payment_intent: str, amount: int | None = None, reason: str = "fraudulent", inquiry: bool = False
    ) -> Object:
        """The buyer goes to their bank. amount: a part of the payment; inquiry: the bank only asks for now."""
        charge = self._charge({"payment_intent": payment_intent})
        if any(one["status"] in OPEN for one in self.disputes(payment_intent)):
            raise Refused("This payment is disputed already.")
        amount = charge["amount"] if amount is None else amount
        if not 0 < amount <= charge["amount"]:
            raise Refused("A dispute is about a part of its payment.", param="amount")
        now = self.clock()
        dispute = money_shapes.dispute(charge, amount, reason, now, now + ANSWER_WITHIN, inquiry)
        self.ledger.keep(dispute)
        self.ledger.keep(charge | {"disputed": True})
        self.announce("charge.dispute.created", dispute)
        if not inquiry:
            self._withdraw(dispute)
        return dispute

    def disputes(self, payment_intent: str | None = None) -> list[Object]:
        return [
            one
            for one in self.ledger.all("dispute")
            if payment_intent is None or one["payment_intent"] == payment_intent
        ]

    def answer_dispute(self, id_: str) -> Object:
        """Evidence was sent in Stripe's pages, and the bank looks at it."""
        dispute = self._open(id_)
        if not dispute["status"].endswith("needs_response"):
            raise Refused("This dispute was answered already.")
        details = {**dispute["evidence_details"], "has_evidence": True, "submission_count": 1}
        dispute |= {
            "status": dispute["status"].replace("needs_response", "under_review"),
            "evidence_details": details,
        }
        self.ledger.keep(dispute)
        self.announce("charge.dispute.updated", dispute)
        return dispute

    def escalate_dispute(self, id_: str) -> Object:
        """The bank that only asked takes the money now."""
        dispute = self._open(id_)
        if not dispute["status"].startswith("warning_"):
            raise Refused("The bank has taken this money already.")
        dispute |= {"status": "needs_response", "is_charge_refundable": False}
        self.ledger.keep(dispute)
        self.announce("charge.dispute.updated", dispute)
        self._withdraw(dispute)
        return dispute

    def close_dispute(self, id_: str, won: bool) -> Object:
        """The bank decides. An inquiry that is not won becomes a dispute first."""
        dispute = self._open(id_)
        if dispute["status"].startswith("warning_"):
            if not won:
                raise Refused("An inquiry is not lost: the bank takes the money first.")
            dispute["status"] = "warning_closed"
        else:
            dispute["status"] = "won" if won else "lost"
        dispute["evidence_details"] = {**dispute["evidence_details"], "due_by": None}
        if dispute["status"] == "won":
            self._reinstate(dispute)
        self.ledger.keep(dispute)
        self.announce("charge.dispute.closed", dispute)
        return dispute

    def _open(self, id_: str) -> Object:
        dispute = self.get("dispute", id_)
        if dispute["status"] not in OPEN:
            raise Refused(f"This dispute is {dispute['status']}.")
        return dispute

    def _withdraw(self, dispute: Object) -> None:
        taken = self.enter("adjustment", dispute, -dispute["amount"], kept=DISPUTE_FEE, category="dispute")
        dispute["balance_transactions"] = [taken]
        self.ledger.keep(dispute)
        self.announce("charge.dispute.funds_withdrawn", dispute)

    def _reinstate(self, dispute: Object) -> None:
        """The money comes again, the fee does not."""
        back = self.enter("adjustment", dispute, dispute["amount"], category="dispute_reversal")
        dispute["balance_transactions"] = [*dispute["balance_transactions"], back]
        dispute["is_charge_refundable"] = True
        self.ledger.keep(dispute)
        self.announce("charge.dispute.funds_reinstated", dispute)
