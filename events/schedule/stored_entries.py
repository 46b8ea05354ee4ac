"""The entries of an event's slots as rows: written when a release says something new, kept for good.

A uid never changes and a sequence never decreases, so a row is never deleted: what is gone or cancelled stays as a
tombstone, which the feeds leave out a day after it would have ended.
"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from events.core import calendars, database, links
from events.schedule import entries
from events.schedule.entries import Said
from events.schedule.snapshots import Snapshot

WITHDRAWN = "[withdrawn]"


@dataclass(frozen=True, slots=True)
class Held:
    """What is stored: the row's sequence, and whether it is a tombstone."""

    sequence: int
    cancelled: bool


@dataclass(frozen=True, slots=True)
class ToWrite:
    slot_id: int | None
    slot_uid: str
    said: Said
    sequence: int


async def write(event_id: int, last: Snapshot | None, new: Snapshot, at: datetime) -> int:
    """Bring the entries of an event up to its new release; returns how many were written. One statement at a time."""
    held = {
        row["uid"]: Held(row["sequence"], row["status"] == "CANCELLED")
        for row in await database.rows(
            "SELECT uid, sequence, status FROM entry WHERE event_id = $1 AND kind = 'slot'", event_id
        )
    }
    wanted = list(plan(last, new, held))
    if wanted:
        rows = await asyncio.to_thread(_rendered, wanted, at)
        await _upsert(event_id, rows, at)
    return len(wanted)


def plan(last: Snapshot | None, new: Snapshot, held: dict[str, Held]) -> Iterator[ToWrite]:
    """The entries that say something else than what is stored, and the tombstones of slots that are gone."""
    before = last.by_slot if last else {}
    same_names = last is not None and _names(last) == _names(new)
    for slot_id, (session, slot) in new.by_slot.items():
        row = held.get(links.uid(slot.uid))
        known = before.get(slot_id)
        if same_names and row is not None and known == (session, slot) and row.cancelled == session.cancelled:
            continue
        now = entries.said(new, session, slot)
        if row is None:
            yield ToWrite(slot_id, slot.uid, now, 0)
            continue
        then = entries.said(last, *known) if last and known else None
        if then == now and row.cancelled == now.cancelled:
            continue
        moved = then is None or then.rescheduling != now.rescheduling or row.cancelled != now.cancelled
        yield ToWrite(slot_id, slot.uid, now, row.sequence + moved)
    for slot_id, (session, slot) in before.items():
        row = held.get(links.uid(slot.uid))
        if slot_id not in new.by_slot and row is not None and not row.cancelled and last:
            yield ToWrite(None, slot.uid, entries.said(last, session, slot).as_cancelled(), row.sequence + 1)


def _names(view: Snapshot) -> tuple[object, ...]:
    """What entries say beside what stands in their session and slot."""
    return (view.event.slug, view.rooms, view.tracks, view.people)


async def rewrite(event_id: int, last: Snapshot, at: datetime) -> None:
    """Render what entries say anew, after a redaction: sequences stay, tombstones lose their words."""
    rows = await database.rows(
        "SELECT e.uid, e.slot_id, e.sequence, e.status, e.ics FROM entry e WHERE e.event_id = $1 AND e.kind = 'slot'",
        event_id,
    )
    wanted: list[ToWrite] = []
    for row in rows:
        slot_uid = row["uid"].partition("@")[0]
        if row["slot_id"] in last.by_slot:
            session, slot = last.by_slot[row["slot_id"]]
            told = entries.said(last, session, slot)
            if entries.render(slot_uid, told, row["sequence"], _modified(row["ics"])) != row["ics"]:
                wanted.append(ToWrite(row["slot_id"], slot_uid, told, row["sequence"]))
        elif row["status"] == "CANCELLED" and calendars.read(row["ics"]).description:
            await _blank_tombstone(row["uid"], row["ics"], at)
    if wanted:
        await _upsert(event_id, await asyncio.to_thread(_rendered, wanted, at), at)


def _modified(ics: bytes) -> datetime:
    return calendars.read(ics).last_modified


async def _blank_tombstone(uid: str, ics: bytes, at: datetime) -> None:
    """A tombstone is of no release any more, so nobody can tell which of its words to blank: all go but the time."""
    blanked = calendars.render(
        replace(calendars.read(ics), summary=WITHDRAWN, description="", categories=(), last_modified=at)
    )
    block, crc = calendars.compress(blanked)
    await database.execute(
        "UPDATE entry SET title = $2, ics = $3, block = $4, crc = $5, last_modified = $6 WHERE uid = $1",
        uid,
        WITHDRAWN,
        blanked,
        block,
        crc,
        at,
    )


Row = tuple[object, ...]


def _rendered(wanted: Sequence[ToWrite], at: datetime) -> list[Row]:
    """Rows for the table. Takes a thread: 0.2 ms an entry."""
    return [_row(one, at) for one in wanted]


def _row(one: ToWrite, at: datetime) -> Row:
    ics = entries.render(one.slot_uid, one.said, one.sequence, at)
    block, crc = calendars.compress(ics)
    said = one.said
    return (
        links.uid(one.slot_uid),
        one.slot_id,
        said.code,
        said.track,
        said.unit_id,
        list(said.room_names),
        said.audience,
        said.title[:300],
        said.starts_at,
        said.ends_at,
        one.sequence,
        "CANCELLED" if said.cancelled else "CONFIRMED",
        ics,
        block,
        crc,
    )


async def _upsert(event_id: int, rows: Sequence[Row], at: datetime) -> None:
    """Arrays of arrays do not go through unnest, so room names travel with a separator no text has."""
    columns = [list(column) for column in zip(*rows, strict=True)]
    columns[5] = ["\x1f".join(names) for names in columns[5]]
    await database.execute(
        "INSERT INTO entry (uid, kind, event_id, slot_id, session_code, track, unit_id, room_names, audience, title,"
        " starts_at, ends_at, sequence, status, last_modified, ics, block, crc)"
        " SELECT n.uid, 'slot', $1, n.slot_id, n.code, n.track, n.unit_id,"
        " CASE n.rooms WHEN '' THEN '{}'::text[] ELSE string_to_array(n.rooms, E'\\x1f') END, n.audience, n.title,"
        " n.starts_at, n.ends_at, n.sequence, n.status, $2, n.ics, n.block, n.crc"
        " FROM unnest($3::text[], $4::bigint[], $5::text[], $6::text[], $7::int[], $8::text[], $9::text[], $10::text[],"
        " $11::timestamptz[], $12::timestamptz[], $13::int[], $14::text[], $15::bytea[], $16::bytea[], $17::bigint[])"
        " AS n (uid, slot_id, code, track, unit_id, rooms, audience, title, starts_at, ends_at, sequence, status,"
        " ics, block, crc)"
        " ON CONFLICT (uid) DO UPDATE SET slot_id = coalesce(excluded.slot_id, entry.slot_id),"
        " session_code = excluded.session_code, track = excluded.track, unit_id = excluded.unit_id,"
        " room_names = excluded.room_names, audience = excluded.audience, title = excluded.title,"
        " starts_at = excluded.starts_at, ends_at = excluded.ends_at,"
        " sequence = greatest(excluded.sequence, entry.sequence), status = excluded.status,"
        " last_modified = excluded.last_modified, ics = excluded.ics, block = excluded.block, crc = excluded.crc",
        event_id,
        at,
        *columns,
    )
