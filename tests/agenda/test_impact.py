"""What publishing would do, told before it is done."""

from datetime import timedelta

from events.agenda import changes, freshness, impact, personal_feeds, saves
from events.agenda.impact import Count
from events.people.models import Person
from events.schedule.diffs import What
from events.schedule.models import Session, SessionPerson
from tests import make
from tests.agenda.conftest import MORNING, Programme
from tests.make import NOON


async def savers(programme: Programme, number: int, *sessions: Session) -> list[Person]:
    found = [await make.person(f"Reader {n}") for n in range(number)]
    for person in found:
        for session in sessions:
            await saves.save(person.id, programme.event.id, session.code, NOON)
    return found


def test_below_five_people_are_only_said_to_be_few() -> None:
    assert [str(Count(number)) for number in (0, 1, 4, 5, 212)] == ["fewer than 5"] * 3 + ["5", "212"]


async def test_an_untouched_draft_has_no_impact(programme: Programme) -> None:
    found = await impact.of(programme.event.id, NOON)

    assert not found.changes
    assert found.lines == ()


async def test_a_move_says_who_saved_it_who_sits_and_who_now_clashes(programme: Programme) -> None:
    await savers(programme, 6, programme.late, programme.workshop)
    await savers(programme, 2, programme.late)
    await make.seat(await make.person(), programme.late)
    await make.move(programme.late, MORNING + timedelta(hours=5))

    found = await impact.of(programme.event.id, NOON)

    [line] = found.lines
    assert line.change.code == programme.late.code
    assert (line.saves, line.seats, line.clashes) == (Count(8), 1, Count(6))
    assert (found.saved_by, found.seats, found.clashing) == (Count(8), 1, Count(6))
    assert found.count(What.TIME) == 1


async def test_a_clash_that_was_there_before_is_not_new(programme: Programme) -> None:
    await savers(programme, 6, programme.early, programme.side)
    await make.move(programme.side, MORNING + timedelta(minutes=15))

    assert (await impact.of(programme.event.id, NOON)).clashing == Count(0)


async def test_two_sessions_that_move_apart_together_do_not_clash(programme: Programme) -> None:
    """Both are compared where they would be, not one with the other's old place."""
    await savers(programme, 6, programme.early, programme.late)
    await make.move(programme.early, MORNING + timedelta(hours=1))
    await make.move(programme.late, MORNING)

    assert (await impact.of(programme.event.id, NOON)).clashing == Count(0)


async def test_touching_is_no_clash_and_cancelling_makes_none(programme: Programme) -> None:
    await savers(programme, 6, programme.early, programme.late, programme.workshop)
    await make.move(programme.late, MORNING + timedelta(hours=3))
    await Session.filter(id=programme.early.id).update(state="cancelled")

    found = await impact.of(programme.event.id, NOON)

    assert found.clashing == Count(0)
    assert (found.count(What.TIME), found.count(What.CANCELLED)) == (1, 1)


async def test_presenters_who_break_are_named(programme: Programme) -> None:
    grace = await make.person("Grace Hopper")
    for session in (programme.early, programme.late):
        await SessionPerson.create(session=session, person=grace)
    await programme.publish(NOON + timedelta(hours=1))
    await make.move(programme.late, MORNING + timedelta(minutes=30))

    [found] = (await impact.of(programme.event.id, NOON)).presenters

    assert (found.name, {found.one, found.other}) == (
        "Grace Hopper",
        {"Cataloguing for everyone", "Zines in the stacks"},
    )
    await programme.publish(NOON + timedelta(hours=2))
    await Session.filter(id=programme.late.id).update(title="Zines, again")
    assert (await impact.of(programme.event.id, NOON)).presenters == ()


async def test_who_will_be_told_and_how(programme: Programme) -> None:
    people = await savers(programme, 6, programme.workshop)
    ledger = freshness.Ledger()
    for person in people[:5]:
        feed = await personal_feeds.of_person(person.id)
        assert feed is not None
        ledger.note(feed.id, "Google Calendar", feed.revision, NOON)
    await ledger.flush()
    order = await make.seat(await make.person(), programme.workshop)
    await changes.follow_orders([order.id], NOON)
    await make.move(programme.workshop, MORNING + timedelta(hours=5), 180)

    telling = (await impact.of(programme.event.id, NOON)).telling
    assert (telling.invitations, telling.calendar, telling.mail, telling.soon) == (1, Count(5), Count(1), 0)
    assert (await impact.of(programme.event.id, MORNING)).telling.soon == 1


async def test_a_room_taken_twice_is_seen_before_it_stops_publishing(programme: Programme) -> None:
    one = await make.session(programme.event, MORNING + timedelta(days=1), room=programme.room)
    assert one
    await make.session(programme.event, MORNING + timedelta(days=1, hours=2), room=programme.room)

    assert (await impact.of(programme.event.id, NOON)).blocks == ()


async def test_the_first_release_touches_nobody(db: None) -> None:
    event = await make.event()
    await make.session(event, MORNING)

    found = await impact.of(event.id, NOON)

    assert (len(found.lines), found.changes.since, found.saved_by) == (1, 0, Count(0))
