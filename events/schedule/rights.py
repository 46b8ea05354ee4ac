"""Who may change what of a draft: a session its units' editors, a block whoever edits the event, an acceptance whoever
publishes it. Undoing asks for what doing it asked for."""

from collections.abc import Iterable

from events.catalogue.queries import EventRow
from events.core import database
from events.core.errors import NotFound
from events.people import permissions
from events.people.actors import Actor
from events.schedule.history import EditRow

_OWNED = """
SELECT s.event_id, s.unit_id, ARRAY(SELECT unit_id FROM session_unit v WHERE v.session_id = s.id) AS sponsors
FROM session s WHERE s.id = any($2) OR s.id IN (
    SELECT session_id FROM slot WHERE id = any($1) UNION SELECT session_id FROM edit WHERE slot_id = any($1))
"""


async def require_sessions(
    event: EventRow, actor: Actor | None, slots: Iterable[int] = (), sessions: Iterable[int] = ()
) -> None:
    """Everything that is touched has to be of this event (else NotFound) and this person's to edit (else Forbidden)."""
    rows = await database.rows(_OWNED, list(slots), list(sessions))
    if not rows or any(row["event_id"] != event.id for row in rows):
        raise NotFound
    for row in rows:
        units = (event.unit_id, row["unit_id"], *row["sponsors"])
        permissions.require(actor, permissions.EDIT_PROGRAMME, event=event.id, unit=units)


def require_blocks(event: EventRow, actor: Actor | None) -> None:
    permissions.require(actor, permissions.EDIT_PROGRAMME, event=event.id, unit=event.unit_id)


def require_accepting(event: EventRow, actor: Actor | None) -> None:
    permissions.require(actor, permissions.PUBLISH, event=event.id, unit=event.unit_id)


async def require_undoing(event: EventRow, actor: Actor | None, edits: Iterable[EditRow]) -> None:
    """Raises Forbidden for what this person could not have done."""
    changes = [edit.change for edit in edits]
    slots = [one.slot for one in changes if one.slot is not None]
    if slots:
        await require_sessions(event, actor, slots)
    if any(one.what == "block" for one in changes):
        require_blocks(event, actor)
    if any(one.what == "accept" for one in changes):
        require_accepting(event, actor)
