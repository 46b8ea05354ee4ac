"""Who is in the programme without a ticket that lets them in."""

import csv
import io
from dataclasses import dataclass
from datetime import timedelta

import httpx
import pytest_asyncio

from events.catalogue.models import Event
from events.core import database
from events.people.models import Person
from events.registration import holds, unregistered
from events.registration.holds import Attendee
from events.registration.models import TicketType
from events.registration.unregistered import Unregistered
from events.schedule.models import SessionPerson
from tests import make
from tests.make import NOON


@dataclass
class Programme:
    event: Event
    ada: Person
    """Speaks at noon, and the day after."""


@pytest_asyncio.fixture
async def programme(db: None) -> Programme:
    event = await make.event()
    ada = await make.person("Ada Lovelace", "ada@example.org")
    for day, title in enumerate(("Engines", "Notes")):
        session = await make.session(event, NOON + timedelta(days=day), title=title)
        await SessionPerson.create(session=session, person=ada, role="speaker")
    return Programme(event, ada)


async def ticket(event: Event, *days: str, kind: str = "full") -> TicketType:
    made = await make.ticket_type(event, kind=kind)
    await TicketType.filter(id=made.id).update(admits={"days": list(days)} if days else {})
    return made


async def has(person: Person, ticket: TicketType) -> str:
    basket = await make.basket([ticket], attendees=[Attendee(person.name, "ada@example.org", {}, person.id)])
    return (await holds.place(basket, NOON)).code


def told(found: list[Unregistered]) -> list[tuple[str, str, list[str]]]:
    return [(one.name, one.state, [part.title for part in one.parts]) for one in found]


async def test_who_has_no_ticket_is_told_with_every_session(programme: Programme) -> None:
    assert told(await unregistered.of(programme.event.id)) == [("Ada Lovelace", "without", ["Engines", "Notes"])]


async def test_a_ticket_for_one_day_leaves_the_other(programme: Programme) -> None:
    await has(programme.ada, await ticket(programme.event, NOON.date().isoformat(), kind="one_day"))

    assert told(await unregistered.of(programme.event.id)) == [("Ada Lovelace", "partly", ["Notes"])]


async def test_a_full_ticket_is_enough_also_for_the_ticketed_session_one_gives(programme: Programme) -> None:
    await database.execute("UPDATE session SET ticketed = true WHERE title = 'Notes'")
    await has(programme.ada, await ticket(programme.event))

    assert await unregistered.of(programme.event.id) == []


async def test_a_meal_lets_nobody_into_the_programme(programme: Programme) -> None:
    await has(programme.ada, await ticket(programme.event, kind="meal"))

    assert [one.state for one in await unregistered.of(programme.event.id)] == ["partly"]


async def test_a_ticket_that_was_given_back_or_of_another_event_does_not_count(programme: Programme) -> None:
    await has(programme.ada, await ticket(await make.event(slug="other")))
    code = await has(programme.ada, await ticket(programme.event))
    await database.execute(
        "UPDATE order_line SET cancelled_at = $1 WHERE order_id = (SELECT id FROM orders WHERE code = $2)", NOON, code
    )

    assert [one.state for one in await unregistered.of(programme.event.id)] == ["without"]


async def test_cancelled_and_planned_sessions_ask_for_nothing_and_one_without_a_time_for_any_ticket(
    programme: Programme,
) -> None:
    await database.execute("UPDATE session SET state = 'cancelled' WHERE title = 'Engines'")
    await database.execute("UPDATE slot SET starts_at = NULL, ends_at = NULL, local_start = '', local_end = ''")
    before = told(await unregistered.of(programme.event.id))
    await has(programme.ada, await ticket(programme.event, "2020-01-01", kind="one_day"))

    assert before == [("Ada Lovelace", "without", ["Notes"])]
    assert await unregistered.of(programme.event.id) == []


async def test_the_page_finds_filters_and_never_writes_a_formula(
    programme: Programme, buyer: httpx.AsyncClient
) -> None:
    await database.execute("UPDATE person SET name = '=Ada' WHERE id = $1", programme.ada.id)
    registrar = await make.person("Daniel", "daniel@example.org")
    await make.role(registrar, "registrar", event_id=programme.event.id)
    buyer.cookies.set("signin", await make.sign_in(registrar, NOON))
    root = f"/organize/events/{programme.event.slug}/unregistered"

    for query, there in (("q=ENGINE", True), ("q=ada@", True), ("q=nobody", False), ("state=partly", False)):
        assert ("Engines" in (await buyer.get(f"{root}?{query}")).text) == there
    for query in ("role=speaker", "role='--", "page=99999", "state=x"):
        assert (await buyer.get(f"{root}?{query}")).status_code == 200
    answer = await buyer.get(f"{root}.csv?role=speaker")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(row["name"], row["title"]) for row in rows] == [("'=Ada", "Engines"), ("'=Ada", "Notes")]
