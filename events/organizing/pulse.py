"""What needs somebody today, and how an event is doing: a few counts by SQL, none that names a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from events.core import database, outbox
from events.people.permissions import Reach

DAYS = 28


@dataclass(frozen=True, slots=True)
class EventCard:
    """An event of somebody's, with what waits in it.

    release     the number of the last one, 0 before the first
    edited      sessions edited since then
    unplaced    confirmed sessions without a time
    roomless    confirmed sessions with a time and no room (in person)
    full        quotas with fewer than a tenth of their places left
    unsettled   refunds that did not go through
    """

    id: int
    slug: str
    title: str
    kind: str
    state: str
    unit: str
    timezone: str
    starts_on: date | None
    ends_on: date | None
    release: int
    published_at: datetime | None
    sessions: int
    edited: int
    unplaced: int
    roomless: int
    full: int
    unsettled: int
    registrations: int

    @property
    def waiting(self) -> int:
        """How many kinds of things wait."""
        return sum(map(bool, (self.edited, self.unplaced, self.roomless, self.full, self.unsettled)))


_CARDS = """
SELECT e.id, e.slug, e.title, e.kind, e.state, u.name AS unit, e.timezone, e.starts_on, e.ends_on,
    coalesce(r.number, 0) AS release, r.published_at, n.sessions, n.edited, n.unplaced,
    CASE WHEN e.mode IN ('in_person', 'hybrid') THEN n.roomless ELSE 0 END AS roomless,
    (SELECT count(*) FROM quota q WHERE q.event_id = e.id AND q.capacity > 0
        AND q.claimed * 10 > (q.capacity + q.overbook) * 9) AS full,
    (SELECT count(*) FROM refund f JOIN orders o ON o.id = f.order_id
        WHERE o.event_id = e.id AND f.state = 'failed') AS unsettled,
    (SELECT count(*) FROM registration g JOIN orders o ON o.id = g.order_id
        WHERE g.event_id = e.id AND g.cancelled_at IS NULL AND o.state = 'CONFIRMED') AS registrations
FROM event e
JOIN unit u ON u.id = e.unit_id
LEFT JOIN LATERAL (
    SELECT number, published_at FROM release WHERE event_id = e.id ORDER BY number DESC LIMIT 1
) r ON true
CROSS JOIN LATERAL (
    SELECT count(*) AS sessions,
        count(*) FILTER (WHERE r.published_at IS NULL OR s.changed_at > r.published_at) AS edited,
        count(*) FILTER (WHERE s.state = 'confirmed' AND NOT EXISTS (
            SELECT FROM slot l WHERE l.session_id = s.id AND l.starts_at IS NOT NULL)) AS unplaced,
        count(*) FILTER (WHERE s.state = 'confirmed' AND EXISTS (
            SELECT FROM slot l WHERE l.session_id = s.id AND l.starts_at IS NOT NULL
            AND NOT EXISTS (SELECT FROM slot_room x WHERE x.slot_id = l.id))) AS roomless
    FROM session s WHERE s.event_id = e.id
) n
WHERE ($1 OR e.unit_id = any($2) OR e.id = any($3)) AND ($4::int IS NULL OR e.id = $4)
    AND e.kind <> 'celebration' AND ($4 IS NOT NULL OR (e.state <> 'archived' AND e.ends_on >= $5))
ORDER BY e.starts_on, e.title LIMIT 60
"""


async def cards(reach: Reach, at: datetime) -> list[EventCard]:
    """The events somebody may look into that are not over, soonest first."""
    yesterday = at.date() - timedelta(days=1)
    rows = await database.rows(_CARDS, reach.everywhere, list(reach.units), list(reach.events), None, yesterday)
    return [EventCard(**dict(row)) for row in rows]


async def card(event: int, at: datetime) -> EventCard:
    row = await database.row(_CARDS, True, [], [], event, at.date())
    assert row is not None
    return EventCard(**dict(row))


@dataclass(frozen=True, slots=True)
class Bar:
    """One day of a small chart; `height` of 100."""

    day: date
    number: int
    height: int


async def registrations_by_day(event: int, zone: str, at: datetime) -> Sequence[Bar]:
    """Confirmed registrations of the last four weeks."""
    rows = await database.rows(
        "SELECT d::date AS day, count(g.id) AS number"
        " FROM (SELECT ($3::timestamptz AT TIME ZONE $2)::date AS today) t"
        " CROSS JOIN generate_series(t.today - $4::int, t.today, interval '1 day') d"
        " LEFT JOIN orders o ON o.event_id = $1 AND o.state = 'CONFIRMED'"
        "  AND (o.confirmed_at AT TIME ZONE $2)::date = d::date"
        " LEFT JOIN registration g ON g.order_id = o.id AND g.cancelled_at IS NULL GROUP BY 1 ORDER BY 1",
        event,
        zone,
        at,
        DAYS - 1,
    )
    most = max([row["number"] for row in rows], default=0)
    return [Bar(row["day"], row["number"], round(100 * row["number"] / most) if most else 0) for row in rows]


@dataclass(frozen=True, slots=True)
class Post:
    """Mails and other messages: due now, how long the oldest waits (seconds), given up."""

    due: int
    age: float
    failed: int


async def post(at: datetime) -> Post:
    return Post(*await outbox.lag(at))
