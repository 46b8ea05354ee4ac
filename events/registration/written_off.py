"""What was written off of an order comes back before anything is owed to its buyer."""

from datetime import datetime

from events.core import database

OWED = "SELECT coalesce(sum(amount), 0)::bigint FROM ledger WHERE order_id = $1"


async def take_back(order_id: int, currency: str, source: str, at: datetime) -> None:
    """In the transaction that changed an order's account: where the order has now more than it owes, that pays first
    what was given up. source: what it comes from, such as "receipt-12"; nothing is booked twice for one."""
    over: int = -await database.value(OWED, order_id)
    written: int = -await database.value(OWED + " AND kind = 'write_off'", order_id)
    if over > 0 and written > 0:
        await book(order_id, min(over, written), currency, f"write-off-{source}", at)


async def book(order_id: int, amount: int, currency: str, source: str, at: datetime) -> None:
    """amount: below nothing for what is given up, above for what comes back."""
    await database.execute(
        "INSERT INTO ledger (order_id, kind, amount, currency, source, booked_at)"
        " VALUES ($1, 'write_off', $2, $3, $4, $5)",
        order_id,
        amount,
        currency,
        source,
        at,
    )
