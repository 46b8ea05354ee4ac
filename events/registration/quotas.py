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

LIVES = (
    "(v.ended_at IS NULL AND (v.starts_on IS NULL OR (v.starts_on::timestamp AT TIME ZONE e.timezone) <= {at})"
    " AND (v.through IS NULL OR ((v.through + 1)::timestamp AT TIME ZONE e.timezone) > {at}))"
)
"""Whether a code of `voucher v` of `event e` is good at a moment: by the local midnights of the event's place."""

NO_CODE = "code AS (SELECT NULL::bigint AS voucher_id, 0 AS uses WHERE false)"
"""For `LOCKED`, when nobody uses a code."""

LOCKED = """
locked AS MATERIALIZED (
    SELECT q.id, q.capacity, q.overbook, q.oversold, q.claimed, q.held_back, q.waiting, q.set_aside FROM quota q
    WHERE q.id IN (
        SELECT quota_id FROM wanted
        UNION
        SELECT c.quota_id FROM lapsed JOIN order_line n ON n.order_id = lapsed.id JOIN claim c ON c.line_id = n.id
    )
    ORDER BY q.id FOR NO KEY UPDATE
), gate AS MATERIALIZED (
    SELECT count(*) AS quotas FROM locked
), codes AS MATERIALIZED (
    SELECT v.*, (SELECT {lives} FROM event e WHERE e.id = v.event_id) AS lives FROM voucher v
    WHERE v.id IN (
        SELECT u.voucher_id FROM voucher_use u WHERE u.order_id IN (SELECT id FROM lapsed)
        UNION
        SELECT voucher_id FROM code
    ) AND (SELECT quotas FROM gate) >= 0
    ORDER BY v.id FOR NO KEY UPDATE
), due AS MATERIALIZED (
    SELECT o.id FROM orders o
    WHERE o.id IN (SELECT id FROM lapsed) AND o.state = 'HELD' AND (o.held_until <= $1 OR o.id = $2)
        AND (SELECT count(*) FROM codes) >= 0
    FOR UPDATE OF o SKIP LOCKED
), expired AS (
    UPDATE orders o SET state = CASE WHEN o.id = $2 THEN 'CANCELLED' ELSE 'EXPIRED' END, version = version + 1,
        form_key = NULL
    WHERE o.id IN (SELECT id FROM due) RETURNING o.id, o.state, o.email, o.source
), freed AS (
    DELETE FROM claim c USING order_line n
    WHERE n.id = c.line_id AND n.order_id IN (SELECT id FROM expired) RETURNING c.quota_id, c.voucher_id, n.order_id
), unused AS (
    DELETE FROM voucher_use u WHERE u.order_id IN (SELECT id FROM expired) RETURNING u.voucher_id
), expired_move AS (
    INSERT INTO order_move (order_id, old, new, moved_at, reason)
    SELECT id, 'HELD', state, $1, CASE state WHEN 'EXPIRED' THEN 'the hold ran out' ELSE 'chosen again' END FROM expired
), expired_message AS (
    INSERT INTO outbox_message (topic, body, created_at, due_at)
    SELECT CASE state WHEN 'EXPIRED' THEN 'mail.order_expired' ELSE 'checkout.abandoned' END,
        jsonb_build_object('order', id), $1, $1
    FROM expired
    WHERE (state = 'EXPIRED' AND email <> '' AND source = '')
        OR EXISTS (SELECT FROM checkout_session s WHERE s.order_id = expired.id AND s.state IN ('creating', 'open'))
)""".replace("{lives}", LIVES.format(at="$1"))
"""Lock, then release. `gate` is an aggregate, so that every lock is taken before the first order is touched; orders are
skipped when somebody holds them, so that nobody who has quotas waits for an order and a deadlock cannot be. Codes come
after quotas and before orders, for the same reason.

Needs `code (voucher_id, …)`: the code that is being used, no row for none.
"""

