"""What is booked for a session, and what shows when the programme or the person's schedule moves on."""

from datetime import timedelta

import pytest

from events.agenda import saves
from events.cases import bookings, cases, sessions, tables
from events.cases.cases import Wish
from events.cases.tables import Filter
from events.core import database
from events.core.errors import NotFound, Unreadable
from events.planning.models import Resource
from events.schedule import releases
from events.schedule.models import Session
from tests import make
from tests.cases.conftest import MORNING, Place
from tests.make import NOON

FOLLOWING = Wish(("sign_language",), "", "schedule")


async def pair(place: Place) -> Resource:
    return await Resource.create(event=place.event, kind="interpreters", name="ASL pair 1")


async def published(place: Place, **values: object) -> Session:
    """A session that Ada keeps."""
    made = await make.session(place.event, MORNING, **values)  # type: ignore[arg-type]
    await releases.publish(place.event.id, None, "", NOON)
    await saves.save(place.ada.id, place.event.id, made.code, NOON)
    return made


async def booked(place: Place, session: Session, resource: Resource, wish: Wish = FOLLOWING) -> int:
    case = await place.ask(wish)
    await bookings.book(case.id, place.event.id, session.code, resource.id, "", NOON)
    return case.id


async def problem(case: int) -> str:
    [line] = await sessions.of(case)
    return line.problem


async def resources_of(session: Session) -> int:
    found: int = await database.value("SELECT count(*) FROM session_resource WHERE session_id = $1", session.id)
    return found


async def test_a_case_that_follows_a_schedule_shows_what_the_person_keeps(place: Place) -> None:
    session = await published(place)
    case, silent = await place.ask(FOLLOWING), await place.ask(Wish(("scooter",), "", "event"))

    [line] = await sessions.of(case.id)

    assert (line.code, line.follows, line.booked, line.problem) == (session.code, True, False, "")
    assert await sessions.of(silent.id) == []  # nobody asked handlers to look at this schedule


async def test_a_session_that_moves_flags_what_is_booked_for_it_until_somebody_books_again(place: Place) -> None:
    session, resource = await published(place), await pair(place)
    case = await booked(place, session, resource)
    assert await problem(case) == ""

    await make.move(session, MORNING + timedelta(hours=2))
    assert await problem(case) == ""  # nothing is published yet
    await releases.publish(place.event.id, None, "", NOON)

    assert await problem(case) == "moved"
    assert await sessions.problems([case]) == {case: {"moved"}}
    flagged = await tables.of(place.event.id, Filter(flag="booking"), "state", NOON.date())
    assert ([row.id for row in flagged.rows], flagged.total) == ([case], 1)
    await bookings.book(case, place.event.id, session.code, resource.id, "", NOON)
    assert await problem(case) == ""


async def test_a_cancelled_session_flags_what_is_booked_for_it(place: Place) -> None:
    session, resource = await published(place), await pair(place)
    case = await booked(place, session, resource)

    await Session.filter(id=session.id).update(state="cancelled")
    await releases.publish(place.event.id, None, "", NOON)

    assert await problem(case) == "gone"


async def test_a_session_that_they_no_longer_keep_flags_what_is_booked_for_it(place: Place) -> None:
    session, resource = await published(place), await pair(place)
    case = await booked(place, session, resource)

    await saves.unsave(place.ada.id, place.event.id, session.code, NOON)

    assert await problem(case) == "dropped"


async def test_what_is_booked_elsewhere_at_the_same_time_is_flagged(place: Place) -> None:
    session, resource = await published(place), await pair(place)
    case = await booked(place, session, resource)
    other = await make.session(place.event, MORNING + timedelta(minutes=30))

    await database.execute(
        "INSERT INTO session_resource (session_id, resource_id) VALUES ($1, $2)", other.id, resource.id
    )

    assert await problem(case) == "clash"


async def test_the_session_has_the_resource_as_long_as_one_case_needs_it_there(place: Place) -> None:
    session, resource = await published(place), await pair(place)
    first = await booked(place, session, resource)
    second = await booked(place, session, resource, Wish(("sign_language",), "also", "schedule"))

    await bookings.unbook(first, place.event.id, session.code)
    assert await resources_of(session) == 1
    await bookings.unbook(second, place.event.id, session.code)
    assert await resources_of(session) == 0


async def test_what_planning_booked_by_itself_stays(place: Place) -> None:
    session, resource = await published(place), await pair(place)
    await database.execute(
        "INSERT INTO session_resource (session_id, resource_id) VALUES ($1, $2)", session.id, resource.id
    )
    case = await booked(place, session, resource)

    await bookings.unbook(case, place.event.id, session.code)

    assert await resources_of(session) == 1


async def test_withdrawing_frees_what_was_booked(place: Place) -> None:
    session, resource = await published(place), await pair(place)
    case = await booked(place, session, resource)
    code = (await cases.of_person(place.ada.id))[0].code

    await cases.withdraw(code, place.ada.id, False, NOON)

    assert await resources_of(session) == 0
    [line] = await sessions.of(case)
    assert not line.booked


async def test_another_events_session_and_resource_are_not_booked(place: Place) -> None:
    session, case = await published(place), await place.ask()
    elsewhere = await make.event("elsewhere")
    foreign = await Resource.create(event=elsewhere, kind="crew", name="Crew")
    theirs = await make.session(elsewhere, MORNING)

    with pytest.raises(Unreadable):
        await bookings.book(case.id, place.event.id, session.code, foreign.id, "", NOON)
    with pytest.raises(NotFound):
        await bookings.book(case.id, place.event.id, theirs.code, None, "A seat", NOON)


async def test_only_sessions_that_the_person_keeps_can_be_named(place: Place) -> None:
    session = await published(place)
    other = await make.session(place.event, MORNING)

    case = await place.ask(Wish(("captions",), "", "sessions", (session.code,)))

    assert [(line.code, line.asked) for line in await sessions.of(case.id)] == [(session.code, True)]
    with pytest.raises(Unreadable):
        await place.ask(Wish(("captions",), "x", "sessions", (other.code,)))
