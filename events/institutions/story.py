"""What an order's timeline tells of the places of its institution, beside the tickets that changed hands."""

from events.core.locales import _
from events.institutions import places
from events.institutions.states import PlaceState
from events.registration.order_story import Told


async def of(order_id: int) -> list[Told]:
    """Who was invited, said no, was taken back. That a ticket became somebody's is a ticket that changed already."""
    return [
        Told(move.moved_at, words, " · ".join(part for part in (move.code, _who(move), move.by) if part))
        for move in await places.moves_of_order(order_id)
        if (words := _words(move))
    ]


def _words(move: places.Move) -> str:
    if move.new is PlaceState.INVITED:
        return _("Invited to a place")
    if move.new is PlaceState.ENDED:
        return _("Place given back")
    return _("Not invited any more") if move.old is PlaceState.INVITED and move.new is PlaceState.UNASSIGNED else ""


def _who(move: places.Move) -> str:
    told = move.now or move.was
    return " ".join(part for part in (told.get("name", ""), told.get("email", "")) if part)
