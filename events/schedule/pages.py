"""The programme for everybody: timetable, speakers, feeds and files. All of it reads releases, never the draft."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import NoMatchFound, Route

from events.catalogue import queries as catalogue
from events.catalogue.queries import EventRow
from events.catalogue.slugs import moved
from events.core import calendars, conditional, database, links, locales, pages
from events.core.errors import NotFound
from events.core.fresh import Derived
from events.core.locales import _, ngettext
from events.people import merges
from events.schedule import (
    atom,
    feeds,
    forms,
    frab_writing,
    grid,
    kept_cards,
    kept_pages,
    marked_grids,
    queries,
    roles,
    timetable,
)
from events.schedule.snapshots import Placed, Snapshot

SPEAKERS = 120
"""People on a page of the list."""
FRESH = 60
"""Seconds that a proxy may answer for a feed or a file."""

SavedCodes = Callable[[Request, int], Awaitable[frozenset[str]]]
"""`app.state.saved_codes`, given by the agenda above us: which sessions of an event this visitor saved."""


async def read(request: Request) -> tuple[EventRow, Snapshot]:
    """The event of the address and its released programme. Raises NotFound while there is none."""
    event = await catalogue.event_by_slug(request.path_params["slug"])
    snapshot = await queries.current(event.id)
    if snapshot is None:
        raise NotFound(_("The programme of this event is not published yet."))
    return event, snapshot


async def saved(request: Request, event_id: int) -> frozenset[str]:
    """What this visitor saved of an event; nothing when nobody above can tell."""
    ask: SavedCodes | None = getattr(request.app.state, "saved_codes", None)
    return await ask(request, event_id) if ask else frozenset()


def is_nobody(request: Request) -> bool:
    """Whether the page is the same as for everybody: not signed in, nothing saved, nothing to be told."""
    if request.state.actor is not None:
        return False
    if b"cookie" not in dict(request.scope["headers"]):  # most of a crowd; parsing no cookies takes 4 µs
        return True
    return "saved" not in request.cookies and pages.NOTICE not in request.cookies


def version_of(event: EventRow, snapshot: Snapshot) -> tuple[object, ...]:
    """What a page of a release depends on beside its address."""
    return (event.guid, event.version, event.changed_at, event.state, snapshot.token)


async def schedule(request: Request) -> Response:
    event = await catalogue.event_by_slug(request.path_params["slug"])
    if answer := moved(request, event):
        return answer
    snapshot = await queries.current(event.id)
    if snapshot is None:
        return pages.render(request, "schedule/not_yet.html", event=event)
    choice = forms.choice_of(request.scope["query_string"])
    today = grid.day_of(request.state.now, event.zone)
    published_at = _published(snapshot)
    if is_nobody(request):
        page = forms.page(request.query_params) if choice.query else 1
        key = ("schedule", version_of(event, snapshot), choice, page, today, locales.current())
        return await kept_pages.answer(
            request, key, published_at, lambda: _timetable(request, event, snapshot, choice, frozenset())
        )
    return _timetable(request, event, snapshot, choice, await saved(request, event.id))


def _timetable(
    request: Request,
    event: EventRow,
    snapshot: Snapshot,
    choice: timetable.Choice,
    saved_codes: frozenset[str],
) -> Response:
    path = request.url.path
    saving = save_url(request, event)
    today = grid.day_of(request.state.now, event.zone)

    def build() -> timetable.Timetable:
        return timetable.build(snapshot, choice, path, today, forms.page(request.query_params))

    if choice.query:
        day = marked_grids.Kept(build(), ())
    else:
        key = (version_of(event, snapshot), choice, path, today, locales.current())
        day = marked_grids.kept(key, build, saving)
    table = day.table

    def cards(placed: Sequence[Placed]) -> Markup:
        return kept_cards.cards(snapshot, placed, table.zone, saved_codes)

    return pages.render(
        request,
        "schedule/timetable.html",
        event=event,
        table=table,
        choice=choice,
        snapshot=snapshot,
        here=path,
        running=cards(table.running),
        found=[(day, cards(placed)) for day, placed in table.found],
        grids=marked_grids.marked(day, saved_codes, saving),
        feed=_feed_addresses(request, event, choice),
        **_controls(snapshot, table, path),
    )


def _controls(snapshot: Snapshot, table: timetable.Timetable, path: str) -> dict[str, Any]:
    """Tabs, filters that are on (each with the address without it), and what the forms carry along."""
    choice = table.choice
    track = snapshot.track.get(choice.track)
    chosen = [
        (words, path + choice.address(**{name: ""}))
        for name, words in (
            ("track", track.name if track else choice.track),
            ("room", choice.room),
            ("building", choice.building),
        )
        if words
    ]
    return {
        "days": [
            {
                "label": pages.short_day(one.date),
                "url": path + choice.address(day=one.date),
                "current": one.date == table.day,
                "note": ngettext("%(num)s session", "%(num)s sessions", one.count) % {"num": one.count},
            }
            for one in table.days
        ],
        "chosen": chosen,
        **{
            f"kept_for_{form}": {name: value for name, value in choice.pairs.items() if value and name != own}
            for form, own in (("search", "q"), ("track", "track"), ("zone", "tz"))
        },
        "track_options": [("", _("All tracks")), *((one.slug, one.name) for one in snapshot.tracks)],
    }


def save_url(request: Request, event: EventRow) -> str:
    """Where a session is saved; "" in an application without schedules of one's own."""
    try:
        return pages.path_of(request, "save", slug=event.slug)
    except NoMatchFound:
        return ""


