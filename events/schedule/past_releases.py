"""Releases that were: read by number, compared with each other, and brought back into the draft.

A release is immutable; returning to one changes the draft, under the rules every editor is under, and the next release
says what that means to whom. Times and rooms go back as one command of the draft's history, so they can be taken back.
"""

import asyncio
import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from events.core import database
from events.core.errors import NotFound
from events.core.fresh import Derived
from events.schedule import diffs, history, moves, queries, slots, snapshots
from events.schedule.diffs import Changes
from events.schedule.history import By
from events.schedule.moves import Step
from events.schedule.slots import Place, SlotRow
from events.schedule.snapshots import SessionView, SlotView, Snapshot


@dataclass(frozen=True, slots=True)
class Line:
    """A release in the list; changes: how many slots differ from the one before."""

    number: int
    published_at: datetime
    by: str
    name: str
    note: str
    changes: int
    sessions: int


@dataclass(frozen=True, slots=True)
class Returned:
    """moved: slots that lie elsewhere now; brought_back: those that had been taken away; taken_out: to the tray.

    states     sessions that are confirmed, cancelled or planned again; words: those whose words were changed back
    lost       titles of sessions that are deleted and cannot come back
    """

    moved: int = 0
    brought_back: int = 0
    taken_out: int = 0
    states: int = 0
    words: int = 0
    lost: tuple[str, ...] = ()


async def lines(event_id: int) -> list[Line]:
    """The newest first. Counting the sessions of each unpacks megabytes, so it is done once for all who look."""
    return await _lines.get(event_id)


async def _counted(event_id: int) -> list[Line]:
    return [
        Line(**row)
        for row in await database.rows(
            "SELECT r.number, r.published_at, coalesce(p.name, '') AS by, r.name, r.note,"
            " jsonb_array_length(r.changes) AS changes,"
            " jsonb_array_length(r.public -> 'sessions')"
            " + jsonb_array_length(coalesce(r.registrants -> 'sessions', '[]')) AS sessions"
            " FROM release r LEFT JOIN person p ON p.id = r.published_by_id"
            " WHERE r.event_id = $1 ORDER BY r.number DESC",
            event_id,
        )
    ]


_lines: Derived[int, list[Line]] = Derived(_counted, queries.published, size=50)

KEPT = 12 * 1024 * 1024
"""Bytes of old releases that are kept parsed; a session takes 3 KB of them."""


async def release(event_id: int, number: int, registrants: bool = False) -> Snapshot:
    """A release as everybody saw it, or as registrants did. Raises NotFound.

    It never changes but for a redaction, so it is read once, and again when something was published or redacted.
    """
    found = await _kept.get((event_id, number, registrants))
    if found is None:
        raise NotFound
    return found


async def name_of(event_id: int, number: int) -> str:
    """What organizers called this release; "" when they did not."""
    found: str | None = await database.value(
        "SELECT name FROM release WHERE event_id = $1 AND number = $2", event_id, number
    )
    return found or ""


async def _load(wanted: tuple[int, int, bool]) -> Snapshot | None:
    event_id, number, registrants = wanted
    row = await database.row(
        "SELECT id, number, published_at, public, registrants FROM release WHERE event_id = $1 AND number = $2",
        event_id,
        number,
    )
    if row is None:
        return None
    return await asyncio.to_thread(
        lambda: snapshots.from_json(
            json.loads(row["public"]),
            json.loads(row["registrants"]) if registrants else None,
            number=row["number"],
            published_at=row["published_at"],
            release_id=row["id"],
        )
    )


async def _stamp(wanted: tuple[int, int, bool]) -> object:
    return await queries.published(wanted[0])


def _size(snapshot: Snapshot | None) -> int:
    return 3072 * len(snapshot.sessions) if snapshot else 0


_kept: Derived[tuple[int, int, bool], Snapshot | None] = Derived(_load, _stamp, size=50, weigh=_size, most=KEPT)


async def between(event_id: int, one: int, other: int) -> Changes:
    """What changed from one release to the other, as registrants see it. Raises NotFound."""
    old, new = await release(event_id, one, True), await release(event_id, other, True)
    return await asyncio.to_thread(diffs.compare, old, new)


