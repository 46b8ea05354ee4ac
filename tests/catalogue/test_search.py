"""The catalogue's filters, which combine; on the real database."""

from datetime import UTC, date, datetime, timedelta

import pytest

from events.catalogue import observances, search
from events.catalogue.filters import Filters
from events.core import database
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.usefixtures("db")
TODAY = NOON.date()


async def titles(filters: Filters) -> list[str]:
    return [card.title for card in (await search.search(filters, TODAY)).cards]


async def test_what_is_over_or_a_draft_is_left_out_and_what_is_under_way_is_not() -> None:
    await make.event(title="Over", starts_on=date(2026, 6, 1), ends_on=date(2026, 6, 24))
    await make.event(title="Under way", starts_on=date(2026, 6, 1), ends_on=date(2026, 6, 25))
    await make.event(title="Draft", state="draft")
    await make.event(title="Cancelled", state="cancelled")

    assert await titles(Filters()) == ["Under way", "Cancelled"]


async def test_a_unit_stands_for_everything_below_it() -> None:
    association = await make.unit("Association", kind="association")
    division = await make.unit("Division", parent=association)
    committee = await make.unit("Committee", parent=division, kind="committee")
    for unit in (association, division, committee):
        await make.event(title=unit.name, unit=unit)

    assert await titles(Filters(unit=division.slug)) == ["Division", "Committee"]
    assert await titles(Filters(unit=association.slug)) == ["Association", "Division", "Committee"]
    assert await titles(Filters(unit="nobody")) == []


async def test_every_filter_narrows_and_together_they_narrow_more() -> None:
    unit = await make.unit()
    july = datetime(2026, 7, 9, 18, tzinfo=UTC)
    await make.event(
        title="Zines online", kind="webinar", mode="virtual", topics=["Making"], unit=unit, language="es",
        ends_on=date(2026, 7, 9), starts_at=july, ends_at=july + timedelta(hours=1), summary="Folding paper",
    )  # fmt: skip
    await make.event(title="Zines in person", topics=["Making"], starts_on=date(2026, 9, 1), ends_on=date(2026, 9, 2))
    await make.event(title="Budgets", kind="course", mode="asynchronous")

    assert await titles(Filters(kinds=("webinar",))) == ["Zines online"]
    assert await titles(Filters(kinds=("webinar", "course"))) == ["Zines online", "Budgets"]
    assert await titles(Filters(topic="Making")) == ["Zines online", "Zines in person"]
    assert await titles(Filters(mode="asynchronous")) == ["Budgets"]
    assert await titles(Filters(language="es")) == ["Zines online"]
    assert await titles(Filters(month="2026-09")) == ["Zines in person"]
    assert await titles(Filters(q="zine")) == ["Zines online", "Zines in person"]
    assert await titles(Filters(q="folded")) == ["Zines online"]
    assert await titles(Filters(q="zin")) == ["Zines online", "Zines in person"]
    assert await titles(Filters(q="zines -online")) == ["Zines in person"]
    assert await titles(Filters(topic="Making", q="zines", mode="virtual", month="2026-07", unit=unit.slug)) == [
        "Zines online"
    ]
    assert await titles(Filters(topic="Making", mode="asynchronous")) == []


async def test_who_looks_for_online_finds_what_is_both() -> None:
    await make.event(title="Both", mode="hybrid")

    assert await titles(Filters(mode="virtual")) == ["Both"]
    assert await titles(Filters(mode="in_person")) == ["Both"]
    assert await titles(Filters(mode="asynchronous")) == []


@pytest.mark.parametrize(
    "q", ["'", '"', "&|!:*()", "a & b", "\\", "%", "x'); DROP TABLE event --", "🦉" * 50, "-", "or"]
)
async def test_no_words_break_the_search(q: str) -> None:
    await make.event()

    assert (await search.search(Filters(q=q), TODAY)).total in (0, 1)


async def test_pages_hold_fifty_and_cover_everything_once() -> None:
    unit = await make.unit()
    for number in range(120):
        await make.event(title=f"Event {number:03}", unit=unit, starts_on=TODAY, ends_on=TODAY)

    pages = [await search.search(Filters(), TODAY, page) for page in (1, 2, 3)]

    assert [len(page.cards) for page in pages] == [50, 50, 20]
    assert {page.pages for page in pages} == {3}
    assert len({card.slug for page in pages for card in page.cards}) == 120


async def test_celebrations_lie_across_the_months_they_are_in() -> None:
    unit = await make.unit()
    await observances.establish(unit.id, NOON)

    found = await search.search(Filters(), TODAY)

    assert [band.title for band in found.bands][:3] == [
        "Library Card Sign-up Month",
        "National Friends of Libraries Week",
        "Picture Book Month",
    ]
    assert found.bands[0].first == date(2026, 9, 1)
    assert await search.celebrations(date(2026, 9, 30), date(2026, 9, 30)) == [found.bands[0]]
    assert (await search.search(Filters(kinds=("webinar",)), TODAY)).bands == ()
    only = await search.search(Filters(kinds=("celebration",), month="2026-09"), TODAY)
    assert [band.title for band in only.bands] == ["Library Card Sign-up Month"]


async def test_a_page_asks_as_often_with_one_event_as_with_thirty(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = 0
    rows = database.rows

    async def counted(*args: object) -> object:
        nonlocal asked
        asked += 1
        return await rows(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(database, "rows", counted)
    counts = []
    for many in (1, 30):
        for _number in range(many):
            await make.event()
        asked = 0
        await search.search(Filters(), TODAY)
        counts.append(asked)

    assert counts[0] == counts[1]


async def test_there_is_only_to_choose_what_some_event_has() -> None:
    association = await make.unit("Association", kind="association")
    division = await make.unit("Public Library Division", parent=association)
    await make.unit("Idle", parent=association)
    await make.event(unit=division, topics=["Making"])
    await make.event(state="draft", topics=["Secret"])

    choices = await search.choices()

    assert choices.units == [(division.slug, "Public Library Division")]
    assert choices.topics == ["Making"]
    assert choices.unit_words["public library division"] == division.slug
