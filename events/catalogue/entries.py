"""The calendar entries of events and of celebrations' years: what is in the public feeds, rendered once and stored.

An entry's UID never changes and its SEQUENCE never falls, whatever happens to the event. A postponed or cancelled event
keeps its entry as a tombstone.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from events.catalogue.states import CALLED_OFF, EventState
from events.core import calendars, database, links, pages
from events.core.calendars import Vevent

ONLINE = "Online"


@dataclass(frozen=True, slots=True)
class Facts:
    """What an entry says of an event. `first`, `last`: local days, both included; `starts`, `ends`: an hour."""

    id: int
    guid: UUID
    slug: str
    kind: str
    mode: str
    state: str
    title: str
    summary: str
    unit_id: int
    unit: str
    timezone: str
    first: date | None
    last: date | None
    starts: datetime | None
    ends: datetime | None
    venue: str


@dataclass(frozen=True, slots=True)
class _Due:
    """An entry as it should be, before its sequence and time of change are known."""

    vevent: Vevent
    kind: str
    starts_at: datetime
    ends_at: datetime
    celebration_year: int | None = None


async def write_event_entry(event_id: int, at: datetime) -> bool:
    """Bring the entry of an event, or the entries of a celebration's years, up to date. True when anything changed.

    Inside the transaction of the change; `feeds.refresh_event` then rewrites the feeds. A draft has no entry. Sequence
    and time of change move only when the entry does: writing again changes nothing.
    """
    facts = await _facts(event_id)
    if facts is None or facts.state == EventState.DRAFT:
        return False
    if facts.kind == "celebration":
        years = await database.rows(
            "SELECT y.id, y.year, y.starts_on, y.ends_on FROM celebration_year y"
            " JOIN celebration c ON c.id = y.celebration_id WHERE c.event_id = $1 ORDER BY y.year",
            event_id,
        )
        due = [_year(facts, row["id"], row["year"], row["starts_on"], row["ends_on"], at) for row in years]
    else:
        due = [_event(facts, at)]
    return await _write(facts, due, at)


async def _facts(event_id: int) -> Facts | None:
    row = await database.row(
        "SELECT e.id, e.guid, e.slug, e.kind, e.mode, e.state, e.title, e.summary, e.unit_id, u.name AS unit,"
        " e.timezone, e.starts_on AS first, e.ends_on AS last, e.starts_at AS starts, e.ends_at AS ends,"
        " concat_ws(', ', nullif(v.name, ''), nullif(v.city, '')) AS venue"
        " FROM event e JOIN unit u ON u.id = e.unit_id LEFT JOIN venue v ON v.id = e.venue_id WHERE e.id = $1",
        event_id,
    )
    return Facts(**dict(row)) if row else None


def _event(facts: Facts, at: datetime) -> _Due:
    """A webinar stands at its hour; everything else lies over its days."""
    assert facts.first is not None
    assert facts.last is not None
    starts_at, ends_at = facts.starts, facts.ends
    starts: datetime | date = facts.first
    ends: datetime | date = facts.last + timedelta(days=1)
    if starts_at is not None and ends_at is not None:
        starts, ends = starts_at, ends_at
    else:
        starts_at, ends_at = midnight(facts.first, facts.timezone), midnight(ends, facts.timezone)
    vevent = _vevent(facts, links.uid(facts.guid), starts, ends, at)
    return _Due(vevent, "event", starts_at, ends_at)


def _year(facts: Facts, year_id: int, year: int, first: date, last: date, at: datetime) -> _Due:
    after = last + timedelta(days=1)
    vevent = _vevent(facts, links.uid(f"{facts.guid}-{year}"), first, after, at)
    return _Due(vevent, "celebration", midnight(first, facts.timezone), midnight(after, facts.timezone), year_id)


def _vevent(facts: Facts, uid: str, starts: datetime | date, ends: datetime | date, at: datetime) -> Vevent:
    """Transparent: a list of events is not a list of promises. A join link is for who registered, and never here."""
    path = f"/celebrations/{facts.slug}" if facts.kind == "celebration" else f"/events/{facts.slug}"
    off = facts.state in CALLED_OFF
    return Vevent(
        uid,
        facts.title,
        starts,
        ends,
        facts.timezone if isinstance(starts, datetime) else "",
        last_modified=at,
        description="\n\n".join(filter(None, (links.absolute(path), pages.plain(facts.summary), facts.unit))),
        location=_place(facts),
        url=links.absolute(path),
        status="CANCELLED" if off else "CONFIRMED",
        categories=(facts.kind.capitalize(),),
        transparent=True,
        tombstone="Postponed" if facts.state == EventState.POSTPONED else "Cancelled",
    )


def _place(facts: Facts) -> str:
    """The venue, or that it is online; a celebration has no place."""
    if facts.kind == "celebration":
        return ""
    return facts.venue or (ONLINE if facts.mode in ("virtual", "asynchronous") else "")


def midnight(day: date, zone: str) -> datetime:
    """When a local day begins, aware UTC; where its midnight does not exist, an hour late and still in that day."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


