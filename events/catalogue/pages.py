"""The awareness calendar, and the public feeds of the catalogue."""

from datetime import date
from itertools import groupby

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from events.catalogue import feeds, queries, search
from events.catalogue.feeds import StoredFeed
from events.core import calendars, conditional, pages

FRESH = 60
"""Seconds that a proxy may answer for a public feed."""


async def celebrations(request: Request) -> Response:
    """A year of celebrations, by month."""
    today = request.state.now.date()
    year = _year(request.query_params.get("year", ""), today)
    first, last = date(year, 1, 1), date(year, 12, 31)
    bands = await search.celebrations(first, last)
    months = [
        (month, list(found)) for month, found in groupby(bands, key=lambda band: max(band.first, first).replace(day=1))
    ]
    return pages.render(
        request,
        "catalogue/celebrations.html",
        months=months,
        year=year,
        years=range(today.year - 1, today.year + 4),
        today=today,
    )


async def celebration(request: Request) -> Response:
    slug = request.path_params["slug"]
    found = await queries.celebration(slug)
    if found.event.slug != slug:
        return RedirectResponse(request.url_for("celebration", slug=found.event.slug), 301)
    today = request.state.now.date()
    coming = [year for year in found.years if year[2] >= today]
    past = [year for year in reversed(found.years) if year[2] < today]
    return pages.render(
        request, "catalogue/celebration.html", found=found, event=found.event, coming=coming, past=past, today=today
    )


async def feed(request: Request) -> Response:
    """`/calendars/all.ics` and `/calendars/{kind}s.ics`."""
    return answer(request, await feeds.read(f"calendars/{request.path_params['name']}"))


async def unit_feed(request: Request) -> Response:
    return answer(request, await feeds.read(f"calendars/units/{request.path_params['unit']}"))


async def event_file(request: Request) -> Response:
    """One event as a file to add once. An old slug is answered with 200 as well: calendars follow no redirects."""
    event = await queries.event_by_slug(request.path_params["slug"])
    return answer(request, await feeds.of_event(event.id))


def answer(request: Request, found: StoredFeed) -> Response:
    """A public feed, to who has it already or not."""
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


def _year(text: str, today: date) -> int:
    return int(text) if text.isdecimal() and len(text) < 5 and 2000 <= int(text) <= 2100 else today.year


routes = [
    Route("/celebrations", celebrations, name="celebrations"),
    Route("/celebrations/{slug}", celebration, name="celebration"),
    Route("/calendars/units/{unit}.ics", unit_feed, name="unit_feed"),
    Route("/calendars/{name}.ics", feed, name="feed"),
    Route("/events/{slug}/event.ics", event_file, name="event_file"),
]
