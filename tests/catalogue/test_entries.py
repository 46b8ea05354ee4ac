"""The entries of events: what they say, and what raises their sequence."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from events.catalogue import entries
from events.catalogue.entries import midnight, moved
from events.catalogue.models import Entry, Event
from events.core import calendars, links
from events.core.calendars import Vevent
from tests import make
from tests.make import NOON

BASE = Vevent("u@x", "T", NOON, NOON + timedelta(hours=1), "UTC", last_modified=NOON, location="Here")


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (replace(BASE, starts=NOON - timedelta(hours=1)), True),
        (replace(BASE, ends=NOON + timedelta(hours=2)), True),
        (replace(BASE, location="There"), True),
        (replace(BASE, join_link="https://x.example"), True),
        (replace(BASE, status="CANCELLED"), True),
        (replace(BASE, summary="Better"), False),
        (replace(BASE, description="Longer", url="https://x.example", categories=("A",)), False),
    ],
)
def test_only_what_a_reader_has_to_notice_raises_the_sequence(changed: Vevent, expected: bool) -> None:
    assert moved(BASE, changed) is expected


def test_a_day_begins_at_its_local_midnight_even_where_that_does_not_exist() -> None:
    assert midnight(date(2026, 7, 9), "America/Chicago") == datetime(2026, 7, 9, 5, tzinfo=UTC)
    assert midnight(date(2026, 9, 6), "America/Santiago") == datetime(2026, 9, 6, 4, tzinfo=UTC)


@pytest.mark.usefixtures("db")
async def test_a_conference_lies_over_its_days_and_keeps_nobody_busy() -> None:
    venue = await make.venue("McCormick Place", "Chicago")
    event = await make.event("annual", venue=venue, summary="Five *days*")

    assert await entries.write_event_entry(event.id, NOON)

    entry = await Entry.get(event_id=event.id)
    assert entry.uid == links.uid(event.guid)
    said = calendars.read(entry.ics)
    assert (said.starts, said.ends) == (date(2026, 7, 9), date(2026, 7, 13))
    assert said.transparent
    assert said.location == "McCormick Place, Chicago"
    assert said.description.startswith(links.absolute("/events/annual") + "\n\nFive days\n\n")
    assert (entry.starts_at, entry.ends_at) == (
        datetime(2026, 7, 9, 5, tzinfo=UTC),
        datetime(2026, 7, 13, 5, tzinfo=UTC),
    )
    assert calendars.block(entry.ics) == (entry.block, entry.crc, len(entry.ics))


@pytest.mark.usefixtures("db")
async def test_writing_again_changes_nothing() -> None:
    event = await make.event()
    await entries.write_event_entry(event.id, NOON)

    assert not await entries.write_event_entry(event.id, NOON + timedelta(days=1))
    assert (await Entry.get(event_id=event.id)).last_modified == NOON


@pytest.mark.usefixtures("db")
async def test_an_event_that_moves_to_another_place_says_so() -> None:
    event = await make.event(venue=await make.venue("A"))
    await entries.write_event_entry(event.id, NOON)
    await Event.filter(id=event.id).update(venue_id=(await make.venue("B")).id)

    await entries.write_event_entry(event.id, NOON)

    assert (await Entry.get(event_id=event.id)).sequence == 1


@pytest.mark.usefixtures("db")
async def test_a_draft_has_no_entry() -> None:
    event = await make.event(state="draft")

    assert not await entries.write_event_entry(event.id, NOON)
    assert await Entry.all().count() == 0
    assert not await entries.write_event_entry(10_000, NOON)