def _feed_addresses(request: Request, event: EventRow, choice: timetable.Choice) -> dict[str, str]:
    """The feed of what is being looked at, as calendar apps want it."""
    asked = {"track": choice.track, "room": choice.room}
    query = urlencode({name: value for name, value in asked.items() if value})
    address = links.absolute(f"{event.path}/schedule.ics") + (f"?{query}" if query else "")
    webcal = "webcal:" + address.partition(":")[2]
    return {
        "address": address,
        "webcal": webcal,
        "google": f"https://calendar.google.com/calendar/r?cid={quote(webcal, safe='')}",
        "outlook": f"https://outlook.live.com/calendar/0/addfromweb?url={quote(address, safe='')}",
    }


async def speakers(request: Request) -> Response:
    event, snapshot = await read(request)
    if answer := moved(request, event):
        return answer
    query = " ".join(request.query_params.get("q", "").split())[:100]
    page = forms.page(request.query_params)
    if is_nobody(request) and not query:
        key = ("speakers", version_of(event, snapshot), page, locales.current())
        return await kept_pages.answer(
            request, key, _published(snapshot), lambda: _speakers(request, event, snapshot, "", page)
        )
    return _speakers(request, event, snapshot, query, page)


def _speakers(request: Request, event: EventRow, snapshot: Snapshot, query: str, page: int) -> Response:
    """Everybody in the programme by name, a page at a time."""
    people = sorted(
        (snapshot.people[code] for code in snapshot.sessions_of),
        key=lambda person: (person.name.casefold(), person.code),
    )
    if query:
        people = [one for one in people if query.casefold() in f"{one.name} {one.affiliation}".casefold()]
    first = (page - 1) * SPEAKERS
    return pages.render(
        request,
        "schedule/speakers.html",
        event=event,
        listed=[
            {"name": one.name, "url": f"{event.path}/speakers/{one.code}", "note": one.affiliation}
            for one in people[first : first + SPEAKERS]
        ],
        total=len(people),
        page=page,
        page_count=max(1, -(-len(people) // SPEAKERS)),
        query=query,
    )


async def speaker(request: Request) -> Response:
    event, snapshot = await read(request)
    if answer := moved(request, event):
        return answer
    person = snapshot.people.get(request.path_params["code"])
    if person is None:
        now = await merges.code_now(request.path_params["code"][:8])
        if now in snapshot.people:
            return RedirectResponse(f"{event.path}/speakers/{now}", 302)  # a merge may be undone
        raise NotFound(_("Nobody of that name is in this programme."))
    sessions = [
        (timetable.card(snapshot, session, slot, slot.timezone), roles.words(dict(session.people)[person.code]))
        for session in snapshot.sessions_of.get(person.code, [])
        for slot in session.slots
    ]
    return pages.render(
        request,
        "schedule/speaker.html",
        event=event,
        person=person,
        sessions=sessions,
        saved=await saved(request, event.id),
    )


async def schedule_ics(request: Request) -> Response:
    """The event's feed. An old slug is answered with 200 as well: calendars follow no redirects."""
    event = await catalogue.event_by_slug(request.path_params["slug"])
    wanted = feeds.EVERYTHING
    if request.scope["query_string"]:
        wanted = forms.feed_filter(request.query_params, await _units(request))
    return _calendar(request, await queries.feed(event.id, wanted))


async def session_ics(request: Request) -> Response:
    """One session with all its times, as a file to add once."""
    event, snapshot = await read(request)
    session = snapshot.by_code.get(request.path_params["code"])
    if session is None or session.closed:
        raise NotFound
    utc = request.query_params.get("tz", "").upper() == "UTC"
    return _calendar(request, await queries.feed(event.id, feeds.Filter(session=session.code, utc=utc)))


async def _units(request: Request) -> list[int]:
    """The ids of the units that an address names; 0 stands for one that is none, so that it is not all of them."""
    slugs = forms.named(request.query_params, "unit", 60)
    if not slugs:
        return []
    rows = await database.rows("SELECT id FROM unit WHERE slug = any($1)", list(slugs))
    return [row["id"] for row in rows] or [0]


def _calendar(request: Request, found: feeds.Bytes | None) -> Response:
    if found is None:
        raise NotFound(_("The programme of this event is not published yet."))
    return conditional.answer(
        request,
        lambda: found.body,
        found.gzip,
        found.brotli,
        etag=found.etag,
        last_modified=found.last_modified,
        media_type=calendars.MEDIA_TYPE,
        max_age=FRESH,
        headers=[conditional.NOINDEX],
    )


async def _file(wanted: tuple[int, str, str]) -> kept_pages.Page | None:
    """A file of a release, written and compressed in a thread."""
    event_id, kind, base_url = wanted
    snapshot = await queries.current(event_id)
    if snapshot is None:
        return None
    write = {"xml": frab_writing.xml_parts, "json": frab_writing.json_parts}[kind]
    return await asyncio.to_thread(lambda: kept_pages.written(write(snapshot, base_url)))


_files: Derived[tuple[int, str, str], kept_pages.Page | None] = Derived(
    _file, lambda wanted: queries.published(wanted[0]), size=10
)


async def schedule_xml(request: Request) -> Response:
    return await _export(request, "xml", "application/xml; charset=utf-8")


async def schedule_json(request: Request) -> Response:
    return await _export(request, "json", "application/json")


async def _export(request: Request, kind: str, media_type: str) -> Response:
    event, snapshot = await read(request)
    page = await _files.get((event.id, kind, request.app.state.settings.base_url.rstrip("/")))
    assert page is not None
    return conditional.answer(
        request,
        page.body,
        page.gzip,
        etag=page.etag,
        last_modified=_published(snapshot),
        media_type=media_type,
        max_age=FRESH,
        headers=[(b"access-control-allow-origin", b"*")],
    )


async def _atom(wanted: tuple[int, UUID, str, str]) -> kept_pages.Page:
    event_id, guid, title, address = wanted
    releases = await queries.releases(event_id)
    return await asyncio.to_thread(lambda: kept_pages.compressed(atom.feed(title, guid, address, releases)))


_atoms: Derived[tuple[int, UUID, str, str], kept_pages.Page] = Derived(
    _atom, lambda wanted: queries.published(wanted[0]), size=50
)


async def feed_atom(request: Request) -> Response:
    event, snapshot = await read(request)
    page = await _atoms.get((event.id, event.guid, event.title, links.absolute(f"/events/{event.slug}")))
    return conditional.answer(
        request,
        page.body,
        page.gzip,
        etag=page.etag,
        last_modified=_published(snapshot),
        media_type=atom.MEDIA_TYPE,
        max_age=FRESH,
    )


def _published(snapshot: Snapshot) -> datetime:
    assert snapshot.published_at is not None
    return snapshot.published_at


routes = [
    Route("/events/{slug}/schedule", schedule, name="schedule"),
    Route("/events/{slug}/schedule.ics", schedule_ics, name="schedule_ics"),
    Route("/events/{slug}/schedule.xml", schedule_xml, name="schedule_xml"),
    Route("/events/{slug}/schedule.json", schedule_json, name="schedule_json"),
    Route("/events/{slug}/feed.atom", feed_atom, name="feed_atom"),
    Route("/events/{slug}/speakers", speakers, name="speakers"),
    Route("/events/{slug}/speakers/{code}", speaker, name="speaker"),
    Route("/events/{slug}/sessions/{code}.ics", session_ics, name="session_ics"),
]
