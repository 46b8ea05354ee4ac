"""What organizers change about a waiting room."""

from dataclasses import replace
from datetime import timedelta

import asyncpg
import pytest

from events.core import database
from events.core.errors import StaleWrite
from events.lobby import changes, forms
from events.lobby.changes import DEFAULT, Room, Wanted
from tests import make
from tests.make import NOON

ON = Wanted(True, 50, 30, NOON + timedelta(days=1), 45, 10, 200)


async def test_it_is_off_until_somebody_switches_it_on(db: None) -> None:
    event, person = await make.event(), await make.person("Rita")
    before = await changes.of(event.id)

    await changes.save(event.id, ON, 0, person.id, NOON)

    assert (before, before.is_on) == (DEFAULT, False)
    assert await changes.of(event.id) == Room(
        True, 50, 30, NOON + timedelta(days=1), 45, 10, 200, round=1, version=1, changed_at=NOON, changed_by="Rita"
    )


async def test_a_change_goes_on_with_the_line_and_switching_on_again_begins_another(db: None) -> None:
    event, person = await make.event(), await make.person()
    await changes.save(event.id, ON, 0, person.id, NOON)

    await changes.save(event.id, replace(ON, inside=60), 1, person.id, NOON)
    changed = await changes.of(event.id)
    ended = [await changes.end(event.id, person.id, NOON) for _ in range(2)]
    off = await changes.of(event.id)
    await changes.save(event.id, ON, 3, person.id, NOON)

    assert (changed.round, changed.inside) == (1, 60)
    assert (ended, off.is_on, off.round) == ([True, False], False, 1)
    assert (await changes.of(event.id)).round == 2


async def test_who_saves_over_somebody_elses_change_sees_both(db: None) -> None:
    event, person = await make.event(), await make.person()
    await changes.save(event.id, ON, 0, person.id, NOON)

    for version in (0, 7):
        with pytest.raises(StaleWrite) as stale:
            await changes.save(event.id, replace(ON, inside=9), version, person.id, NOON)
        assert (stale.value.theirs["At once inside"], stale.value.yours["At once inside"]) == (50, 9)

    assert (await changes.of(event.id)).inside == 50


async def test_the_database_refuses_what_the_form_refuses(db: None) -> None:
    event = await make.event()
    for name, (least, most) in forms.LIMITS.items():
        for number in (least - 1, most + 1):
            with pytest.raises(asyncpg.CheckViolationError):
                await database.execute(
                    f"INSERT INTO lobby (event_id, changed_at, {name}) VALUES ($1, $2, $3)", event.id, NOON, number
                )
