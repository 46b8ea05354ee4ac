"""What edits mean for a browser that has drawn the draft before them: what they touched as it lies now.

Slots that are named and not among the rows are gone. Of conflicts, all are told in which a touched slot is, and all of
the budgets of the units named: the browser drops those and takes in these.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from events.core import database
from events.editor import picture
from events.schedule import accepting, neighbourhood
from events.schedule.history import Change, EditRow, State

_IN_BLOCKS = """
SELECT DISTINCT l.id FROM slot l JOIN session s ON s.id = l.session_id
JOIN unnest($2::timestamptz[], $3::timestamptz[]) AS b (starts_at, ends_at)
    ON l.starts_at - make_interval(mins => l.setup_minutes) < b.ends_at
    AND l.ends_at + make_interval(mins => l.teardown_minutes) > b.starts_at
WHERE s.event_id = $1 AND s.state <> 'cancelled'
"""


async def told(event_id: int, edits: Sequence[EditRow], asked: Iterable[int] = ()) -> dict[str, Any]:
    """asked: slots to tell of even when nothing was changed."""
    changes = [edit.change for edit in edits]
    touched = {*asked, *(one.slot for one in changes if one.slot is not None), *_accepted(changes)}
    blocks = [state for one, state in _states(changes) if one.what == "block"]
    if blocks:
        touched |= await _lying_in(event_id, blocks)
    sessions = {one.session for one in changes if one.session is not None}
    found = await neighbourhood.conflicts(event_id, touched, sessions)
    answer: dict[str, Any] = {
        "touched": sorted(touched),
        "slots": await picture.slots(event_id, touched),
        "units": sorted(found.units),
        "conflicts": await picture.conflicts(event_id, found.conflicts),
    }
    if blocks:
        answer["blocks"] = await picture.blocks(event_id)
    return answer


def _accepted(changes: Iterable[Change]) -> set[int]:
    """The slots of conflicts that were accepted, or are no longer."""
    found = [accepting.accepted(state) for one, state in _states(changes) if one.what == "accept"]
    return {slot for _kind, one, other, _subject in found for slot in (one, other)}


def _states(changes: Iterable[Change]) -> list[tuple[Change, State]]:
    return [(one, state) for one in changes for state in (one.before, one.after) if state is not None]


async def _lying_in(event_id: int, blocks: Sequence[State]) -> set[int]:
    """The slots that lie where a block was, or is now."""
    starts, ends = ([datetime.fromisoformat(one[name]) for one in blocks] for name in ("starts_at", "ends_at"))
    return {row["id"] for row in await database.rows(_IN_BLOCKS, event_id, starts, ends)}
