"""My schedule, the buttons that save a session, and the personal feed.

POST /events/{slug}/saved takes `session=CODE` to save and `unsave=CODE` to let go, so that one form around a whole
timetable serves; /events/{slug}/unsaved takes `session=CODE`. Both lead back to the page they came from.
"""

from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlsplit

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.agenda import changes, clients, cookie, day, freshness, personal_feeds, queries, saves
from events.agenda.cookie import Pick
from events.agenda.queries import Item
from events.core import calendars, conditional, locales, pages
from events.core.errors import NotFound
from events.core.locales import _
from events.people import permissions
from events.settings import Settings

MAX_AGE = 900


def _key(request: Request) -> bytes:
    settings: Settings = request.app.state.settings
    return settings.secret_key.get_secret_value().encode()


# Saving


async def save(request: Request) -> Response:
    form = await request.form()
    wanted, unwanted = str(form.get("session", "")), str(form.get("unsave", ""))
    return await _change(request, str(form.get("next", "")), keep=not unwanted, code=unwanted or wanted)


async def unsave(request: Request) -> Response:
    form = await request.form()
    return await _change(request, str(form.get("next", "")), keep=False, code=str(form.get("session", "")))


async def _change(request: Request, back: str, *, keep: bool, code: str) -> Response:
    event = await queries.event_of(request.path_params["slug"])
    if event is None:
        raise NotFound
    pick = Pick(event, code)
    notice = _("Saved in your schedule.") if keep else _("Taken out of your schedule.")
    answer = pages.redirect(request, _back(request, back), notice)
    actor = request.state.actor
    if actor is not None:
        change = saves.save if keep else saves.unsave
        await change(actor.id, event, code, request.state.now)
        return answer
    picks = cookie.read(request.cookies, _key(request))
    if keep and not await saves.published([pick]):
        raise NotFound(_("This session is not in the programme. It may have been withdrawn."))
    _set(request, answer, cookie.with_pick(picks, pick) if keep else cookie.without_pick(picks, pick))
    return answer


def _set(request: Request, answer: Response, picks: tuple[Pick, ...]) -> None:
    settings: Settings = request.app.state.settings
    value = cookie.write(picks, _key(request))
    if value:
        answer.set_cookie(
            cookie.NAME, value, max_age=cookie.MAX_AGE, httponly=True, samesite="lax", secure=settings.secure
        )
    else:
        answer.delete_cookie(cookie.NAME, secure=settings.secure, httponly=True, samesite="lax")


def _back(request: Request, wanted: str) -> str:
    """The page the button stood on: what the form says, else where the browser came from."""
    referer = urlsplit(request.headers.get("referer", ""))
    here = referer.path + (f"?{referer.query}" if referer.query else "") if referer.netloc == request.url.netloc else ""
    return pages.local_path(wanted or here, "/my/schedule")


async def merge(request: Request, answer: Response, person: int) -> None:
    """For `app.state.after_sign_in`: what the browser kept goes into the schedule of who signed in."""
    picks = cookie.read(request.cookies, _key(request))
    if picks:
        await saves.merge(picks, person, request.state.now)
        _set(request, answer, ())


async def saved_codes(request: Request, event: int) -> frozenset[str]:
    """The codes of an event's sessions that this visitor saved; for pages that show a programme."""
    if request.state.actor is not None:
        return await saves.saved_codes(request.state.actor.id, event)
    return frozenset(pick.code for pick in cookie.read(request.cookies, _key(request)) if pick.event == event)


# My schedule


async def my_schedule(request: Request) -> Response:
    actor = request.state.actor
    if actor is None:
        schedule = await queries.schedule_of_picks(cookie.read(request.cookies, _key(request)))
    else:
        schedule = await queries.schedule_of(actor.id)
    now = request.state.now
    found = day.days(schedule.items)
    several = len({item.event_id for item in schedule.items}) > 1
    today = [one for one in found if any(card.item.ends_at > now for block in one.blocks for card in block.cards)]
    return pages.render(
        request,
        "agenda/my_schedule.html",
        days=today,
        past=[one for one in found if one not in today],
        withdrawn=schedule.withdrawn,
        drawn=lambda item: _card(
            locales.current(), item, several, pages.path_of(request, "unsave", slug=item.event_slug)
        ),
        feed=await _feed_panel(request) if actor is not None else None,
    )


@lru_cache(maxsize=1000)
def _card(_locale: str, item: Item, several: bool, unsave: str) -> Markup:
    """A session as it stands in the schedule of everybody who keeps it in the same way: half of the page's work."""
    module: Any = pages.environment().get_template("agenda/item_card.html").module
    card: Markup = module.item_card(item, several, unsave)
    return card


