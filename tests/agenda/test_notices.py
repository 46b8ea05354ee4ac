"""Who is told of a change by mail: those whose calendars have not shown it."""

from datetime import datetime, timedelta
from email.message import EmailMessage

import pytest

from events.agenda import changes, freshness, notices, personal_feeds, saves
from events.agenda.notices import GRACE, SOON, decide_at
from events.core import database, outbox
from events.people.models import Person
from events.schedule.models import Session
from events.settings import Settings
from tests import make
from tests.agenda.conftest import MORNING, Programme, rung
from tests.letterbox import opened
from tests.make import NOON

EVE = MORNING - timedelta(hours=20)
"""The day before: soon."""


@pytest.mark.parametrize(
    ("starts", "at", "decided"),
    [
        ([MORNING], NOON, MORNING - SOON),
        ([MORNING], EVE, EVE + GRACE),
        ([MORNING], MORNING - timedelta(hours=2), MORNING - timedelta(hours=2)),
        ([MORNING + timedelta(days=3), MORNING], EVE, EVE + GRACE),
        ([MORNING - timedelta(days=1), MORNING + timedelta(days=9)], MORNING, MORNING + timedelta(days=7)),
        ([MORNING], MORNING, None),
    ],
)
def test_it_is_decided_soon_before_the_start_and_not_before_calendars_could_look(
    starts: list[datetime], at: datetime, decided: datetime | None
) -> None:
    assert decide_at(starts, at) == decided


async def keeper(programme: Programme, email: str = "ada@example.org") -> Person:
    ada = await make.person(email=email)
    await saves.save(ada.id, programme.event.id, programme.late.code, NOON)
    return ada


async def look(person: Person, at: datetime, client: str = "Google Calendar") -> None:
    """A calendar app of theirs fetches the feed."""
    feed = await personal_feeds.of_person(person.id)
    assert feed is not None
    ledger = freshness.Ledger()
    ledger.note(feed.id, client, feed.revision, at)
    await ledger.flush()


async def mails(settings: Settings, at: datetime) -> list[EmailMessage]:
    await notices.ring_due(at)
    found = []
    for message in await rung(notices.TOPIC):
        if letter := await notices.letter(message, settings, at):
            found.append(opened(letter))
        await outbox.finish([message.id], at)
    return found


async def move_late(programme: Programme, by: timedelta, at: datetime) -> None:
    await make.move(programme.late, MORNING + timedelta(hours=1) + by)
    await programme.publish(at)


async def test_somebody_without_a_calendar_app_is_told_of_a_move(programme: Programme, settings: Settings) -> None:
    await keeper(programme)
    await move_late(programme, timedelta(hours=3), EVE)

    assert await mails(settings, EVE + GRACE - timedelta(seconds=1)) == []
    [mail] = await mails(settings, EVE + GRACE)
    assert await mails(settings, EVE + GRACE) == []

    assert " ".join(mail["Subject"].split()) == (
        "Changed: Zines in the stacks is now Thursday, July 9, 2026, 1:00 PM CDT"
    )
    text = mail.get_body(("plain",))
    assert text is not None
    words = " ".join(text.get_content().split())
    assert "Now: Thursday, July 9, 2026, 1:00 PM – 2:00 PM CDT" in words
    assert "Before: Thursday, July 9, 2026, 10:00 AM – 11:00 AM CDT" in words


async def test_whose_calendars_have_all_fetched_it_is_left_alone(programme: Programme, settings: Settings) -> None:
    ada = await keeper(programme)
    await look(ada, EVE - timedelta(hours=1))
    await move_late(programme, timedelta(hours=3), EVE)
    await look(ada, EVE + timedelta(minutes=5))

    assert await mails(settings, EVE + GRACE) == []


async def test_one_calendar_that_has_not_looked_is_enough_to_be_told(programme: Programme, settings: Settings) -> None:
    ada = await keeper(programme)
    await look(ada, EVE - timedelta(hours=1), "Google Calendar")
    await move_late(programme, timedelta(hours=3), EVE)
    await look(ada, EVE + timedelta(minutes=5), "Thunderbird")

    assert len(await mails(settings, EVE + GRACE)) == 1


