"""A conference with somebody who needs something, and somebody who handles that."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx
import pytest_asyncio

from events.cases import cases
from events.cases.cases import Case, Wish
from events.catalogue.models import Event
from events.people.models import Person
from tests import make
from tests.make import NOON

SignIn = Callable[[Person], Awaitable[httpx.AsyncClient]]

SECRET = "I am deaf in my left ear"
CAPTIONS = Wish(("captions",), SECRET, "event")
MORNING = datetime(2026, 7, 9, 15, tzinfo=UTC)


@dataclass(frozen=True)
class Place:
    event: Event
    ada: Person
    frida: Person

    async def ask(self, wish: Wish = CAPTIONS) -> Case:
        """Ada's new case."""
        return await cases.own(self.ada.id, await cases.ask(self.event.id, self.ada.id, wish, NOON))

    @property
    def root(self) -> str:
        return f"/organize/events/{self.event.slug}/cases"


@pytest_asyncio.fixture
async def place(db: None) -> Place:
    event = await make.event("annual")
    frida = await make.person("Frida Lindqvist", email="frida@example.org")
    await make.role(frida, "care", event_id=event.id)
    return Place(event, await make.person("Ada Lovelace", email="ada@example.org"), frida)
