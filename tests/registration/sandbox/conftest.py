"""A sandbox on its own, with somebody who asks it over HTTP, and the real stripe library."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
from starlette.applications import Starlette

from events.core.money import Money
from events.registration.sandbox import faults
from events.registration.sandbox.app import build
from events.registration.sandbox.checkout import Card, Till
from events.registration.stripe_api import Stripe
from events.registration.stripe_objects import Item
from events.settings import Settings
from tests.make import NOON
from tests.registration.conftest import Clock

BASE = "http://sandbox.test"
ITEMS = [Item("Full registration", "Member price", Money(32500, "USD"), 2)]


@pytest.fixture
def now() -> Clock:
    return Clock()


@pytest.fixture
def sandbox(now: Clock) -> Starlette:
    return build(BASE, "http://nobody.test/webhooks", "whsec_x", clock=now)


@pytest.fixture
def till(sandbox: Starlette) -> Till:
    till: Till = sandbox.state.till
    return till


@pytest_asyncio.fixture
async def plain(sandbox: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    headers = {"authorization": "Bearer sk_test_x"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(sandbox), base_url=BASE, headers=headers) as client:
        yield client


@pytest.fixture
def stripe(plain: httpx.AsyncClient) -> Stripe:
    made = Stripe(Settings(stripe_key="sk_test_x", stripe_url=BASE, stripe_webhook_secret="whsec_x"))
    made._http._client_async = plain
    return made


async def opened(stripe: Stripe, key: str = "checkout-1-1", **values: Any) -> str:
    """A Checkout Session (cs_…) that the library opened."""
    given: dict[str, Any] = {
        "reference": "ABCDEFGH",
        "email": "ada@example.org",
        "items": ITEMS,
        "expires_at": NOON + timedelta(minutes=31),
        "success_url": "http://shop/paid?checkout={CHECKOUT_SESSION_ID}",
        "cancel_url": "http://shop/back",
    }
    return (await stripe.create_checkout(1, key, **(given | values))).id


def paid(till: Till, amount: int = 10000, currency: str = "usd", card: Card = Card.pays) -> str:
    """A payment (pi_…) that succeeded, or is processing at a bank."""
    session = till.create(
        {
            "mode": "payment",
            "success_url": "http://shop/",
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {"currency": currency, "unit_amount": amount, "product_data": {"name": "Full"}},
                }
            ],
        }
    )
    till.pay(session["id"], card)
    return str(till.session(session["id"])["payment_intent"])


class Pause:
    """In the place of asyncio.sleep: `begun` says that somebody sleeps, who then does so for good."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()

    async def __call__(self, seconds: float) -> None:
        self.begun.set()
        await asyncio.Event().wait()


@pytest.fixture
def pause(monkeypatch: pytest.MonkeyPatch) -> Pause:
    """What a slow or a lost answer waits for."""
    pause = Pause()
    monkeypatch.setattr(faults, "sleep", pause)
    return pause