async def test_a_calendar_not_seen_for_two_weeks_is_not_waited_for(programme: Programme, settings: Settings) -> None:
    ada = await keeper(programme)
    await look(ada, EVE + GRACE - timedelta(days=14), "An old phone")
    await move_late(programme, timedelta(hours=3), EVE)
    await look(ada, EVE + timedelta(minutes=5), "Thunderbird")

    assert await mails(settings, EVE + GRACE) == []


async def test_a_revoked_feed_shows_nobody_anything(programme: Programme, settings: Settings) -> None:
    ada = await keeper(programme)
    await move_late(programme, timedelta(hours=3), EVE)
    await look(ada, EVE + timedelta(minutes=5))
    await changes.revoke_feed(ada.id, EVE + timedelta(minutes=6))

    assert len(await mails(settings, EVE + GRACE)) == 1


async def test_moved_twice_is_told_once_with_what_the_reader_knew(programme: Programme, settings: Settings) -> None:
    await keeper(programme)
    await move_late(programme, timedelta(hours=3), EVE)
    await move_late(programme, timedelta(hours=5), EVE + timedelta(minutes=5))

    [mail] = await mails(settings, EVE + GRACE)
    assert await mails(settings, EVE + timedelta(hours=1)) == []

    text = mail.get_body(("plain",))
    assert text is not None
    words = " ".join(text.get_content().split())
    assert "Now: Thursday, July 9, 2026, 3:00 PM" in words
    assert "Before: Thursday, July 9, 2026, 10:00 AM" in words


async def test_moved_and_moved_back_is_told_to_nobody(programme: Programme, settings: Settings) -> None:
    await keeper(programme)
    await move_late(programme, timedelta(hours=3), EVE)
    await move_late(programme, timedelta(), EVE + timedelta(minutes=5))

    assert await mails(settings, EVE + GRACE) == []
    assert await database.value("SELECT count(*) FROM notice") == 0


async def test_a_change_far_ahead_is_told_two_days_before_and_only_to_who_does_not_know(
    programme: Programme, settings: Settings
) -> None:
    await keeper(programme)
    await move_late(programme, timedelta(hours=3), NOON)

    assert await mails(settings, NOON + timedelta(days=1)) == []
    assert len(await mails(settings, MORNING + timedelta(hours=1) - SOON)) == 1


async def test_a_cancelled_session_is_told_as_cancelled(programme: Programme, settings: Settings) -> None:
    await keeper(programme)
    await Session.filter(id=programme.late.id).update(state="cancelled")
    await programme.publish(EVE)

    [mail] = await mails(settings, EVE + GRACE)

    assert mail["Subject"] == "Cancelled: Zines in the stacks, Thursday, July 9, 2026"


async def test_another_room_is_told_too(programme: Programme, settings: Settings) -> None:
    ada = await make.person()
    await saves.save(ada.id, programme.event.id, programme.early.code, NOON)
    await make.move(programme.early, MORNING, room=await make.room(name="Room 12"))
    await programme.publish(EVE)

    [mail] = await mails(settings, EVE + GRACE)
    text = mail.get_body(("plain",))
    assert text is not None
    assert "Room 12" in text.get_content()
    assert "Ballroom A" in text.get_content()


async def test_who_gets_a_new_invitation_is_not_told_twice(programme: Programme, settings: Settings) -> None:
    ada = await make.person()
    order = await make.seat(ada, programme.workshop)
    await changes.follow_orders([order.id], NOON)
    await make.move(programme.workshop, MORNING + timedelta(hours=5), 180)
    await programme.publish(EVE)

    assert await mails(settings, EVE + GRACE) == []


async def test_new_words_are_no_news(programme: Programme, settings: Settings) -> None:
    await keeper(programme)
    await Session.filter(id=programme.late.id).update(abstract="With scissors.")
    await programme.publish(EVE)

    assert await mails(settings, EVE + GRACE) == []


async def test_who_let_the_session_go_meanwhile_is_not_told(programme: Programme, settings: Settings) -> None:
    ada = await keeper(programme)
    await move_late(programme, timedelta(hours=3), EVE)
    await saves.unsave(ada.id, programme.event.id, programme.late.code, EVE)

    assert await mails(settings, EVE + GRACE) == []
