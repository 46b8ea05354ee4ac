from datetime import timedelta

import pytest

from events.registration.sandbox.balance import DISPUTE_FEE, fee
from events.registration.sandbox.checkout import Card, Till
from events.registration.sandbox.errors import Refused
from tests.registration.conftest import Clock
from tests.registration.sandbox.conftest import paid


@pytest.mark.parametrize(("amount", "kept"), [(10000, 320), (32500, 973), (100, 33), (17, 30), (18, 31)])
def test_the_fee_is_2_9_percent_and_30_cents_half_a_cent_rounded_up(amount: int, kept: int) -> None:
    assert fee(amount) == kept


def test_a_payout_is_all_that_is_available_and_each_line_goes_into_one(till: Till, now: Clock) -> None:
    paid(till)
    with pytest.raises(Refused) as early:
        till.pay_out("usd")
    now.at += timedelta(days=2)
    given = paid(till)
    till.refund({"payment_intent": given, "amount": 1000})
    first = till.pay_out("usd")
    now.at += timedelta(days=2)
    second = till.pay_out("usd")

    assert early.value.code == "balance_insufficient"
    assert (first["amount"], second["amount"]) == (10000 - 320 - 1000, 10000 - 320)
    lines = list(till.ledger.all("balance_transaction"))
    assert sum(one["net"] for one in lines) == 0
    assert (till.show(first)["status"], till.show(second)["status"]) == ("paid", "in_transit")


def test_two_currencies_are_two_balances(till: Till, now: Clock) -> None:
    paid(till, 10000, "usd")
    paid(till, 5000, "jpy")
    now.at += timedelta(days=2)

    assert till.pay_out("jpy")["amount"] == 5000 - fee(5000)
    assert [one["currency"] for one in till.available("usd")] == ["usd"]


def test_refunds_disputes_and_what_comes_back_of_them_are_lines_of_the_balance(till: Till) -> None:
    payment = paid(till)
    till.settle_refund(till.refund({"payment_intent": payment, "amount": 1000})["id"], arrives=False)
    till.close_dispute(till.dispute(payment)["id"], won=True)

    lines = reversed(list(till.ledger.all("balance_transaction")))
    assert [(one["type"], one["reporting_category"], one["amount"], one["fee"]) for one in lines] == [
        ("charge", "charge", 10000, 320),
        ("refund", "refund", -1000, 0),
        ("refund_failure", "refund_failure", 1000, 0),
        ("adjustment", "dispute", -10000, DISPUTE_FEE),
        ("adjustment", "dispute_reversal", 10000, 0),
    ]


def test_money_that_a_bank_has_still_to_send_is_no_line_yet(till: Till) -> None:
    payment = paid(till, card=Card.bank)
    before = len(list(till.ledger.all("balance_transaction")))
    [session] = till.ledger.all("checkout.session")

    till.settle(session["id"], accepted=True)

    assert (before, len(list(till.ledger.all("balance_transaction")))) == (0, 1)
    assert till.intent(payment)["status"] == "succeeded"