COUNTED = """
place AS MATERIALIZED (
    SELECT l.*, coalesce(w.places, 0) AS places, f.released, f.home, k.aside, o.own, t.offered,
        g.there - k.aside + o.own + t.offered AS free
    FROM locked l LEFT JOIN wanted w ON w.quota_id = l.id
    CROSS JOIN LATERAL (
        SELECT count(*)::int AS released, count(v.id)::int AS home,
            (count(*) FILTER (WHERE v.id IS NULL AND freed.order_id IS DISTINCT FROM $2))::int AS others
        FROM freed LEFT JOIN codes v ON v.id = freed.voucher_id AND v.lives WHERE freed.quota_id = l.id
    ) f
    CROSS JOIN LATERAL (
        SELECT greatest(l.capacity + l.overbook - l.claimed + f.released - l.held_back - f.home, 0) AS there
    ) g
    CROSS JOIN LATERAL (SELECT least(f.others, g.there, greatest(l.waiting - l.set_aside, 0)) AS aside) k
    CROSS JOIN LATERAL (SELECT 0 AS own) o
    CROSS JOIN LATERAL (SELECT 0 AS offered) t
), fits AS MATERIALIZED (
    SELECT NOT EXISTS (SELECT FROM place WHERE places > 0 AND places > free)
        AND (SELECT count(*) FROM wanted) = (SELECT count(*) FROM place WHERE places > 0) AS yes
), counted AS (
    UPDATE quota q SET
        claimed = n.claimed, held_back = n.held_back, capacity = p.capacity, overbook = p.overbook,
        waiting = p.waiting, set_aside = n.set_aside,
        oversold = least(p.oversold, greatest(0, n.claimed + n.held_back - p.capacity - p.overbook))
    FROM place p CROSS JOIN fits f
        CROSS JOIN LATERAL (
            SELECT p.claimed - p.released + CASE WHEN f.yes THEN p.places ELSE 0 END AS claimed,
                p.held_back + p.home + p.aside - CASE WHEN f.yes THEN p.own + p.offered ELSE 0 END AS held_back,
                p.set_aside + p.aside - CASE WHEN f.yes THEN p.offered ELSE 0 END AS set_aside
        ) n
    WHERE q.id = p.id AND (p.released > 0 OR (f.yes AND p.places > 0))
), spent AS (
    UPDATE voucher v SET used = c.used - n.back + n.uses, reserve_left = c.reserve_left + n.home - n.own,
        max_uses = c.max_uses, reserved = c.reserved, quota_id = c.quota_id
    FROM codes c CROSS JOIN fits f
        CROSS JOIN LATERAL (
            SELECT (SELECT count(*) FROM unused u WHERE u.voucher_id = c.id)::int AS back,
                CASE WHEN c.lives THEN (SELECT count(*) FROM freed d WHERE d.voucher_id = c.id)::int ELSE 0 END AS home,
                CASE WHEN f.yes THEN coalesce((SELECT k.uses FROM code k WHERE k.voucher_id = c.id), 0) ELSE 0 END
                    AS uses,
                CASE WHEN f.yes THEN coalesce((SELECT p.own FROM place p JOIN code k ON k.voucher_id = c.id
                    WHERE p.id = c.quota_id), 0) ELSE 0 END AS own
        ) n
    WHERE v.id = c.id AND (n.back > 0 OR n.home > 0 OR n.uses > 0)
)"""
"""Count what fits, from the rows as they were when locked.

An UPDATE checks constraints on what its snapshot saw before it looks at the newest row: `q.claimed + …` would run into
the CHECK with old numbers. `oversold` may only shrink here, or it would open the very CHECK that guards the last place.
Places set aside (`held_back`) are not free; one that came out of the reserve of a code goes home to it (`home`) while
the code lives. What others' run-out holds free in a quota (`others`) is set aside for those who wait for it (`aside`),
as far as people wait, and is not free for whoever asks first.
"""

OFFERED = COUNTED.replace("(SELECT 0 AS offered)", "(SELECT least(l.set_aside, coalesce(w.places, 0)) AS offered)")
"""The same for somebody who waited, who has what is set aside besides what is free."""

