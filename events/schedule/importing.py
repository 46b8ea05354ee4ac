"""Bringing a programme from a file into an event's draft: all of it or nothing, and a report of what happened.

A second import of the same file changes nothing; a changed file changes what changed. The file is the truth for what it
brought: a session of it that is gone from it is cancelled. What was made by hand stays.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import uuid4

import asyncpg

from events.core import database
from events.core.wall_time import zone_named
from events.schedule import accepting, frab, history, imported_rows, overlaps, releases, slots
from events.schedule.frab import Conference, Problem, Programme
from events.schedule.frab_xml import NotReadable
from events.schedule.history import NOBODY, By, Change
from events.schedule.imported_rows import Tally, Target

Say = Callable[[str], None]

Write = Callable[[Target, Tally, datetime, Say], Awaitable[list[int]]]
"""Writes what a file brought, and returns the slots that are new, lie elsewhere or are gone."""


class NotImported(Exception):
    """Nothing was written. `report` has the list of what, where and why; `why` says it in one line."""

    def __init__(self, why: str, report: "Report") -> None:
        super().__init__(why)
        self.why = why
        self.report = report


@dataclass
class Report:
    """Sessions created, changed and left as they were; rows refused (then nothing was written).

    cancelled   titles of sessions that the file no longer has; they are among the changed
    accepted    overlaps the file brought, in words
    release     the number that was published, or 0
    """

    event: str = ""
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    cancelled: list[str] = field(default_factory=list)
    accepted: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    release: int = 0

    def as_json(self) -> dict[str, object]:
        problems = [{"level": one.level, "what": one.what, "line": one.line, "why": one.why} for one in self.problems]
        return {**vars(self), "problems": problems}


@dataclass(frozen=True)
class Wish:
    """What the command asks for.

    event     slug of the event, or "": the file's acronym, made when there is none
    create    make the event when there is none
    strict    warnings refuse the file as errors do
    source    the file's name, for the reason of an accepted overlap
    """

    event: str = ""
    create: bool = False
    publish: bool = False
    strict: bool = False
    source: str = "a file"


async def run(data: bytes, wish: Wish, at: datetime, say: Say = lambda words: None) -> Report:
    """Import a file of a whole programme. Raises NotImported, with nothing written."""
    known = await event_of(wish.event) if wish.event else None
    say(f"reading {wish.source} ({len(data) / 1e6:.1f} MB) …")
    try:
        programme = frab.read(data, known["timezone"] if known else "")
    except NotReadable as error:
        problem = Problem("error", wish.source, error.line, error.why)
        raise NotImported(f"{wish.source} cannot be read: {error.why}", Report(refused=1, problems=[problem])) from None
    return await bring_programme(programme, wish, at, say)


async def bring_programme(
    programme: Programme, wish: Wish, at: datetime, say: Say = lambda words: None, by: By = NOBODY
) -> Report:
    """Import a programme that was read. Raises NotImported, with nothing written."""
    report = Report(problems=programme.problems)
    say(f"read {len(programme.sessions):,} sessions, {len(programme.rooms)} rooms, {len(programme.tracks)} tracks")
    _refuse_problems(programme, wish, report)
    days = _days(programme, at)

    async def write(target: Target, tally: Tally, at: datetime, say: Say) -> list[int]:
        return await _write(programme, target, tally, at, say)

    return await bring(Brought(programme.conference, days, bool(programme.rooms), write), wish, report, at, say, by)


@dataclass(frozen=True)
class Brought:
    """What a file brought, ready to be written.

    days    the first and last one, for an event that is made of it
    rooms   whether it names rooms, which need a venue
    """

    conference: Conference
    days: tuple[date, date]
    rooms: bool
    write: Write


async def bring(brought: Brought, wish: Wish, report: Report, at: datetime, say: Say, by: By = NOBODY) -> Report:
    """Write what was read into its event, in one transaction. The one way in for every kind of file.

    Times that are given, moved or taken away are one command of the draft's history. Raises NotImported.
    """
    slug = wish.event or frab.slug(brought.conference.acronym)[:80].strip("-")
    report.event = slug
    if not slug:
        raise NotImported("the file has no acronym to name an event by: say --event SLUG", report)
    async with database.transaction():
        event = await event_of(slug)
        if event is None:
            if wish.event and not wish.create:
                raise NotImported(f"there is no event “{slug}”: add --create to make it", report)
            event = await _create_event(slug, brought, at)
            say(f"made the event {slug}")
        await database.execute("SELECT pg_advisory_xact_lock($1, $2)", releases.LOCK, event["id"])
        target, tally = await _target(event, brought), Tally()
        before = await slots.of_event(event["id"])
        moved = await brought.write(target, tally, at, say)
        if moved:
            await accepting.lapse(moved)
            await _accept(target, await overlaps.of(moved), wish, report, at)
            await _record(event["id"], before, by, at)
    report.created, report.changed = len(tally.created), len(tally.changed)
    report.unchanged = tally.kept
    report.cancelled = tally.cancelled
    if wish.publish:
        report.release = await _publish(event["id"], wish, at, say)
    return report


async def _record(event_id: int, before: dict[int, slots.SlotRow], by: By, at: datetime) -> None:
    """Keep what happened to the draft's times, so that its history shows an import and it can be taken back."""
    after = await slots.of_event(event_id)
    changes = []
    for one in sorted({*before, *after}):
        old, new = before.get(one), after.get(one)
        if old is None and new is not None:
            changes.append(Change("add", new.session_id, one, None, slots.state(new)))
        elif new is None and old is not None:
            changes.append(Change("remove", old.session_id, one, {**slots.state(old), "uid": str(old.uid)}, None))
        elif old is not None and new is not None and old.place != new.place:
            changes.append(Change("move", new.session_id, one, slots.state(old), slots.state(new)))
    if changes:
        await history.record(event_id, changes, by, at)