async def _feed_panel(request: Request) -> dict[str, Any]:
    feed = await personal_feeds.of_person(request.state.actor.id)
    if feed is None or feed.revoked_at is not None:
        return {"there": False, "revoked": feed is not None}
    settings: Settings = request.app.state.settings
    address = personal_feeds.address(feed, _key(request), settings.base_url)
    webcal = "webcal:" + address.partition(":")[2]
    name = quote(_feed_name(settings))
    return {
        "there": True,
        "address": address,
        "webcal": webcal,
        "google": f"https://calendar.google.com/calendar/r?cid={quote(webcal, safe='')}",
        "outlook": f"https://outlook.live.com/calendar/0/addfromweb?url={quote(address, safe='')}&name={name}",
        "office": f"https://outlook.office.com/calendar/0/addfromweb?url={quote(address, safe='')}&name={name}",
        "apps": await freshness.apps_of(feed.id, request.state.now),
        "seats_here": feed.seats_here,
        "hide_cancelled": feed.hide_cancelled,
    }


async def make_feed(request: Request) -> Response:
    """Make the feed, or bring a revoked one back under a new address."""
    actor = permissions.signed_in(request.state.actor)
    feed = await personal_feeds.of_person(actor.id)
    if feed is not None and feed.revoked_at is not None:
        await personal_feeds.rotate(actor.id, request.state.now)
    else:
        await personal_feeds.ensure([actor.id], request.state.now)
    return pages.redirect(request, "/my/schedule#calendar", _("Here is your calendar’s address."))


async def rotate_feed(request: Request) -> Response:
    actor = permissions.signed_in(request.state.actor)
    await personal_feeds.rotate(actor.id, request.state.now)
    notice = _("Your calendar has a new address. Subscribe to it again; the old one is unknown now.")
    return pages.redirect(request, "/my/schedule#calendar", notice)


async def revoke_feed(request: Request) -> Response:
    actor = permissions.signed_in(request.state.actor)
    await changes.revoke_feed(actor.id, request.state.now)
    notice = _("The address is revoked. Calendar apps find an empty calendar there for 30 days.")
    return pages.redirect(request, "/my/schedule#calendar", notice)


async def choose_feed(request: Request) -> Response:
    actor = permissions.signed_in(request.state.actor)
    form = await request.form()
    await changes.choose_feed(
        actor.id,
        seats_here=form.get("seats") == "feed",
        hide_cancelled=form.get("hide_cancelled") == "1",
        at=request.state.now,
    )
    return pages.redirect(request, "/my/schedule#calendar", _("Your calendar follows your choice."))


# The feed


async def personal_feed(request: Request) -> Response:
    """Nobody is signed in here, nothing is set: the address is the key."""
    settings: Settings = request.app.state.settings
    feed = await personal_feeds.find(request.path_params["feed"], _key(request), request.state.now)
    client = clients.name_of(request.headers.get("user-agent", ""))
    if request.method == "GET" and client != clients.BROWSER and feed.revoked_at is None:
        freshness.ledger.note(feed.id, client, feed.revision, request.state.now)
    encoding = conditional.negotiate(request.headers.get("accept-encoding", ""), True, False)
    tag = f'"{feed.etag}-{encoding}"' if encoding else f'"{feed.etag}"'
    body = gzip = b""
    if not conditional.unchanged(
        request.headers.get("if-none-match"), request.headers.get("if-modified-since"), tag, feed.last_modified
    ):
        named = (feed, _feed_name(settings), f"{settings.base_url}/my/schedule")
        if encoding:
            gzip = await personal_feeds.gzip(*named)
        else:
            body = (await personal_feeds.build(*named)).plain()
    return conditional.answer(
        request,
        body,
        gzip,
        etag=feed.etag,
        last_modified=feed.last_modified,
        media_type=calendars.MEDIA_TYPE,
        max_age=MAX_AGE,
        private=True,
        headers=[conditional.NOINDEX],
    )


def _feed_name(settings: Settings) -> str:
    """The same for everybody: people share their calendars."""
    return f"{settings.association}: my schedule"


apps = [Route("/calendars/my/{feed}.ics", personal_feed, name="personal_feed")]
"""What calendar apps ask for, day and night."""

routes = [
    Route("/events/{slug}/saved", save, methods=["POST"], name="save"),
    Route("/events/{slug}/unsaved", unsave, methods=["POST"], name="unsave"),
    Route("/my/schedule", my_schedule, name="my_schedule"),
    Route("/my/schedule/feed", make_feed, methods=["POST"], name="make_feed"),
    Route("/my/schedule/feed/address", rotate_feed, methods=["POST"], name="rotate_feed"),
    Route("/my/schedule/feed/revocation", revoke_feed, methods=["POST"], name="revoke_feed"),
    Route("/my/schedule/feed/choices", choose_feed, methods=["POST"], name="choose_feed"),
]
