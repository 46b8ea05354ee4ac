"""Before publishing: what a draft would do to people's schedules. Counted by SQL; what is arithmetic is pure.

Saves are private like reading records: only counts leave this room, and none below five.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from events.agenda import affected, keepers, notices
from events.agenda.affected import Affected, Booked
from events.agenda.freshness import REMEMBERED
from events.core import database
from events.core.locales import _
from events.schedule import placed, queries, releases
from events.schedule.conflicts import Conflict, Kind, Level
from events.schedule.diffs import Change, Changes, What
from events.schedule.snapshots import Snapshot

FEWEST = 5


@dataclass(frozen=True, slots=True)
class Count:
    """How many people, as far as organizers may know it."""

    number: int

    def __str__(self) -> str:
        return str(self.number) if self.number >= FEWEST else _("fewer than %(fewest)s") % {"fewest": FEWEST}

    def __bool__(self) -> bool:
        return self.number > 0

    @property
    def known(self) -> bool:
        return self.number >= FEWEST


@dataclass(frozen=True, slots=True)
class Line:
    """One changed slot. seats are counted exactly: orders are no secret to organizers."""

    change: Change
    saves: Count = Count(0)
    seats: int = 0
    clashes: Count = Count(0)


@dataclass(frozen=True, slots=True)
class Presenter:
    """Somebody who would be needed in two sessions at once, and was not before."""

    name: str
    one: str
    other: str
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class Telling:
    """Who hears of it, and how.

    invitations   people with a seat whose invitation is sent again, at once
    calendar      people whose calendar app was seen in the last 14 days: it shows the change when it looks
    mail          people without one: told by mail, two days before the start or a quarter of an hour after publishing
    soon          changes whose decision is due within the hour
    """

    invitations: int = 0
    calendar: Count = Count(0)
    mail: Count = Count(0)
    soon: int = 0


@dataclass(frozen=True, slots=True)
class Impact:
    changes: Changes
    lines: tuple[Line, ...] = ()
    saved_by: Count = Count(0)
    seats: int = 0
    clashing: Count = Count(0)
    presenters: tuple[Presenter, ...] = ()
    blocks: tuple[Conflict, ...] = ()
    warnings: int = 0
    people: tuple[Affected, ...] = ()
    resources: tuple[Booked, ...] = ()
    telling: Telling = field(default_factory=Telling)

    def count(self, *what: What) -> int:
        return len(self.changes.of(*what))

    @property
    def reached(self) -> int:
        """People in the programme who get a mail."""
        return sum(one.reached for one in self.people)

    @property
    def kept(self) -> list[tuple[Change, bool]]:
        """Changes that those who keep a session are told of, and whether somebody holds a seat in it."""
        told = [line for line in self.lines if line.change.before is not None and is_told(line.change)]
        return [(line.change, bool(line.seats)) for line in told] if self.changes.since else []


async def of(event: int, at: datetime) -> Impact:
    """What publishing this event's draft now would do. Nothing is written."""
    changes = await releases.preview(event)
    last = await queries.last(event)
    found = await placed.conflicts(event)
    blocks = tuple(one for one in found if one.level is Level.BLOCK)
    warnings = sum(one.level is Level.WARN for one in found)
    slug = await database.value("SELECT slug FROM event WHERE id = $1", event)
    people = await affected.people(slug, changes, last, at)
    if last is None or not changes:
        lines = tuple(Line(change) for change in changes.changes)
        return Impact(changes, lines, blocks=blocks, warnings=warnings, people=people)
    kept = [change for change in changes.changes if change.before is not None]
    counts = await _counts(kept)
    clashing, clashes = await _clashes(event, kept)
    lines = tuple(
        Line(
            change,
            Count(counts.get(change.session_id, (0, 0))[0]),
            counts.get(change.session_id, (0, 0))[1],
            Count(clashes.get(change.slot_id, 0)),
        )
        for change in changes.changes
    )
    return Impact(
        changes,
        lines,
        saved_by=Count(await _savers(kept)),
        seats=sum(counts.get(session, (0, 0))[1] for session in {change.session_id for change in kept}),
        clashing=Count(clashing),
        presenters=await _presenters(event, newly_double_booked(found, changes, last)),
        blocks=blocks,
        warnings=warnings,
        people=people,
        resources=await affected.resources(affected.told(changes, at)),
        telling=await _telling([change for change in kept if is_told(change)], at),
    )


