"""Who in the programme is hit by a draft, told before it is published; the same people that are then written to."""

from datetime import timedelta

from events.agenda import affected, impact, presenters
from events.core import database
from events.people.models import Person
from events.planning.models import Resource
from events.schedule.models import Session, SessionPerson, SessionResource
from tests import make
from tests.agenda.conftest import MORNING, Programme, rung
from tests.agenda.test_presenters import join
from tests.make import NOON

LATER = NOON + timedelta(hours=1)


async def found(programme: Programme) -> dict[str, tuple[tuple[str, ...], list[str], bool]]:
    people = (await impact.of(programme.event.id, LATER)).people
    return {one.name: (one.roles, sorted(line.what for line in one.lines), one.reached) for one in people}


async def test_everybody_in_what_changes_is_named_with_what_they_are_told(programme: Programme) -> None:
    ada, alan, grace, hedy = [await make.person(name) for name in ("Ada", "Alan", "Grace", "Hedy")]
    joan = await make.person("Joan", None)
    for person, session, role in (
        (ada, programme.early, "speaker"),
        (ada, programme.late, "interpreter"),
        (alan, programme.side, "chair"),
        (hedy, programme.workshop, "speaker"),
        (joan, programme.early, "panelist"),
    ):
        await join(person, session, role)
    await programme.publish(LATER)
    await make.move(programme.early, MORNING + timedelta(days=1))
    await Session.filter(id=programme.late.id).update(state="cancelled")
    await Session.filter(id=programme.side.id).update(abstract="New words.")
    await SessionPerson.filter(person=hedy).delete()
    await join(grace, programme.workshop, "moderator")

    assert await found(programme) == {
        "Ada": (("Speaker", "Interpreter"), ["changed", "off"], True),
        "Grace": ((), ["new"], True),
        "Hedy": ((), ["left"], True),
        "Joan": (("Panelist",), ["changed"], False),
    }


async def test_who_is_named_as_reached_is_who_gets_the_mail(programme: Programme) -> None:
    people = [await make.person(f"Reader {number}", None if number == 3 else "") for number in range(5)]
    for person, session in zip(
        people, (programme.early, programme.late, programme.side, programme.early), strict=False
    ):
        await join(person, session)
    await programme.publish(LATER)
    await database.execute("DELETE FROM outbox_message")
    await make.move(programme.early, MORNING + timedelta(days=1))
    await Session.filter(id=programme.late.id).delete()
    await SessionPerson.filter(person=people[2]).delete()
    await join(people[4], programme.side)
    expected = {name for name, (_roles, _lines, reached) in (await found(programme)).items() if reached}

    await programme.publish(LATER + timedelta(hours=1))

    written = [message.number("person") for message in await rung(presenters.TOPIC)]
    told = {person.name for person in await Person.filter(id__in=written)}
    assert told == expected == {"Reader 0", "Reader 1", "Reader 2", "Reader 4"}


async def test_what_is_booked_for_what_changes_is_named(programme: Programme) -> None:
    pair = await Resource.create(event=programme.event, kind="interpreters", name="Pair one", note="ASL")
    crew = await Resource.create(event=programme.event, kind="crew", name="Crew")
    for resource, session in ((pair, programme.early), (pair, programme.late), (crew, programme.side)):
        await SessionResource.create(resource=resource, session=session)
    await make.move(programme.early, MORNING + timedelta(days=1))

    assert (await impact.of(programme.event.id, LATER)).resources == (
        affected.Booked("Pair one", "Interpreters", "ASL", ("Cataloguing for everyone",)),
    )


async def test_what_is_over_touches_nobody(programme: Programme) -> None:
    await join(await make.person("Ada"), programme.early)
    await programme.publish(LATER)
    await make.move(programme.early, MORNING + timedelta(minutes=5))

    assert (await impact.of(programme.event.id, MORNING + timedelta(days=2))).people == ()
