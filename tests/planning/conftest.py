"""The conference of the programme's tests, and somebody who edits it."""

from collections.abc import Awaitable, Callable

import httpx
import pytest

from events.people.models import Person
from tests import make
from tests.schedule.conftest import Conference, draft

__all__ = ["draft"]

ROOT = "/organize/events/annual/planning"
SignIn = Callable[[Person], Awaitable[httpx.AsyncClient]]


@pytest.fixture
async def ed(draft: Conference, signed_in: SignIn) -> httpx.AsyncClient:
    person = await make.person("Ed Editor")
    await make.role(person, "editor", event_id=draft.event.id)
    return await signed_in(person)
