from datetime import date

import pytest_asyncio

from tests import make
from tests.books.booking import Books
from tests.registration.conftest import *  # noqa: F403 - the buyer and what they need


@pytest_asyncio.fixture
async def books(db: None) -> Books:
    event = await make.event(slug="annual", starts_on=date(2026, 7, 9))
    return Books(event, await make.ticket_type(event, "Full"))
