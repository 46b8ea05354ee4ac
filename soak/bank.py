"""A registrar who books transfers from the bank's statement: sent, read and booked, and all of it sent once more."""

import re
from typing import TYPE_CHECKING

from events.core import clock
from soak.visitor import Visitor

if TYPE_CHECKING:
    from soak.people import Crowd

SETTINGS = {"column-0": "date", "column-1": "reference", "column-2": "amount", "days": "%Y-%m-%d", "comma": "0"}
ROOT = "/organize/bank"


async def book(crowd: "Crowd", code: str, cents: int) -> None:
    """One line of a statement for an order, and the same file again: it is booked once."""
    registrar = crowd.visitor(crowd.shop.treasurer)
    day = clock.now().date().isoformat()
    body = f"Day,For,Amount\n{day},Order {code},{cents / 100:.2f}\n{day},Charges of the bank,-1.50\n"
    for _time in range(2):
        if not await _send(crowd, registrar, body):
            return
    crowd.told.checks[code].append(cents)
    crowd.told.did["booked a transfer from a statement"] += 1
    registrar.close()


async def _send(crowd: "Crowd", registrar: Visitor, body: str) -> bool:
    sent = await registrar.until(lambda: registrar.send_file(ROOT, {"currency": "USD"}, "file", "bank.csv", body))
    found = re.search(r"/organize/bank/(\d+)", sent.to)
    if sent.status != 303 or found is None:
        crowd.strange("a bank statement", sent)
        return False
    address = f"{ROOT}/{found[1]}"
    read = await registrar.until(lambda: registrar.post(f"{address}/columns", {**SETTINGS, "currency": "USD"}))
    if read.status not in {303, 409, 422}:  # read already, and the answer was lost
        crowd.strange("the columns of a statement", read)
        return False
    booked = await registrar.until(lambda: registrar.post(f"{address}/sure", {}))
    if booked.status != 303:
        crowd.strange("booking a statement", booked)
        return False
    return True
