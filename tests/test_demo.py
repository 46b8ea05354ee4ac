"""The demo association is complete, adds up, and shows each of the five kinds."""

import pytest

from events import audit
from events.core import clock, database
from events.demo import build
from events.demo.size import SMALL


@pytest.mark.usefixtures("db")
async def test_the_small_demo_shows_every_kind_and_adds_up(database_url: str) -> None:
    said: list[str] = []

    await build.build(database_url, SMALL, clock.now(), said.append, [])

    kinds = await database.rows("SELECT kind, count(*) FROM event GROUP BY kind ORDER BY kind")
    found = {row["kind"]: row["count"] for row in kinds}
    assert found == {"celebration": 15, "conference": 1, "course": 2, "forum": 1, "webinar": 6}
    assert await database.value("SELECT count(*) FROM release") == 10
    assert await database.value("SELECT count(*) FROM orders WHERE state = 'CONFIRMED'") == 75
    assert await database.value("SELECT count(DISTINCT series) FROM block") == 3
    assert await database.value("SELECT count(*) FROM walk") == 2
    states = await database.rows("SELECT state FROM session_request ORDER BY state")
    assert [row["state"] for row in states] == ["asked_back", "granted", "submitted", "submitted"]
    assert await database.value("SELECT count(*) FROM budget") == 3
    places = await database.rows("SELECT state, count(*) AS n FROM staff_place GROUP BY state ORDER BY state")
    assert [tuple(row) for row in places] == [("invited", 1), ("taken", 2), ("unassigned", 3)]
    assert await database.value("SELECT count(*) FROM joining") == 1
    assert await database.value("SELECT count(*) FROM voucher_use") == 3
    assert await database.value("SELECT sum(party) FROM waitlist_entry WHERE state = 'WAITING'") == 3
    assert await database.value("SELECT count(*) FROM outbox_message WHERE done_at IS NULL AND topic ~ '^mail'") == 0
    assert await audit.audit(clock.now()) == []
    assert said[0] == "People and units: 110 people …"


@pytest.mark.usefixtures("db")
async def test_a_demo_of_many_namesakes_is_made_once(database_url: str) -> None:
    """Among 26,000 people somebody else is called Carla Nowak; and a database with events is left alone."""
    assert not await build.exists()

    await build.build(database_url, SMALL, clock.now(), lambda words: None, ["Carla Nowak", "Beatriz Costa"])

    assert await database.value("SELECT count(*) FROM person WHERE name IN ('Carla Nowak', 'Beatriz Costa')") > 2
    assert await database.value("SELECT count(*) FROM reviewer") == 2
    assert await build.exists()
