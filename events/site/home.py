"""The front page: what comes next, and every way into the catalogue."""

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.catalogue import search
from events.catalogue.filters import KIND, KINDS, MODES, Filters
from events.core import locales, pages
from events.schedule import kept_pages
from events.schedule import pages as programme
from events.site.events import left_words, price_words, prices_of, state_words

NEXT = 8
CELEBRATED = timedelta(days=60)


async def home(request: Request) -> Response:
    if programme.is_nobody(request):
        return await kept_pages.for_a_second(request, ("home", locales.current()), lambda: _home(request))
    return await _home(request)


async def _home(request: Request) -> Response:
    today = request.state.now.date()
    found = await search.search(Filters(), today)
    big = [card for card in found.cards if card.kind in ("conference", "forum") and card.state != "cancelled"][:2]
    cards = [card for card in found.cards if card not in big][:NEXT]
    bands = [band for band in found.bands if band.first <= today + CELEBRATED][:6]
    return pages.render(
        request,
        "site/home.html",
        big=big,
        cards_next=cards,
        bands=bands,
        total=found.total,
        kinds=list(KINDS.items()),
        kind_name=KIND,
        mode_name=MODES,
        state_name=state_words,
        prices=await prices_of([*big, *cards], request),
        price_words=price_words,
        left_words=left_words,
        today=today,
    )


routes = [Route("/", home, name="home")]