def _refuse_problems(programme: Programme, wish: Wish, report: Report) -> None:
    refused = programme.problems if wish.strict else programme.errors
    if not refused and not programme.sessions:
        raise NotImported("there is no session in it", report)
    if refused:
        report.refused = len({(problem.what, problem.line) for problem in refused})
        raise NotImported(f"{report.refused} refused, so nothing was written", report)


async def _write(programme: Programme, target: Target, tally: Tally, at: datetime, say: Say) -> list[int]:
    rooms = await imported_rows.write_rooms(target, programme.rooms)
    tracks = await imported_rows.write_tracks(target, programme.tracks)
    types = await imported_rows.write_types(target, (session.type for session in programme.sessions))
    people = {person.key: person for session in programme.sessions for person in session.people}
    person_ids = await imported_rows.write_people(target, people, at)
    say(f"{len(people):,} people, {len(rooms)} rooms, {len(tracks)} tracks are there")
    sessions = await imported_rows.write_sessions(target, programme, tracks, types, at, tally)
    await imported_rows.write_roles(target, programme, sessions, person_ids, tally)
    moved = await imported_rows.write_slots(target, programme, sessions, rooms, tally)
    say(f"{len(sessions):,} sessions and {programme.slot_count:,} slots are there")
    tally.kept = len(sessions) - len(set(sessions.values()) & tally.touched | tally.created)
    return moved


async def _accept(target: Target, found: list[overlaps.Overlap], wish: Wish, report: Report, at: datetime) -> None:
    """Overlaps inside the file are accepted and reported; one with another event's session refuses the file."""
    foreign = [one for one in found if one.one_event != one.other_event]
    for one in foreign:
        ours, theirs = one.one_title, one.other_title
        if one.one_event != target.event_id:
            ours, theirs = theirs, ours
        why = f"“{theirs}” of another event has {one.room_name} at that time"
        report.problems.append(Problem("error", f"session “{ours}”", 0, why))
    brought = [
        f"{one.room_name}, {one.starts_at:%Y-%m-%d %H:%M} UTC: “{one.one_title}” and “{one.other_title}”"
        for one in found
        if one not in foreign
    ]
    if foreign or (brought and wish.strict):
        if wish.strict:
            report.problems += [Problem("warning", words, 0, "two sessions in one room at once") for words in brought]
        report.refused = len(foreign) or len(brought)
        raise NotImported("sessions need a room that is taken, so nothing was written", report)
    await overlaps.accept(target.event_id, found, f"came with the import of {wish.source}", at)
    report.accepted = brought


