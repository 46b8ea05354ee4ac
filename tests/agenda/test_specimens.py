"""The mails on the page before publishing read as those that leave."""

from datetime import timedelta

from events.agenda import changes, impact, presenter_letters, presenters, saves, specimens
from events.core import database, locales
from events.schedule import releases
from events.schedule.models import Session
from events.settings import Settings
from tests import make
from tests.agenda.conftest import MORNING, Programme, rung
from tests.agenda.test_presenters import join
from tests.letterbox import opened
from tests.make import NOON

LATER = NOON + timedelta(hours=1)


async def shown(programme: Programme, settings: Settings) -> list[specimens.Specimen]:
    found = await impact.of(programme.event.id, LATER)
    place = specimens.Place(programme.event.id, programme.event.slug, programme.event.title)
    return specimens.of(settings, place, kept=found.kept, people=found.people, at=LATER)


async def test_each_kind_that_would_leave_is_shown_once(programme: Programme, settings: Settings) -> None:
    reader = await make.person("Secret Reader")
    await saves.save(reader.id, programme.event.id, programme.late.code, NOON)
    await join(await make.person("Ada"), programme.late)
    await make.seat(reader, programme.workshop)
    await programme.publish(LATER)
    await make.move(programme.late, MORNING + timedelta(hours=8))
    await Session.filter(id=programme.workshop.id).update(state="cancelled")
    locales.speak("en")

    found = await shown(programme, settings)

    assert [one.who for one in found] == [
        str(specimens.WHO[name])
        for name in (
            "agenda/programme_changed",
            "agenda/session_moved",
            "agenda/invitation_cancelled",
            "agenda/session_cancelled",
        )
    ]
    assert all("Secret Reader" not in one.text + one.subject for one in found)
    assert "Zines in the stacks (Speaker)" in found[0].text
    assert found[1].subject == "Changed: Zines in the stacks is now Thursday, July 9, 2026, 5:00 PM CDT"
    assert found[3].subject.startswith("Cancelled: Pre-conference: metadata")


async def test_the_mail_that_leaves_reads_as_it_was_shown(programme: Programme, settings: Settings) -> None:
    await join(await make.person("Ada", "ada@example.org"), programme.early, "moderator")
    await programme.publish(LATER)
    await database.execute("DELETE FROM outbox_message")
    await make.move(programme.early, MORNING + timedelta(hours=8))
    [before, *_others] = await shown(programme, settings)

    release = await releases.publish(programme.event.id, None, "", LATER)
    await changes.follow_release(programme.event.id, release.id, LATER)
    [message] = await rung(presenters.TOPIC)
    letter = opened(await presenter_letters.letter(message, settings, LATER))

    text = letter.get_body(("plain",))
    assert text is not None
    assert (before.subject, before.text.split()) == (letter["Subject"], text.get_content().split())


async def test_the_page_goes_on_in_its_own_language(programme: Programme, settings: Settings) -> None:
    await make.move(programme.late, MORNING + timedelta(hours=8))
    locales.speak("en-XA")

    found = await shown(programme, settings)

    assert (locales.current(), found[0].subject.startswith("⟦")) == ("en-XA", True)
    locales.speak("en")
