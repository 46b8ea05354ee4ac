"""What cards and pages say of an event's price, asked for once for many."""

from datetime import timedelta

import httpx
import pytest

from events.catalogue.models import Event
from events.core import clock, locales
from events.site import offers
from events.site.offers import Price
from tests import make
from tests.make import NOON
from tests.registration.conftest import statements

__all__ = ["statements"]  # a fixture of the registration's room

pytestmark = pytest.mark.usefixtures("db")


async def price_of(event: Event, seconds: float = 0) -> Price:
    at = NOON + timedelta(seconds=seconds)
    found = await offers.price(event.id, event.state, event.timezone, event.currency, at)
    assert found is not None
    return found


async def test_the_catalogue_asks_for_the_offers_of_all_its_cards_at_once(
    client: httpx.AsyncClient, statements: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOON)
    for _n in range(3):
        await make.ticket_type(price=5900)
    statements.clear()

    page = await client.get("/events")

    assert page.text.count("$59.00") == 3
    assert len([sql for sql in statements if "FROM ticket_type" in sql]) == 1


async def test_a_price_that_comes_out_the_same_is_the_same() -> None:
    event = await make.event()
    await make.ticket_type(event, price=100)

    first = await price_of(event)

    assert (await price_of(event, seconds=1.5)).token is first.token


async def test_a_sale_that_begins_or_ends_is_another_price() -> None:
    event = await make.event()
    await make.ticket_type(event, "Early", price=100, sale_until=NOON + timedelta(seconds=1))
    await make.ticket_type(event, "Late", price=200, sale_from=NOON + timedelta(seconds=1))

    first, second = await price_of(event), await price_of(event, seconds=1)

    assert [line.ticket.name for line in first.lines] == ["Early"]
    assert [line.ticket.name for line in second.lines] == ["Late"]
    assert first.token is not second.token


async def test_the_reason_of_a_price_is_in_the_language_of_its_reader() -> None:
    event = await make.event()
    await make.ticket_type(event, price=100)
    plain = (await price_of(event)).best.words

    locales.speak(locales.PSEUDO)
    strange = (await price_of(event)).best.words
    locales.speak(locales.DEFAULT)

    assert strange != plain
    assert (await price_of(event)).best.words == plain
