import csv
import io

import httpx
import pytest_asyncio

from events.catalogue.models import Event
from events.core import database
from events.registration import holds
from events.registration.holds import Attendee
from events.registration.models import Order, Question
from tests import make
from tests.make import NOON


@pytest_asyncio.fixture
async def event(buyer: httpx.AsyncClient) -> Event:
    """An event whose registrar sits at the browser."""
    event = await make.event()
    registrar = await make.person()
    await make.role(registrar, "registrar", event_id=event.id)
    buyer.cookies.set("signin", await make.sign_in(registrar, NOON))
    return event


async def ordered(event: Event, name: str, email: str) -> str:
    ticket = await make.ticket_type(event)
    basket = await make.basket([ticket], name=name, email=email, attendees=[Attendee(name, email, {})])
    return (await holds.place(basket, NOON)).code


async def test_an_order_is_found_by_name_address_and_code(buyer: httpx.AsyncClient, event: Event) -> None:
    ada = await ordered(event, "Ada Lovelace", "ada@example.org")
    alan = await ordered(event, "Alan Turing", "alan@example.org")
    root = f"/organize/events/{event.slug}/orders"

    for words in ("lovelace", "ADA@example", ada.lower()):
        page = (await buyer.get(root, params={"q": words})).text
        assert (ada in page, alan in page) == (True, False)
    assert "No order fits" in (await buyer.get(root, params={"q": "%"})).text
    assert "No order fits" in (await buyer.get(root, params={"state": "EXPIRED"})).text
    assert (await buyer.get(root, params={"page": "9" * 5, "state": "'; DROP TABLE orders"})).status_code == 200


async def test_no_text_becomes_a_formula_in_the_spreadsheet(buyer: httpx.AsyncClient, event: Event) -> None:
    await Question.create(event=event, label="=1+1")
    await ordered(event, '=HYPERLINK("http://x")', "+ada@example.org")

    answer = await buyer.get(f"/organize/events/{event.slug}/orders.csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))

    assert rows[0]["name"] == '\'=HYPERLINK("http://x")'
    assert rows[0]["e-mail"] == "'+ada@example.org"
    assert "'=1+1" in rows[0]


async def test_an_order_is_a_timeline_and_can_be_cancelled_with_a_reason(
    buyer: httpx.AsyncClient, event: Event
) -> None:
    code = await ordered(event, "Ada Lovelace", "ada@example.org")
    path = f"/organize/events/{event.slug}/orders/{code}"
    registration = await database.value("SELECT id FROM registration")
    assert "Places held for Ada Lovelace" in (await buyer.get(path)).text

    without = await buyer.post(f"{path}/cancellations", data={"registration": str(registration), "reason": ""})
    await buyer.post(f"{path}/cancellations", data={"registration": str(registration), "reason": "asked by phone"})

    assert without.status_code == 422
    assert (await Order.get()).state == "CANCELLED"
    assert "asked by phone" in (await buyer.get(path)).text


async def test_an_order_of_another_event_is_not_here(buyer: httpx.AsyncClient, event: Event) -> None:
    code = await ordered(await make.event(), "Ada Lovelace", "ada@example.org")

    assert (await buyer.get(f"/organize/events/{event.slug}/orders/{code}")).status_code == 404
