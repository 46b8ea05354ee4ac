"""Arrangements of the small conference, as a worker would have written them down."""

from collections.abc import Mapping, Sequence
from datetime import date, time, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from events.catalogue.models import Event
from events.schedule.models import Session, Slot
from events.solver import runs
from events.solver.gathering import EPOCH, Gathered, Wishes, gather
from events.solver.states import RunState
from events.solver.weights import Weights
from tests.make import NOON
from tests.schedule.programmes import NINE

CHICAGO = ZoneInfo("America/Chicago")


def wishes(which: str = "unplaced", **values: Any) -> Wishes:
    usual: dict[str, Any] = {
        "which": which,
        "days": (date(2026, 7, 9),),
        "hours": (time(9), time(10), time(11)),
        "until": time(18),
        "seconds": 1,
        "weights": Weights(),
    }
    return Wishes(**usual | values)


async def in_the_tray(event: Event, title: str = "Unplaced", slots: int = 1, **values: Any) -> Session:
    """A session without a time: with so many slots in the tray, or (0) with none at all."""
    made = await Session.create(guid=uuid4(), code=f"T{uuid4().hex[:6].upper()}", event=event, title=title, **values)
    for _number in range(slots):
        await Slot.create(uid=uuid4(), session=made, timezone=event.timezone)
    return made


async def gathered(event: Event, **values: Any) -> Gathered:
    return await gather(event.id, CHICAGO, wishes(**values))


async def proposed(
    event: Event,
    places: Mapping[int, tuple[float, int]],
    left: Sequence[tuple[int, list[dict[str, Any]]]] = (),
    **values: Any,
) -> int:
    """The id of an arrangement that is over.

    places   by slot (or minus the session): hours after NINE, and the id of a room
    """
    asked = wishes("unpinned", **values)
    run = await runs.begin(event.id, asked, None, NOON)
    assert await runs.take_up(NOON) is not None
    known = await gather(event.id, CHICAGO, asked)
    by_room = {one.rooms[:1]: number for number, one in enumerate(known.problem.wheres)}
    first = int((NINE - EPOCH).total_seconds())
    at = [[slot, first + round(hours * 3600), by_room[(room,)]] for slot, (hours, room) in places.items()]
    now = {item.slot: item.now for item in known.problem.items}
    why = [[slot, [reason("topics", what="wish")]] for slot in places if now[slot] is not None]
    await runs.keep(run, known, {"at": at, "moved": why, "left": left})
    await runs.end(run, RunState.DONE, NOON + timedelta(seconds=9))
    return run


def reason(rule: str, subject: int = 0, count: int = 0, of: int = 0, what: str = "times") -> dict[str, Any]:
    return {"rule": rule, "subject": subject, "count": count, "of": of, "what": what}


async def slot_of(session: Session) -> Slot:
    return await Slot.get(session_id=session.id)
