import pytest

from events.registration.sandbox.checkout import Card, Till
from events.registration.sandbox.errors import Refused
from tests.registration.sandbox.conftest import paid


def test_a_refund_to_a_bank_account_takes_its_time_and_one_to_a_card_does_not(till: Till) -> None:
    card, debit = paid(till), paid(till, card=Card.bank)
    session = next(one for one in till.ledger.all("checkout.session") if one["payment_intent"] == debit)
    till.settle(session["id"], accepted=True)

    states = [till.refund({"payment_intent": one})["status"] for one in (card, debit)]

    assert states == ["succeeded", "pending"]
    till.settle_refund(till.refunds(debit)[0]["id"], arrives=True)
    assert till.refunds(debit)[0]["status"] == "succeeded"


def test_what_a_bank_sent_back_can_be_given_back_again(till: Till) -> None:
    payment = paid(till)
    first = till.refund({"payment_intent": payment})
    with pytest.raises(Refused) as twice:
        till.refund({"payment_intent": payment})
    till.settle_refund(first["id"], arrives=False)
    with pytest.raises(Refused):
        till.settle_refund(first["id"], arrives=False)

    till.refund({"payment_intent": payment})

    charge = till.get("charge", till.intent(payment)["latest_charge"])
    assert twice.value.code == "charge_already_refunded"
    assert (charge["amount_refunded"], charge["refunded"]) == (10000, True)
    assert [one["status"] for one in till.refunds(payment)] == ["succeeded", "failed"]


def test_a_refund_may_name_the_charge_and_has_to_name_something(till: Till) -> None:
    payment = paid(till)

    made = till.refund({"charge": till.intent(payment)["latest_charge"], "amount": 1})

    assert made["payment_intent"] == payment
    with pytest.raises(Refused):
        till.refund({"amount": 1})


def test_an_unpaid_payment_gives_nothing_back(till: Till) -> None:
    with pytest.raises(Refused):
        till.refund({"payment_intent": paid(till, card=Card.bank)})
