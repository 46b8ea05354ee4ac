"""The celebrations in the tables."""

from datetime import date, timedelta

import pytest

from events.catalogue import celebrations, feeds, observances
from events.catalogue.models import Celebration, CelebrationYear, Entry, Event
from events.core import calendars
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.usefixtures("db")


async def test_the_real_celebrations_are_made_once() -> None:
    unit = await make.unit()

    made = await observances.establish(unit.id, NOON)
    again = await observances.establish(unit.id, NOON)

    assert made == again
    assert set(made) == {fact.slug for fact in celebrations.facts()}
    assert await Event.filter(kind="celebration").count() == 15
    workers = await CelebrationYear.get(celebration__event_id=made["national-library-workers-day"], year=2026)
    assert (workers.starts_on, workers.source) == (date(2026, 4, 21), "derived")


async def test_a_celebration_has_no_place() -> None:
    await observances.establish((await make.unit()).id, NOON, only=frozenset({"dear-day"}))

    assert {calendars.read(entry.ics).location for entry in await Entry.all()} == {""}


async def test_only_some_can_be_made() -> None:
    made = await observances.establish((await make.unit()).id, NOON, only=frozenset({"dia"}))

    assert list(made) == ["dia"]


async def test_a_year_later_there_is_a_year_more_and_no_old_one_is_lost() -> None:
    made = await observances.establish((await make.unit()).id, NOON, only=frozenset({"dear-day"}))
    before = {entry.uid: entry.ics for entry in await Entry.all()}

    changed = await observances.compute(made["dear-day"], NOON + timedelta(days=365))

    years = [year.year for year in await CelebrationYear.all().order_by("year")]
    assert changed == {made["dear-day"]}
    assert years == [2025, 2026, 2027, 2028, 2029, 2030, 2031, 2032]
    after = {entry.uid: entry.ics for entry in await Entry.all()}
    assert before.items() <= after.items()
    assert len(after) == len(before) + 1


async def test_a_new_rule_moves_the_years_to_come_and_leaves_the_past() -> None:
    made = await observances.establish((await make.unit()).id, NOON, only=frozenset({"dear-day"}))
    await Celebration.all().update(rule="FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=2")

    await observances.compute(made["dear-day"], NOON.replace(year=2028))

    days = {year.year: year.starts_on for year in await CelebrationYear.all()}
    assert (days[2026], days[2027], days[2028]) == (date(2026, 4, 12), date(2027, 5, 2), date(2028, 5, 2))


async def test_computing_what_is_no_celebration_is_nothing() -> None:
    event = await make.event()

    assert await observances.compute(event.id, NOON) == set()
    assert await feeds.refresh_event(10_000, NOON) == []
