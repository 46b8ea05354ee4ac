"""The accounts that orders are booked to, and the numbers the association's own books have for them."""

from collections.abc import Mapping

from events.core import database
from events.core.errors import Unreadable
from events.core.locales import Lazy, _, lazy

ACCOUNTS: Mapping[str, tuple[str, Lazy]] = {
    "receivable": ("1200", lazy("Receivable: what orders owe")),
    "stripe": ("1010", lazy("Money at Stripe")),
    "bank": ("1000", lazy("Money at the bank")),
    "deferred": ("2400", lazy("Deferred: sold for events to come")),
    "tax": ("2300", lazy("Tax that is owed on")),
    "income": ("4000", lazy("Income of events that began")),
    "fees": ("4900", lazy("Fees kept when tickets are given back")),
    "stripe_fees": ("6100", lazy("Stripe’s fees")),
    "written_off": ("6900", lazy("Written off")),
    "other": ("9999", lazy("Not known yet: to be cleared")),
}
"""Account, its number until the association gives its own, and what it is."""

LENGTH = 20


async def numbers() -> dict[str, str]:
    """The number of every account."""
    given = {row["account"]: row["number"] for row in await database.rows("SELECT account, number FROM account_number")}
    return {account: given.get(account, number) for account, (number, _words) in ACCOUNTS.items()}


async def renumber(wanted: Mapping[str, str]) -> None:
    """Give accounts numbers of the association's own. Raises Unreadable; two accounts may share one."""
    errors = {}
    for account in ACCOUNTS:
        number = wanted.get(account, "").strip()
        if not number or len(number) > LENGTH or not all(letter.isalnum() or letter in ".-/" for letter in number):
            errors[account] = _(
                "A number such as 4000 or 4000-12: at most 20 letters, digits, dots, dashes or slashes."
            )
    if errors:
        raise Unreadable(errors)
    await database.execute_many(
        "INSERT INTO account_number (account, number) VALUES ($1, $2)"
        " ON CONFLICT (account) DO UPDATE SET number = excluded.number",
        [(account, wanted[account].strip()) for account in ACCOUNTS],
    )
