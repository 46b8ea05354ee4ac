"""Nothing is lost, nothing is told twice at once, and what cannot be told is said."""

from datetime import UTC, datetime, timedelta

import pytest

from events.core import database, outbox

LEASE = timedelta(seconds=60)


def soon() -> datetime:
    return datetime.now(UTC) + timedelta(seconds=1)


@pytest.mark.usefixtures("db")
async def test_a_message_is_written_with_its_cause_or_not_at_all() -> None:
    async def cause() -> None:
        async with database.transaction():
            await outbox.write("order.confirmed", {"order": 1})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await cause()

    assert await outbox.claim(10, soon(), LEASE) == []


@pytest.mark.usefixtures("db")
async def test_a_message_with_a_key_is_written_once() -> None:
    for _ in range(2):
        await outbox.write("reminder.due", {"reminder": 5}, key="reminder-5")

    assert [message.topic for message in await outbox.claim(10, soon(), LEASE)] == ["reminder.due"]


@pytest.mark.usefixtures("db")
async def test_a_claimed_message_is_left_alone_until_its_lease_runs_out() -> None:
    await outbox.write("order.confirmed", {"order": 1})
    at = soon()

    [first] = await outbox.claim(10, at, LEASE)
    nothing = await outbox.claim(10, at, LEASE)
    [second] = await outbox.claim(10, at + LEASE, LEASE)

    assert (first.attempt, nothing, second.attempt) == (1, [], 2)
    assert await outbox.load(first.id, first.attempt) is None, "the first attempt has lost its lease"
    assert await outbox.load(second.id, second.attempt) == second


@pytest.mark.usefixtures("db")
async def test_a_finished_message_is_never_taken_again() -> None:
    await outbox.write("order.confirmed", {"order": 1})
    [message] = await outbox.claim(10, soon(), LEASE)

    await outbox.finish([message.id], soon())

    assert await outbox.claim(10, soon() + timedelta(days=1), LEASE) == []
    assert await outbox.load(message.id, message.attempt) is None


@pytest.mark.usefixtures("db")
async def test_a_failing_message_waits_longer_each_time_and_is_given_up_in_the_end() -> None:
    await outbox.write("order.confirmed", {"order": 1})
    at = soon()
    waited = []

    for _ in range(outbox.ATTEMPTS):
        [message] = await outbox.claim(10, at, LEASE)
        await outbox.fail(message, "the SMTP server is away", at)
        waited.append(2 ** (message.attempt - 1))
        at += timedelta(minutes=waited[-1])

    assert waited == [1, 2, 4, 8, 16, 32, 64, 128]
    assert await outbox.claim(10, at + timedelta(days=9), LEASE) == []
    assert await outbox.lag(at) == (0, 0.0, 1)


@pytest.mark.usefixtures("db")
async def test_a_message_that_is_due_later_waits() -> None:
    tomorrow = soon() + timedelta(days=1)
    await outbox.write("reminder.due", {"reminder": 5}, due=tomorrow)

    assert await outbox.claim(10, soon(), LEASE) == []
    assert len(await outbox.claim(10, tomorrow, LEASE)) == 1
