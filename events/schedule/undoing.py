"""Turning a command of the draft's history round: everything it changed goes back, as a command of its own.

So undoing can be undone, which is what a redo is. It is refused when somebody has changed one of its slots since: what
they did would be lost.
"""

from datetime import datetime
from uuid import UUID, uuid4

from events.core import database
from events.core.errors import DomainError
from events.core.locales import _
from events.schedule import accepting, blocking, history, moves, slots
from events.schedule.history import By, Change, EditRow
from events.schedule.moves import Step
from events.schedule.slots import place_of


class ChangedSince(DomainError):
    """A later edit stands in the way."""

    status = 409

    def __init__(self, later: EditRow | None = None) -> None:
        if later is not None and later.name:
            words = _("%(name)s has changed this since. Look at it before you take yours back.") % {"name": later.name}
        else:
            words = _("This has been changed since. Look at it before you take yours back.")
        super().__init__(words)


class AlreadyUndone(DomainError):
    status = 409

    def __init__(self) -> None:
        super().__init__(_("This is undone already."))


async def undo(
    event_id: int, command: UUID, at: datetime, person: int | None, accept: str = "", known_as: UUID | None = None
) -> UUID:
    """Take a command back; returns the command that did (`known_as`, or a new one).

    Raises NotFound, AlreadyUndone, ChangedSince, and RoomTaken when its old room is taken now (`accept` as in moves);
    BlockChanged, NoSuchConflict and StaysAccepted for what is no slot.
    """
    async with database.transaction():
        await moves.lock(event_id)
        edits = await history.command(event_id, command)
        if await database.value("SELECT EXISTS (SELECT FROM edit WHERE undoes = $1)", command):
            raise AlreadyUndone
        await _refuse_if_changed(event_id, edits)
        by = By(person, known_as or uuid4(), command)
        assert by.command is not None
        changes = [edit.change for edit in reversed(edits)]
        moved = [one for one in changes if one.what == "move"]
        held = await slots.rows_of([one.slot for one in moved if one.slot is not None])
        if any(one.slot not in held for one in moved):
            raise ChangedSince
        if moved:
            await moves.move_all(event_id, [_back(one, held) for one in moved], at, accept, by)
        if laid := [one for one in changes if one.what == "block"]:
            await blocking.turn_back(event_id, laid, by, at)
        for one in changes:
            if one.what == "accept":
                await accepting.turn_back(event_id, one, by, at)
            elif one.slot is not None:
                await _turn_slot(event_id, one, one.slot, accept, by, at)
        return by.command


async def _turn_slot(event_id: int, change: Change, slot: int, accept: str, by: By, at: datetime) -> None:
    """Undo all that can happen to one slot, but for a move: those go back together."""
    if change.what == "pin":
        assert change.before is not None
        await moves.pin(event_id, [slot], change.before["pinned"], at, by)
    elif change.what == "add":
        await moves.remove(slot, (await slots.slot(slot)).version, at, by)
    elif change.what == "remove":
        await moves.restore(event_id, change, at, accept, by)


async def slots_of(event_id: int, command: UUID) -> list[int]:
    """The slots that a command changed; none for a block. Raises NotFound."""
    return [edit.change.slot for edit in await history.command(event_id, command) if edit.change.slot is not None]


def _back(change: Change, held: dict[int, slots.SlotRow]) -> Step:
    """By the version that the slot has now: `_refuse_if_changed` has seen that it lies as the command left it."""
    assert change.slot is not None
    assert change.before is not None
    return Step(change.slot, held[change.slot].version, place_of(change.before))


async def _refuse_if_changed(event_id: int, edits: list[EditRow]) -> None:
    """Each slot has to lie as these left it: what came later has been taken back again."""
    touched = {edit.change.slot: edit.number for edit in edits if edit.change.slot is not None}
    rows = await database.rows(
        "SELECT e.number, e.command, e.undoes, t.slot FROM edit e"
        " JOIN unnest($2::bigint[], $3::bigint[]) AS t (slot, number) ON t.slot = e.slot_id AND e.number > t.number"
        " WHERE e.event_id = $1 ORDER BY e.number DESC",
        event_id,
        list(touched),
        list(touched.values()),
    )
    for slot in touched:
        later = [row for row in rows if row["slot"] == slot]
        known = {row["command"] for row in later}
        void: set[UUID] = set()
        for row in later:  # the latest first: whoever takes back comes before what they took back
            if row["command"] in void:
                continue
            if row["undoes"] not in known:
                [edit] = await history.since(event_id, row["number"] - 1, 1)
                raise ChangedSince(edit)
            void |= {row["command"], row["undoes"]}
