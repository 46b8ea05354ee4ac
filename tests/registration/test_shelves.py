"""The registration page for a crowd: rendered once, and yet everybody's own."""

from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response

from events.core import database, pages
from events.registration.shelves import ANY_KEY, shelves
from tests import make
from tests.registration.test_pages import form_key, open_form, typed


async def test_every_reader_gets_a_form_key_of_their_own(buyer: httpx.AsyncClient, db: None) -> None:
    event = await make.event()
    await make.ticket_type(event, "Open house")

    shown = [await open_form(buyer, event.slug) for _reader in range(3)]

    assert len({form_key(page) for page in shown}) == 3
    assert len({page.replace(form_key(page), "") for page in shown}) == 1
    assert all(ANY_KEY not in page for page in shown)


async def test_it_is_rendered_once_for_a_crowd(
    buyer: httpx.AsyncClient, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = await make.event()
    await make.ticket_type(event, "Open house")
    rendered: list[str] = []
    render = pages.render

    def counted(request: Request, name: str, *args: Any, **values: Any) -> Response:
        rendered.append(name)
        return render(request, name, *args, **values)

    monkeypatch.setattr(pages, "render", counted)

    for _reader in range(5):
        await open_form(buyer, event.slug)

    assert rendered == ["registration/register.html"]


async def test_the_ticket_that_a_link_names_is_chosen_for_its_reader_alone(buyer: httpx.AsyncClient, db: None) -> None:
    event = await make.event()
    first, second = await make.ticket_type(event, "Full"), await make.ticket_type(event, "Virtual")

    linked = (await buyer.get(f"/events/{event.slug}/register", params={"ticket": str(second.id)})).text
    plain = await open_form(buyer, event.slug)

    assert f'value="{second.id}" checked' in linked
    assert "checked" not in plain
    assert str(first.id) in plain


async def test_it_speaks_each_readers_language(buyer: httpx.AsyncClient, db: None) -> None:
    event = await make.event()
    await make.ticket_type(event, "Full")

    plain = await open_form(buyer, event.slug)
    buyer.cookies.set("locale", "en-XA")
    accented = await open_form(buyer, event.slug)

    assert "Register" in plain
    assert "⟦" not in plain
    assert "⟦" in accented


async def test_what_somebody_typed_is_shown_to_nobody_else(buyer: httpx.AsyncClient, db: None) -> None:
    event = await make.event()
    ticket = await make.ticket_type(event, "Full", price=10000)
    page = await open_form(buyer, event.slug)

    back = await buyer.post(f"/events/{event.slug}/register", data=typed(page, ticket.id, do="update"))

    assert "ada@example.org" in back.text
    assert "ada@example.org" not in await open_form(buyer, event.slug)


async def test_a_changed_price_is_there_when_the_second_is_over(buyer: httpx.AsyncClient, db: None) -> None:
    event = await make.event()
    await make.ticket_type(event, "Full", price=10000)
    assert "$100.00" in await open_form(buyer, event.slug)

    await database.execute("UPDATE price SET amount = 9000")
    shelves.clear()  # what a second does

    assert "$90.00" in await open_form(buyer, event.slug)
