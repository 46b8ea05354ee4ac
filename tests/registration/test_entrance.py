"""The way to the registration page, past the waiting room."""

import httpx
import pytest
from starlette.applications import Starlette

from events.lobby import door
from tests import make
from tests.lobby.conftest import open_lobby
from tests.registration.test_pages import open_form, typed


async def test_an_event_without_a_waiting_room_pays_no_question_for_it(
    buyer: httpx.AsyncClient, application: Starlette, statements: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not one more statement than the page had before, and no word to Redis."""
    event = await make.event()
    ticket = await make.ticket_type(event, places=5)
    monkeypatch.setattr(door, "ask", None)
    application.state.redis = None
    page = await open_form(buyer, event.slug)
    statements.clear()

    await open_form(buyer, event.slug)
    looked = list(statements)
    statements.clear()
    await buyer.post(f"/events/{event.slug}/register", data=typed(page, ticket.id))

    assert looked == []  # event and offer are a moment old
    assert len([one for one in statements if "lobby" in one]) == 0
    assert len(statements) == 1  # the order


async def test_an_event_that_is_not_on_sale_says_so_and_has_no_line(buyer: httpx.AsyncClient, db: None) -> None:
    event = await make.event(state="announced")
    await make.ticket_type(event, places=5)
    await open_lobby(event.id)

    answer = await buyer.get(f"/events/{event.slug}/register")

    assert (answer.status_code, "Registration is not open" in answer.text) == (409, True)
    assert "set-cookie" not in answer.headers
