"""What strangers told us: kept first, under their own id, and understood by a worker later."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from events.core import database

KEPT = timedelta(days=90)
"""A body names a buyer. Stripe sends an event again for 30 days at most, and what was fulfilled is so only once."""


@dataclass(frozen=True)
class WebhookEvent:
    id: str
    kind: str
    object_id: str
    body: str
    received_at: datetime


async def keep(event_id: str, kind: str, object_id: str, body: str, at: datetime, outcome: str = "") -> bool:
    """Keep a webhook event and ring for it, in one statement. False when it was here before.

    outcome   what is known of it already: nobody is rung for
    """
    fresh: bool = await database.value(
        """
        WITH told AS (
            SELECT $5::timestamptz AS at, $6::text AS known
        ), fresh AS (
            INSERT INTO webhook_event (id, kind, object_id, body, received_at, handled_at, outcome)
            SELECT $1, $2, $3, $4, at, CASE WHEN known <> '' THEN at END, known FROM told
            ON CONFLICT (id) DO NOTHING RETURNING id
        ), rung AS (
            INSERT INTO outbox_message (topic, key, body, created_at, due_at)
            SELECT 'stripe.webhook', 'webhook-' || id, jsonb_build_object('webhook_event', id), at, at
            FROM fresh, told WHERE known = '' ON CONFLICT (key) DO NOTHING
        )
        SELECT EXISTS (SELECT FROM fresh)
        """,
        event_id,
        kind,
        object_id,
        body,
        at,
        outcome,
    )
    return fresh


async def load(event_id: str) -> WebhookEvent | None:
    """The event, or None when it was handled."""
    row = await database.row(
        "SELECT id, kind, object_id, body, received_at FROM webhook_event WHERE id = $1 AND handled_at IS NULL",
        event_id,
    )
    return WebhookEvent(**dict(row)) if row else None


async def handled(event_id: str, outcome: str, at: datetime) -> None:
    await database.execute(
        "UPDATE webhook_event SET handled_at = $2, outcome = $3 WHERE id = $1", event_id, at, outcome
    )


async def waiting(before: datetime) -> list[str]:
    """Events received before a moment and not handled yet: the sweep rings for them again."""
    rows = await database.rows(
        "SELECT id FROM webhook_event WHERE handled_at IS NULL AND received_at < $1 ORDER BY received_at LIMIT 500",
        before,
    )
    return [row["id"] for row in rows]


async def forget(at: datetime, limit: int, but: Sequence[str] = ()) -> int:
    """Delete at most `limit` events that were handled long ago, `but` those with these outcomes. Returns how many."""
    return await database.execute(
        "DELETE FROM webhook_event WHERE id IN (SELECT id FROM webhook_event WHERE handled_at < $1"
        " AND outcome <> all($3) ORDER BY handled_at LIMIT $2)",
        at - KEPT,
        limit,
        list(but),
    )
