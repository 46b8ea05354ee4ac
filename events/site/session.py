"""The page of one session: when, where, who and what; how it lies in the reader's schedule, and what runs around it."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.agenda.pages import saved_codes
from events.catalogue import slugs
from events.catalogue.fields import level_words
from events.catalogue.queries import EventRow
from events.core import locales, pages
from events.core.errors import NotFound
from events.core.locales import _
from events.schedule import grid, kept_cards, kept_pages, roles, timetable
from events.schedule import pages as programme
from events.schedule.snapshots import Placed, RoomView, SessionView, SlotView, Snapshot

BESIDE = 24
"""So many of what runs at the same time are shown; a big conference has hundreds."""


async def session(request: Request) -> Response:
    event, snapshot = await programme.read(request)
    if answer := slugs.moved(request, event):
        return answer
    found = snapshot.by_code.get(request.path_params["code"].upper())
    if found is None:
        raise NotFound(_("This session is not in the programme. It may have been withdrawn."))
    assert snapshot.published_at is not None
    if programme.is_nobody(request):
        key = ("session", programme.version_of(event, snapshot), found.code, locales.current())
        return await kept_pages.answer(
            request, key, snapshot.published_at, lambda: _page(request, event, snapshot, found, frozenset())
        )
    return _page(request, event, snapshot, found, await saved_codes(request, event.id))


def _page(request: Request, event: EventRow, snapshot: Snapshot, found: SessionView, saved: frozenset[str]) -> Response:
    return pages.render(
        request,
        "site/session.html",
        event=event,
        session=found,
        title=timetable.title_of(found),
        track=snapshot.track.get(found.track),
        people=_people(event, snapshot, found),
        language=_language(found.language),
        level=level_words(found.level),
        times=[_time(snapshot, slot, saved) for slot in found.slots],
        clashes=_clashes(snapshot, found, saved),
        is_saved=found.code in saved,
        save_url=programme.save_url(request, event),
        here=f"{event.path}/sessions/{found.code}",
    )


def _language(code: str) -> str:
    """A language's name in the reader's: "Spanish" for es; the code where nobody knows it."""
    try:
        return str(Locale.parse(locales.babel_locale()).languages.get(Locale.parse(code, sep="-").language, code))
    except (ValueError, UnknownLocaleError):
        return code


def _people(event: EventRow, snapshot: Snapshot, found: SessionView) -> list[dict[str, str]]:
    """Everybody with a role, in the order of the programme; the role is said where it is not the usual one."""
    listed = []
    for code, role in found.people:
        person = snapshot.people[code]
        note = [person.affiliation] if role == "speaker" else [roles.words(role), person.affiliation]
        listed.append(
            {
                "name": person.name,
                "url": f"{event.path}/speakers/{code}",
                "note": ", ".join(part for part in note if part),
            }
        )
    return listed


def _time(snapshot: Snapshot, slot: SlotView, saved: frozenset[str]) -> dict[str, Any]:
    """One of its times, with what its room has before and after and what runs beside it."""
    zone = ZoneInfo(snapshot.event.timezone)
    around = snapshot.around.of(slot)

    def cards(placed: Sequence[Placed]) -> Markup:
        return kept_cards.cards(snapshot, placed, "", saved)

    return {
        "slot": slot,
        "place": snapshot.place(slot),
        "access": _access([snapshot.rooms[room] for room in slot.rooms if room in snapshot.rooms]),
        "before": cards([around.before] if around.before else []),
        "after": cards([around.after] if around.after else []),
        "beside": cards(around.beside[:BESIDE]),
        "beside_count": len(around.beside),
        "beside_left": len(around.beside) > BESIDE,
        "whole_day": f"/events/{snapshot.event.slug}/schedule?day={grid.day_of(slot.starts_at, zone)}",
    }


def _access(rooms: Sequence[RoomView]) -> str:
    """Who can come in, where somebody has looked: into all of its rooms without a step, with a loop in all of them."""
    said = []
    if rooms and all(room.step_free for room in rooms):
        said.append(_("Step-free"))
    elif any(room.step_free is False for room in rooms):
        said.append(_("Not step-free"))
    if rooms and all(room.hearing_loop for room in rooms):
        said.append(_("Hearing loop"))
    return ", ".join(said)


def _clashes(snapshot: Snapshot, found: SessionView, saved: frozenset[str]) -> Sequence[dict[str, Any]]:
    """Saved sessions that take place at the same time; touching is no clash."""
    others = [snapshot.by_code[code] for code in saved if code in snapshot.by_code]
    theirs = [(other, slot) for other in others if other is not found and not other.cancelled for slot in other.slots]
    return [
        timetable.card(snapshot, other, slot, slot.timezone)
        for other, slot in sorted(theirs, key=lambda pair: (pair[1].starts_at, pair[0].code))
        if any(slot.starts_at < own.ends_at and slot.ends_at > own.starts_at for own in found.slots)
    ]


routes = [Route("/events/{slug}/sessions/{code}", session, name="session")]
