"""What units have in an event: one unit's sessions with what is still missing, and all units with their budgets."""

from dataclasses import dataclass
from datetime import date, datetime

from events.core import database
from events.core.locales import _
from events.schedule.request_lists import pattern

PAGE = 50


@dataclass(frozen=True, slots=True)
class UnitSession:
    """A session that a unit owns, or (sponsored) another one does; request: a RequestState, "" for none."""

    code: str
    title: str
    state: str
    owner: str
    sponsored: bool
    abstract: bool
    people: int
    request: str
    starts_at: datetime | None
    words: str

    @property
    def missing(self) -> list[str]:
        """What its unit still has to do, in words."""
        if self.state == "cancelled":
            return []
        found = [] if self.abstract else [_("No abstract")]
        found += [] if self.people else [_("Nobody is in it yet")]
        asked = {"": _("No request"), "draft": _("The request is not submitted"), "asked_back": _("Asked back")}
        return [*found, asked[self.request]] if self.request in asked else found


_SESSION_LINES = """
SELECT s.code, s.title, s.state, coalesce(u.name, '') AS owner, s.unit_id IS DISTINCT FROM $2 AS sponsored,
    s.abstract <> '' AS abstract, (SELECT count(*) FROM session_person p WHERE p.session_id = s.id)::int AS people,
    coalesce(r.state, '') AS request, (SELECT min(l.starts_at) FROM slot l WHERE l.session_id = s.id) AS starts_at,
    coalesce((SELECT t.words FROM request_step t WHERE t.request_id = r.id AND t.what = r.state
              ORDER BY t.id DESC LIMIT 1), '') AS words
"""
_SESSIONS = """
FROM session s LEFT JOIN unit u ON u.id = s.unit_id LEFT JOIN session_request r ON r.session_id = s.id
WHERE s.event_id = $1 AND (s.unit_id = $2 OR EXISTS (
    SELECT FROM session_unit x WHERE x.session_id = s.id AND x.unit_id = $2))
  AND ($3 = '' OR s.title ILIKE $3 ESCAPE '\\' OR s.code ILIKE $3 ESCAPE '\\')
  AND (NOT $4 OR (s.state <> 'cancelled' AND (s.abstract = '' OR coalesce(r.state, 'draft') IN ('draft', 'asked_back')
      OR NOT EXISTS (SELECT FROM session_person p WHERE p.session_id = s.id))))
"""
_SESSION_SORTS = {"title": "lower(s.title) {way}, s.id", "time": "starts_at {way} NULLS LAST, lower(s.title), s.id"}


async def sessions(
    event_id: int, unit_id: int, query: str, incomplete: bool, sort: str, page: int
) -> tuple[list[UnitSession], int]:
    """One page of what a unit owns or sponsors, and how many there are. incomplete: only what misses something."""
    given = event_id, unit_id, pattern(query), incomplete
    total: int = await database.value(f"SELECT count(*) {_SESSIONS}", *given)
    order = _SESSION_SORTS.get(sort.removeprefix("-"), _SESSION_SORTS["title"])
    way = "DESC" if sort.startswith("-") else "ASC"
    rows = await database.rows(
        f"{_SESSION_LINES}{_SESSIONS} ORDER BY {order.format(way=way)} LIMIT {PAGE} OFFSET $5",
        *given,
        (page - 1) * PAGE,
    )
    return [UnitSession(**row) for row in rows], total


_USED = """(
    SELECT coalesce(sum(greatest(1, (SELECT count(*) FROM slot l WHERE l.session_id = s.id))), 0)::int
    FROM session s WHERE s.event_id = $1 AND s.unit_id = u.id AND s.state <> 'cancelled'
)"""


async def used(event_id: int, unit_id: int) -> int:
    """How many slots a unit's sessions fill or will: each at least one, co-sponsored ones count for their owner."""
    found: int = await database.value(f"SELECT {_USED} FROM unit u WHERE u.id = $2", event_id, unit_id)  # noqa: S608
    return found


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit as staff see it; slots None without a budget; waiting: requests that wait for staff."""

    slug: str
    name: str
    slots: int | None
    due_on: date | None
    used: int
    sessions: int
    waiting: int
    protected: int


_UNIT_SORTS = {
    "name": "lower(name) {way}, slug",
    "used": "used {way}, lower(name), slug",
    "slots": "slots {way} NULLS LAST, lower(name), slug",
    "due": "due_on {way} NULLS LAST, lower(name), slug",
    "waiting": "waiting {way}, lower(name), slug",
}
_UNITS = f"""
SELECT u.slug, u.name, b.slots, b.due_on, {_USED} AS used,
    (SELECT count(*) FROM session s WHERE s.event_id = $1 AND s.unit_id = u.id)::int AS sessions,
    (SELECT count(*) FROM session s JOIN session_request r ON r.session_id = s.id
     WHERE s.event_id = $1 AND s.unit_id = u.id AND r.state = 'submitted')::int AS waiting,
    (SELECT count(*) FROM protected_time t WHERE t.event_id = $1 AND t.unit_id = u.id)::int AS protected
FROM unit u LEFT JOIN budget b ON b.unit_id = u.id AND b.event_id = $1
WHERE ($2 = '' OR u.name ILIKE $2 ESCAPE '\\' OR u.short_name ILIKE $2 ESCAPE '\\')
"""  # noqa: S608 - words of ours
_WHICH = {"": "true", "with": "slots IS NOT NULL", "without": "slots IS NULL", "over": "used > slots"}
WHICH = tuple(_WHICH)[1:]


async def units(event_id: int, query: str, which: str, sort: str, page: int) -> tuple[list[UnitLine], int]:
    """One page of all units, and how many fit. which: "", with or without a budget, or over it."""
    given = event_id, pattern(query)
    kept = _WHICH.get(which, "true")
    order = _UNIT_SORTS.get(sort.removeprefix("-"), _UNIT_SORTS["name"])
    total: int = await database.value(f"SELECT count(*) FROM ({_UNITS}) x WHERE {kept}", *given)  # noqa: S608
    rows = await database.rows(
        f"SELECT * FROM ({_UNITS}) x WHERE {kept}"  # noqa: S608
        f" ORDER BY {order.format(way='DESC' if sort.startswith('-') else 'ASC')} LIMIT {PAGE} OFFSET $3",
        *given,
        (page - 1) * PAGE,
    )
    return [UnitLine(**row) for row in rows], total
