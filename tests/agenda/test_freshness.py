"""The ledger: gathered in the process, written together, never going back."""

from datetime import timedelta

import pytest

from events.agenda import freshness, personal_feeds, saves
from events.core import database
from tests import make
from tests.agenda.conftest import Programme
from tests.make import NOON


@pytest.fixture
def ledger() -> freshness.Ledger:
    return freshness.Ledger()


async def feed_id(programme: Programme) -> int:
    ada = await make.person()
    await saves.save(ada.id, programme.event.id, programme.early.code, NOON)
    feed = await personal_feeds.of_person(ada.id)
    assert feed is not None
    return feed.id


async def lines() -> list[tuple[str, int]]:
    rows = await database.rows("SELECT client, revision FROM feed_fetch ORDER BY client")
    return [(row["client"], row["revision"]) for row in rows]


async def test_many_fetches_are_one_line_an_app(programme: Programme, ledger: freshness.Ledger) -> None:
    feed = await feed_id(programme)
    for second in range(100):
        ledger.note(feed, "Google Calendar", 2, NOON + timedelta(seconds=second))
    ledger.note(feed, "Thunderbird", 1, NOON)

    assert await ledger.flush() == 2
    assert await ledger.flush() == 0
    assert await lines() == [("Google Calendar", 2), ("Thunderbird", 1)]


async def test_a_late_line_of_another_process_takes_nothing_back(
    programme: Programme, ledger: freshness.Ledger
) -> None:
    feed = await feed_id(programme)
    ledger.note(feed, "Google Calendar", 5, NOON + timedelta(minutes=1))
    await ledger.flush()
    ledger.note(feed, "Google Calendar", 4, NOON)
    await ledger.flush()

    assert await lines() == [("Google Calendar", 5)]


async def test_a_feed_that_went_away_meanwhile_stops_nobody(programme: Programme, ledger: freshness.Ledger) -> None:
    feed = await feed_id(programme)
    ledger.note(feed + 1000, "Google Calendar", 5, NOON)
    ledger.note(feed, "Google Calendar", 5, NOON)

    await ledger.flush()

    assert await lines() == [("Google Calendar", 5)]


async def test_lines_are_forgotten_after_two_weeks(programme: Programme, ledger: freshness.Ledger) -> None:
    feed = await feed_id(programme)
    ledger.note(feed, "Google Calendar", 1, NOON)
    await ledger.flush()

    assert await freshness.forget(NOON + timedelta(days=14) - timedelta(seconds=1)) == 0
    assert await freshness.forget(NOON + timedelta(days=14)) == 1
