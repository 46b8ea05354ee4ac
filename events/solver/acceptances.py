"""Taking an arrangement over into the draft, whole or in part: one command of its history, which can be taken back.

Nothing is taken on trust: the draft of now, with what was chosen, is laid on a board, and the conflict engine says what
no proposal may have. A place that another choice has to leave first takes that one along, where it may.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from events.core import database
from events.core.errors import DomainError, NotFound
from events.core.locales import _, ngettext
from events.schedule import moves, placed, slots, undoing
from events.schedule.boards import Board
from events.schedule.conflict_lists import WORDS
from events.schedule.conflicts import Booking, Conflict, Frame, Kind
from events.schedule.history import By
from events.schedule.moves import Step
from events.schedule.slots import Place
from events.solver import differences
from events.solver.differences import Line
from events.solver.problem import hard_of

AROUND = 10
"""Names in a sentence; the rest is counted."""


class Stale(DomainError):
    """Somebody changed these since the machine looked at them."""

    status = 409

    def __init__(self, titles: Sequence[str]) -> None:
        words = _("Nothing was accepted, for these were changed since the machine looked: %(titles)s. Leave them out.")
        super().__init__(words % {"titles": _listed(titles)})


class Nothing(DomainError):
    status = 422

    def __init__(self) -> None:
        super().__init__(_("Choose a session at least: one that is not accepted already, and not changed since."))


class WouldClash(DomainError):
    """With what lies in the draft now, these would have a conflict that no proposal may have."""

    status = 409

    def __init__(self, found: Sequence[str]) -> None:
        words = _("Nothing was accepted: with the draft as it is now there would be conflicts. %(conflicts)s")
        super().__init__(words % {"conflicts": _listed(found)})


@dataclass(frozen=True, slots=True)
class Accepted:
    """command: what undo takes back; count: places taken over; along: of them, those that came along."""

    command: UUID
    count: int
    along: int


async def accept(
    event_id: int, run_id: int, chosen: Iterable[int], at: datetime, person: int, *, along: bool = True
) -> Accepted:
    """Take over places of an arrangement of this event, all of the chosen or none.

    chosen   ids of places
    along    take those along without which one of them would clash
    Raises NotFound, Nothing, Stale, WouldClash, and RoomTaken for a room that another event has.
    """
    if await database.value("SELECT event_id FROM arrangement WHERE id = $1", run_id) != event_id:
        raise NotFound
    wanted = set(chosen)
    async with database.transaction():
        await moves.lock(event_id)
        lines = {line.id: line for line in await differences.lines(run_id)}
        picked = {number: lines[number] for number in wanted & lines.keys() if lines[number].command is None}
        if stale := [line.title for line in picked.values() if line.stale]:
            raise Stale(stale)
        picked = {number: line for number, line in picked.items() if line.choosable}
        if not picked:
            raise Nothing
        asked = len(picked)
        picked = await _with_others(event_id, picked, lines, along=along)
        command = await _lay(event_id, picked.values(), at, person)
        await database.execute("UPDATE arrangement_place SET command = $2 WHERE id = any($1)", list(picked), command)
    return Accepted(command, len(picked), len(picked) - asked)


async def take_back(event_id: int, run_id: int, command: UUID, at: datetime, person: int) -> None:
    """Undo what was taken over by one command; its places can be accepted again. Raises NotFound and what undo does."""
    async with database.transaction():
        await moves.lock(event_id)
        places = await database.rows(
            "SELECT p.id FROM arrangement_place p JOIN arrangement a ON a.id = p.arrangement_id"
            " WHERE a.event_id = $1 AND a.id = $2 AND p.command = $3",
            event_id,
            run_id,
            command,
        )
        if not places:
            raise NotFound
        await undoing.undo(event_id, command, at, person)
        await database.execute(
            "UPDATE arrangement_place p SET command = NULL,"
            " slot_version = CASE WHEN p.slot_id IS NULL THEN NULL ELSE"
            "  coalesce((SELECT version FROM slot l WHERE l.id = p.slot_id), p.slot_version) END"
            " WHERE arrangement_id = $1 AND command = $2",
            run_id,
            command,
        )


async def taken_over(run_id: int) -> list[tuple[UUID, int, bool]]:
    """The commands by which its places were taken over, the latest first: how many each, and whether it is undone."""
    rows = await database.rows(
        "SELECT p.command, count(*)::int AS count, EXISTS (SELECT FROM edit e WHERE e.undoes = p.command) AS undone,"
        " (SELECT max(number) FROM edit e WHERE e.command = p.command) AS number"
        " FROM arrangement_place p WHERE p.arrangement_id = $1 AND p.command IS NOT NULL GROUP BY 1 ORDER BY 4 DESC",
        run_id,
    )
    return [(row["command"], row["count"], row["undone"]) for row in rows]


async def _lay(event_id: int, picked: Iterable[Line], at: datetime, person: int) -> UUID:
    lines = sorted(picked, key=lambda line: line.id)
    held = await slots.rows_of([line.slot for line in lines if line.slot is not None])
    zone: str = await database.value("SELECT timezone FROM event WHERE id = $1", event_id)
    by = By(person, uuid4())
    assert by.command is not None
    steps = []
    for line in lines:
        if line.slot is not None:
            assert line.slot_version is not None
            old = held[line.slot].place
            place = Place(
                line.starts_at, line.ends_at, old.timezone, line.room_ids, old.setup_minutes, old.teardown_minutes
            )
            steps.append(Step(line.slot, line.slot_version, place))
    if steps:
        await moves.move_all(event_id, steps, at, by=by)
    for line in lines:
        if line.slot is None:
            await moves.add(line.session, Place(line.starts_at, line.ends_at, zone, line.room_ids), at, by=by)
    return by.command


async def _with_others(
    event_id: int, picked: dict[int, Line], lines: Mapping[int, Line], *, along: bool
) -> dict[int, Line]:
    """What was chosen, and what has to come along. Raises WouldClash."""
    frame = await placed.frame(event_id)
    frame = Frame(
        frame.blocks,
        frame.protected,
        frame.open_rooms,
        frame.present,
        frame.budgets,
        frame.walks,
        frozenset(),
        frame.levels,
    )
    needs = await placed.needs(event_id)
    draft = await placed.bookings(event_id)
    parts = await _parts({room for line in lines.values() for room in line.room_ids})
    held = await slots.rows_of([line.slot for line in lines.values() if line.slot is not None])
    by_slot = {_slot(line): line for line in lines.values() if line.choosable}
    picked = dict(picked)
    while True:
        board = Board(draft, frame)
        laid = [_booking(line, needs, parts, held) for line in picked.values()]
        for booking in laid:
            board.move(booking)
        found = [one for booking in laid for one in board.clashes(booking) if _counts(one, booking, by_slot, frame)]
        if not found:
            return picked
        others = {by_slot[slot].id: by_slot[slot] for one in found for slot in (one.one, one.other) if slot in by_slot}
        more = {number: line for number, line in others.items() if number not in picked}
        if not along or not more:
            raise WouldClash(await _words(found, by_slot))
        picked |= more


def _counts(conflict: Conflict, booking: Booking, by_slot: Mapping[int, Line], frame: Frame) -> bool:
    if conflict.kind not in hard_of(frame.levels):
        return False
    return conflict.kind is not Kind.BUDGET or by_slot[booking.slot].kind == differences.NEW


def _slot(line: Line) -> int:
    return line.slot if line.slot is not None else -line.session


def _booking(
    line: Line,
    needs: Mapping[int, Booking],
    parts: Mapping[int, tuple[tuple[int, ...], int | None]],
    held: Mapping[int, slots.SlotRow],
) -> Booking:
    """Whether it fits into its room the machine has seen; a session that was changed since is stale."""
    assert line.starts_at is not None
    assert line.ends_at is not None
    start, end = int(line.starts_at.timestamp()), int(line.ends_at.timestamp())
    place = held[line.slot].place if line.slot is not None else None
    zones = [zone for room in line.room_ids if (zone := parts[room][1]) is not None]
    return needs[line.session]._replace(
        slot=_slot(line),
        start=start,
        end=end,
        from_=start - (place.setup_minutes * 60 if place else 0),
        until=end + (place.teardown_minutes * 60 if place else 0),
        rooms=tuple(sorted({part for room in line.room_ids for part in parts[room][0]})),
        room_for=None,
        zone=min(zones, default=None),
    )


async def _parts(rooms: Iterable[int]) -> dict[int, tuple[tuple[int, ...], int | None]]:
    """The physical, exclusive rooms that a room takes, and its zone."""
    found = await database.rows(
        "SELECT r.id, coalesce(r.zone_id, b.zone_id) AS zone, ARRAY(SELECT p.id FROM room p WHERE p.exclusive AND"
        "  p.id = any(CASE WHEN r.part_ids = '{}' THEN array[r.id] ELSE r.part_ids END)) AS parts"
        " FROM room r LEFT JOIN building b ON b.id = r.building_id WHERE r.id = any($1)",
        list(rooms),
    )
    return {row["id"]: (tuple(row["parts"]), row["zone"]) for row in found}


async def _words(found: Sequence[Conflict], by_slot: Mapping[int, Line]) -> list[str]:
    slots_ = {slot for one in found for slot in (one.one, one.other) if slot not in by_slot}
    rows = await database.rows(
        "SELECT l.id, s.title FROM slot l JOIN session s ON s.id = l.session_id WHERE l.id = any($1)", list(slots_)
    )
    titles = {row["id"]: row["title"] for row in rows} | {slot: line.title for slot, line in by_slot.items()}
    told = []
    for one in found:
        names = " – ".join(dict.fromkeys(f"“{titles.get(slot, '')}”" for slot in (one.one, one.other)))
        told.append(f"{WORDS[one.kind]}: {names}")
    return list(dict.fromkeys(told))


def _listed(words: Sequence[str]) -> str:
    rest = len(words) - AROUND
    more = ["; " + ngettext("%(num)s more", "%(num)s more", rest) % {"num": rest}] if rest > 0 else []
    return "; ".join(words[:AROUND]) + "".join(more)
