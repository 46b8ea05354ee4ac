import pytest

from events.registration.sandbox.checkout import Till
from events.registration.sandbox.errors import Refused
from tests.registration.sandbox.conftest import paid


def told(till: Till) -> list[str]:
    """Kinds of events about disputes, the oldest first."""
    kinds = [one["type"] for one in till.ledger.all("event")]
    return [kind.removeprefix("charge.dispute.") for kind in reversed(kinds) if kind.startswith("charge.dispute.")]


def test_a_dispute_takes_the_money_at_once_and_an_inquiry_does_not(till: Till) -> None:
    taken, asked = till.dispute(paid(till)), till.dispute(paid(till), inquiry=True)

    assert [one["status"] for one in (taken, asked)] == ["needs_response", "warning_needs_response"]
    assert [len(one["balance_transactions"]) for one in (taken, asked)] == [1, 0]
    assert [one["is_charge_refundable"] for one in (taken, asked)] == [False, True]
    assert told(till) == ["created", "funds_withdrawn", "created"]


def test_a_disputed_payment_is_refunded_only_while_the_bank_just_asks(till: Till) -> None:
    payment = paid(till)
    dispute = till.dispute(payment, inquiry=True)
    till.refund({"payment_intent": payment, "amount": 100})
    till.escalate_dispute(dispute["id"])

    with pytest.raises(Refused) as error:
        till.refund({"payment_intent": payment, "amount": 100})

    assert error.value.code == "charge_disputed"
    till.close_dispute(dispute["id"], won=True)
    till.refund({"payment_intent": payment, "amount": 100})


def test_a_dispute_goes_its_way_once(till: Till) -> None:
    payment = paid(till)
    dispute = till.dispute(payment)["id"]
    with pytest.raises(Refused):
        till.dispute(payment)
    with pytest.raises(Refused):
        till.escalate_dispute(dispute)
    till.answer_dispute(dispute)
    with pytest.raises(Refused):
        till.answer_dispute(dispute)
    till.close_dispute(dispute, won=False)
    with pytest.raises(Refused):
        till.close_dispute(dispute, won=True)

    assert told(till) == ["created", "funds_withdrawn", "updated", "closed"]


def test_an_inquiry_ends_without_money_or_becomes_a_dispute(till: Till) -> None:
    asked = till.dispute(paid(till), inquiry=True)["id"]
    with pytest.raises(Refused):
        till.close_dispute(asked, won=False)

    assert till.close_dispute(asked, won=True)["status"] == "warning_closed"


@pytest.mark.parametrize("amount", [0, 10001])
def test_a_dispute_is_about_a_part_of_its_payment(till: Till, amount: int) -> None:
    with pytest.raises(Refused):
        till.dispute(paid(till), amount)
