"""Slugs: the words of an event's address. One that was ever used is never given to another."""

import re
import unicodedata

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from events.catalogue.queries import EventRow
from events.core import database

SHAPE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LONGEST = 80
TAKEN = frozenset({"new", "feed", "calendar"})
"""Words that are addresses of their own below /events or /organize/events."""


def suggest(title: str) -> str:
    """A slug from a title: "PLA Spring Forum 2027" becomes pla-spring-forum-2027."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "")).strip("-")
    if len(words) > LONGEST:
        words = words[: LONGEST + 1].rpartition("-")[0] or words[:LONGEST]
    return words


async def owner(slug: str) -> int | None:
    """The event that has or ever had this slug."""
    found: int | None = await database.value("SELECT event_id FROM event_slug WHERE slug = $1", slug)
    return found


async def free(title: str) -> str:
    """A slug from a title that nobody has or had; a number is added where needed."""
    base = suggest(title)[: LONGEST - 4].strip("-") or "event"
    rows = await database.rows("SELECT slug FROM event_slug WHERE slug = $1 OR slug LIKE $1 || '-%'", base)
    taken = {row["slug"] for row in rows} | TAKEN
    return next(slug for slug in (base, *(f"{base}-{number}" for number in range(2, 10_000))) if slug not in taken)


def moved(request: Request, event: EventRow) -> Response | None:
    """The permanent redirect of a page that was asked for under an old slug; None when the slug is today's."""
    asked = request.path_params["slug"]
    if asked == event.slug:
        return None
    first, room, _slug, *rest = request.url.path.split("/")
    path = "/".join((first, room, event.slug, *rest))
    return RedirectResponse(path + (f"?{request.url.query}" if request.url.query else ""), 301)