async def _write(facts: Facts, due: Iterable[_Due], at: datetime) -> bool:
    rows = await database.rows(
        "SELECT uid, sequence, last_modified, ics FROM entry WHERE event_id = $1 AND kind <> 'slot' FOR UPDATE",
        facts.id,
    )
    before = {row["uid"]: row for row in rows}
    changed = []
    for one in due:
        vevent, old = one.vevent, before.pop(one.vevent.uid, None)
        if old is not None:
            kept = replace(vevent, sequence=old["sequence"], last_modified=old["last_modified"])
            if calendars.render(kept) == bytes(old["ics"]):
                continue
            vevent = replace(
                vevent,
                sequence=old["sequence"] + moved(calendars.read(bytes(old["ics"])), vevent),
                last_modified=max(vevent.last_modified, old["last_modified"]),  # a clock may step back, this may not
            )
        changed.append((one, vevent))
    # A year whose days are no longer known stays as a tombstone: it is in people's calendars.
    gone = [row for uid, row in before.items() if calendars.read(bytes(row["ics"])).status != "CANCELLED"]
    for row in gone:
        await _bury(row["uid"], bytes(row["ics"]), row["sequence"], at)
    await database.execute_many(_UPSERT, [_values(facts, one, vevent) for one, vevent in changed])
    return bool(changed or gone)


def moved(old: Vevent, new: Vevent) -> bool:
    """Whether readers have to notice: time, place, join link or status changed (RFC 5546 section 2.1.4, practice)."""
    return any(
        getattr(old, name) != getattr(new, name) for name in ("starts", "ends", "location", "join_link", "status")
    )


_UPSERT = """
INSERT INTO entry (uid, kind, event_id, celebration_year_id, unit_id, title, starts_at, ends_at, sequence, status,
                   last_modified, ics, block, crc, session_code, track, room_names, audience)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, '', '', '{}', 'public')
ON CONFLICT (uid) DO UPDATE SET
    celebration_year_id = excluded.celebration_year_id, unit_id = excluded.unit_id, title = excluded.title,
    starts_at = excluded.starts_at, ends_at = excluded.ends_at, sequence = excluded.sequence, status = excluded.status,
    last_modified = excluded.last_modified, ics = excluded.ics, block = excluded.block, crc = excluded.crc
"""


def _values(facts: Facts, one: _Due, vevent: Vevent) -> tuple[object, ...]:
    ics = calendars.render(vevent)
    block, crc = calendars.compress(ics)
    return (
        vevent.uid,
        one.kind,
        facts.id,
        one.celebration_year,
        facts.unit_id,
        facts.title,
        one.starts_at,
        one.ends_at,
        vevent.sequence,
        vevent.status,
        vevent.last_modified,
        ics,
        block,
        crc,
    )


async def _bury(uid: str, ics: bytes, sequence: int, at: datetime) -> None:
    tombstone = replace(calendars.read(ics), status="CANCELLED", sequence=sequence + 1, last_modified=at)
    ics = calendars.render(tombstone)
    block, crc = calendars.compress(ics)
    await database.execute(
        "UPDATE entry SET status = 'CANCELLED', sequence = $2, last_modified = $3, ics = $4, block = $5, crc = $6,"
        " celebration_year_id = NULL WHERE uid = $1",
        uid,
        sequence + 1,
        at,
        ics,
        block,
        crc,
    )
