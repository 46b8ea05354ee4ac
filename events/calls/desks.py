"""On whose desk a call's decisions lie: the event's organizers, who may do everything, and the call's chairs.

A chair of the reviewers decides and writes the mails, but for what they wrote or present themselves, or said they have
a conflict of interest with: that is not there for them. To send the mails, to remind, and to answer requests for edits
is the organizers': that changes the programme.
"""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from events.calls import calls
from events.calls.calls import CallRow
from events.calls.review_reach import APART
from events.catalogue.queries import EventRow, event_by_slug
from events.core import database
from events.core.errors import Forbidden
from events.core.locales import _
from events.people import permissions
from events.people.actors import Actor


@dataclass(frozen=True, slots=True)
class Desk:
    """organizer: may send, too; else a chair of this call. apart: the proposals that are not there for this chair."""

    event: EventRow
    call: CallRow
    actor: Actor
    organizer: bool
    apart: frozenset[int] = frozenset()

    @property
    def root(self) -> str:
        return f"/organize/events/{self.event.slug}/calls/{self.call.slug}"

    @property
    def frame(self) -> dict[str, Any]:
        """What every page around it needs; a chair sees no way to rooms that are closed to them."""
        found: dict[str, Any] = {"event": self.event, "call": self.call, "here": "calls", "organizer": self.organizer}
        if not self.organizer:
            found["nav"] = [
                {"key": "review", "label": _("Review"), "url": f"{self.root}/review"},
                {"key": "calls", "label": _("Decisions"), "url": f"{self.root}/decisions"},
            ]
        return found


async def event(request: Request) -> tuple[EventRow, Actor]:
    """The event of the address, for its organizers. Raises NotFound, NotSignedIn, Forbidden."""
    found = await event_by_slug(request.path_params["slug"], drafts=True)
    units = found.unit_id
    return found, permissions.require(request.state.actor, permissions.EDIT_PROGRAMME, event=found.id, unit=units)


async def of_organizers(request: Request) -> Desk:
    """Raises NotFound, NotSignedIn, Forbidden."""
    found, actor = await event(request)
    return Desk(found, await calls.by_slug(found.id, request.path_params["call"]), actor, True)


async def of_deciders(request: Request) -> Desk:
    """For organizers and for chairs. Raises NotFound, NotSignedIn, Forbidden."""
    found = await event_by_slug(request.path_params["slug"], drafts=True)
    actor = permissions.signed_in(request.state.actor)
    organizer = permissions.can(actor, permissions.EDIT_PROGRAMME, event=found.id, unit=found.unit_id)
    if not organizer and not await _chairs(found.id, request.path_params["call"], actor.id):
        raise Forbidden
    call = await calls.by_slug(found.id, request.path_params["call"])
    return Desk(found, call, actor, organizer, frozenset() if organizer else await _apart(call.id, actor.id))


async def _chairs(event_id: int, call: str, person: int) -> bool:
    found: bool = await database.value(
        "SELECT EXISTS (SELECT FROM reviewer r JOIN call c ON c.id = r.call_id"
        " WHERE c.event_id = $1 AND c.slug = $2 AND r.person_id = $3 AND r.chair AND r.left_at IS NULL)",
        event_id,
        call[:80],
        person,
    )
    return found


async def _apart(call: int, person: int) -> frozenset[int]:
    only = "w.call_id = $1 AND w.person_id = $2"
    rows = await database.rows(
        f"WITH {APART.format(only=only)} SELECT DISTINCT proposal FROM apart",  # noqa: S608 - texts of ours
        call,
        person,
    )
    return frozenset(row["proposal"] for row in rows)
