"""Numbers of places: how they are taken, given back, changed and recounted.

Every taking is one SQL statement made of `LOCKED`, `COUNTED` and what the caller writes into the places it got:
it locks the quotas in the order of their ids, expires the run-out holds that sit in them, looks whether everything
wanted fits, counts, and hands `fits.yes` on. Rows of `claim` say who has the places; `quota.claimed` counts them, and a
CHECK keeps it below the capacity. Nothing else writes either.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from events.core import database
from events.core.errors import DomainError, Unreadable
from events.core.locales import _

LAPSED = """
lapsed AS MATERIALIZED (
    SELECT DISTINCT o.id FROM orders o JOIN order_line n ON n.order_id = o.id JOIN claim c ON c.line_id = n.id
    WHERE o.state = 'HELD' AND o.held_until <= $1 AND c.quota_id IN (SELECT quota_id FROM wanted)
    UNION
    SELECT o.id FROM orders o WHERE o.id = $2 AND o.state = 'HELD'
)"""
"""The holds to release before anything is claimed: those that ran out in the wanted quotas, and the one being replaced.

Needs `wanted (quota_id, places)`; $1 is the moment, $2 the order that is replaced, or null.
"""

LOCKED = """
locked AS MATERIALIZED (
    SELECT q.id, q.capacity, q.overbook, q.oversold, q.claimed FROM quota q
    WHERE q.id IN (
        SELECT quota_id FROM wanted
        UNION
        SELECT c.quota_id FROM lapsed JOIN order_line n ON n.order_id = lapsed.id JOIN claim c ON c.line_id = n.id
    )
    ORDER BY q.id FOR NO KEY UPDATE
), gate AS MATERIALIZED (
    SELECT count(*) AS quotas FROM locked
), due AS MATERIALIZED (
    SELECT o.id FROM orders o
    WHERE o.id IN (SELECT id FROM lapsed) AND o.state = 'HELD' AND (o.held_until <= $1 OR o.id = $2)
        AND (SELECT quotas FROM gate) >= 0
    FOR UPDATE OF o SKIP LOCKED
), expired AS (
    UPDATE orders o SET state = CASE WHEN o.id = $2 THEN 'CANCELLED' ELSE 'EXPIRED' END, version = version + 1,
        form_key = NULL
    WHERE o.id IN (SELECT id FROM due) RETURNING o.id, o.state, o.email
), freed AS (
    DELETE FROM claim c USING order_line n
    WHERE n.id = c.line_id AND n.order_id IN (SELECT id FROM expired) RETURNING c.quota_id
), expired_move AS (
    INSERT INTO order_move (order_id, old, new, moved_at, reason)
    SELECT id, 'HELD', state, $1, CASE state WHEN 'EXPIRED' THEN 'the hold ran out' ELSE 'chosen again' END FROM expired
), expired_message AS (
    INSERT INTO outbox_message (topic, body, created_at, due_at)
    SELECT CASE state WHEN 'EXPIRED' THEN 'mail.order_expired' ELSE 'checkout.abandoned' END,
        jsonb_build_object('order', id), $1, $1
    FROM expired
    WHERE (state = 'EXPIRED' AND email <> '')
        OR EXISTS (SELECT FROM checkout_session s WHERE s.order_id = expired.id AND s.state IN ('creating', 'open'))
)"""
"""Lock, then release. `gate` is an aggregate, so that every lock is taken before the first order is touched; orders are
skipped when somebody holds them, so that nobody who has quotas waits for an order and a deadlock cannot be.
"""

COUNTED = """
place AS MATERIALIZED (
    SELECT l.*, coalesce(w.places, 0) AS places, f.released, l.capacity + l.overbook - l.claimed + f.released AS free
    FROM locked l LEFT JOIN wanted w ON w.quota_id = l.id
    CROSS JOIN LATERAL (SELECT count(*)::int AS released FROM freed WHERE freed.quota_id = l.id) f
), fits AS MATERIALIZED (
    SELECT NOT EXISTS (SELECT FROM place WHERE places > 0 AND places > free)
        AND (SELECT count(*) FROM wanted) = (SELECT count(*) FROM place WHERE places > 0) AS yes
), counted AS (
    UPDATE quota q SET
        claimed = n.claimed, capacity = p.capacity, overbook = p.overbook,
        oversold = least(p.oversold, greatest(0, n.claimed - p.capacity - p.overbook))
    FROM place p CROSS JOIN fits f
        CROSS JOIN LATERAL (SELECT p.claimed - p.released + CASE WHEN f.yes THEN p.places ELSE 0 END AS claimed) n
    WHERE q.id = p.id AND (p.released > 0 OR (f.yes AND p.places > 0))
)"""
"""Count what fits, from the rows as they were when locked.

