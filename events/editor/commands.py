"""What the timetable editor sends: one gesture each, read, asked whether this person may, done in one transaction.

Times are minutes since 1970, UTC, as in `picture`; a block's are wall times, as people type them. A gesture that cannot
be done changes nothing and says why: who was faster, who has the room, which session is another unit's. Each carries
the id that its command gets: sent again because the answer was lost, it is found done and nothing is done twice.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from events.catalogue.queries import EventRow
from events.core import database
from events.core.errors import NotFound, Unreadable
from events.core.locales import _
from events.editor import blocks
from events.editor.blocks import BlockFields
from events.people.actors import Actor
from events.schedule import accepting, history, moves, rights, slots, undoing
from events.schedule.conflicts import Kind
from events.schedule.history import By
from events.schedule.moves import Step
from events.schedule.slots import Place

MOST = 500
"""Slots that one gesture moves."""

Minutes = Annotated[int, Field(ge=0, le=200_000_000)]
Row = Annotated[int, Field(ge=0, lt=1 << 62)]


class _Given(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Gesture(_Given):
    id: Annotated[UUID | None, Field(strict=False)] = None


class Laid(_Given):
    """Where a slot is to lie; both times None for the tray."""

    slot: Row
    version: int
    start: Minutes | None
    end: Minutes | None
    rooms: list[int] = Field(max_length=20)


class Move(_Gesture):
    do: Literal["move"]
    steps: list[Laid] = Field(min_length=1, max_length=MOST)
    accept: str = Field("", max_length=200)


class Add(_Gesture):
    """A first or further time for a session."""

    do: Literal["add"]
    session: Row
    start: Minutes
    end: Minutes
    rooms: list[int] = Field(max_length=20)
    accept: str = Field("", max_length=200)


class Remove(_Gesture):
    """A further time taken away for good (the tray keeps the last one)."""

    do: Literal["remove"]
    slot: Row
    version: int


class Pin(_Gesture):
    do: Literal["pin"]
    slots: list[Row] = Field(min_length=1, max_length=MOST)
    pinned: bool


class Accept(_Gesture):
    """Let a conflict stand, with the reason; without one it is a conflict again."""

    do: Literal["accept"]
    kind: Annotated[Kind, Field(strict=False)]
    one: Row
    other: Row
    subject: Row
    reason: str = Field(max_length=200)


class Block(_Gesture):
    """A block or break. block: the one that is changed, 0 for new ones, one for each day; whole: all of its series."""

    do: Literal["block"]
    block: Annotated[int, Field(ge=0, lt=1 << 31)] = 0
    version: int = 0
    whole: bool = False
    fields: BlockFields


class RemoveBlock(_Gesture):
    do: Literal["remove-block"]
    block: Annotated[int, Field(ge=0, lt=1 << 31)]
    version: int
    whole: bool = False


class Undo(_Gesture):
    do: Literal["undo"]
    command: Annotated[UUID, Field(strict=False)]
    accept: str = Field("", max_length=200)


Command = Move | Add | Remove | Pin | Accept | Block | RemoveBlock | Undo
_reader: TypeAdapter[Command] = TypeAdapter(Annotated[Command, Field(discriminator="do")])


@dataclass(frozen=True, slots=True)
class Done:
    """command: what undo takes back, None when nothing was to do; slots: the ids that were asked about."""

    command: UUID | None
    slots: tuple[int, ...]


def read(body: bytes) -> Command:
    """Raises Unreadable."""
    try:
        return _reader.validate_json(body)
    except ValidationError as error:
        raise Unreadable({"": _("The editor sent something we cannot read. Please load the page again.")}) from error


async def do(event: EventRow, command: Command, actor: Actor, at: datetime) -> Done:
    """Raises Forbidden for a session that is another unit's, and what moves, accepting, blocks and undoing raise."""
    async with database.transaction():
        await moves.lock(event.id)  # who sends it again waits for the first one, and finds it done
        if command.id is not None and await history.is_known(event.id, command.id):
            return Done(command.id, ())
        return await _do(event, command, actor, at)


