"""The balance: what each payment, refund and dispute did to it, what Stripe keeps of it, and what is paid out."""

from events.registration.sandbox import money_shapes
from events.registration.sandbox.books import Books, arrival
from events.registration.sandbox.errors import Refused
from events.registration.sandbox.ledger import Object

PER_MILLE, FIXED = 29, 30
"""2.9 % and 30 cents of a card payment: the standard price in the United States. Refunds do not bring it back."""

DISPUTE_FEE = 1500
CLEARING = 2 * 24 * 3600
"""Seconds until money that came is available."""

PAYOUT = "_payout"
"""With a balance transaction: the payout it went into."""


def fee(amount: int) -> int:
    """What Stripe keeps of a payment, in minor units; half a cent is rounded up."""
    return (amount * PER_MILLE + 500) // 1000 + FIXED


class Balance(Books):
    def enter(self, kind: str, source: Object, amount: int, *, kept: int = 0, category: str = "") -> Object:
        """Book what `source` did. amount: + what came, - what went; kept: Stripe's fee."""
        return self.ledger.keep(
            money_shapes.transaction(
                kind,
                source,
                amount,
                kept,
                category or kind,
                self.clock(),
                self.clock() + (CLEARING if amount > 0 else 0),
            )
        )

    def available(self, currency: str) -> list[Object]:
        """The transactions that a payout of now would take."""
        return [
            one
            for one in self.ledger.all("balance_transaction")
            if one["currency"] == currency and not one.get(PAYOUT) and one["available_on"] <= self.clock()
        ]

    def pay_out(self, currency: str) -> Object:
        """Send all that is available to the bank account. Raises Refused when that is nothing."""
        taken = self.available(currency)
        amount = sum(one["net"] for one in taken)
        if amount <= 0:
            raise Refused(
                f"You have insufficient funds in your Stripe account for this transfer ({amount} {currency}).",
                code="balance_insufficient",
            )
        now = self.clock()
        payout = money_shapes.payout(amount, currency, now, arrival(now))
        own = self.enter("payout", payout, -amount)
        payout["balance_transaction"] = own["id"]
        for one in (*taken, own):
            self.ledger.keep({**one, PAYOUT: payout["id"]})
        self.ledger.keep(payout)
        self.announce("payout.created", payout)
        return payout