An UPDATE checks constraints on what its snapshot saw before it looks at the newest row: `q.claimed + …` would run into
the CHECK with old numbers. `oversold` may only shrink here, or it would open the very CHECK that guards the last place.
"""

SHORT = "(SELECT json_object_agg(id, greatest(free, 0)) FROM place WHERE places > 0 AND places > free)"
"""What did not fit: the quotas that are too full, with what is free in each; null when everything fits."""


class SoldOut(DomainError):
    """Not enough places. free: what the tightest quota has left; short: quota id → what is free in it."""

    status = 409

    def __init__(self, short: dict[int, int]) -> None:
        self.short = short
        self.free = min(short.values(), default=0)
        if self.free:
            words = _("Only %(free)s of these places are left. Choose fewer, and go on.") % {"free": self.free}
        else:
            words = _("These places have just been taken. Nothing was charged.")
        super().__init__(words, free=self.free)

    @property
    def title(self) -> str:
        return _("Sold out")


async def give_back(order_id: int, registration_ids: Sequence[int] | None = None, line_id: int | None = None) -> int:
    """Free the places of an order, of some of its registrations, or of one line. Returns how many; none the second
    time."""
    freed = await database.value(
        """
        WITH theirs AS MATERIALIZED (
            SELECT c.id, c.quota_id FROM claim c JOIN order_line n ON n.id = c.line_id
            WHERE n.order_id = $1 AND ($2::bigint[] IS NULL OR n.registration_id = any($2))
                AND ($3::bigint IS NULL OR n.id = $3)
        ), locked AS MATERIALIZED (
            SELECT q.* FROM quota q WHERE q.id IN (SELECT quota_id FROM theirs) ORDER BY q.id FOR NO KEY UPDATE
        ), gate AS MATERIALIZED (
            SELECT count(*) AS quotas FROM locked
        ), freed AS (
            DELETE FROM claim WHERE id IN (SELECT id FROM theirs) AND (SELECT quotas FROM gate) >= 0 RETURNING quota_id
        ), released AS (
            SELECT quota_id, count(*)::int AS places FROM freed GROUP BY quota_id
        ), counted AS (
            UPDATE quota q SET claimed = l.claimed - r.places, capacity = l.capacity, overbook = l.overbook,
                oversold = least(l.oversold, greatest(0, l.claimed - r.places - l.capacity - l.overbook))
            FROM released r JOIN locked l ON l.id = r.quota_id WHERE q.id = r.quota_id
        )
        SELECT count(*) FROM freed
        """,
        order_id,
        None if registration_ids is None else list(registration_ids),
        line_id,
    )
    return int(freed)


async def create(event_id: int, name: str, capacity: int) -> int:
    """A new quota. Raises Unreadable when the event has one of this name."""
    quota = await database.value(
        "INSERT INTO quota (event_id, name, capacity) VALUES ($1, $2, $3)"
        " ON CONFLICT (event_id, name) DO NOTHING RETURNING id",
        event_id,
        name,
        capacity,
    )
    if quota is None:
        raise Unreadable({"name": _("This event has a quota of this name.")})
    return int(quota)


async def change(quota_id: int, capacity: int, overbook: int, reason: str, by: int | None, at: datetime) -> None:
    """Set a quota's capacity and its extra places, and keep why.

    Lowering it below what is claimed takes nothing from anybody: `oversold` says by how much, and nothing more is sold.
    """
    async with database.transaction():
        await database.execute(
            "UPDATE quota SET capacity = $2, overbook = $3, oversold = greatest(0, claimed - $2 - $3) WHERE id = $1",
            quota_id,
            capacity,
            overbook,
        )
        await database.execute(
            "INSERT INTO quota_change (quota_id, capacity, overbook, reason, changed_at, changed_by_id)"
            " VALUES ($1, $2, $3, $4, $5, $6)",
            quota_id,
            capacity,
            overbook,
            reason,
            at,
            by,
        )


@dataclass(frozen=True, slots=True)
class Miscount:
    """A quota whose counter is not the number of its claims, or an order whose places are not those of its state."""

    what: str
    kept: int
    found: int


async def recount() -> list[Miscount]:
    """Compare every counter with the rows it counts (`colloquy audit`)."""
    rows = await database.rows(
        """
        SELECT 'quota ' || q.id AS what, q.claimed AS kept, count(c.id)::int AS found
        FROM quota q LEFT JOIN claim c ON c.quota_id = q.id GROUP BY q.id HAVING q.claimed <> count(c.id)
        UNION ALL
        SELECT 'oversold of quota ' || id, oversold, greatest(0, claimed - capacity - overbook) FROM quota
        WHERE oversold <> greatest(0, claimed - capacity - overbook)
        UNION ALL
        SELECT 'places of order ' || o.code, places.meant, places.taken FROM (
            SELECT n.order_id, count(c.id)::int AS taken,
                (count(*) FILTER (WHERE o.state IN ('HELD', 'PENDING', 'CONFIRMED')
                    AND n.cancelled_at IS NULL))::int AS meant
            FROM order_line n JOIN orders o ON o.id = n.order_id
            JOIN ticket_type_quota t ON t.ticket_type_id = n.ticket_type_id
            LEFT JOIN claim c ON c.line_id = n.id AND c.quota_id = t.quota_id
            WHERE NOT n.pending GROUP BY n.order_id
        ) places JOIN orders o ON o.id = places.order_id WHERE places.taken <> places.meant
        ORDER BY 1
        """
    )
    return [Miscount(row["what"], row["kept"], row["found"]) for row in rows]
