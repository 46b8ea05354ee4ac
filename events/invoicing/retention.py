"""How long invoices name anybody: as long as their orders. Numbers and amounts stay for good."""

from events.core import database


async def blank(limit: int) -> int:
    """Take the names out of invoices and dues whose orders were blanked. Returns how many of what there are more of."""
    invoices = await database.execute(
        """
        UPDATE invoice i SET blanked_at = now(), body = jsonb_build_object('lines',
            (
            SELECT jsonb_agg(jsonb_build_object('amount', line -> 'amount'))
            FROM jsonb_array_elements(i.body -> 'lines') line))
        WHERE i.id IN (SELECT i.id FROM invoice i JOIN orders o ON o.id = i.order_id
            WHERE i.blanked_at IS NULL AND o.name = '' AND o.email = '' ORDER BY i.id LIMIT $1)
        """,
        limit,
    )
    dues = await database.execute(
        "UPDATE due SET number = '', institution = '', address = '', reference = '' WHERE id IN (SELECT d.id FROM due d"
        " JOIN orders o ON o.id = d.order_id WHERE o.name = '' AND o.email = ''"
        " AND (d.number || d.institution || d.address || d.reference) <> '' ORDER BY d.id LIMIT $1)",
        limit,
    )
    billed = await database.execute(
        "UPDATE billing SET institution = '', address = '', reference = '' WHERE order_id IN (SELECT b.order_id"
        " FROM billing b JOIN orders o ON o.id = b.order_id WHERE o.name = '' AND o.email = ''"
        " AND (b.institution || b.address || b.reference) <> '' ORDER BY b.order_id LIMIT $1)",
        limit,
    )
    given_up = await database.execute(
        "UPDATE write_off SET reason = '', written_by_id = NULL WHERE id IN (SELECT w.id FROM write_off w"
        " JOIN orders o ON o.id = w.order_id WHERE o.name = '' AND o.email = '' AND w.reason <> '' ORDER BY w.id"
        " LIMIT $1)",
        limit,
    )
    return max(invoices, dues, billed, given_up)
