"""What time itself causes, and again: nothing twice."""

from datetime import timedelta

import pytest

from events.agenda import saves
from events.core import database
from events.schedule.models import Session
from events.settings import Settings
from tests import make
from tests.agenda.conftest import MORNING, Programme, programme
from tests.make import NOON
from workers import upkeep
from workers.settings import HOURS
from workers.tools import Tools

__all__ = ["programme"]


async def topics() -> list[str]:
    return [row["topic"] for row in await database.rows("SELECT topic FROM outbox_message ORDER BY id")]


async def test_due_reminders_are_handed_over_once(programme: Programme, settings: Settings) -> None:
    ada = await make.person()
    await saves.save(ada.id, programme.event.id, programme.early.code, NOON)

    for _again in range(2):
        await upkeep.due_mails(MORNING - timedelta(hours=24), Tools(settings))

    assert await topics() == ["mail.reminder"]


async def test_a_tombstone_leaves_every_feed_a_day_after(programme: Programme, settings: Settings) -> None:
    ada = await make.person()
    await saves.save(ada.id, programme.event.id, programme.late.code, NOON)
    await Session.filter(id=programme.late.id).update(state="cancelled")
    await programme.publish(NOON + timedelta(hours=1))
    before = await database.row("SELECT f.revision, p.revision AS own FROM feed f, personal_feed p")
    over = MORNING + timedelta(days=1, hours=2)

    for _again in range(2):
        await upkeep.tombstones(over, Tools(settings))

    after = await database.row(
        "SELECT f.revision, p.revision AS own, position('Zines' in convert_from(f.body, 'UTF8')) AS place"
        " FROM feed f, personal_feed p WHERE f.event_id IS NOT NULL"
    )
    assert before is not None
    assert after is not None
    assert (after["revision"], after["own"], after["place"]) == (before["revision"] + 1, before["own"] + 1, 0)


async def test_messages_told_long_ago_go_and_open_ones_stay(db: None, settings: Settings) -> None:
    for done in (NOON - timedelta(days=15), NOON - timedelta(days=13), None):
        await database.execute(
            "INSERT INTO outbox_message (topic, body, created_at, due_at, done_at) VALUES ('x.y', '{}', $1, $1, $2)",
            NOON - timedelta(days=20),
            done,
        )

    await upkeep.old_rows(NOON, Tools(settings))

    assert len(await topics()) == 2


@pytest.mark.usefixtures("db")
async def test_every_upkeep_runs_on_an_empty_house(settings: Settings) -> None:
    for run, _hours in HOURS:
        await run(NOON, Tools(settings))