async def event_of(slug: str) -> asyncpg.Record | None:
    """The event that has or had this slug."""
    return await database.row(
        "SELECT id, guid, slug, timezone, venue_id FROM event"
        " WHERE slug = $1 OR id = (SELECT event_id FROM event_slug WHERE slug = $1) ORDER BY slug = $1 DESC LIMIT 1",
        slug,
    )


async def _target(event: asyncpg.Record, brought: Brought) -> Target:
    acronym = frab.slug(brought.conference.acronym)[:60] or event["slug"][:60]
    timezone: str = event["timezone"]
    venue_id = event["venue_id"]
    if venue_id is None and brought.rooms:
        venue_id = await _venue(brought.conference, event["slug"], timezone)
        await database.execute("UPDATE event SET venue_id = $2 WHERE id = $1", event["id"], venue_id)
    return Target(event["id"], event["guid"], venue_id, timezone, f"{acronym}/")


async def _venue(conference: Conference, slug: str, timezone: str) -> int:
    """A venue of the file's name, with none of the rooms that another event's venue has."""
    name = conference.venue or conference.city or conference.title
    wanted = frab.slug(name)[:70] or slug
    taken = {row["slug"] for row in await database.rows("SELECT slug FROM venue WHERE slug LIKE $1 || '%'", wanted)}
    free = next(one for one in (wanted, *(f"{wanted}-{n}" for n in range(2, len(taken) + 3))) if one not in taken)
    made: int = await database.value(
        "INSERT INTO venue (slug, name, city, timezone) VALUES ($1, $2, $3, $4) RETURNING id",
        free,
        name[:200],
        conference.city[:120],
        timezone,
    )
    return made


async def _create_event(slug: str, brought: Brought, at: datetime) -> asyncpg.Record:
    """A draft conference of the association, on the days the file names or its sessions take."""
    first, last = brought.days
    event_id = await database.value(
        "INSERT INTO event (guid, slug, kind, mode, state, title, summary, unit_id, timezone, starts_on, ends_on,"
        " topics, reminder_minutes, translations, created_at, changed_at)"
        " VALUES ($1, $2, 'conference', 'in_person', 'draft', $3, $4, $5, $6, $7, $8, '{}', '{1440,30}', '{}', $9, $9)"
        " RETURNING id",
        uuid4(),
        slug,
        brought.conference.title[:300],
        brought.conference.subtitle[:500],
        await _association(),
        brought.conference.timezone,
        first,
        last,
        at,
    )
    await database.execute("INSERT INTO event_slug (slug, event_id) VALUES ($1, $2)", slug, event_id)
    made = await event_of(slug)
    assert made is not None
    return made


def _days(programme: Programme, at: datetime) -> tuple[date, date]:
    """The first and the last day that the file names or its sessions take; today when nothing says."""
    zone = zone_named(programme.conference.timezone)
    starts = [slot.starts_at.astimezone(zone).date() for session in programme.sessions for slot in session.slots]
    named = programme.conference
    days = [*starts, *(day for day in (named.starts_on, named.ends_on) if day)] or [at.astimezone(zone).date()]
    return min(days), max(days)


async def _association() -> int:
    """The unit at the root; a database that has none yet gets one."""
    found: int | None = await database.value("SELECT id FROM unit WHERE kind = 'association' ORDER BY id LIMIT 1")
    if found is None:
        found = await database.value(
            "INSERT INTO unit (slug, name, kind) VALUES ('association', 'The Association', 'association') RETURNING id"
        )
    assert found is not None
    return found


async def _publish(event_id: int, wish: Wish, at: datetime, say: Say) -> int:
    """Release the draft and announce a draft event, unless nothing changed since the last release."""
    say("publishing …")
    try:
        release = await releases.publish(event_id, None, f"Imported from {wish.source}", at)
    except releases.NothingToPublish:
        say("nothing changed since the last release; none was published")
        return 0
    await database.execute(
        "UPDATE event SET state = 'announced', version = version + 1, changed_at = $2"
        " WHERE id = $1 AND state = 'draft'",
        event_id,
        at,
    )
    say(f"published release {release.number}")
    return release.number
