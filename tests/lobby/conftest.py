"""A waiting room, and people who come to it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
from starlette.applications import Starlette

from events.core import clock, fresh
from events.lobby.models import Lobby
from events.lobby.rules import Rules
from events.people.models import Person
from tests import make
from tests.conftest import SAME_ORIGIN
from tests.make import NOON

ROOM = Rules(
    round=1, inside=2, per_minute=60_000, opens_at=None, early_minutes=60, stay_minutes=15, network_most=1_000_000
)
"""Two at once, and no other limit."""


class Now:
    """The clock of the web process, set by the test."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        return self.at

    def later(self, **values: float) -> datetime:
        self.at += timedelta(**values)
        return self.at


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> Now:
    made = Now()
    monkeypatch.setattr(clock, "now", made)
    return made


Visit = Callable[..., Awaitable[httpx.AsyncClient]]


@pytest_asyncio.fixture
async def visitor(application: Starlette, now: Now) -> AsyncIterator[Visit]:
    """Makes browsers: `ada = await visitor()`; with a person they are signed in, with a network they are elsewhere."""
    async with AsyncExitStack() as stack:

        async def made(
            person: Person | None = None, network: str = "192.0.2.7", app: Starlette | None = None
        ) -> httpx.AsyncClient:
            cookies = {"signin": await make.sign_in(person)} if person else {}
            transport = httpx.ASGITransport(app or application, client=(network, 1))
            client = httpx.AsyncClient(
                transport=transport, base_url="http://testserver", headers=SAME_ORIGIN, cookies=cookies
            )
            return await stack.enter_async_context(client)

        yield made


async def open_lobby(event: int, **values: object) -> Lobby:
    """Switch a waiting room on: one at a time, without any other limit."""
    room: dict[str, Any] = {"is_on": True, "round": 1, "inside": 1, "per_minute": 60_000, "changed_at": NOON}
    made = await Lobby.create(event_id=event, **(room | values))
    fresh.clear_all()
    return made