def is_told(change: Change) -> bool:
    """Whether people who keep it hear of it beyond their calendars."""
    return not notices.TOLD.isdisjoint(change.what)


def newly_double_booked(found: Iterable[Conflict], changes: Changes, last: Snapshot) -> list[Conflict]:
    """People needed twice at once because of these changes, who were not in the last release. Pure."""
    changed = {change.slot_id for change in changes.changes}
    return [
        one
        for one in found
        if one.kind is Kind.PERSON
        and one.level is not Level.IGNORE
        and not changed.isdisjoint((one.one, one.other))
        and not _overlapped(one, last)
    ]


def _overlapped(conflict: Conflict, last: Snapshot) -> bool:
    if conflict.one not in last.by_slot or conflict.other not in last.by_slot:
        return False
    (session, slot), (other_session, other) = last.by_slot[conflict.one], last.by_slot[conflict.other]
    if session.cancelled or other_session.cancelled:
        return False
    people = [
        {last.people[code].id for code, _role in one.people if code in last.people} for one in (session, other_session)
    ]
    both = conflict.subject in people[0] & people[1]
    return both and slot.starts_at < other.ends_at and other.starts_at < slot.ends_at


_COUNTS = f"""
SELECT s.id, coalesce(v.saves, 0) AS saves, coalesce(t.seats, 0) AS seats FROM unnest($1::bigint[]) s (id)
LEFT JOIN (SELECT session_id, count(*) AS saves FROM saved WHERE session_id = any($1) GROUP BY 1) v
    ON v.session_id = s.id
LEFT JOIN (SELECT session_id, count(*) AS seats FROM ({keepers.seats("$1::bigint[]")}) seat GROUP BY 1) t
    ON t.session_id = s.id
"""  # noqa: S608 - words of ours


async def _counts(changes: Sequence[Change]) -> Mapping[int, tuple[int, int]]:
    """Saves and seats of each session."""
    rows = await database.rows(_COUNTS, sorted({change.session_id for change in changes}))
    return {row["id"]: (row["saves"], row["seats"]) for row in rows}


async def _savers(changes: Sequence[Change]) -> int:
    """People who saved any of them."""
    found: int = await database.value(
        "SELECT count(DISTINCT person_id) FROM saved WHERE session_id = any($1)",
        sorted({change.session_id for change in changes}),
    )
    return found


_CLASHES = f"""
WITH changed AS MATERIALIZED (
    SELECT * FROM unnest($2::bigint[], $3::bigint[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[],
        $7::timestamptz[]) c (session_id, slot_id, was_from, was_until, now_from, now_until)
), affected AS MATERIALIZED ({keepers.keepers("$2::bigint[]")}
), others AS MATERIALIZED (
    SELECT person_id, session_id FROM saved WHERE person_id IN (SELECT person_id FROM affected)
    UNION
    SELECT person_id, session_id FROM seat
    WHERE event_id = $1 AND person_id IN (SELECT person_id FROM affected)
), slots AS MATERIALIZED (
    SELECT s.id AS session_id, en.slot_id, en.starts_at AS was_from, en.ends_at AS was_until,
        CASE WHEN c.slot_id IS NULL THEN en.starts_at ELSE c.now_from END AS now_from,
        CASE WHEN c.slot_id IS NULL THEN en.ends_at ELSE c.now_until END AS now_until
    FROM session s
    JOIN entry en ON en.event_id = s.event_id AND en.session_code = s.code AND en.kind = 'slot'
    LEFT JOIN changed c ON c.slot_id = en.slot_id
    WHERE s.id IN (SELECT session_id FROM others) AND (en.status = 'CONFIRMED' OR c.now_from IS NOT NULL)
)
SELECT c.slot_id, count(DISTINCT a.person_id) AS people
FROM changed c
JOIN affected a ON a.session_id = c.session_id
JOIN others o ON o.person_id = a.person_id AND o.session_id <> a.session_id
JOIN slots x ON x.session_id = o.session_id AND x.now_from < c.now_until AND c.now_from < x.now_until
WHERE NOT coalesce(c.was_from < x.was_until AND x.was_from < c.was_until, false)
GROUP BY GROUPING SETS ((c.slot_id), ())
"""  # noqa: S608 - words of ours


