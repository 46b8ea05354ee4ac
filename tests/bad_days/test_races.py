"""Each race with its guard, where nothing happens twice, and its control, where the guard is taken away and it does.

A test of a guard that would pass without it proves nothing: the controls show that these races are real here.

seats               below, and tests/registration/test_holds.py (ninety-six buyers from processes of their own)
double fulfilment   the page one comes back to, and the webhook
double mail         two workers with one message
two relays          both claim what is due
vouchers            the last use of a code, and the one use of a person
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from events.core import clock, database, outbox
from events.core.money import Money
from events.core.outbox import Message
from events.registration import accounts, holds, payments
from events.registration.models import TicketType
from events.registration.quotas import SoldOut
from events.registration.stripe_objects import Checkout
from events.settings import Settings
from tests import make
from tests.make import NOON
from workers.job import tell
from workers.tools import Tools

pytestmark = pytest.mark.usefixtures("db")
TRIES = 60
LEASE = timedelta(minutes=5)
SOON = NOON + timedelta(minutes=2)


def without(words: str, patch: pytest.MonkeyPatch) -> None:
    """Take the last words out of every statement that ends with them, from now on."""
    for name in ("row", "rows", "value", "execute"):
        original: Callable[..., Awaitable[Any]] = getattr(database, name)

        def bare(sql: str, *args: Any, _original: Callable[..., Awaitable[Any]] = original) -> Awaitable[Any]:
            return _original(sql.removesuffix(words), *args)

        patch.setattr(database, name, bare)


async def seen(race: Callable[[], Awaitable[bool]]) -> None:
    """The control: it goes wrong at least once in TRIES."""
    for _try in range(TRIES):
        if await race():
            return
    pytest.fail(f"the race was not seen in {TRIES} tries: its guard is not shown to be needed")


# Two buyers for the last place.


async def two_buyers() -> int:
    """How many of them got it."""
    workshop = await make.ticket_type(places=1)
    baskets = [await make.basket([workshop], email=f"{name}@example.org") for name in ("ada", "alan", "grace")]

    async def buy(number: int) -> bool:
        try:
            await holds.place(baskets[number], NOON)
        except SoldOut:
            return False
        return True

    return sum(await asyncio.gather(*(buy(number) for number in range(len(baskets)))))


async def test_the_last_place_is_sold_once() -> None:
    assert [await two_buyers() for _try in range(10)] == [1] * 10


async def test_without_the_lock_the_last_place_is_sold_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holds, "_PLACE", holds._PLACE.replace(" FOR NO KEY UPDATE", ""))

    async def race() -> bool:
        return await two_buyers() > 1

    await seen(race)


# Two buyers with the last use of a code. There are places enough, in a quota of each, so that only the code is between
# them.


async def two_with_a_code(same: bool, **limits: int) -> int:
    """How many of them used it. same: they are one person, at two machines."""
    event = await make.event()
    code = await make.voucher(event, "LAST", **limits)
    names = ["ada"] * 3 if same else ["ada", "alan", "grace"]
    kinds = [await make.ticket_type(event, price=100, places=10) for _name in names]
    baskets = [
        await make.coded(code, [kind], email=f"{name}@example.org") for kind, name in zip(kinds, names, strict=True)
    ]

    async def buy(number: int) -> bool:
        try:
            await holds.place(baskets[number], NOON)
        except holds.CodeGone:
            return False
        return True

    return sum(await asyncio.gather(*(buy(number) for number in range(len(baskets)))))


async def test_the_last_use_of_a_code_is_taken_once() -> None:
    assert [await two_with_a_code(same=False, max_uses=1) for _try in range(10)] == [1] * 10
    assert [await two_with_a_code(same=True, per_person=1) for _try in range(10)] == [1] * 10


async def test_without_its_lock_the_last_use_is_taken_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    unlocked = holds._PLACE_BY_CODE.replace("ORDER BY v.id FOR NO KEY UPDATE", "ORDER BY v.id")
    assert unlocked != holds._PLACE_BY_CODE
    monkeypatch.setattr(holds, "_PLACE_BY_CODE", unlocked)

    async def race() -> bool:
        return await two_with_a_code(same=False, max_uses=1) > 1

    await seen(race)


# The page one comes back to, and the webhook.


class Paid:
    """Stripe, for one question: the session is paid."""

    ready = True

    def __init__(self, amount: Money) -> None:
        self.amount = amount

    async def create_checkout(self, checkout: int, key: str, **_asked: object) -> Checkout:
        return self._checkout(checkout, "open", "unpaid")

    async def checkout(self, stripe_id: str) -> Checkout:
        await asyncio.sleep(0)
        return self._checkout(int(stripe_id.removeprefix("cs_")), "complete", "paid")

    def _checkout(self, checkout: int, status: str, payment: str) -> Checkout:
        return Checkout(f"cs_{checkout}", "http://x/", status, payment, self.amount, f"pi_{checkout}", "", checkout)


async def paid_twice_at_once(full: TicketType) -> int:
    """How many confirmations one payment got."""
    placed = await holds.place(await make.basket([full]), NOON)
    account = await accounts.by_id(placed.id)
    assert account is not None
    stripe: Any = Paid(Money(32500, "USD"))
    await payments.check_out(account, stripe, payments.Pages("", ""), NOON)
    checkout = await database.value("SELECT stripe_id FROM checkout_session WHERE order_id = $1", placed.id)

    await asyncio.gather(*(payments.fulfil(checkout, stripe, SOON) for _call in range(3)))

    confirmed: int = await database.value(
        "SELECT count(*) FROM outbox_message WHERE topic = 'mail.order_confirmed' AND (body ->> 'order')::bigint = $1",
        placed.id,
    )
    return confirmed


async def test_a_payment_is_fulfilled_once() -> None:
    full = await make.ticket_type(price=32500)

    assert [await paid_twice_at_once(full) for _try in range(10)] == [1] * 10


async def test_without_the_locks_a_payment_is_fulfilled_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    full = await make.ticket_type(price=32500)
    without(" FOR UPDATE", monkeypatch)

    async def race() -> bool:
        return await paid_twice_at_once(full) > 1

    await seen(race)


# Two workers with one message.


@dataclass
class Postman:
    """A mail job: it takes a moment, and notes whom it was for."""

    went: Counter[int]

    async def __call__(self, message: Message, tools: Tools) -> None:
        await asyncio.sleep(0.002)
        self.went[message.id] += 1


async def two_workers(settings: Settings, lease: timedelta) -> int:
    """The most that one mail went out."""
    async with database.transaction():
        await outbox.write("mail.test", {"order": 1})
    postman = Postman(Counter())
    context = {"tools": Tools(settings), "topics": {"mail.test": postman}, "batches": {}}
    at = clock.now() + timedelta(seconds=1)

    async def work(pause: float) -> None:
        await asyncio.sleep(pause)
        for message in await outbox.claim(10, at, lease):
            await tell(context, [(message.id, message.attempt)])

    await asyncio.gather(*(work(number / 1000) for number in range(4)))
    return max(postman.went.values())


async def test_one_mail_goes_out_once(settings: Settings) -> None:
    assert [await two_workers(settings, LEASE) for _try in range(10)] == [1] * 10


async def test_without_the_lease_one_mail_goes_out_twice(settings: Settings) -> None:
    async def race() -> bool:
        return await two_workers(settings, timedelta(0)) > 1

    await seen(race)


async def test_a_ring_that_comes_twice_is_told_once(settings: Settings) -> None:
    """A worker was thought dead and was not: its attempt is over as soon as another is begun."""
    async with database.transaction():
        await outbox.write("mail.test", {"order": 1})
    postman = Postman(Counter())
    context = {"tools": Tools(settings), "topics": {"mail.test": postman}, "batches": {}}
    at = clock.now() + timedelta(seconds=1)
    [first] = await outbox.claim(10, at, LEASE)
    [second] = await outbox.claim(10, at + LEASE, LEASE)

    await tell(context, [(first.id, first.attempt)])
    await tell(context, [(second.id, second.attempt)])
    await tell(context, [(second.id, second.attempt)])

    assert postman.went == {first.id: 1}


# Two relays.


WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


async def some_mail(at: datetime) -> None:
    async with database.transaction():
        await outbox.write("order.confirmed", {"order": 0})
        await database.execute(
            "INSERT INTO outbox_message (topic, body, created_at, due_at)"
            " SELECT 'order.confirmed', '{}', $1, $1 FROM generate_series(1, 20)",
            at,
        )


def most_claims_of_one(claimed: Sequence[Sequence[Message]]) -> int:
    return max(Counter(message.id for messages in claimed for message in messages).values())


async def two_relays(at: datetime) -> int:
    """The most that one message was claimed, of twenty, by three relays."""
    await some_mail(at)
    return most_claims_of_one(await asyncio.gather(*(outbox.claim(100, at, LEASE) for _relay in range(3))))


async def test_two_relays_claim_each_message_once() -> None:
    at = clock.now() + timedelta(seconds=1)

    assert [await two_relays(at) for _try in range(10)] == [1] * 10


async def test_without_the_row_lock_two_relays_claim_the_same_message(monkeypatch: pytest.MonkeyPatch) -> None:
    """All messages are held until each relay has chosen and waits for them, so that nothing is left to luck."""
    at = clock.now() + timedelta(seconds=1)
    claim, begin = database.rows, asyncio.Event()
    monkeypatch.setattr(database, "rows", lambda sql, *args: claim(sql.replace(" FOR UPDATE SKIP LOCKED", ""), *args))
    await some_mail(at)

    async def relay() -> list[Message]:
        await begin.wait()
        return await outbox.claim(100, at, LEASE)

    relays = [asyncio.create_task(relay()) for _relay in range(3)]
    async with database.transaction():
        await database.execute("SELECT FROM outbox_message FOR UPDATE")
        begin.set()
        async with asyncio.timeout(20):
            while await database.value(WAITING) < len(relays):
                await database.execute("SELECT pg_stat_clear_snapshot()")

    assert most_claims_of_one(await asyncio.gather(*relays)) == len(relays)