async def _do(event: EventRow, command: Command, actor: Actor, at: datetime) -> Done:
    by = By(actor.id, command.id)
    if isinstance(command, Accept):
        return Done(await _accept(event, command, actor, by, at), (command.one, command.other))
    if isinstance(command, Block):
        rights.require_blocks(event, actor)
        which = command.block, command.version, command.whole
        return Done(await blocks.lay(event, command.fields, *which, by, at), ())
    if isinstance(command, RemoveBlock):
        rights.require_blocks(event, actor)
        return Done(await blocks.remove(event, command.block, command.version, command.whole, by, at), ())
    if isinstance(command, Undo):
        await rights.require_undoing(event, actor, await history.command(event.id, command.command))
        accept = command.accept.strip()
        return Done(await undoing.undo(event.id, command.command, at, actor.id, accept, command.id), ())
    return await _at_slots(event, command, actor, by, at)


async def _at_slots(event: EventRow, command: Move | Add | Remove | Pin, actor: Actor, by: By, at: datetime) -> Done:
    if isinstance(command, Add):
        await rights.require_sessions(event, actor, sessions=[command.session])
        await _require_rooms(event, command.rooms)
        place = Place(_moment(command.start), _moment(command.end), event.timezone, tuple(command.rooms))
        slot, made = await moves.add(command.session, _ordered(place), at, command.accept.strip(), by)
        return Done(made, (slot,))
    if isinstance(command, Move):
        touched = [laid.slot for laid in command.steps]
        await rights.require_sessions(event, actor, touched)
        await _require_rooms(event, (room for laid in command.steps for room in laid.rooms))
        held = await slots.rows_of(touched)
        steps = [_step(laid, held) for laid in command.steps]
        return Done(await moves.move_all(event.id, steps, at, command.accept.strip(), by), tuple(touched))
    if isinstance(command, Remove):
        await rights.require_sessions(event, actor, [command.slot])
        return Done(await moves.remove(command.slot, command.version, at, by), (command.slot,))
    await rights.require_sessions(event, actor, command.slots)
    return Done(await moves.pin(event.id, command.slots, command.pinned, at, by), tuple(command.slots))


async def _accept(event: EventRow, command: Accept, actor: Actor, by: By, at: datetime) -> UUID:
    rights.require_accepting(event, actor)
    conflict = (command.kind, command.one, command.other, command.subject)
    if reason := command.reason.strip():
        return await accepting.accept(event.id, conflict, reason, by, at)
    return await accepting.take_back(event.id, conflict, by, at)


async def _require_rooms(event: EventRow, rooms: Iterable[int]) -> None:
    wanted = set(rooms)
    known = await database.rows(
        "SELECT id FROM room r WHERE id = any($2) AND (venue_id = $3 OR EXISTS (SELECT FROM slot_room x"
        " JOIN slot l ON l.id = x.slot_id JOIN session s ON s.id = l.session_id"
        " WHERE x.named_id = r.id AND s.event_id = $1))",
        event.id,
        list(wanted),
        event.venue_id,
    )
    if len(known) != len(wanted):
        raise Unreadable({"": _("A room is not one of this event’s. Please load the page again.")})


def _step(laid: Laid, held: dict[int, slots.SlotRow]) -> Step:
    row = held.get(laid.slot)
    if row is None:
        raise NotFound
    place = Place(
        _moment(laid.start),
        _moment(laid.end),
        row.place.timezone,
        tuple(laid.rooms),
        row.place.setup_minutes,
        row.place.teardown_minutes,
    )
    return Step(laid.slot, laid.version, _ordered(place))


def _ordered(place: Place) -> Place:
    if (place.starts_at is None) != (place.ends_at is None):
        raise Unreadable({"": _("A time needs a start and an end.")})
    if place.starts_at is not None and place.ends_at is not None and place.ends_at <= place.starts_at:
        raise Unreadable({"": _("A session has to end after it starts.")})
    return place


def _moment(minutes: int | None) -> datetime | None:
    return None if minutes is None else datetime.fromtimestamp(0, UTC) + timedelta(minutes=minutes)
