"""The catalogue: events by month, with celebrations as bands across it; every filter stays in the address."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from babel import Locale
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.catalogue import feeds, filters, search
from events.catalogue import pages as catalogue
from events.catalogue.filters import KIND, KINDS, MODES, Filters
from events.catalogue.search import Band, Card, Found
from events.catalogue.states import EventState
from events.core import locales, pages
from events.core.locales import _, ngettext
from events.schedule import kept_pages
from events.schedule import pages as programme
from events.site import offers
from events.site.offers import Price


@dataclass
class Month:
    """A month of the catalogue: `first` is its first day."""

    first: date
    bands: list[Band] = field(default_factory=list)
    cards: list[Card] = field(default_factory=list)


async def events(request: Request) -> Response:
    if programme.is_nobody(request):
        key = ("events", request.scope["query_string"], locales.current())
        return await kept_pages.for_a_second(request, key, lambda: _catalogue(request))
    return await _catalogue(request)


async def _catalogue(request: Request) -> Response:
    today = request.state.now.date()
    asked = filters.read(request.query_params.multi_items())
    choices = await search.choices()
    understood = filters.understand(asked, choices.unit_words, choices.topics, today)
    only = await offers.free_events(request.state.now) if understood.free else None
    page = _page(request.query_params.get("page", ""))
    found = await search.search(understood.filters, today, page, only=only)
    if page > found.pages:
        found = await search.search(understood.filters, today, found.pages, only=only)
    prices = await prices_of(found.cards, request)
    address = f"/calendars/events.ics?{asked.query()}" if asked else "/calendars/all.ics"
    return pages.render(
        request,
        "site/events.html",
        months=by_month(found, today),
        found=found,
        filters=asked,
        understood=understood.found,
        choices=choices,
        chosen=_chosen(asked, choices.units),
        kinds=list(KINDS.items()),
        modes=list(MODES.items()),
        topics=[(topic, topic) for topic in choices.topics],
        spoken=[(code, language_name(code)) for code in choices.languages],
        kind_name=KIND,
        mode_name=MODES,
        state_name=state_words,
        prices=prices,
        price_words=price_words,
        left_words=left_words,
        feed=address,
        month_name=filters.month_name,
        today=today,
    )


async def feed(request: Request) -> Response:
    """`/calendars/events.ics?kind=…`: exactly what the catalogue shows at the same address."""
    asked = filters.read(request.query_params.multi_items())
    choices = await search.choices()
    understood = filters.understand(asked, choices.unit_words, choices.topics, request.state.now.date())
    only = await offers.free_events(request.state.now) if understood.free else None
    return catalogue.answer(request, await feeds.filtered(understood.filters, request.state.now, only))


async def prices_of(cards: Sequence[Card], request: Request) -> Mapping[int, Price]:
    """What a nonmember pays, of the events that sell tickets. All that is not known is asked for at once."""
    selling = [card for card in cards if card.state == EventState.ON_SALE]
    at = request.state.now
    found = await asyncio.gather(
        *(offers.price(card.id, card.state, card.timezone, card.currency, at) for card in selling)
    )
    return {card.id: price for card, price in zip(selling, found, strict=True) if price is not None}


def by_month(found: Found, today: date) -> list[Month]:
    """The months that have anything, each event and celebration in the one it begins in, or is under way in now."""
    months: dict[date, Month] = {}
    start = min([today, *(card.starts_on for card in found.cards if card.ends_on < today)])

    def month(day: date) -> Month:
        first = max(day, start).replace(day=1)
        return months.setdefault(first, Month(first))

    for band in found.bands:
        month(band.first).bands.append(band)
    for card in found.cards:
        month(card.starts_on).cards.append(card)
    return [months[first] for first in sorted(months)]


def price_words(price: Price) -> str:
    """ "Free", "$59" or "from $59"."""
    least = price.least
    assert least is not None
    if least.amount == 0:
        return _("Free")
    words = pages.money(least)
    return words if len(price.lines) == 1 else _("from %(price)s") % {"price": words}


def left_words(price: Price) -> str:
    if price.sold_out:
        return _("Sold out")
    if price.few and price.free is not None:
        return ngettext("%(num)s seat left", "%(num)s seats left", price.free) % {"num": price.free}
    return ""


def state_words(state: str) -> tuple[str, str] | None:
    """What a card says of an event's state, and its kind of tag; nothing of the usual ones."""
    return {
        EventState.POSTPONED: (_("Postponed"), "warn"),
        EventState.CANCELLED: (_("Cancelled"), "bad"),
        EventState.CLOSED: (_("Registration closed"), ""),
    }.get(EventState(state))


def _chosen(asked: Filters, units: Sequence[tuple[str, str]]) -> list[tuple[str, str, str]]:
    """The filters that are on, as (name, value, words)."""
    words: dict[str, Callable[[str], str]] = {
        "kind": lambda value: str(KINDS[value]),
        "mode": lambda value: str(MODES[value]),
        "unit": lambda value: dict(units).get(value, value),
        "month": filters.month_name,
        "language": language_name,
        "since": lambda value: _("from %(day)s") % {"day": pages.short_day(date.fromisoformat(value))},
        "until": lambda value: _("until %(day)s") % {"day": pages.short_day(date.fromisoformat(value))},
    }
    return [(name, value, words.get(name, str)(value)) for name, value in asked.pairs()]


def language_name(code: str) -> str:
    return str(Locale(locales.babel_locale().split("_")[0]).languages.get(code.split("-")[0], code))


def _page(text: str) -> int:
    return min(max(int(text), 1), 100_000) if text.isdecimal() and len(text) < 7 else 1


routes = [
    Route("/events", events, name="events"),
    Route("/calendars/events.ics", feed, name="filtered_feed"),
]
