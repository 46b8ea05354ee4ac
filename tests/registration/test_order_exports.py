"""Lists of orders: filtered, kept under a name, and taken away as files in which no text is a formula."""

import io
import zipfile
from collections.abc import AsyncIterator

import httpx
import pytest

from events.catalogue.models import Event
from events.registration import holds, order_exports, saved_lists
from events.registration.holds import Attendee
from events.registration.models import Ledger, Order, Question, TicketType
from events.registration.order_list import Filter
from tests import make
from tests.make import NOON

FORMULA = '=HYPERLINK("http://x")'


async def ordered(ticket: TicketType, name: str, people: int = 1) -> str:
    attendees = [Attendee(f"{name} {n}", "x@example.org", {}) for n in range(people)]
    basket = await make.basket(*[[ticket]] * people, name=name, email="x@example.org", attendees=attendees)
    return (await holds.place(basket, NOON)).code


async def registrar(buyer: httpx.AsyncClient, event: Event) -> int:
    person = await make.person()
    await make.role(person, "registrar", event_id=event.id)
    buyer.cookies.set("signin", await make.sign_in(person, NOON))
    return person.id


async def lines(found: AsyncIterator[bytes]) -> list[str]:
    return b"".join([piece async for piece in found]).decode("utf-8-sig").splitlines()


async def test_a_workbook_holds_texts_and_amounts_and_no_formula(buyer: httpx.AsyncClient) -> None:
    event = await make.event()
    await Question.create(event=event, label="=1+1")
    await ordered(await make.ticket_type(event, price=32550), FORMULA)
    await registrar(buyer, event)

    answer = await buyer.get(f"/organize/events/{event.slug}/orders.xlsx")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()

    assert answer.headers["cache-control"] == "no-store"
    assert "<f>" not in sheet
    assert "=HYPERLINK" in sheet
    assert "<v>325.5</v>" in sheet


async def test_a_long_list_comes_in_parts_and_whole(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(order_exports, "PART", 2)
    ticket = await make.ticket_type()
    event: int = ticket.event_id  # type: ignore[attr-defined]
    await ordered(ticket, "Ada", 5)

    parts = [len(part) async for part in order_exports.rows(event, "USD", Filter())]

    assert parts == [1, 2, 2, 1]
    assert len(await lines(order_exports.as_csv(event, "USD", Filter()))) == 6


async def test_filters_work_together(db: None) -> None:
    event = await make.event()
    full, tour = await make.ticket_type(event), await make.ticket_type(event, kind="tour")
    a, b, c = await ordered(full, "Ada"), await ordered(tour, "Ada"), await ordered(full, "Alan")
    for code, amount in ((a, 100), (b, -100)):
        order = await Order.get(code=code)
        await Ledger.create(order=order, kind="charge", amount=amount, currency="USD", source=code, booked_at=NOON)

    async def found(**of: str) -> set[str]:
        exported = await lines(order_exports.as_csv(event.id, "USD", Filter.read(of)))
        return {line.split(",")[0] for line in exported[1:]}

    assert await found(q="ada") == {a, b}
    assert await found(q="ada", ticket=str(full.id)) == {a}
    assert await found(owing="owed") == {a}
    assert await found(owing="back", state="CONFIRMED") == {b}
    assert await found(state="nonsense", ticket="x", owing="?") == {a, b, c}


async def test_a_list_is_ones_own_until_it_is_shared(buyer: httpx.AsyncClient) -> None:
    event = await make.event()
    await ordered(await make.ticket_type(event), "Ada")
    root = f"/organize/events/{event.slug}/orders"
    first = await registrar(buyer, event)
    empty = await buyer.post(f"{root}/lists", data={"name": "All"})
    saved = await buyer.post(f"{root}/lists?state=CONFIRMED&x=1", data={"name": "Coming"})
    (mine,) = await saved_lists.of(event.id, first)
    second = await registrar(buyer, event)
    hidden = (await buyer.get(root)).text
    await buyer.post(f"{root}/lists/{mine.id}/removal")
    await saved_lists.save(event.id, first, "coming", Filter(state="CONFIRMED"), True, NOON)
    shown = (await buyer.get(root)).text

    assert (empty.status_code, saved.status_code, mine.query) == (422, 303, "state=CONFIRMED")
    assert ("Coming" in hidden, ">coming<" in shown) == (False, True)
    assert [one.mine for one in await saved_lists.of(event.id, second)] == [False]
