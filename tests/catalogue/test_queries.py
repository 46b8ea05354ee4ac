"""One event as pages read it."""

import asyncio

import pytest

from events.catalogue import queries
from events.catalogue.models import Event
from events.core import database, locales
from events.core.errors import NotFound
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.usefixtures("db")


async def test_many_who_ask_for_an_event_at_once_ask_the_database_once(monkeypatch: pytest.MonkeyPatch) -> None:
    await make.event("annual")
    asked = 0
    row = database.row

    async def counted(*args: object) -> object:
        nonlocal asked
        asked += 1
        return await row(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(database, "row", counted)

    found = await asyncio.gather(*(queries.event_by_slug("annual") for _ in range(50)))

    assert asked == 1
    assert {event.title for event in found} == {"Annual Conference"}


async def test_an_event_carries_its_unit_and_venue() -> None:
    unit, venue = await make.unit("Public Library Division"), await make.venue("McCormick Place", "Chicago")
    await make.event("annual", unit=unit, venue=venue)

    event = await queries.event_by_slug("annual")

    assert (event.unit_name, event.venue_name, event.venue_city) == (
        "Public Library Division",
        "McCormick Place",
        "Chicago",
    )
    assert event.path == "/events/annual"
    assert not event.over(NOON)
    assert event.over(NOON.replace(month=8))


@pytest.mark.parametrize("slug", ["nothing", "", "\0", "x" * 500, "'; --"])
async def test_what_is_not_there_is_not_found(slug: str) -> None:
    await make.event("annual")

    with pytest.raises(NotFound):
        await queries.event_by_slug(slug)


async def test_a_title_is_in_the_readers_language_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    event = await make.event("annual")
    await Event.filter(id=event.id).update(translations={"es": {"title": "Congreso anual"}})
    found = await queries.event_by_slug("annual")
    monkeypatch.setattr(queries, "current", lambda: "es")

    assert found.in_language("title") == "Congreso anual"
    assert found.in_language("summary") == ""
    assert locales.current() == "en"
