"""What the conflict engine says of an arrangement: the machine's own book-keeping is not asked. Pure."""

from events.schedule.conflicts import Conflict, Kind, find
from events.solver.layout import Layout


def hard_conflicts(layout: Layout) -> list[Conflict]:
    """Conflicts that no proposal may have, of slots that lie elsewhere than in the draft.

    A unit's budget is looked at where something was placed for the first time: moving fills nothing.
    """
    new = {slot for slot in layout.at if layout.items[slot].now is None}
    moved = {slot for slot, at in layout.at.items() if at != layout.items[slot].now}
    filling = {layout.bookings[slot].units[0] for slot in new if layout.bookings[slot].units}
    return [
        one
        for one in find(layout.bookings.values(), layout.frame)
        if one.kind in layout.hard
        and (one.subject in filling if one.kind is Kind.BUDGET else one.one in moved or one.other in moved)
    ]
