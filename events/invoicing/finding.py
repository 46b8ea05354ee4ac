"""Orders found at the registrar's desk by what only this room knows: institution, purchase order, invoice, check."""

from events.core import database
from events.invoicing import invoices
from events.registration.order_search import prefixes, words_of

_FIND = """
(SELECT order_id FROM due WHERE search_words(institution || ' ' || number || ' ' || reference) @@ $1::text::tsquery
    ORDER BY id DESC LIMIT $3)
UNION (SELECT order_id FROM receipt WHERE upper(number) = upper($2) ORDER BY id DESC LIMIT $3)
UNION (SELECT $4::bigint WHERE $4 IS NOT NULL)
"""


async def find(typed: str, most: int) -> list[int]:
    """Ids of orders: each word begins one of the institution, purchase order or reference; or all of it is the number
    of a check, a transfer or an invoice."""
    invoice = await invoices.by_number(typed)
    rows = await database.rows(_FIND, prefixes(words_of(typed)), typed, most, invoice[0] if invoice else None)
    return [row["order_id"] for row in rows]