BY_CODE = COUNTED.replace(
    "(SELECT 0 AS own)",
    """(
        SELECT coalesce((SELECT least(v.reserve_left + f.home, w.by_code) FROM codes v
            WHERE v.id = (SELECT voucher_id FROM code) AND v.quota_id = l.id), 0) AS own
    )""",
).replace(
    "WHERE places > 0) AS yes",
    """WHERE places > 0)
        AND EXISTS (SELECT FROM codes v JOIN code k ON k.voucher_id = v.id
            WHERE (k.version IS NULL OR (k.version = v.version AND v.lives))
            AND (v.max_uses IS NULL OR v.used - (SELECT count(*) FROM unused u WHERE u.voucher_id = v.id) + k.uses
                <= v.max_uses)) AS yes""",
)
"""The same for somebody with a code, who has its reserve besides what is free, and for whom its uses have to do.

Needs `wanted (…, by_code)`, how many places its lines want, and `code (voucher_id, uses, version)`; version null: the
code was good when they bought, and only its uses count.
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


_GIVE_BACK = f"""
WITH theirs AS MATERIALIZED (
    SELECT c.id, c.quota_id FROM claim c JOIN order_line n ON n.id = c.line_id
    WHERE n.order_id = $1 AND ($2::bigint[] IS NULL OR n.registration_id = any($2))
        AND ($4::bigint IS NULL OR n.id = $4)
), used AS MATERIALIZED (
    SELECT u.id, u.voucher_id FROM voucher_use u
    WHERE u.order_id = $1 AND ($2::bigint[] IS NULL OR u.registration_id = any($2))
        AND ($4::bigint IS NULL OR (
            EXISTS (SELECT FROM order_line n WHERE n.id = $4 AND n.registration_id = u.registration_id
                AND n.voucher_id = u.voucher_id)
            AND NOT EXISTS (SELECT FROM order_line n WHERE n.id <> $4 AND n.registration_id = u.registration_id
                AND n.voucher_id = u.voucher_id AND n.cancelled_at IS NULL)))
), locked AS MATERIALIZED (
    SELECT q.* FROM quota q WHERE q.id IN (SELECT quota_id FROM theirs) ORDER BY q.id FOR NO KEY UPDATE
), gate AS MATERIALIZED (
    SELECT count(*) AS quotas FROM locked
), codes AS MATERIALIZED (
    SELECT v.*, (SELECT {LIVES.format(at="$3")} FROM event e WHERE e.id = v.event_id) AS lives FROM voucher v
    WHERE v.id IN (SELECT voucher_id FROM used) AND (SELECT quotas FROM gate) >= 0
    ORDER BY v.id FOR NO KEY UPDATE
), freed AS (
    DELETE FROM claim WHERE id IN (SELECT id FROM theirs) AND (SELECT count(*) FROM codes) >= 0
    RETURNING quota_id, voucher_id
), unused AS (
    DELETE FROM voucher_use WHERE id IN (SELECT id FROM used) AND (SELECT count(*) FROM codes) >= 0
    RETURNING voucher_id
), released AS (
    SELECT f.quota_id, count(*)::int AS places, count(v.id)::int AS home
    FROM freed f LEFT JOIN codes v ON v.id = f.voucher_id AND v.lives GROUP BY f.quota_id
), counted AS (
    UPDATE quota q SET claimed = l.claimed - r.places, held_back = l.held_back + r.home,
        capacity = l.capacity, overbook = l.overbook, waiting = l.waiting, set_aside = l.set_aside,
        oversold = least(l.oversold, greatest(0, l.claimed - r.places + l.held_back + r.home - l.capacity - l.overbook))
    FROM released r JOIN locked l ON l.id = r.quota_id WHERE q.id = r.quota_id
), spent AS (
    UPDATE voucher v SET used = c.used - n.back, reserve_left = c.reserve_left + n.home,
        max_uses = c.max_uses, reserved = c.reserved, quota_id = c.quota_id
    FROM codes c CROSS JOIN LATERAL (
        SELECT (SELECT count(*) FROM unused u WHERE u.voucher_id = c.id)::int AS back,
            CASE WHEN c.lives THEN (SELECT count(*) FROM freed d WHERE d.voucher_id = c.id)::int ELSE 0 END AS home
    ) n
    WHERE v.id = c.id
)
SELECT count(*) FROM freed
"""  # noqa: S608 - put together from constants


async def give_back(
    order_id: int, registration_ids: Sequence[int] | None = None, line_id: int | None = None, *, at: datetime
) -> int:
    """Free the places of an order, of some of its registrations, or of one line, and the uses of its code that go with
    them. Returns how many places; none the second time."""
    people = None if registration_ids is None else list(registration_ids)
    freed = await database.value(_GIVE_BACK, order_id, people, at, line_id)
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
            "UPDATE quota SET capacity = $2, overbook = $3,"
            " oversold = greatest(0, claimed + held_back - $2 - $3) WHERE id = $1",
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
        SELECT 'oversold of quota ' || id, oversold, greatest(0, claimed + held_back - capacity - overbook) FROM quota
        WHERE oversold <> greatest(0, claimed + held_back - capacity - overbook)
        UNION ALL
        SELECT 'held back of quota ' || q.id, q.held_back, coalesce(sum(v.reserve_left), 0)::int + q.set_aside
        FROM quota q LEFT JOIN voucher v ON v.quota_id = q.id
        GROUP BY q.id HAVING q.held_back <> coalesce(sum(v.reserve_left), 0) + q.set_aside
        UNION ALL
        SELECT 'uses of code ' || v.code, v.used, count(u.id)::int
        FROM voucher v LEFT JOIN voucher_use u ON u.voucher_id = v.id GROUP BY v.id HAVING v.used <> count(u.id)
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
