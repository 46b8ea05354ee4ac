"""Read from the sessions' side, seats and keepers are those that the views give from the person's side."""

from collections.abc import Awaitable, Callable

import pytest

from events.agenda import invitations, keepers, saves
from events.agenda.keepers import Which
from events.core import database
from events.registration.models import Order, OrderLine, Registration, TicketType
from events.schedule.models import Session
from tests import make
from tests.agenda.conftest import MORNING, Programme
from tests.make import NOON

Rows = set[tuple[object, ...]]


async def seats_of(sessions: list[int]) -> Rows:
    return {tuple(row) for row in await database.rows(keepers.seats("$1::bigint[]"), sessions)}


async def keepers_of(sessions: list[int]) -> Rows:
    return {tuple(row) for row in await database.rows(keepers.keepers("$1::bigint[]"), sessions)}


async def views(sessions: list[int]) -> tuple[Rows, Rows]:
    seats = await database.rows(
        "SELECT line_id, session_id, person_id, email, name FROM seat WHERE session_id = any($1)", sessions
    )
    kept = await database.rows("SELECT person_id, session_id FROM kept WHERE session_id = any($1)", sessions)
    return {tuple(row) for row in seats}, {tuple(row) for row in kept}


async def course_of(kind: str) -> tuple[list[Session], TicketType]:
    """An event of two sessions and one ticket type for all of it."""
    event = await make.event(kind=kind)
    ticket = await make.ticket_type(event)
    return [await make.session(event, MORNING) for _session in range(2)], ticket


async def test_a_seat_is_found_whichever_ticket_gives_it(programme: Programme) -> None:
    ada, alan = await make.person("Ada", email="ada@example.org"), await make.person("Alan", email="alan@example.org")
    await make.seat(ada, programme.workshop, "ada@example.org")
    modules, whole = await course_of("course")
    talks, admission = await course_of("conference")
    for ticket, session in ((whole, modules[0]), (admission, talks[0])):
        order = await make.seat(alan, session, "Alan@Example.org")
        await OrderLine.filter(order_id=order.id).update(ticket_type_id=ticket.id)
    await saves.save(alan.id, programme.event.id, programme.workshop.code, NOON)

    everything = [programme.workshop.id, programme.early.id, *(one.id for one in (*modules, *talks))]
    found = await seats_of(everything)

    assert {(session, person) for _line, session, person, *_who in found} == {
        (programme.workshop.id, ada.id),
        (modules[0].id, alan.id),
        (modules[1].id, alan.id),
    }
    assert (found, await keepers_of(everything)) == await views(everything)
    assert await keepers_of([programme.workshop.id]) == {
        (ada.id, programme.workshop.id),
        (alan.id, programme.workshop.id),
    }
    assert await keepers_of([]) == set()


async def _cancel_order(order: Order) -> None:
    await Order.filter(id=order.id).update(state="CANCELLED")


async def _cancel_line(order: Order) -> None:
    await OrderLine.filter(order_id=order.id).update(cancelled_at=NOON)


async def _cancel_registration(order: Order) -> None:
    await Registration.filter(order_id=order.id).update(cancelled_at=NOON)


@pytest.mark.parametrize("cancel", [_cancel_order, _cancel_line, _cancel_registration])
async def test_a_seat_that_was_given_up_keeps_nothing(
    programme: Programme, cancel: Callable[[Order], Awaitable[None]]
) -> None:
    sessions = [programme.workshop.id]
    stays = await make.seat(await make.person("Ada"), programme.workshop)
    goes = await make.seat(await make.person("Alan"), programme.workshop)

    await cancel(goes)

    found = await seats_of(sessions)
    assert {row[0] for row in found} == set(await OrderLine.filter(order_id=stays.id).values_list("id", flat=True))
    assert (found, await keepers_of(sessions)) == await views(sessions)


async def test_two_seats_invited_at_once_are_two_invitations_and_again_none(programme: Programme) -> None:
    for name in ("ada", "alan"):
        await make.seat(await make.person(name.title()), programme.workshop, f"{name}@example.org")
    which = Which(programme.event.id, [programme.workshop.code], [programme.workshop.id])

    first = await invitations.follow_sessions(which, NOON)
    await database.execute("UPDATE invitation SET sent_digest = 'invited 0', sequence = 0")

    assert (first, await invitations.follow_sessions(which, NOON)) == (2, 0)
    assert await database.value("SELECT count(DISTINCT token) FROM invitation") == 2


async def test_a_seat_taken_again_keeps_the_token_that_replies_come_to(programme: Programme) -> None:
    ada = await make.person(email="ada@example.org")
    orders = [await make.seat(ada, programme.workshop, "ada@example.org") for _time in range(2)]

    for order in orders:
        await invitations.follow_orders([order.id], NOON)

    assert await database.value("SELECT count(*) FROM invitation") == 2
    assert await database.value("SELECT count(DISTINCT token) FROM invitation") == 1
