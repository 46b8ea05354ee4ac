"""The night's cleaning: in batches, again and again, and told in the log by numbers alone."""

from datetime import date, timedelta

import pytest

from events import audit
from events.core import database, inbox
from events.core.logs import log
from events.people import memberships
from events.settings import Settings
from tests import make
from tests.make import NOON
from workers import retention


async def a_message(done_days_ago: int | None, key: str | None = None, failed_days_ago: int | None = None) -> None:
    await database.execute(
        "INSERT INTO outbox_message (topic, key, body, created_at, due_at, done_at, failed_at)"
        " VALUES ('x.y', $3, '{}', $1, $1, $2, $4)",
        NOON - timedelta(days=1000),
        NOON - timedelta(days=done_days_ago) if done_days_ago is not None else None,
        key,
        NOON - timedelta(days=failed_days_ago) if failed_days_ago is not None else None,
    )


async def test_messages_go_after_a_fortnight_those_with_a_key_after_a_year_and_open_ones_never(
    db: None, settings: Settings
) -> None:
    await a_message(15)
    await a_message(13)
    await a_message(15, "refund-1")
    await a_message(401, "refund-2")
    await a_message(None)
    await a_message(None, failed_days_ago=300)
    await a_message(None, failed_days_ago=401)

    gone = await retention.forget(NOON, settings)

    assert gone["messages"] == 3
    assert await database.value("SELECT array_agg(id ORDER BY id) FROM outbox_message") == [2, 3, 5, 6]


async def test_what_stripe_told_goes_ninety_days_after_it_was_understood(db: None, settings: Settings) -> None:
    for name, days in (("evt_old", 91), ("evt_new", 89)):
        await inbox.keep(name, "x", "", "{}", NOON - timedelta(days=days))
        await inbox.handled(name, "done", NOON - timedelta(days=days))
    await inbox.keep("evt_waiting", "x", "", "{}", NOON - timedelta(days=400))

    gone = await retention.forget(NOON, settings)

    assert gone["webhook events"] == 1
    assert await database.value("SELECT array_agg(id ORDER BY id) FROM webhook_event") == ["evt_new", "evt_waiting"]


async def test_a_membership_leaves_the_roster_two_years_after_its_last_day(db: None, settings: Settings) -> None:
    kept, gone = await make.membership(number="M1"), await make.membership(number="M2")
    last = (NOON - memberships.ENDED).date()
    for row, day in ((kept, last), (gone, last - timedelta(days=1))):
        row.valid_from, row.valid_to = date(2020, 1, 1), day
        await row.save()

    assert (await retention.forget(NOON, settings))["memberships"] == 1
    assert await database.value("SELECT array_agg(number) FROM membership") == ["M1"]


async def test_years_of_rows_go_a_batch_at_a_time_and_the_rest_in_the_next_night(
    db: None, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    monkeypatch.setattr(retention, "MOST", 2)
    for _number in range(5):
        await a_message(20)

    nights = [(await retention.forget(NOON, settings))["messages"] for _night in range(3)]

    assert nights == [4, 1, 0]


async def test_a_step_that_fails_holds_up_no_other_and_the_log_says_how_many_and_not_who(
    db: None, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(at: object, limit: int) -> int:
        raise ZeroDivisionError("ada@example.org")

    monkeypatch.setitem(retention.IN_BATCHES, "messages", broken)
    order = await make.seat(await make.person(), await make.session(await make.event(), NOON))

    told: list[tuple[str, dict[str, object]]] = []
    monkeypatch.setattr(log, "info", lambda event, **values: told.append((event, values)))
    monkeypatch.setattr(log, "error", lambda event, **values: told.append((event, values)))
    await retention.forget(NOON.replace(year=2040), settings)

    assert [event for event, _values in told] == ["old rows could not go", "old rows went"]
    assert (told[0][1]["rows"], told[1][1]["orders_blanked"]) == ("messages", 1)
    assert all(isinstance(value, int) for value in told[1][1].values())
    assert await database.value("SELECT name FROM orders WHERE id = $1", order.id) == ""
    assert await audit.audit(NOON) == []


async def test_the_years_of_the_accounts_are_the_houses_to_say(db: None, settings: Settings) -> None:
    await make.seat(await make.person(), await make.session(await make.event(), NOON))
    at = NOON.replace(year=2034)

    ten = await retention.forget(at, settings.model_copy(update={"accounts_years": 10}))
    seven = await retention.forget(at, settings)

    assert (ten["orders blanked"], seven["orders blanked"]) == (0, 1)
