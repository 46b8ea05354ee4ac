"""What the timetable editor sends: one gesture each, read, asked whether this person may, done in one transaction.

Times are minutes since 1970, UTC, as in `picture`. A gesture that cannot be done changes nothing and says why: who was
faster, who has the room, which session is another unit's.
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
from events.people import permissions
from events.people.actors import Actor
from events.schedule import moves, slots, undoing
from events.schedule.history import By
from events.schedule.moves import Step
from events.schedule.slots import Place

MOST = 500
"""Slots that one gesture moves."""

Minutes = Annotated[int, Field(ge=0, le=200_000_000)]


class _Given(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Laid(_Given):
    """Where a slot is to lie; both times None for the tray."""

    slot: int
    version: int
    start: Minutes | None
    end: Minutes | None
    rooms: list[int] = Field(max_length=20)


class Move(_Given):
    do: Literal["move"]
    steps: list[Laid] = Field(min_length=1, max_length=MOST)
    accept: str = Field("", max_length=200)


class Add(_Given):
    """A first or further time for a session."""

    do: Literal["add"]
    session: int
    start: Minutes
    end: Minutes
    rooms: list[int] = Field(max_length=20)
    accept: str = Field("", max_length=200)


class Remove(_Given):
    """A further time taken away for good (the tray keeps the last one)."""

    do: Literal["remove"]
    slot: int
    version: int


class Pin(_Given):
    do: Literal["pin"]
    slots: list[int] = Field(min_length=1, max_length=MOST)
    pinned: bool


class Undo(_Given):
    do: Literal["undo"]
    command: Annotated[UUID, Field(strict=False)]
    accept: str = Field("", max_length=200)


Command = Move | Add | Remove | Pin | Undo
_reader: TypeAdapter[Command] = TypeAdapter(Annotated[Command, Field(discriminator="do")])


@dataclass(frozen=True, slots=True)
class Done:
    """command: what undo takes back, None when nothing was to do; slots: the ids that it touched."""

    command: UUID | None
    slots: tuple[int, ...]


def read(body: bytes) -> Command:
    """Raises Unreadable."""
    try:
        return _reader.validate_json(body)
    except ValidationError as error:
        raise Unreadable({"": _("The editor sent something we cannot read. Please load the page again.")}) from error


async def do(event: EventRow, command: Command, actor: Actor, at: datetime) -> Done:
    """Raises Forbidden for a session that is another unit's, and what moves and undoing raise."""
    touched = await _touched(event, command)
    await _require(event, touched, [command.session] if isinstance(command, Add) else [], actor)
    by = By(actor.id)
    if isinstance(command, Move | Add):
        await _require_rooms(event, command)
    if isinstance(command, Move):
        held = await slots.rows_of(touched)
        steps = [_step(laid, held) for laid in command.steps]
        return Done(await moves.move_all(event.id, steps, at, command.accept.strip(), by), tuple(touched))
    if isinstance(command, Add):
        place = Place(_moment(command.start), _moment(command.end), event.timezone, tuple(command.rooms))
        slot, made = await moves.add(command.session, _ordered(place), at, command.accept.strip(), by)
        return Done(made, (slot,))
    if isinstance(command, Remove):
        return Done(await moves.remove(command.slot, command.version, at, by), tuple(touched))
    if isinstance(command, Pin):
        return Done(await moves.pin(event.id, touched, command.pinned, at, by), tuple(touched))
    undone = await undoing.undo(event.id, command.command, at, actor.id, command.accept.strip())
    return Done(undone, tuple(touched))


async def _touched(event: EventRow, command: Command) -> list[int]:
    if isinstance(command, Move):
        return [laid.slot for laid in command.steps]
    if isinstance(command, Remove):
        return [command.slot]
    if isinstance(command, Pin):
        return command.slots
    if isinstance(command, Undo):
        return await undoing.slots_of(event.id, command.command)
    return []


async def _require(event: EventRow, touched: Iterable[int], sessions: Iterable[int], actor: Actor) -> None:
    """Everything that is touched has to be of this event and this person's to edit."""
    rows = await database.rows(
        "SELECT s.event_id, s.unit_id, ARRAY(SELECT unit_id FROM session_unit v WHERE v.session_id = s.id) AS sponsors"
        " FROM session s WHERE s.id = any($2) OR s.id IN (SELECT session_id FROM slot WHERE id = any($1)"
        "  UNION SELECT session_id FROM edit WHERE slot_id = any($1))",
        list(touched),
        list(sessions),
    )
    if not rows or any(row["event_id"] != event.id for row in rows):
        raise NotFound
    for row in rows:
        units = (event.unit_id, row["unit_id"], *row["sponsors"])
        permissions.require(actor, permissions.EDIT_PROGRAMME, event=event.id, unit=units)


async def _require_rooms(event: EventRow, command: Move | Add) -> None:
    rooms = {room for laid in command.steps for room in laid.rooms} if isinstance(command, Move) else set(command.rooms)
    known = await database.rows(
        "SELECT id FROM room r WHERE id = any($2) AND (venue_id = $3 OR EXISTS (SELECT FROM slot_room x"
        " JOIN slot l ON l.id = x.slot_id JOIN session s ON s.id = l.session_id"
        " WHERE x.named_id = r.id AND s.event_id = $1))",
        event.id,
        list(rooms),
        event.venue_id,
    )
    if len(known) != len(rooms):
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
