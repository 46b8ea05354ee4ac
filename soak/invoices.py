"""Buyers who pay by purchase order, and the registrar who enters the checks: whole, in two parts, or never; or who
books them from the statement of the bank."""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from events.core import clock
from soak import bank
from soak.visitor import Visitor, code_of

if TYPE_CHECKING:
    from soak.people import Crowd

BOOKED_BEFORE = b"is booked for this order already"


async def by_purchase_order(crowd: "Crowd", visitor: Visitor, path: str, email: str, price: int) -> None:
    """From the page of a held order to the invoice, and to what the registrar does with the library's checks."""
    place = urlsplit(path)
    form = {
        "way": "purchase_order",
        "number": f"PO-{email}",
        "institution": "Library of Soak",
        "address": "1 Reading Road",
        "reference": "",
    }
    answer = await visitor.until(lambda: visitor.post(f"{place.path}/invoice?{place.query}", form))
    if answer.status not in {303, 409}:  # 409: the first try had worked, and its answer was lost
        crowd.strange("a purchase order", answer)
        return
    crowd.told.did["chose a purchase order"] += 1
    page = await visitor.until(lambda: visitor.get(path))
    if b"is to be paid by" not in page.body:
        crowd.strange("an order on a purchase order", page)
        return
    lot = crowd.dice.random()
    if lot < 0.2:
        return  # the library has not paid yet
    parts = [price // 3, price - price // 3] if lot < 0.5 else [price]
    code = code_of(path)
    if lot >= 0.8:
        await bank.book(crowd, code, price)
        parts = []
    for number, amount in enumerate(parts):
        await _enter(crowd, code, f"C{number}-{email}", amount)
    page = await visitor.until(lambda: visitor.get(path))
    if b"You are registered" not in page.body:
        crowd.strange("an order that was paid by check", page)
        return
    crowd.told.registered[email] = code
    crowd.told.did["invoiced order"] += 1


async def _enter(crowd: "Crowd", code: str, number: str, cents: int) -> None:
    """One check, as often as it takes: entered twice it is refused, which says that it is there."""
    registrar = crowd.visitor(crowd.shop.registrar)
    address = f"/organize/events/{crowd.shop.slug}/invoices/{code}/receipts"
    form = {
        "kind": "payment",
        "way": "check",
        "number": number,
        "dated": clock.now().date().isoformat(),
        "amount": f"{cents / 100:.2f}",
        "note": "",
    }
    answer = await registrar.until(lambda: registrar.post(address, form))
    registrar.close()
    if answer.status != 303 and not (answer.status == 422 and BOOKED_BEFORE in answer.body):
        crowd.strange("a check", answer)
        return
    crowd.told.checks[code].append(cents)
    crowd.told.did["entered a check"] += 1
