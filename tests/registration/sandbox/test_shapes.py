import json
from pathlib import Path

import pytest

from events.registration.sandbox import shapes
from events.registration.sandbox.checkout import Card, Till, public
from events.registration.sandbox.ledger import Ledger
from tests.make import NOON

BASE = "http://sandbox.test"
FIXTURES = Path(__file__).resolve().parents[4] / "shared" / "data" / "stripe" / "fixtures.json"
"""Stripe's published examples: an extra, which a clone on its own goes without."""


@pytest.mark.skipif(not FIXTURES.exists(), reason="Stripe's published examples are not on this machine")
def test_objects_have_the_fields_that_stripes_own_have() -> None:
    examples = json.loads(FIXTURES.read_text())["resources"]
    till = Till(Ledger(), BASE, lambda: int(NOON.timestamp()))
    session = till.create(
        {
            "mode": "payment",
            "success_url": "http://shop/",
            "expires_at": int(NOON.timestamp()) + 1900,
            "customer_email": "ada@example.org",
            "line_items": [
                {"quantity": 1, "price_data": {"currency": "usd", "unit_amount": 100, "product_data": {"name": "x"}}}
            ],
        }
    )
    till.pay(session["id"], Card.pays)
    refund = till.refund({"payment_intent": session["payment_intent"]})
    made = {
        "checkout.session": public(till.session(session["id"])),
        "payment_intent": till.intent(session["payment_intent"]),
        "charge": next(till.ledger.all("charge")),
        "refund": refund,
        "event": shapes.event("x", {}, 0, "v"),
    }

    for kind, thing in made.items():
        assert sorted(thing) == sorted(examples[kind]), kind
    for part in ("automatic_tax", "customer_details", "custom_text", "collected_information", "total_details"):
        assert sorted(made["checkout.session"][part]) == sorted(examples["checkout.session"][part]), part
