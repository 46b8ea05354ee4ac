"""One world for all tests of a module; what a request did is rolled back."""

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest_asyncio
from hypothesis import HealthCheck, Phase
from hypothesis import settings as profiles
from starlette.applications import Starlette

from events import app
from events.core import database, fresh
from events.settings import Settings
from tests.conftest import CLEAN
from tests.security import world
from tests.security.forms import Form
from tests.security.world import World

ANY = (HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large)
profiles.register_profile(
    "ci",
    max_examples=12,
    deadline=None,
    derandomize=True,
    suppress_health_check=ANY,
    phases=(Phase.explicit, Phase.generate),
)
EXAMPLES = int(os.environ.get("HYPOTHESIS_EXAMPLES", "1000"))
profiles.register_profile("long", max_examples=EXAMPLES, deadline=None, suppress_health_check=ANY)
PROFILE = "long" if os.environ.get("HYPOTHESIS_PROFILE") == "long" else "ci"


@dataclass(frozen=True)
class House:
    """The web process over a built world, without Redis: nothing is limited. forms: kept by `reading.forms_here`."""

    app: Starlette
    world: World
    forms: dict[str, list[tuple[str, Form]]] = field(default_factory=dict, repr=False)

    async def ask(
        self, method: str, url: str, role: str = "anonymous", keep: bool = False, **request: Any
    ) -> httpx.Response:
        """One request; what it did is undone unless it is to be kept."""
        async with world.browser(self.app, self.world.tokens.get(role, "")) as client:
            if keep:
                return await client.request(method, url, **request)
            try:
                async with database.transaction():
                    answer = await client.request(method, url, **request)
                    raise world.Undone
            except world.Undone:
                fresh.clear_all()
                return answer


@pytest_asyncio.fixture(scope="module")
async def house(_pool: None, database_url: str) -> AsyncIterator[House]:
    made = application(database_url)
    yield House(made, await clean_world())


def application(database_url: str, **values: object) -> Starlette:
    given: dict[str, object] = {"database_url": database_url, "secret_key": world.KEY.decode(), "dev": True}
    return app.create(Settings(**(given | {"base_url": "http://testserver"} | values)))  # type: ignore[arg-type]


async def clean_world(texts: world.Texts = world.PLAIN) -> World:
    await database.execute(CLEAN)
    fresh.clear_all()
    return await world.build(texts)
