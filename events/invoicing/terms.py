"""Which ways to pay an event takes beside the card, how many days it gives, and to whom it is paid."""

from dataclasses import dataclass

from events.core import database
from events.core.errors import StaleWrite
from events.core.locales import _, lazy

WAYS = {
    "purchase_order": lazy("Purchase order"),
    "check": lazy("Check"),
    "transfer": lazy("Bank transfer"),
}


REMINDERS = (-7, 1, 14)
"""Days around the due day on which who has not paid gets a mail; -7 is a week before."""


@dataclass(frozen=True, slots=True)
class Terms:
    """`models.PaymentTerms` as values. version 0: nothing was saved yet."""

    ways: tuple[str, ...] = ()
    due_days: int = 30
    grace_days: int = 7
    orders_confirm: bool = True
    seller: str = ""
    pay_to: str = ""
    version: int = 0
    reminders: tuple[int, ...] = REMINDERS


async def of_event(event_id: int) -> Terms:
    row = await database.row("SELECT * FROM payment_terms WHERE event_id = $1", event_id)
    if row is None:
        return Terms()
    return Terms(
        tuple(way for way in WAYS if way in row["ways"]),
        row["due_days"],
        row["grace_days"],
        row["orders_confirm"],
        row["seller"],
        row["pay_to"],
        row["version"],
        tuple(sorted(row["reminders"])) if row["reminders"] is not None else REMINDERS,
    )


async def save(event_id: int, terms: Terms) -> None:
    """Keep terms for orders from now on. Raises StaleWrite when `terms.version` is not the one that is kept."""
    saved = await database.value(
        """
        INSERT INTO payment_terms (event_id, ways, due_days, grace_days, orders_confirm, seller, pay_to, version,
            reminders)
        SELECT $1, $2, $3, $4, $5, $6, $7, 1, $9
        WHERE $8 = 0 OR EXISTS (SELECT FROM payment_terms WHERE event_id = $1)
        ON CONFLICT (event_id) DO UPDATE SET ways = $2, due_days = $3, grace_days = $4, orders_confirm = $5,
            seller = $6, pay_to = $7, reminders = $9, version = payment_terms.version + 1
            WHERE payment_terms.version = $8
        RETURNING version
        """,
        event_id,
        list(terms.ways),
        terms.due_days,
        terms.grace_days,
        terms.orders_confirm,
        terms.seller,
        terms.pay_to,
        terms.version,
        list(terms.reminders),
    )
    if saved is None:
        raise StaleWrite(_("Somebody else saved other terms of payment meanwhile."), {}, {})
