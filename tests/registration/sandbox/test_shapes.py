import json
from pathlib import Path
from typing import Any, get_args

import pytest
import stripe

from events.registration.sandbox.checkout import Card, Till
from events.registration.sandbox.ledger import Ledger, Object
from tests.make import NOON

BASE = "http://sandbox.test"
FIXTURES = Path(__file__).resolve().parents[4] / "shared" / "data" / "stripe" / "fixtures.json"
"""Stripe's published examples: an extra, which a clone on its own goes without."""

CLASSES: dict[str, Any] = {
    "checkout.session": stripe.checkout.Session,
    "payment_intent": stripe.PaymentIntent,
    "charge": stripe.Charge,
    "refund": stripe.Refund,
    "dispute": stripe.Dispute,
    "balance_transaction": stripe.BalanceTransaction,
    "payout": stripe.Payout,
    "event": stripe.Event,
}
WAYS = frozenset({"failure_reason", "failure_balance_transaction"})
"""Stripe shows these of a refund only once it has failed."""


def opened(till: Till, **values: Any) -> Object:
    item = {"quantity": 1, "price_data": {"currency": "usd", "unit_amount": 10000, "product_data": {"name": "x"}}}
    given = {"mode": "payment", "success_url": "http://shop/", "customer_email": "ada@example.org"}
    return till.create({**given, "expires_at": int(NOON.timestamp()) + 1900, "line_items": [item], **values})


def made() -> dict[str, list[Object]]:
    """Everything a sandbox knows after a long day, by kind."""
    at = [int(NOON.timestamp())]
    till = Till(Ledger(), BASE, lambda: at[0])
    opened(till)
    till.expire(opened(till)["id"])
    debit, secure, card = opened(till), opened(till), opened(till)
    till.pay(debit["id"], Card.bank)
    till.settle(debit["id"], accepted=True)
    till.pay(secure["id"], Card.declined)
    till.pay(secure["id"], Card.secure)
    till.answer(secure["id"], is_them=True)
    till.pay(card["id"], Card.pays)
    till.settle_refund(till.refund({"payment_intent": debit["payment_intent"], "amount": 100})["id"], arrives=False)
    till.refund({"payment_intent": card["payment_intent"], "amount": 100})
    till.close_dispute(till.dispute(card["payment_intent"])["id"], won=True)
    till.escalate_dispute(till.dispute(secure["payment_intent"], 500, "duplicate", inquiry=True)["id"])
    at[0] += 5 * 24 * 3600
    till.pay_out("usd")
    return {kind: [till.show(one) for one in till.ledger.all(kind)] for kind in CLASSES}


def test_no_object_has_a_field_that_the_library_does_not_know_and_none_lacks_one_it_relies_on() -> None:
    for kind, things in made().items():
        known = {name: hint for name, hint in CLASSES[kind].__annotations__.items() if name != "OBJECT_NAME"}
        always = {name for name, hint in known.items() if type(None) not in get_args(hint)} - {"deleted"}
        assert things, kind
        for thing in things:
            assert thing.keys() - known.keys() == set(), kind
            assert {name for name in always if "Optional" not in str(known[name])} - thing.keys() == set(), kind


def test_what_the_library_names_the_only_words_for_is_one_of_them() -> None:
    """Fields whose type is a Literal, or a Literal or any other word: ours are among the words that it has."""
    checked = 0
    for kind, things in made().items():
        for name, hint in CLASSES[kind].__annotations__.items():
            words = _words(hint)
            for thing in things if words else []:
                if isinstance(thing.get(name), str):
                    checked += 1
                    assert thing[name] in words, (kind, name)
    assert checked > 100


def _words(hint: Any) -> set[str]:
    if str(hint).startswith("typing.Literal"):
        return set(get_args(hint))
    return set().union(*(_words(one) for one in get_args(hint))) if get_args(hint) else set()


@pytest.mark.skipif(not FIXTURES.exists(), reason="Stripe's published examples are not on this machine")
def test_objects_have_the_fields_that_stripes_own_have() -> None:
    examples = json.loads(FIXTURES.read_text())["resources"]
    everything = made()

    for kind, things in everything.items():
        for thing in things:
            assert sorted(thing.keys() - (WAYS if kind == "refund" else set())) == sorted(examples[kind]), kind
    [session, *_others] = everything["checkout.session"]
    for part in ("automatic_tax", "customer_details", "custom_text", "collected_information", "total_details"):
        assert sorted(session[part]) == sorted(examples["checkout.session"][part]), part
    for part in ("evidence", "evidence_details"):
        assert sorted(everything["dispute"][0][part]) == sorted(examples["dispute"][part]), part
