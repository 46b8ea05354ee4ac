import gzip
from datetime import timedelta

import brotli

from events.core import database
from events.schedule import feeds
from events.schedule.feeds import Bytes, Filter
from events.schedule.models import Session
from tests import make
from tests.make import NOON
from tests.schedule.conftest import Conference
from tests.schedule.programmes import NINE


async def feed(conference: Conference) -> Bytes:
    found = await feeds.stored(conference.event.id)
    assert found is not None
    return found


async def test_a_stored_feed_has_every_form_of_the_same_bytes(conference: Conference) -> None:
    found = await feed(conference)

    assert found.gzip is not None
    assert found.brotli is not None
    assert gzip.decompress(found.gzip) == found.body
    assert brotli.decompress(found.brotli) == found.body
    assert (found.etag, found.revision, found.last_modified) == (feeds.etag_of(found.body), 1, NOON)


async def test_entries_are_in_order_of_time(conference: Conference) -> None:
    body = (await feed(conference)).body.decode()

    assert [line for line in body.splitlines() if line.startswith("SUMMARY")] == [
        "SUMMARY:Opening",
        "SUMMARY:Metadata",
        "SUMMARY:Zines in the stacks",
    ]


async def test_writing_it_again_changes_nothing(conference: Conference) -> None:
    assert await feeds.write(conference.event.id, NOON + timedelta(minutes=5)) is False
    assert (await feed(conference)).revision == 1


async def test_a_change_moves_revision_etag_and_time(conference: Conference) -> None:
    before = await feed(conference)
    await make.move(conference.opening, NINE + timedelta(hours=4))
    await conference.publish(5)
    after = await feed(conference)

    assert (after.revision, after.last_modified) == (2, NOON + timedelta(minutes=5))
    assert after.etag != before.etag


async def test_a_tombstone_stays_a_day_after_its_end_and_the_upkeep_takes_it(conference: Conference) -> None:
    await Session.filter(id=conference.opening.id).update(state="cancelled")
    await conference.publish(5)
    over = NINE + timedelta(hours=1) + feeds.TOMBSTONE

    assert b"STATUS:CANCELLED" in (await feed(conference)).body
    assert await feeds.expired(over - timedelta(seconds=1)) == []
    assert await feeds.expired(over) == [conference.event.id]
    assert await feeds.write(conference.event.id, over) is True
    assert b"STATUS:CANCELLED" not in (await feed(conference)).body
    assert await feeds.expired(over) == []


async def test_what_comes_back_after_its_tombstone_still_counts_on(conference: Conference) -> None:
    await Session.filter(id=conference.opening.id).update(state="cancelled")
    await conference.publish(5)
    await feeds.write(conference.event.id, NINE + timedelta(days=3))
    await Session.filter(id=conference.opening.id).update(state="confirmed")
    await make.move(conference.opening, NINE + timedelta(days=9))
    await conference.publish(60 * 24 * 20)

    sequence = await database.value("SELECT sequence FROM entry WHERE session_code = $1", conference.opening.code)
    assert sequence == 2


async def test_while_the_event_runs_clients_are_asked_to_look_more_often(conference: Conference) -> None:
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT1H" in (await feed(conference)).body

    await make.move(conference.opening, NINE + timedelta(hours=4))
    await conference.publish(60 * 24 * 10)

    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT15M" in (await feed(conference)).body


async def test_another_zones_entry_brings_its_zone(conference: Conference) -> None:
    await database.execute("UPDATE slot SET timezone = 'Europe/Berlin' WHERE session_id = $1", conference.opening.id)
    await make.move(conference.opening, NINE + timedelta(hours=4))
    await conference.publish(5)

    body = (await feed(conference)).body
    assert body.count(b"BEGIN:VTIMEZONE") == 2
    assert b"DTSTART;TZID=Europe/Berlin:20260709T200000" in body


async def test_a_part_is_the_same_for_the_same_revision(conference: Conference) -> None:
    one = await feeds.filtered(conference.event.id, Filter(tracks=("data",)))
    other = await feeds.filtered(conference.event.id, Filter(tracks=("data",)))

    assert one == other
    assert one is not None
    assert one.body.count(b"BEGIN:VEVENT") == 1


async def test_before_the_first_release_there_is_no_feed(draft: Conference) -> None:
    assert await feeds.stored(draft.event.id) is None
    assert await feeds.filtered(draft.event.id, Filter(tracks=("data",))) is None