async def _clashes(event: int, changes: Sequence[Change]) -> tuple[int, Mapping[int, int]]:
    """People to whom a changed slot newly clashes with something else they keep: all of them, and slot by slot."""
    if not changes:
        return 0, {}
    off = {change.slot_id for change in changes if change.after is None or What.CANCELLED in change.what}
    rows = await database.rows(
        _CLASHES,
        event,
        [change.session_id for change in changes],
        [change.slot_id for change in changes],
        [change.before.starts_at if change.before else None for change in changes],
        [change.before.ends_at if change.before else None for change in changes],
        [change.after.starts_at if change.after and change.slot_id not in off else None for change in changes],
        [change.after.ends_at if change.after and change.slot_id not in off else None for change in changes],
    )
    by_slot = {row["slot_id"]: row["people"] for row in rows}
    return by_slot.pop(None, 0), by_slot


async def _presenters(event: int, found: Sequence[Conflict]) -> tuple[Presenter, ...]:
    rows = await database.rows(
        "SELECT p.name, s.title AS one, t.title AS other, greatest(l.starts_at, m.starts_at) AS starts_at"
        " FROM unnest($2::int[], $3::bigint[], $4::bigint[]) c (person, one, other)"
        " JOIN person p ON p.id = c.person JOIN slot l ON l.id = c.one JOIN session s ON s.id = l.session_id"
        " JOIN slot m ON m.id = c.other JOIN session t ON t.id = m.session_id"
        " WHERE s.event_id = $1 ORDER BY 4, 1",
        event,
        [one.subject for one in found],
        [one.one for one in found],
        [one.other for one in found],
    )
    return tuple(Presenter(**dict(row)) for row in rows)


_TELLING = f"""
WITH invited AS MATERIALIZED (
    SELECT i.id, i.person_id, s.id AS session_id FROM invitation i JOIN entry en ON en.id = i.entry_id
    JOIN session s ON s.event_id = en.event_id AND s.code = en.session_code
    WHERE en.slot_id = any($2) AND i.state = 'invited' AND en.ends_at > $3
), people AS MATERIALIZED (
    SELECT k.person_id FROM ({keepers.keepers("$1::bigint[]")}) k
    WHERE NOT EXISTS (SELECT FROM invited i WHERE i.person_id = k.person_id AND i.session_id = k.session_id)
    GROUP BY 1
), known AS (
    SELECT p.person_id, EXISTS (SELECT FROM personal_feed f JOIN feed_fetch x ON x.feed_id = f.id
        WHERE f.person_id = p.person_id AND f.revoked_at IS NULL AND x.fetched_at > $4) AS app FROM people p
)
SELECT (SELECT count(*) FROM invited) AS invitations, count(*) FILTER (WHERE app) AS calendar,
    count(*) FILTER (WHERE NOT app) AS mail FROM known
"""  # noqa: S608 - words of ours


async def _telling(changes: Sequence[Change], at: datetime) -> Telling:
    sessions, slots = [change.session_id for change in changes], [change.slot_id for change in changes]
    row = await database.row(
        _TELLING,
        sessions,
        slots,
        at,
        at - REMEMBERED,
    )
    assert row is not None
    due = [
        notices.decide_at([view.starts_at for view in (change.before, change.after) if view], at) for change in changes
    ]
    soon = sum(moment is not None and moment - at <= notices.URGENT for moment in due)
    return Telling(row["invitations"], Count(row["calendar"]), Count(row["mail"]), soon)
