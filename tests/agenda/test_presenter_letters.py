"""The mail that says what is new for somebody in the programme."""

from datetime import timedelta
from email.message import EmailMessage

from events.agenda import presenter_letters, presenters
from events.agenda.presenter_letters import Line, When
from events.core import database, mail
from events.people.models import Person
from events.schedule.models import Session, SessionPerson
from events.settings import Settings
from tests import make
from tests.agenda.conftest import MORNING, Programme, rung
from tests.agenda.test_presenters import join, said_yes
from tests.letterbox import opened
from tests.make import NOON

LATER = NOON + timedelta(hours=1)


def said(letter: EmailMessage) -> str:
    text = letter.get_body(("plain",))
    assert text is not None
    return " ".join(text.get_content().split())


async def test_one_mail_tells_what_moved_what_is_off_and_what_is_new(programme: Programme, settings: Settings) -> None:
    ada = await make.person("Ada", "ada@example.org")
    for session, role in ((programme.early, "moderator"), (programme.late, "speaker")):
        await join(ada, session, role)
    await programme.publish(LATER)
    await database.execute("DELETE FROM outbox_message")
    await make.move(programme.early, MORNING + timedelta(hours=8))
    await Session.filter(id=programme.late.id).update(state="cancelled")
    await join(ada, programme.side, "interpreter")
    await programme.publish(LATER)

    [message] = await rung(presenters.TOPIC)
    letter = opened(await presenter_letters.letter(message, settings, LATER))

    assert (letter["To"], letter["Subject"]) == ("Ada <ada@example.org>", "Your part in Annual Conference: 3 sessions")
    assert [part.get_content_type() for part in letter.walk()][1:] == ["text/plain", "text/html"], "no .ics unasked"
    words = said(letter)
    assert "Cataloguing for everyone (Moderator) Now: Thursday, July 9, 2026, 5:00 PM – 6:00 PM CDT" in words
    assert "Before: Thursday, July 9, 2026, 9:00 AM – 10:00 AM CDT, Ballroom A" in words
    assert "Zines in the stacks (Speaker) Now: cancelled Before: Thursday, July 9, 2026, 10:00 AM" in words
    assert "Grant writing (Interpreter) Now: Thursday, July 9, 2026, 9:30 AM – 10:30 AM CDT" in words
    assert f"/events/annual/sessions/{programme.early.code}.ics" in words


async def test_it_is_written_in_the_readers_language(programme: Programme, settings: Settings) -> None:
    ada = await make.person("Ada", "ada@example.org")
    await Person.filter(id=ada.id).update(locale="en-XA")
    await join(ada, programme.early)
    await programme.publish(LATER)
    await database.execute("DELETE FROM outbox_message")
    await make.move(programme.early, MORNING + timedelta(hours=8))
    await programme.publish(LATER)

    [message] = await rung(presenters.TOPIC)
    letter = opened(await presenter_letters.letter(message, settings, LATER))

    assert "⟦Çháñgéd: Cataloguing for everyone ís ñów" in letter["Subject"]
    assert "(⟦Spéákér⟧)" in said(letter)


async def test_a_presenter_without_an_account_gets_it_too(programme: Programme, settings: Settings) -> None:
    await said_yes(programme, await make.person("Joan", None), "joan@example.org", programme.early)
    await programme.publish(LATER)
    await database.execute("DELETE FROM outbox_message")
    await Session.filter(id=programme.early.id).update(state="cancelled")
    await programme.publish(LATER)

    [message] = await rung(presenters.TOPIC)
    letter = opened(await presenter_letters.letter(message, settings, LATER))

    assert (letter["To"], letter["Subject"]) == (
        "Joan <joan@example.org>",
        "Cancelled: Cataloguing for everyone, Thursday, July 9, 2026",
    )
    assert "Cataloguing for everyone (Speaker)" in said(letter)


async def test_who_is_no_longer_in_it_is_told_so_and_nobody_writes_to_who_is_gone(
    programme: Programme, settings: Settings
) -> None:
    ada = await make.person("Ada", "ada@example.org")
    await join(ada, programme.early)
    await programme.publish(LATER)
    await database.execute("DELETE FROM outbox_message")
    await SessionPerson.filter(person=ada).delete()
    await programme.publish(LATER + timedelta(hours=1))
    [message] = await rung(presenters.TOPIC)

    letter = opened(await presenter_letters.letter(message, settings, LATER))
    await Person.filter(id=ada.id).update(erased_at=NOON)

    assert letter["Subject"] == "No longer yours: Cataloguing for everyone"
    assert "You are no longer in this session." in said(letter)
    assert await presenter_letters.letter(message, settings, LATER) is None


async def test_what_is_over_when_the_mail_leaves_is_not_told(programme: Programme, settings: Settings) -> None:
    await join(await make.person("Ada", "ada@example.org"), programme.early)
    await Session.filter(id=programme.early.id).update(state="cancelled")
    await programme.publish(LATER)
    [message] = await rung(presenters.TOPIC)

    assert await presenter_letters.letter(message, settings, MORNING + timedelta(hours=2)) is None


def test_what_other_people_typed_is_not_read_as_html(settings: Settings) -> None:
    now = When(MORNING, MORNING + timedelta(hours=1), "America/Chicago", "<b>Hall</b>")
    line = Line("new", "ABC234", "<script>alert(1)</script>", "/events/annual/sessions/ABC234", "Speaker", now=now)
    context = presenter_letters.context("https://colloquy.example", "annual", "<i>Annual</i>", [line])

    html = mail.render(settings, presenter_letters.MAIL, NOON, "en", context).html

    assert "<script>alert" not in html
    assert "<b>Hall" not in html
    assert "<i>Annual" not in html
