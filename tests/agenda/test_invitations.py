"""The invitation of a seat: in the calendar once, moved with it, taken out with it."""

from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any

import icalendar

from events.agenda import changes, invitation_letters, personal_feeds
from events.core import database, outbox
from events.core.mail import Sealed
from events.core.outbox import Message
from events.people.models import Person
from events.registration.models import Order
from events.schedule.models import Session
from events.settings import Settings
from tests import make
from tests.agenda.conftest import MORNING, Programme, rung
from tests.letterbox import opened
from tests.make import NOON

TOPIC = "mail.invitation"
LATER = NOON + timedelta(hours=1)


class Post:
    """Does what the worker does with every open invitation message, and keeps the mails."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    async def deliver(self, at: datetime) -> list[EmailMessage]:
        mails = []
        for message in await rung(TOPIC):
            for _message, letter in await invitation_letters.write([message], self.settings, at):
                mails.append(read(letter))
            await invitation_letters.left([message], at)
            await outbox.finish([message.id], at)
        return mails


def read(letter: Sealed) -> EmailMessage:
    found = opened(letter)
    found.replace_header("Subject", found["Subject"].strip())
    return found


def said(mail: EmailMessage) -> tuple[str, int, str]:
    """The method, the sequence and the UID of a mail's calendar part."""
    [part] = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    calendar = icalendar.Calendar.from_ical(part.get_content())
    [event] = calendar.walk("VEVENT")
    assert part.get_param("method") == calendar["method"]
    return str(calendar["method"]), int(str(event["sequence"])), str(event["uid"])


def vevent(mail: EmailMessage) -> Any:
    """The one VEVENT of a mail, as icalendar reads the attachment."""
    [part] = [part for part in mail.walk() if part.get_content_type() == "application/ics"]
    [event] = icalendar.Calendar.from_ical(part.get_content()).walk("VEVENT")
    return event


def organizer(mail: EmailMessage) -> str:
    return str(vevent(mail)["organizer"])


async def bought(person: Person | None, programme: Programme, email: str = "ada@example.org") -> Order:
    order = await make.seat(person, programme.workshop, email)
    await changes.follow_orders([order.id], NOON)
    return order


async def cancel(order: Order, at: datetime) -> None:
    await Order.filter(id=order.id).update(state="CANCELLED")
    await changes.follow_orders([order.id], at)


async def move_workshop(programme: Programme, by: timedelta, at: datetime) -> None:
    await make.move(programme.workshop, MORNING + timedelta(hours=4) + by, 180)
    await programme.publish(at)


async def test_a_seat_is_invited_once_in_four_parts(programme: Programme, settings: Settings) -> None:
    order = await bought(await make.person(), programme)
    await changes.follow_orders([order.id], NOON)
    post = Post(settings)

    [mail] = await post.deliver(NOON)
    assert await post.deliver(NOON) == []

    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
        "application/ics",
    ]
    calendar, attached = list(mail.walk())[-2:]
    assert calendar["Content-Disposition"] is None
    assert attached.get_content() == calendar.get_payload(decode=True)
    event = vevent(mail)
    assert event["attendee"] == "mailto:ada@example.org"
    assert event["attendee"].params["RSVP"] == "TRUE"
    assert str(event["organizer"]).startswith("mailto:rsvp+")
    assert said(mail)[:2] == ("REQUEST", 0)
    assert mail["To"] == "Ada Lovelace <ada@example.org>"


async def test_a_moved_seat_is_sent_again_with_the_same_uid_and_a_higher_sequence(
    programme: Programme, settings: Settings
) -> None:
    await bought(await make.person(), programme)
    post = Post(settings)
    [first] = await post.deliver(NOON)

    await move_workshop(programme, timedelta(hours=1), LATER)
    [second] = await post.deliver(LATER)

    assert said(first)[2] == said(second)[2]
    assert [said(mail)[:2] for mail in (first, second)] == [("REQUEST", 0), ("REQUEST", 1)]
    assert first["Subject"].startswith("Your seat: Pre-conference: metadata")
    assert second["Subject"].startswith("Changed: Pre-conference: metadata is now Thursday, July 9, 2026")


async def test_moved_twice_before_the_mail_leaves_is_one_mail(programme: Programme, settings: Settings) -> None:
    await bought(await make.person(), programme)
    post = Post(settings)
    await post.deliver(NOON)

    await move_workshop(programme, timedelta(hours=1), LATER)
    await move_workshop(programme, timedelta(hours=2), LATER + timedelta(minutes=1))
    assert len(await rung(TOPIC)) == 2
    [mail] = await post.deliver(LATER + timedelta(minutes=2))

    assert said(mail)[1] == 2
    assert vevent(mail)["dtstart"].dt == MORNING + timedelta(hours=6)


async def test_a_job_that_crashed_after_it_decided_sends_the_same_again(
    programme: Programme, settings: Settings
) -> None:
    await bought(await make.person(), programme)
    [message] = await rung(TOPIC)

    first = await invitation_letters.write([message], settings, NOON)
    again = await invitation_letters.write([message], settings, NOON)
    await invitation_letters.left([message], NOON)
    third = await invitation_letters.write([message], settings, NOON)

    assert len(first) == 1
    assert first == again
    assert third == []


async def test_another_message_does_not_send_what_one_already_carries(programme: Programme, settings: Settings) -> None:
    await bought(await make.person(), programme)
    [message] = await rung(TOPIC)
    await invitation_letters.write([message], settings, NOON)

    other = Message(message.id + 1, message.topic, message.body, 1)

    assert await invitation_letters.write([other], settings, NOON) == []
    assert len(await invitation_letters.write([other, message], settings, NOON)) == 1


