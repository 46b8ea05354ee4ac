"""What buyers, banks and people in Stripe's own pages do: one table for the dashboard's buttons and the control API."""

from collections.abc import Callable, Mapping
from typing import Any

from events.registration.sandbox.checkout import Card, Till
from events.registration.sandbox.errors import Refused
from events.registration.sandbox.ledger import Object

Values = Mapping[str, Any]
Deed = Callable[[Till, str, Values], Object]

DEEDS: Mapping[str, Deed] = {
    "pay": lambda till, id_, values: till.pay(id_, _card(values)),
    "prove": lambda till, id_, values: till.answer(id_, True),
    "refuse to prove": lambda till, id_, values: till.answer(id_, False),
    "accept": lambda till, id_, values: till.settle(id_, True),
    "decline": lambda till, id_, values: till.settle(id_, False),
    "refund": lambda till, id_, values: till.refund({"payment_intent": _payment(till, id_), **_amount(values)}),
    "refund arrives": lambda till, id_, values: till.settle_refund(id_, True),
    "refund fails": lambda till, id_, values: till.settle_refund(id_, False),
    "dispute": lambda till, id_, values: till.dispute(_payment(till, id_), **_dispute(values)),
    "inquire": lambda till, id_, values: till.dispute(_payment(till, id_), inquiry=True, **_dispute(values)),
    "answer dispute": lambda till, id_, values: till.answer_dispute(id_),
    "escalate": lambda till, id_, values: till.escalate_dispute(id_),
    "win": lambda till, id_, values: till.close_dispute(id_, True),
    "lose": lambda till, id_, values: till.close_dispute(id_, False),
    "pay out": lambda till, id_, values: till.pay_out(id_),
}
"""By name, with the id of a session (cs_), payment (pi_), refund (re_), dispute (du_), or a currency ("pay out"). For a
payment its session will do."""


def do(till: Till, name: str, id_: str, values: Values) -> Object:
    """Returns what became of the object. Raises Refused."""
    if name not in DEEDS:
        raise Refused(f"Nobody can do this: {name}", code="parameter_unknown", param="do")
    return till.show(DEEDS[name](till, id_, values))


def _card(values: Values) -> Card:
    try:
        return Card(values.get("card", Card.pays))
    except ValueError:
        raise Refused("No such way to pay.", param="card") from None


def _payment(till: Till, id_: str) -> str:
    return str(till.session(id_)["payment_intent"] or "") if id_.startswith("cs_") else id_


def _amount(values: Values) -> Object:
    """Minor units, as a number or its digits; none: all of it."""
    amount = values.get("amount", "")
    if amount == "":
        return {}
    if not str(amount).isdecimal():
        raise Refused(f"Invalid integer: {amount}", code="parameter_invalid_integer", param="amount")
    return {"amount": int(amount)}


def _dispute(values: Values) -> dict[str, Any]:
    return {**_amount(values), "reason": str(values.get("reason") or "fraudulent")}
