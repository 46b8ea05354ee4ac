"""Making and changing events of every kind, on the real database."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from events.catalogue import editing, feeds, queries
from events.catalogue.celebrations import Days
from events.catalogue.forms import CelebrationValues, Values
from events.catalogue.models import Celebration, CelebrationYear, Entry, Event, EventMove, EventSlug
from events.catalogue.states import EventState, IllegalMove
from events.core import fresh
from events.core.errors import NotFound, StaleWrite, Unreadable
from events.people.models import Unit
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.usefixtures("db")


def webinar(unit: Unit, **changes: object) -> Values:
    values = Values(
        kind="webinar",
        mode="virtual",
        title="Weeding with confidence",
        slug="",
        summary="What to keep, and how to say so.",
        description="",
        unit_id=unit.id,
        venue_id=None,
        timezone="America/Chicago",
        starts_on=date(2026, 7, 14),
        ends_on=date(2026, 7, 14),
        starts_at=datetime(2026, 7, 14, 18, tzinfo=UTC),
        ends_at=datetime(2026, 7, 14, 19, 15, tzinfo=UTC),
        language="en",
        level="",
        topics=("Collections",),
        accent="teal",
        currency="USD",
        join_link="https://meet.example/secret",
        contact_email="",
        reminder_minutes=(1440, 30),
    )
    return replace(values, **changes)  # type: ignore[arg-type]


def celebration(unit: Unit, how: CelebrationValues, title: str = "Bookmobile Week") -> Values:
    return webinar(
        unit,
        kind="celebration",
        mode="asynchronous",
        title=title,
        starts_on=None,
        ends_on=None,
        starts_at=None,
        ends_at=None,
        join_link="",
        celebration=how,
    )


HOW = CelebrationValues(rule="", duration_days=7, base=None, offset_days=0, years={}, resources=())


async def announced(values: Values, at: datetime = NOON) -> editing.Written:
    made = await editing.create(values, at)
    await editing.move(made.id, 1, EventState.ANNOUNCED, at)
    return made


async def test_a_new_event_is_a_draft_with_a_slug_from_its_title() -> None:
    unit = await make.unit()

    made = await editing.create(webinar(unit), NOON)

    event = await Event.get(id=made.id)
    assert made.slug == event.slug == "weeding-with-confidence"
    assert event.state == "draft"
    assert event.topics == ["Collections"]
    assert await Entry.all().count() == 0
    with pytest.raises(NotFound):
        await queries.event_by_slug(made.slug)
    assert (await queries.event_by_slug(made.slug, drafts=True)).unit_name == unit.name


async def test_two_events_of_one_title_get_two_addresses() -> None:
    unit = await make.unit()

    first, second = await editing.create(webinar(unit), NOON), await editing.create(webinar(unit), NOON)

    assert (first.slug, second.slug) == ("weeding-with-confidence", "weeding-with-confidence-2")


async def test_announcing_writes_the_entry_and_every_feed_it_is_in() -> None:
    association = await make.unit("The Association", kind="association")
    unit = await make.unit(parent=association)

    made = await announced(webinar(unit))

    entry = await Entry.get(event_id=made.id)
    assert (entry.kind, entry.sequence, entry.status, entry.last_modified) == ("event", 0, "CONFIRMED", NOON)
    for key in (
        "calendars/all",
        "calendars/webinars",
        f"calendars/units/{unit.slug}",
        f"calendars/units/{association.slug}",
    ):
        assert entry.ics in (await feeds.read(key)).body
    assert b"BEGIN:VEVENT" not in (await feeds.read("calendars/courses")).body
    move = await EventMove.get(event_id=made.id)
    assert (move.old, move.new, move.moved_at) == ("draft", "announced", NOON)


async def test_the_join_link_of_a_webinar_is_in_no_public_entry() -> None:
    made = await announced(webinar(await make.unit()))

    assert b"meet.example" not in (await Entry.get(event_id=made.id)).ics


async def test_moving_an_event_raises_the_sequence_and_keeps_the_uid() -> None:
    unit = await make.unit()
    made = await announced(webinar(unit))
    before = await Entry.get(event_id=made.id)
    later = NOON + timedelta(hours=1)

    hour_later = webinar(
        unit, starts_at=datetime(2026, 7, 14, 19, tzinfo=UTC), ends_at=datetime(2026, 7, 14, 20, tzinfo=UTC)
    )
    await editing.edit(made.id, 2, hour_later, later)

    after = await Entry.get(event_id=made.id)
    assert after.uid == before.uid
    assert (before.sequence, after.sequence) == (0, 1)
    assert after.last_modified == later


async def test_a_better_title_changes_the_entry_without_a_new_sequence() -> None:
    unit = await make.unit()
    made = await announced(webinar(unit))

    await editing.edit(made.id, 2, webinar(unit, title="Weeding, calmly"), NOON + timedelta(hours=1))

    entry = await Entry.get(event_id=made.id)
    assert entry.sequence == 0
    assert b"SUMMARY:Weeding\\, calmly" in entry.ics
    assert entry.last_modified == NOON + timedelta(hours=1)


async def test_saving_what_was_there_already_changes_no_byte() -> None:
    unit = await make.unit()
    made = await announced(webinar(unit))
    before, feed = await Entry.get(event_id=made.id), await feeds.read("calendars/all")

    await editing.edit(made.id, 2, webinar(unit), NOON + timedelta(days=1))

    after = await Entry.get(event_id=made.id)
    assert (after.ics, after.last_modified) == (before.ics, NOON)
    assert (await feeds.read("calendars/all")).etag == feed.etag


async def test_who_saves_second_is_shown_both_states_and_overwrites_nothing() -> None:
    unit = await make.unit()
    made = await editing.create(webinar(unit), NOON)
    await editing.edit(made.id, 1, webinar(unit, title="Weeding with care"), NOON)

    with pytest.raises(StaleWrite) as error:
        await editing.edit(made.id, 1, webinar(unit, title="Weeding with joy"), NOON)

    assert error.value.theirs == {"title": "Weeding with care"}
    assert error.value.yours == {"title": "Weeding with joy"}
    assert (await Event.get(id=made.id)).title == "Weeding with care"


async def test_of_two_who_save_at_once_one_is_told() -> None:
    unit = await make.unit()
    made = await editing.create(webinar(unit), NOON)

    answers = await asyncio.gather(
        *(editing.edit(made.id, 1, webinar(unit, title=f"Version {number}"), NOON) for number in range(4)),
        return_exceptions=True,
    )

    assert sorted(type(answer).__name__ for answer in answers) == ["StaleWrite"] * 3 + ["Written"]


async def test_an_old_slug_still_leads_to_the_event_and_is_nobody_elses() -> None:
    unit = await make.unit()
    made = await announced(webinar(unit))

    await editing.edit(made.id, 2, webinar(unit, slug="weeding-2026"), NOON)

    assert (await queries.event_by_slug("weeding-with-confidence")).slug == "weeding-2026"
    assert await EventSlug.filter(event_id=made.id).count() == 2
    with pytest.raises(Unreadable) as error:
        await editing.create(webinar(unit, slug="weeding-with-confidence"), NOON)
    assert list(error.value.errors) == ["slug"]
    assert (await editing.create(webinar(unit), NOON)).slug == "weeding-with-confidence-2"


async def test_an_event_may_take_its_old_slug_back() -> None:
    unit = await make.unit()
    made = await editing.create(webinar(unit), NOON)
    await editing.edit(made.id, 1, webinar(unit, slug="other"), NOON)

    back = await editing.edit(made.id, 2, webinar(unit, slug="weeding-with-confidence"), NOON)

    assert back.slug == "weeding-with-confidence"


async def test_a_cancelled_event_stays_as_a_tombstone_until_a_day_after_its_end() -> None:
    made = await announced(webinar(await make.unit()))

    await editing.move(made.id, 2, EventState.CANCELLED, NOON)

    entry = await Entry.get(event_id=made.id)
    assert (entry.status, entry.sequence) == ("CANCELLED", 1)
    assert b"SUMMARY:Cancelled: Weeding with confidence" in entry.ics
    assert entry.ics in (await feeds.read("calendars/all")).body
    await feeds.refresh_all(entry.ends_at + timedelta(hours=23))
    fresh.clear_all()
    assert entry.ics in (await feeds.read("calendars/all")).body
    over = entry.ends_at + timedelta(hours=24)
    assert "calendars/all" in await feeds.refresh_all(over)
    fresh.clear_all()
    gone = await feeds.read("calendars/all")
    assert entry.ics not in gone.body
    assert gone.last_modified == over


async def test_a_postponed_event_comes_back_under_its_old_uid_with_a_higher_sequence() -> None:
    unit = await make.unit()
    made = await announced(webinar(unit))
    await editing.move(made.id, 2, EventState.POSTPONED, NOON)
    postponed = await Entry.get(event_id=made.id)

    await editing.edit(
        made.id,
        3,
        webinar(
            unit,
            starts_on=date(2026, 9, 1),
            ends_on=date(2026, 9, 1),
            starts_at=datetime(2026, 9, 1, 18, tzinfo=UTC),
            ends_at=datetime(2026, 9, 1, 19, tzinfo=UTC),
        ),
        NOON,
    )
    await editing.move(made.id, 4, EventState.ON_SALE, NOON)

    entry = await Entry.get(event_id=made.id)
    assert b"SUMMARY:Postponed: Weeding" in postponed.ics
    assert entry.uid == postponed.uid
    assert (entry.status, entry.sequence) == ("CONFIRMED", 3)


async def test_a_move_that_is_not_in_the_table_is_refused() -> None:
    made = await editing.create(webinar(await make.unit()), NOON)

    with pytest.raises(IllegalMove):
        await editing.move(made.id, 1, EventState.CLOSED, NOON)

    assert (await Event.get(id=made.id)).state == "draft"


async def test_an_event_that_changes_its_unit_leaves_the_old_units_feed() -> None:
    one, other = await make.unit("One"), await make.unit("Other")
    made = await announced(webinar(one))

    await editing.edit(made.id, 2, webinar(other), NOON)
    fresh.clear_all()

    assert b"BEGIN:VEVENT" not in (await feeds.read(f"calendars/units/{one.slug}")).body
    assert b"BEGIN:VEVENT" in (await feeds.read(f"calendars/units/{other.slug}")).body


async def test_a_celebration_by_rule_has_its_years_ahead_and_an_entry_for_each() -> None:
    how = replace(HOW, rule="FREQ=YEARLY;BYMONTH=10;BYDAY=3SU")

    made = await announced(celebration(await make.unit(), how))

    years = await CelebrationYear.filter(celebration__event_id=made.id).order_by("year")
    assert [year.year for year in years] == [2025, 2026, 2027, 2028, 2029, 2030, 2031]
    assert (years[1].starts_on, years[1].ends_on) == (date(2026, 10, 18), date(2026, 10, 24))
    entries = await Entry.filter(event_id=made.id).order_by("starts_at")
    assert len(entries) == 7
    assert b"DTSTART;VALUE=DATE:20261018\r\nDTEND;VALUE=DATE:20261025\r\n" in entries[1].ics
    assert b"TRANSP:TRANSPARENT" in entries[1].ics
    assert entries[1].uid.partition("@")[0].endswith("-2026")


async def test_what_is_counted_from_a_celebration_moves_with_it() -> None:
    unit = await make.unit()
    week = {2027: Days(date(2027, 4, 4), date(2027, 4, 10))}
    base = await announced(celebration(unit, replace(HOW, years=week), "Library Week"))
    base_id = (await Celebration.get(event_id=base.id)).id
    day = await announced(
        celebration(unit, replace(HOW, base=base_id, offset_days=2, duration_days=1), "Library Workers Day")
    )
    entry = await Entry.get(event_id=day.id)
    assert b"DTSTART;VALUE=DATE:20270406" in entry.ics

    later = {2027: Days(date(2027, 4, 18), date(2027, 4, 24))}
    await editing.edit(base.id, 2, celebration(unit, replace(HOW, years=later), "Library Week"), NOON)

    after = await Entry.get(event_id=day.id)
    assert b"DTSTART;VALUE=DATE:20270420" in after.ics
    assert (after.uid, after.sequence) == (entry.uid, 1)
    fresh.clear_all()
    assert after.ics in (await feeds.read("calendars/celebrations")).body


async def test_a_year_that_is_taken_back_leaves_a_tombstone() -> None:
    unit = await make.unit()
    week = {2027: Days(date(2027, 4, 4), date(2027, 4, 10))}
    made = await announced(celebration(unit, replace(HOW, years=week)))

    await editing.edit(made.id, 2, celebration(unit, HOW), NOON)

    entry = await Entry.get(event_id=made.id)
    assert (entry.status, entry.sequence) == ("CANCELLED", 1)
    await editing.edit(made.id, 3, celebration(unit, replace(HOW, years=week)), NOON)
    again = await Entry.get(event_id=made.id)
    assert (again.uid, again.status, again.sequence) == (entry.uid, "CONFIRMED", 2)


async def test_two_celebrations_cannot_be_counted_from_each_other() -> None:
    unit = await make.unit()
    first = await editing.create(celebration(unit, replace(HOW, rule="FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=1")), NOON)
    first_id = (await Celebration.get(event_id=first.id)).id
    second = await editing.create(celebration(unit, replace(HOW, base=first_id, offset_days=1)), NOON)
    second_id = (await Celebration.get(event_id=second.id)).id

    with pytest.raises(Unreadable) as error:
        await editing.edit(first.id, 1, celebration(unit, replace(HOW, base=second_id, offset_days=1)), NOON)

    assert list(error.value.errors) == ["base"]


async def test_a_translation_is_kept_and_shown_where_there_is_one() -> None:
    made = await announced(webinar(await make.unit()))

    await editing.translate(made.id, 2, "es", {"title": "Expurgar con confianza", "summary": ""}, NOON)

    event = await queries.event_by_slug(made.slug)
    assert event.translations == {"es": {"title": "Expurgar con confianza"}}
    assert event.in_language("title") == "Weeding with confidence"
