"""What stands before an event's tickets while its waiting room is on: who asks, and may they go on?

A waiting room is there to help. Where Redis does not answer everybody may go on, with a line in the log and a count.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from redis.asyncio import Redis
from redis.exceptions import RedisError
from starlette.requests import Request
from starlette.responses import Response

from events.catalogue.queries import EventRow
from events.core import metrics
from events.core.access import network_of
from events.core.logs import log
from events.lobby import line, places
from events.lobby.line import Stand, Turn
from events.lobby.rules import Rules

BY_HAND = "still"
"""In the address of who does not want the page to look by itself."""

_REST = timedelta(seconds=5)
"""After Redis did not answer nobody waits for it so long."""
_TROUBLE = (RedisError, OSError, TimeoutError)


@dataclass(frozen=True, slots=True)
class Entry:
    """What came of asking.

    turn         None where nobody was asked: it is too early, or Redis is away
    may          whether the request goes on
    has_cookie   their browser keeps cookies: it brought a good one
    network      where they are
    """

    turn: Turn | None
    may: bool
    has_cookie: bool
    network: str


async def ask(request: Request, event: EventRow, rules: Rules) -> Entry:
    """Where this visitor stands in an event's line, which they join by asking."""
    at: datetime = request.state.now
    network = network_of(request, request.app.state.settings.proxies)
    kept = places.of_cookie(request.cookies, event.id, _key(request))
    if rules.too_early(at):
        return _counted("early", Entry(None, False, bool(kept), network))
    place = kept or places.of_link(request.query_params.get(places.PARAMETER, ""), event.id, network, _key(request))
    actor = request.state.actor
    redis = _redis(request, at)
    if redis is None:
        return _counted("let in without Redis", Entry(None, True, bool(kept), network))
    try:
        turn = await line.step(
            redis,
            event.id,
            rules,
            place or places.new(),
            at,
            person=actor.id if actor else None,
            network=network,
            by_hand=request.method == "POST" or bool(request.query_params.get(BY_HAND)),
        )
    except _TROUBLE as error:
        _rest(request, at, event, error)
        return _counted("let in without Redis", Entry(None, True, bool(kept), network))
    return _counted(turn.stand.value, Entry(turn, turn.stand is Stand.IN, bool(kept), network))


async def left(request: Request, event: EventRow, rules: Rules, entry: Entry) -> None:
    """They have placed their order: their room goes to the next."""
    at: datetime = request.state.now
    redis = _redis(request, at)
    if entry.turn is None or redis is None:
        return
    try:
        await line.leave(redis, event.id, rules, entry.turn.place, at)
    except _TROUBLE as error:
        _rest(request, at, event, error)


def remember(request: Request, answer: Response, event: EventRow, entry: Entry) -> None:
    """Give the browser its place, where it has not this one yet."""
    place = entry.turn.place if entry.turn else ""
    if not place or places.of_cookie(request.cookies, event.id, _key(request)) == place:
        return
    answer.set_cookie(
        places.cookie_name(event.id),
        places.for_cookie(event.id, place, _key(request)),
        max_age=places.MAX_AGE,
        path="/events/",
        httponly=True,
        samesite="lax",
        secure=request.app.state.settings.secure,
    )


def link(request: Request, event: EventRow, entry: Entry) -> str:
    """The place for an address, where the browser keeps no cookies; else ""."""
    if entry.has_cookie or entry.turn is None or not entry.turn.place:
        return ""
    return places.for_link(event.id, entry.turn.place, entry.network, _key(request))


def _redis(request: Request, at: datetime) -> Redis | None:
    state = request.app.state
    redis: Redis | None = state.redis
    return redis if at >= getattr(state, "lobby_rests_until", at) else None


def _rest(request: Request, at: datetime, event: EventRow, error: BaseException) -> None:
    request.app.state.lobby_rests_until = at + _REST
    log.warning("the waiting room lets everybody in, Redis does not answer", slug=event.slug, reason=str(error)[:200])


def _counted(answer: str, entry: Entry) -> Entry:
    metrics.lobby.labels(answer).inc()
    return entry


def _key(request: Request) -> str:
    key: str = request.app.state.settings.secret_key.get_secret_value()
    return key
