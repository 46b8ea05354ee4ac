"""A shop with its Stripe: the real stripe library, talking to the sandbox, whose webhooks come back to the shop."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx
import pytest
import pytest_asyncio
from starlette.applications import Starlette

from events.core import clock, database, outbox
from events.core.outbox import Message
from events.registration import payments, refunds, webhooks
from events.registration.sandbox.app import build
from events.registration.sandbox.checkout import Till
from events.registration.stripe_api import Stripe
from events.settings import Settings
from tests.make import NOON

SECRET = "whsec_tests"
BASE = "http://sandbox.test"
SPEAKS_TO_STRIPE = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")
"""stripe 16.1 hands its body to httpx in a way that httpx would like otherwise."""


class Clock:
    """The sandbox's clock, set by the test."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> int:
        return int(self.at.timestamp())


@dataclass
class Shop:
    """stripe: the shop's own client; till: what happens at Stripe; work: what the outbox asks for, as a worker does."""

    stripe: Stripe
    till: Till
    clock: Clock
    sandbox: Starlette
    settled: Callable[[], Awaitable[None]]

    async def work(self, at: datetime) -> list[str]:
        """Hand every message to its job, whenever it is due. Returns the topics."""
        done = []
        for message in await outbox.claim(100, at.replace(year=2100), lease=timedelta(0)):
            await self._do(message, at)
            await outbox.finish([message.id], at)
            done.append(message.topic)
        return done

    async def _do(self, message: Message, at: datetime) -> None:
        if message.topic == "stripe.webhook":
            await webhooks.handle(str(message.body["webhook_event"]), self.stripe, at)
        elif message.topic == "refund.requested":
            await refunds.send(message.number("refund"), self.stripe, at)
        elif message.topic == "checkout.abandoned":
            await payments.abandon(message.number("order"), self.stripe, at)


@pytest.fixture
def settings(database_url: str, redis_url: str) -> Settings:
    return Settings(
        database_url=database_url,
        redis_url=redis_url,
        secret_key="tests" * 8,
        base_url="http://testserver",
        stripe_key="sk_test_tests",
        stripe_webhook_secret=SECRET,
        stripe_url=BASE,
        dev=True,
    )


@pytest_asyncio.fixture
async def shop(application: Starlette) -> AsyncIterator[Shop]:
    time_there = Clock()
    sandbox = build(BASE, "http://testserver/webhooks/stripe", SECRET, clock=time_there)
    stripe: Stripe = application.state.stripe
    stripe._http._client_async = httpx.AsyncClient(transport=httpx.ASGITransport(sandbox), base_url=BASE)
    async with sandbox.router.lifespan_context(sandbox):
        delivery = sandbox.state.delivery
        await delivery.client.aclose()
        delivery.client = httpx.AsyncClient(transport=httpx.ASGITransport(application))
        delivery.clock = lambda: int(time.time())  # signatures age by the real clock
        yield Shop(stripe, sandbox.state.till, time_there, sandbox, delivery.settled)


@pytest_asyncio.fixture
async def buyer(application: Starlette, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody with a browser, without an account. For them it is NOON."""
    monkeypatch.setattr(clock, "now", lambda: NOON)
    transport = httpx.ASGITransport(application)
    headers = {"sec-fetch-site": "same-origin"}
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver", headers=headers) as client:
        yield client


async def count(table: str) -> int:
    return int(await database.value(f"SELECT count(*) FROM {table}"))


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every statement that goes to the database by `core.database`, in order."""
    seen: list[str] = []
    for name in ("rows", "row", "value", "execute"):
        original = getattr(database, name)

        def spy(sql: str, *args: object, _original: Callable[..., Awaitable[object]] = original) -> Awaitable[object]:
            seen.append(sql)
            return _original(sql, *args)

        monkeypatch.setattr(database, name, spy)
    return seen
