import json

import pytest

from events.core.money import Money
from events.registration.stripe_objects import Checkout, Notice, in_stripes_units, money_of, read_kept


@pytest.mark.parametrize(
    ("money", "at_stripe"),
    [(Money(2500, "EUR"), 2500), (Money(2500, "JPY"), 2500), (Money(2500, "UGX"), 250000), (Money(5, "ISK"), 500)],
)
def test_amounts_travel_as_stripe_counts_them(money: Money, at_stripe: int) -> None:
    assert in_stripes_units(money) == at_stripe
    assert money_of(at_stripe, money.currency.lower()) == money


@pytest.mark.parametrize(
    ("status", "payment", "intent", "processing"),
    [
        ("open", "unpaid", "", False),
        ("complete", "paid", "succeeded", False),
        ("complete", "unpaid", "processing", True),
        ("complete", "unpaid", "requires_payment_method", False),
        ("expired", "unpaid", "", False),
    ],
)
def test_complete_is_not_paid(status: str, payment: str, intent: str, processing: bool) -> None:
    checkout = Checkout("cs_1", "", status, payment, Money(1, "USD"), "pi_1", intent, None)

    assert (checkout.paid, checkout.processing) == (payment == "paid", processing)


def test_a_kept_body_says_what_it_is_about() -> None:
    charge = {"object": "charge", "id": "ch_1", "payment_intent": "pi_1"}
    body = json.dumps({"id": "evt_1", "type": "charge.refunded", "data": {"object": charge}})

    assert read_kept(body) == Notice("evt_1", "charge.refunded", "ch_1", "pi_1")
