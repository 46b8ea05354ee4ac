"""Where a session had better not lie: what the editor shades while it is dragged, with the reasons by name."""

from typing import Any

from events.core import database
from events.core.errors import NotFound
from events.schedule import conflict_lists, neighbourhood, placed
from events.schedule.boards import Board
from events.schedule.conflict_lists import WORDS
from events.schedule.conflicts import Kind

_ROOMS = """
SELECT r.id, r.capacity AS holds, t.capacity AS set_holds, q.room_set, greatest(s.capacity, q.headcount) AS seats,
       EXISTS (SELECT FROM room_set o WHERE o.room_id = r.id) AS has_sets
FROM session s LEFT JOIN session_request q ON q.session_id = s.id
JOIN event e ON e.id = s.event_id JOIN room r ON r.venue_id = e.venue_id
LEFT JOIN room_set t ON t.room_id = r.id AND t.name = q.room_set
WHERE s.id = $1
"""


async def shaded(event_id: int, slot_id: int, session_id: int) -> dict[str, Any]:
    """Times as minutes since 1970, rooms by id, both with words.

    slot_id      the slot that is moved, or 0 for a first time of `session_id`
    Raises NotFound for what is not of this event.
    """
    session = await database.value(
        "SELECT s.id FROM session s LEFT JOIN slot l ON l.session_id = s.id WHERE s.event_id = $1"
        " AND (($2 > 0 AND l.id = $2) OR ($2 = 0 AND s.id = $3)) LIMIT 1",
        event_id,
        slot_id,
        session_id,
    )
    if session is None:
        raise NotFound
    near = await neighbourhood.bookings(event_id, [slot_id], [session], at_any_time=True)
    board = Board(near, await placed.frame(event_id))
    booking = board.bookings.get(slot_id) or await placed.unplaced(session)
    obstacles = board.obstacles(booking._replace(slot=slot_id))
    names = await conflict_lists.subjects((one.kind, one.subject) for one in obstacles)
    return {
        "times": [
            [
                one.kind,
                one.level,
                str(WORDS[one.kind]),
                names.get((one.kind, one.subject), ""),
                one.other,
                max(one.start, 0) // 60,
                min(one.end, _FAR) // 60,
            ]
            for one in obstacles
        ],
        "rooms": await _unfit(session),
    }


_FAR = 200_000_000 * 60


async def _unfit(session: int) -> dict[str, str]:
    """Rooms that do not fit it, with the reason in words."""
    found: dict[str, str] = {}
    for row in await database.rows(_ROOMS, session):
        holds = row["holds"] if row["set_holds"] is None else row["set_holds"]
        if row["room_set"] and row["has_sets"] and row["set_holds"] is None:
            found[str(row["id"])] = str(WORDS[Kind.SET])
        elif row["seats"] is not None and holds is not None and row["seats"] > holds:
            found[str(row["id"])] = str(WORDS[Kind.CAPACITY])
    return found
