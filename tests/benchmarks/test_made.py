"""Programmes and registrations made by SQL are what the application would have made: it publishes and recounts them."""

from collections.abc import AsyncIterator
from datetime import date

import asyncpg
import pytest

from benchmarks import made
from events import audit
from events.core import database
from events.schedule import placed, queries, releases
from events.schedule.conflicts import Kind
from tests import make
from tests.make import NOON


@pytest.fixture
async def connection(db: None, database_url: str) -> AsyncIterator[asyncpg.Connection]:
    pattern = await make.event("annual", ends_on=date(2026, 7, 13))
    await database.execute("INSERT INTO track (event_id, slug, name) VALUES ($1, 'a', 'A')", pattern.id)
    await database.execute("INSERT INTO session_type (event_id, slug, name) VALUES ($1, 'b', 'B')", pattern.id)
    await make.session(pattern, NOON)
    opened = await asyncpg.connect(database_url)
    yield opened
    await opened.close()


async def test_a_made_programme_has_its_sessions_and_no_room_twice_at_a_time(connection: asyncpg.Connection) -> None:
    event = await made.programme(connection, "made", 40)

    released = await releases.publish(event, None, "", NOON)

    snapshot = await queries.last(event)
    assert snapshot is not None
    assert released.number == 1
    assert len(snapshot.sessions) == 40
    assert {len(session.people) for session in snapshot.sessions} == {3}
    assert len(snapshot.rooms) == 6
    assert not [one for one in await placed.conflicts(event) if one.kind is Kind.ROOM]


async def test_conflicts_of_made_programmes_grow_as_they_do(connection: asyncpg.Connection) -> None:
    found = [len(await placed.conflicts(await made.programme(connection, f"made-{n}", n))) for n in (70, 140)]

    assert 70 > found[0] > 0
    assert found[1] / found[0] == pytest.approx(2, abs=0.3)


async def test_a_tenth_that_begins_later_is_a_tenth_that_changed(connection: asyncpg.Connection) -> None:
    event = await made.programme(connection, "made", 40)
    await releases.publish(event, None, "", NOON)

    moved = await made.begin_later(connection, event, 10)
    released = await releases.publish(event, None, "", NOON)

    assert moved == 4
    assert len(released.changes.rescheduled) == 4
    assert await audit.audit(NOON) == []


async def test_made_registrations_recount(connection: asyncpg.Connection) -> None:
    event = await make.event("webinar")
    ticket = await make.ticket_type(event, places=100)

    await made.registrations(connection, event.id, 1, 30)
    await made.registrations(connection, event.id, 31, 50)

    claimed = await database.value(
        "SELECT q.claimed FROM quota q JOIN ticket_type_quota t ON t.quota_id = q.id WHERE t.ticket_type_id = $1",
        ticket.id,
    )
    assert claimed == 50
    assert await audit.audit(NOON) == []
