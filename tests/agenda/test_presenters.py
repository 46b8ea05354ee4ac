"""Who is in a programme is told of a release once, whoever they are."""

from datetime import timedelta
from uuid import uuid4

from events.agenda import changes, notices, presenters, saves
from events.calls.models import Call, Proposal, ProposalPerson
from events.core import database
from events.people.models import Person
from events.schedule import redactions, releases
from events.schedule.models import Session, SessionPerson, Slot
from tests import make
from tests.agenda.conftest import MORNING, Programme, rung
from tests.make import NOON

LATER = NOON + timedelta(hours=1)


async def told() -> dict[str, dict[str, object]]:
    """What each is told, by name."""
    found = {}
    for message in await rung(presenters.TOPIC):
        person = await Person.get_or_none(id=message.body["person"])
        found[person.name if person else ""] = {
            name: message.body[name] for name in ("slots", "joined", "left") if message.body[name]
        }
    return found


async def slot_of(session: Session) -> int:
    found: int = await database.value("SELECT id FROM slot WHERE session_id = $1", session.id)
    return found


async def join(person: Person, session: Session, role: str = "speaker") -> None:
    await SessionPerson.create(person=person, session=session, role=role)


async def said_yes(programme: Programme, person: Person, email: str, session: Session, state: str = "accepted") -> None:
    """They have no account, were invited by mail to present, and are in the session that came of it."""
    owner = await make.person("Grace", None)
    call = await Call.create(
        event=programme.event, slug=email, title="Papers", opens_at=NOON, closes_at=NOON + timedelta(days=1)
    )
    proposal = await Proposal.create(
        call=call, code="ABC234", owner=owner, state="confirmed", created_at=NOON, changed_at=NOON, submitted_at=NOON
    )
    await ProposalPerson.create(proposal=proposal, person=person, name=person.name, email=email, state=state)
    await join(person, session)


async def test_each_is_told_once_of_all_that_a_release_changed_for_them(programme: Programme) -> None:
    ada, alan = await make.person("Ada"), await make.person("Alan")
    for person, session, role in (
        (ada, programme.early, "speaker"),
        (ada, programme.early, "moderator"),
        (ada, programme.late, "interpreter"),
        (alan, programme.side, "chair"),
    ):
        await join(person, session, role)
    await programme.publish(LATER)
    await database.execute("DELETE FROM outbox_message")
    await make.move(programme.early, MORNING + timedelta(days=1))
    await Session.filter(id=programme.late.id).update(state="cancelled")
    await Session.filter(id=programme.side.id).update(abstract="New words.")
    await programme.publish(LATER + timedelta(hours=1))

    assert await told() == {"Ada": {"slots": sorted([await slot_of(programme.early), await slot_of(programme.late)])}}


async def test_followed_twice_nobody_is_told_twice(programme: Programme) -> None:
    await join(await make.person("Ada"), programme.early)
    await make.move(programme.early, MORNING + timedelta(days=1))
    release = await releases.publish(programme.event.id, None, "", LATER)

    done = [await changes.follow_release(programme.event.id, release.id, LATER) for _again in range(2)]

    assert [one.presenters for one in done] == [1, 0]
    assert len(await rung(presenters.TOPIC)) == 1


async def test_who_came_in_and_who_went_is_told_and_who_stayed_is_not(programme: Programme) -> None:
    ada, alan, grace = [await make.person(name) for name in ("Ada", "Alan", "Grace")]
    for person in (ada, alan):
        await join(person, programme.early)
    await programme.publish(LATER)
    await database.execute("DELETE FROM outbox_message")
    await SessionPerson.filter(person=ada).delete()
    await join(grace, programme.early)
    await programme.publish(LATER + timedelta(hours=1))

    assert await told() == {"Ada": {"left": [programme.early.id]}, "Grace": {"joined": [programme.early.id]}}


async def test_a_session_that_was_deleted_is_told_to_who_was_in_it(programme: Programme) -> None:
    await join(await make.person("Ada"), programme.early)
    evening = MORNING + timedelta(hours=9)
    await Slot.create(
        uid=uuid4(),
        session=programme.early,
        starts_at=evening,
        ends_at=evening + timedelta(hours=1),
        timezone="America/Chicago",
    )
    await programme.publish(LATER)
    await database.execute("DELETE FROM outbox_message")
    slots = [row["id"] for row in await database.rows("SELECT id FROM slot WHERE session_id = $1", programme.early.id)]
    await Session.filter(id=programme.early.id).delete()
    await programme.publish(LATER + timedelta(hours=1))

    assert len(slots) == 2
    assert await told() == {"Ada": {"slots": sorted(slots)}}


async def test_the_first_release_tells_everybody_in_it_and_what_is_over_nobody(db: None) -> None:
    event, ada = await make.event("annual"), await make.person("Ada")
    ahead, over = [await make.session(event, at) for at in (MORNING, NOON - timedelta(days=1))]
    for session in (ahead, over):
        await join(ada, session)
    release = await releases.publish(event.id, None, "", NOON)
    await changes.follow_release(event.id, release.id, NOON)

    assert await told() == {"Ada": {"joined": [ahead.id]}}


async def test_who_has_no_account_is_told_if_they_said_yes_to_an_invitation(programme: Programme) -> None:
    joan, no, nobody = [await make.person(name, None) for name in ("Joan", "No", "Nobody")]
    await said_yes(programme, joan, "joan@example.org", programme.early)
    await said_yes(programme, joan, "joan@example.net", programme.late)
    await said_yes(programme, no, "no@example.org", programme.early, "declined")
    await join(nobody, programme.early)
    await programme.publish(LATER)
    await database.execute("DELETE FROM outbox_message")
    await make.move(programme.early, MORNING + timedelta(days=1))
    await programme.publish(LATER + timedelta(hours=1))

    assert await told() == {"Joan": {"slots": [await slot_of(programme.early)]}}


async def test_whoever_was_redacted_or_erased_hears_nothing(programme: Programme) -> None:
    ada, alan, grace = [await make.person(name) for name in ("Ada", "Alan", "Hedy")]
    joan = await make.person("Joan", None)
    for person in (ada, alan, grace):
        await join(person, programme.early)
    await said_yes(programme, joan, "joan@example.org", programme.early)
    await programme.publish(LATER)
    await database.execute("DELETE FROM outbox_message")
    for person in (ada, joan):
        await redactions.redact_person(programme.event.id, person.code, "They asked", None, LATER)
    await Person.filter(id=alan.id).update(erased_at=NOON)
    await make.move(programme.early, MORNING + timedelta(days=1))
    await programme.publish(LATER + timedelta(hours=1))

    assert set(await told()) == {"Hedy"}


async def test_who_is_in_it_gets_no_notice_beside(programme: Programme) -> None:
    ada = await make.person("Ada")
    await join(ada, programme.early)
    for session in (programme.early, programme.late):
        await saves.save(ada.id, programme.event.id, session.code, NOON)
        await make.move(session, MORNING + timedelta(days=1))
    await programme.publish(LATER)

    assert set(await told()) == {"Ada"}
    rows = await database.rows("SELECT e.session_code FROM notice n JOIN entry e ON e.id = n.entry_id")
    assert [row["session_code"] for row in rows] == [programme.late.code]
    assert await notices.ring_due(MORNING) == 1