async def test_a_cancelled_order_takes_the_session_out_of_the_calendar(
    programme: Programme, settings: Settings
) -> None:
    order = await bought(await make.person(), programme)
    post = Post(settings)
    [first] = await post.deliver(NOON)

    await cancel(order, LATER)
    [mail] = await post.deliver(LATER)
    await cancel(order, LATER)
    assert await post.deliver(LATER) == []

    assert said(mail) == ("CANCEL", 1, said(first)[2])
    assert vevent(mail)["status"] == "CANCELLED"
    assert mail["Subject"].startswith("Taken out of your calendar")


async def test_cancelled_and_bought_again_is_never_sent_a_lower_sequence(
    programme: Programme, settings: Settings
) -> None:
    ada, post = await make.person(), Post(settings)
    order = await bought(ada, programme)
    mails = await post.deliver(NOON)
    await cancel(order, LATER)
    mails += await post.deliver(LATER)
    again = await bought(ada, programme)
    mails += await post.deliver(LATER)
    await move_workshop(programme, timedelta(hours=1), LATER + timedelta(hours=1))
    mails += await post.deliver(LATER + timedelta(hours=1))
    await cancel(again, LATER + timedelta(hours=2))
    mails += await post.deliver(LATER + timedelta(hours=2))

    assert [said(mail)[:2] for mail in mails] == [
        ("REQUEST", 0),
        ("CANCEL", 1),
        ("REQUEST", 2),
        ("REQUEST", 3),
        ("CANCEL", 4),
    ]
    assert len({organizer(mail) for mail in mails}) == 1


async def test_cancelled_before_the_mail_left_sends_nothing(programme: Programme, settings: Settings) -> None:
    order = await bought(await make.person(), programme)
    await cancel(order, LATER)

    assert await Post(settings).deliver(LATER) == []


async def test_two_seats_of_one_attendee_in_one_session_are_one_invitation(
    programme: Programme, settings: Settings
) -> None:
    ada = await make.person()
    await bought(ada, programme)
    await bought(ada, programme)

    assert len(await invitation_letters.write(await rung(TOPIC), settings, NOON)) == 1


async def test_of_two_seats_in_one_session_the_cancelled_one_leaves_the_entry_alone(
    programme: Programme, settings: Settings
) -> None:
    ada, post = await make.person(), Post(settings)
    await bought(ada, programme)
    second = await bought(ada, programme)
    await post.deliver(NOON)

    await cancel(second, LATER)

    assert await post.deliver(LATER) == []


async def test_a_cancelled_session_cancels_its_invitations_and_comes_back_higher(
    programme: Programme, settings: Settings
) -> None:
    await bought(await make.person(), programme)
    post = Post(settings)
    await post.deliver(NOON)

    await Session.filter(id=programme.workshop.id).update(state="cancelled")
    await programme.publish(LATER)
    [off] = await post.deliver(LATER)
    await Session.filter(id=programme.workshop.id).update(state="confirmed")
    await programme.publish(LATER + timedelta(hours=1))
    [on] = await post.deliver(LATER + timedelta(hours=1))

    assert [said(off)[:2], said(on)[:2]] == [("CANCEL", 1), ("REQUEST", 2)]
    assert off["Subject"].startswith("Cancelled: Pre-conference")


async def test_new_words_alone_send_nobody_a_mail(programme: Programme, settings: Settings) -> None:
    await bought(await make.person(), programme)
    post = Post(settings)
    await post.deliver(NOON)

    await Session.filter(id=programme.workshop.id).update(abstract="Bring a laptop.")
    await programme.publish(LATER)

    assert await post.deliver(LATER) == []


async def test_a_seat_is_in_the_feed_or_in_the_invitation_never_in_both(
    programme: Programme, settings: Settings
) -> None:
    ada, post = await make.person(), Post(settings)
    await bought(ada, programme)
    await post.deliver(NOON)

    async def in_feed() -> bool:
        feed = await personal_feeds.of_person(ada.id)
        assert feed is not None
        return b"metadata" in (await personal_feeds.build(feed, "", "")).plain()

    assert not await in_feed()

    await changes.choose_feed(ada.id, seats_here=True, hide_cancelled=False, at=LATER)
    [withdrawn] = await post.deliver(LATER)
    assert said(withdrawn)[:2] == ("CANCEL", 1)
    assert await in_feed()

    await changes.choose_feed(ada.id, seats_here=False, hide_cancelled=False, at=LATER)
    [invited] = await post.deliver(LATER)
    assert said(invited)[:2] == ("REQUEST", 2)
    assert not await in_feed()


async def test_an_attendee_without_an_account_is_invited_too(programme: Programme, settings: Settings) -> None:
    await bought(None, programme, "grace@example.org")

    [mail] = await Post(settings).deliver(NOON)

    assert mail["To"] == "Ada Lovelace <grace@example.org>"


async def test_what_is_over_is_neither_moved_nor_cancelled_in_anybodys_calendar(
    programme: Programme, settings: Settings
) -> None:
    order = await bought(await make.person(), programme)
    post = Post(settings)
    await post.deliver(NOON)

    await cancel(order, MORNING + timedelta(days=3))

    assert await post.deliver(MORNING + timedelta(days=3)) == []


async def test_a_seat_in_a_webinar_is_its_registration(db: None, settings: Settings) -> None:
    event = await make.event(kind="webinar", mode="virtual")
    session = await make.session(event, MORNING, 75, title="Reading aloud")
    other = Programme(event, await make.room(), session, session, session, session)
    await other.publish()
    order = await make.seat(None, session, "ada@example.org")
    await database.execute("UPDATE ticket_type SET session_id = NULL, kind = 'virtual'")
    await changes.follow_orders([order.id], NOON)

    [mail] = await Post(settings).deliver(NOON)

    assert "Reading aloud" in mail["Subject"]