async def return_to(event_id: int, number: int, at: datetime, person: int | None) -> Returned:
    """Make the draft say what a release said: its sessions, times, rooms and words.

    What was added since goes to the tray, its session is planned again; nothing is deleted. People, links, tracks and
    what is pinned stay as they are now, and so do sessions that are only planned. Raises NotFound, and RoomTaken when
    another event has one of its rooms today: then nothing is changed.
    """
    wanted = await _load((event_id, number, True))  # as it is now: a redaction of this moment must not come back
    if wanted is None:
        raise NotFound
    async with database.transaction():
        await moves.lock(event_id)
        there = {row["id"] for row in await database.rows("SELECT id FROM session WHERE event_id = $1", event_id)}
        sessions = [session for session in wanted.sessions if session.id in there]
        moved, brought_back, taken_out = await _lay(event_id, sessions, at, person)
        words = await _say(event_id, sessions, at)
        states = await _state(event_id, sessions, at)
    return Returned(
        moved,
        brought_back,
        taken_out,
        states,
        words,
        tuple(session.title for session in wanted.sessions if session.id not in there),
    )


async def _lay(event_id: int, sessions: list[SessionView], at: datetime, person: int | None) -> tuple[int, int, int]:
    held = await _draft(event_id)
    known = {session.id for session in sessions} | await _confirmed(event_id)
    wanted = {slot.id: (session, slot) for session in sessions for slot in session.slots}
    command = By(person, uuid4())
    away = [
        Step(row.id, row.version, Place(None, None, row.place.timezone))
        for row in held.values()
        if row.id not in wanted and row.session_id in known and row.place.starts_at is not None
    ]
    back = [
        Step(row.id, row.version, _place(wanted[row.id][1], row.place))
        for row in held.values()
        if row.id in wanted and _place(wanted[row.id][1], row.place) != row.place
    ]
    if away or back:
        await moves.move_all(event_id, away + back, at, by=command)
    gone = [(session, slot) for session, slot in wanted.values() if slot.id not in held]
    for session, slot in gone:
        state = slots.state(SlotRow(slot.id, session.id, event_id, _place(slot, None), 1, UUID(slot.uid)))
        change = history.Change("remove", session.id, slot.id, {**state, "uid": slot.uid}, None)
        await moves.restore(event_id, change, at, by=command)
    return len(back), len(gone), len(away)


async def _draft(event_id: int) -> dict[int, SlotRow]:
    rows = await database.rows(
        "SELECT l.id FROM slot l JOIN session s ON s.id = l.session_id WHERE s.event_id = $1", event_id
    )
    return await slots.rows_of([row["id"] for row in rows])


async def _confirmed(event_id: int) -> set[int]:
    """What the next release would have. The rest (planned, internal) is nobody's business but its editors'."""
    rows = await database.rows(
        "SELECT id FROM session WHERE event_id = $1 AND state <> 'planned' AND visibility <> 'internal'", event_id
    )
    return {row["id"] for row in rows}


def _place(slot: SlotView, now: Place | None) -> Place:
    """A release does not know set-up and tear-down: they stay as they are."""
    setup, teardown = (now.setup_minutes, now.teardown_minutes) if now else (0, 0)
    return Place(slot.starts_at, slot.ends_at, slot.timezone, tuple(sorted(slot.rooms)), setup, teardown)


_WORDS = ("title", "subtitle", "abstract", "description", "language", "level", "visibility")


async def _say(event_id: int, sessions: list[SessionView], at: datetime) -> int:
    """The words of what is not closed: of a closed session a release has the time alone."""
    given = [session for session in sessions if not session.closed]
    columns = ", ".join(f"{name} = n.{name}" for name in _WORDS)
    was, is_ = (", ".join(f"{row}.{name}" for name in _WORDS) for row in ("s", "n"))
    arrays = ", ".join(f"${place}::text[]" for place in range(4, 4 + len(_WORDS)))
    return await database.execute(
        f"UPDATE session s SET {columns}, version = s.version + 1, changed_at = $2"  # noqa: S608 - names of ours
        f" FROM unnest($3::bigint[], {arrays}) AS n (id, {', '.join(_WORDS)})"
        f" WHERE s.id = n.id AND s.event_id = $1"
        f" AND ({was}) IS DISTINCT FROM ({is_})",
        event_id,
        at,
        [session.id for session in given],
        *([getattr(session, name) for session in given] for name in _WORDS),
    )


async def _state(event_id: int, sessions: list[SessionView], at: datetime) -> int:
    """Confirmed or cancelled as it was; what came since, and was confirmed, is planned again."""
    return await database.execute(
        "UPDATE session s SET state = coalesce(n.state, 'planned'), version = s.version + 1, changed_at = $2"
        " FROM session o LEFT JOIN unnest($3::bigint[], $4::text[]) AS n (id, state) ON n.id = o.id"
        " WHERE o.id = s.id AND s.event_id = $1 AND s.visibility <> 'internal'"
        " AND s.state <> coalesce(n.state, CASE WHEN s.state = 'confirmed' THEN 'planned' ELSE s.state END)",
        event_id,
        at,
        [session.id for session in sessions],
        [session.state for session in sessions],
    )
