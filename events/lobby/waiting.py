"""The page for those who wait: where they stand, how long it takes, and nothing else.

It is for the moment when there is too little of everything, so it is drawn once for all and each reader's words are
written into it (`people.blanks`). It looks again by itself, by a plain refresh with a jitter; who does not want that
has a link (WCAG 2.2, 2.2.1). A form that was sent meanwhile is kept in the page, to be sent again.
"""

import math
import secrets
from datetime import datetime
from urllib.parse import urlencode

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from events.catalogue.queries import EventRow
from events.core import locales, pages
from events.core.locales import _, ngettext
from events.lobby import door, places, rules
from events.lobby.door import Entry
from events.lobby.line import Stand, Turn
from events.lobby.rules import Rules
from events.people import blanks
from events.people.blanks import Sheets

_sheets = Sheets()


async def page(request: Request, event: EventRow, room: Rules, entry: Entry, *, sold_out: bool) -> Response:
    """sold_out   whether nothing of what the event sells is left at this moment"""
    at: datetime = request.state.now
    stand = entry.turn.stand.value if entry.turn else "early"
    if entry.turn and stand == Stand.WAITING and not room.open(at):
        stand = "paused"
    seconds = _seconds(room, entry.turn, at)
    own = [(name, value) for name, value in request.query_params.multi_items() if name not in _OURS]
    if link := door.link(request, event, entry):
        own.append((places.PARAMETER, link))
    path = pages.path_of(request, "register", slug=event.slug)
    said = {
        "place": _place(entry.turn) if entry.turn else "",
        "others": _others(entry.turn) if entry.turn else "",
        "long": rules.words_of(_left(room, entry.turn)) if entry.turn else "",
        "seconds": str(seconds),
        "again": _address(path, own),
        "byhand": _address(path, [*own, (door.BY_HAND, "1")]),
        "signin": "/sign-in?" + urlencode({"next": _address(path, own)}),
    }
    by_hand = request.method == "POST" or bool(request.query_params.get(door.BY_HAND))
    facts = (room, stand, sold_out, by_hand)
    if request.method == "POST":
        async with request.form(max_fields=2000) as form:
            answer = _drawn(request, event, *facts, said, form)
    else:
        marks = {name: blanks.mark(name) for name in said}
        key = (event.guid, event.version, event.changed_at, locales.current(), *facts)
        answer = _sheets.answer(key, lambda: _drawn(blanks.reader(request), event, *facts, marks), said)
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["Retry-After"] = str(seconds)
    return answer


_OURS = {places.PARAMETER, door.BY_HAND}


def _drawn(
    request: Request,
    event: EventRow,
    room: Rules,
    stand: str,
    sold_out: bool,
    by_hand: bool,
    said: dict[str, str],
    form: FormData | None = None,
) -> Response:
    return pages.render(
        request,
        "lobby/waiting.html",
        event=event,
        room=room,
        stand=stand,
        sold_out=sold_out,
        by_hand=by_hand,
        said=said,
        kept=[(name, value) for name, value in form.multi_items() if isinstance(value, str)] if form else None,
    )


def _address(path: str, query: list[tuple[str, str]]) -> str:
    return f"{path}?{urlencode(query)}" if query else path


def _place(turn: Turn) -> str:
    if turn.position == 1:
        return _("You are next in line.")
    return _("You are number %(n)s in line.") % {"n": turn.position}


def _others(turn: Turn) -> str:
    others = max(0, turn.waiting - 1)
    return ngettext("%(num)s other person is here.", "%(num)s others are here.", others) % {"num": others}


def _left(room: Rules, turn: Turn | None) -> float | None:
    if turn is None:
        return None
    return rules.seconds_left(turn.position, turn.lately, turn.window, room.per_minute, turn.full)


def _seconds(room: Rules, turn: Turn | None, at: datetime) -> int:
    """Until the page looks again."""
    dice = secrets.randbelow(1001) / 1000
    if turn is not None and turn.stand is Stand.CROWDED:
        return math.ceil(rules.LATE * (1 + dice))
    waits_for = room.gathers_at if turn is None else room.opens_at if not room.open(at) else None
    if waits_for is not None:
        return rules.look_again_at_opening((waits_for - at).total_seconds(), dice)
    return rules.look_again(_left(room, turn), turn.position if turn else 0, dice)
