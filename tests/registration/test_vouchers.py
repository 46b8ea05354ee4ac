"""A code on the registration page: found, explained, used; slowed down when guessed."""

import re

import httpx
import pytest
from starlette.applications import Starlette

from events.catalogue.models import Event
from events.core.access import Limiter
from events.registration import holds, vouchers
from events.registration.models import GroupRule, Order, OrderLine, Quota, Voucher, VoucherUse
from events.registration.vouchers import Buyer, Found
from tests import make
from tests.make import NOON

NOBODY = Buyer(frozenset(), None, "f" * 32)


async def found(event: Event, typed: str, buyer: Buyer = NOBODY) -> Found:
    return await vouchers.find(event.id, event.timezone, typed, buyer, Limiter(None), "10.0.0.0/24", NOON)


async def test_a_code_is_found_however_it_is_typed(db: None) -> None:
    event = await make.event()
    code = await make.voucher(event, "SPRING-27")

    assert [(await found(event, typed)).code for typed in ("spring27", " Spring 27 ", "SPRING–27")] == [
        holds.Code(code.id, 1, None)
    ] * 3


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"ended_at": NOON}, "was ended by the organizers"),
        ({"through": NOON.date().replace(day=1)}, "was good through June 1, 2026"),
        ({"starts_on": NOON.date().replace(month=7)}, "is good from July 25, 2026 on"),
        ({"max_uses": 0}, "is used up"),
        ({"email": "alan@example.org"}, "made out to one person"),
    ],
)
async def test_each_no_has_a_sentence_of_its_own(db: None, values: dict[str, object], words: str) -> None:
    event = await make.event()
    await make.voucher(event, "SPRING", **values)

    answer = await found(event, "spring")

    assert words in answer.words
    assert answer.discount is None
    assert "alan" not in answer.words


async def test_a_code_of_another_event_is_not_known(db: None) -> None:
    await make.voucher(await make.event(), "SPRING")

    assert "no code" in (await found(await make.event(), "SPRING")).words


async def test_who_it_is_made_out_to_may_use_it_by_any_of_their_addresses(db: None) -> None:
    event = await make.event()
    await make.voucher(event, "ADA", email="ada@example.org")

    answer = await found(event, "ada", Buyer(frozenset({"ada@example.org", "x@example.org"}), None, ""))

    assert answer.discount is not None


async def test_a_use_in_the_order_that_is_typed_again_does_not_count(db: None) -> None:
    event = await make.event()
    full = await make.ticket_type(event, price=100)
    code = await make.voucher(event, "ONCE", max_uses=1, per_person=1)
    await holds.place(await make.coded(code, [full], form_key="f" * 32), NOON)

    assert (await found(event, "once")).discount is not None
    assert "used up" in (await found(event, "once", Buyer(frozenset(), None, "e" * 32))).words


async def form_of(buyer: httpx.AsyncClient, path: str) -> dict[str, str]:
    page = (await buyer.get(path)).text
    key = re.search(r'name="form_key" value="([0-9a-f]+)"', page)
    assert key
    return {"form_key": key[1], "people": "1", "p0-name": "Ada Lovelace", "p0-email": "ada@example.org"}


async def test_a_buyer_sees_both_prices_and_buys_with_a_code(buyer: httpx.AsyncClient) -> None:
    event = await make.event()
    full = await make.ticket_type(event, price=10000)
    code = await make.voucher(event, "SPRING", effect="percent", value=25)
    path = f"/events/{event.slug}/register"
    form = await form_of(buyer, path) | {"p0-main": str(full.id), "voucher": " spring "}

    shown = await buyer.post(path, data=form | {"do": "update"})
    placed = await buyer.post(path, data=form | {"do": "order"})

    assert "$100.00</s>" in shown.text
    assert "$75.00" in shown.text
    assert "Code SPRING: 25 percent less" in shown.text
    assert placed.status_code == 303
    order = await Order.get()
    line = await OrderLine.get()
    assert (order.total, line.amount, line.voucher_id) == (7500, 7500, code.id)  # type: ignore[attr-defined]
    assert await VoucherUse.all().count() == 1
    page = (await buyer.get(placed.headers["location"])).text
    assert "Code SPRING: 25 percent less" in page
    again = (await buyer.get(f"{path}?again={order.code}&{placed.headers['location'].partition('?')[2]}")).text
    assert 'value="SPRING"' in again


async def test_a_wrong_code_is_said_at_its_field_and_nothing_typed_is_lost(buyer: httpx.AsyncClient) -> None:
    event = await make.event()
    full = await make.ticket_type(event, price=10000)
    path = f"/events/{event.slug}/register"
    form = await form_of(buyer, path) | {"p0-main": str(full.id), "voucher": "NOSUCH"}

    answer = await buyer.post(path, data=form)

    assert answer.status_code == 422
    assert "no code NOSUCH" in answer.text
    assert 'value="NOSUCH"' in answer.text
    assert 'value="Ada Lovelace"' in answer.text
    assert await Order.all().count() == 0


async def test_a_link_brings_the_code_and_shows_the_hidden_ticket(buyer: httpx.AsyncClient) -> None:
    event = await make.event()
    await make.ticket_type(event, "Full", price=10000)
    hidden = await make.ticket_type(event, "For volunteers", price=0, hidden=True)
    await make.voucher(event, "HELPER", unlocks=[hidden.id])
    path = f"/events/{event.slug}/register"

    assert "For volunteers" not in (await buyer.get(path)).text
    assert "For volunteers" in (await buyer.get(f"{path}?voucher=helper")).text
    without = await buyer.post(path, data=await form_of(buyer, path) | {"p0-main": str(hidden.id)})
    assert without.status_code == 422
    form = await form_of(buyer, path) | {"p0-main": str(hidden.id), "voucher": "helper"}
    assert (await buyer.post(path, data=form)).status_code == 303
    assert (await Voucher.get()).used == 1


async def test_where_all_is_hidden_the_page_asks_for_the_code(buyer: httpx.AsyncClient) -> None:
    event = await make.event()
    hidden = await make.ticket_type(event, "For volunteers", price=0, hidden=True)
    await make.voucher(event, "HELPER", unlocks=[hidden.id])
    path = f"/events/{event.slug}/register"
    form = await form_of(buyer, path)

    answer = await buyer.post(path, data=form | {"voucher": "HELPER", "do": "update"})

    assert "For volunteers" in answer.text


async def test_a_sold_out_ticket_has_places_for_who_has_the_code(buyer: httpx.AsyncClient) -> None:
    event = await make.event()
    full = await make.ticket_type(event, price=0, places=1)
    await make.voucher(event, "KEPT", quota=await Quota.get(), reserved=1, max_uses=1)
    path = f"/events/{event.slug}/register"
    form = await form_of(buyer, path) | {"p0-main": str(full.id)}

    assert (await buyer.post(path, data=form)).status_code == 409
    assert (await buyer.post(path, data=form | {"voucher": "kept"})).status_code == 303
    quota = await Quota.get()
    assert (quota.claimed, quota.held_back) == (1, 0)


async def test_three_together_pay_less_without_any_code(buyer: httpx.AsyncClient) -> None:
    event = await make.event()
    full = await make.ticket_type(event, price=10000)
    await GroupRule.create(event=event, people=3, percent=10)
    path = f"/events/{event.slug}/register"
    form = await form_of(buyer, path) | {"people": "3"}
    for number in range(3):
        form |= {f"p{number}-main": str(full.id), f"p{number}-name": f"Person {number}"}

    assert (await buyer.post(path, data=form)).status_code == 303

    assert (await Order.get()).total == 27000


async def test_guessing_is_slowed_down_also_for_right_codes(
    application: Starlette, buyer: httpx.AsyncClient, redis: object
) -> None:
    event = await make.event()
    full = await make.ticket_type(event, price=10000)
    await make.voucher(event, "SPRING", effect="percent", value=25)
    path = f"/events/{event.slug}/register"
    form = await form_of(buyer, path) | {"p0-main": str(full.id), "do": "update"}
    for guess in range(40):
        await buyer.post(path, data=form | {"voucher": f"GUESS{guess}"})

    answer = await buyer.post(path, data=form | {"voucher": "SPRING"})

    assert "Too many codes were tried" in answer.text
    assert "25 percent less" not in answer.text


async def test_an_order_without_a_code_asks_the_database_nothing_more(
    buyer: httpx.AsyncClient, statements: list[str]
) -> None:
    event = await make.event()
    full = await make.ticket_type(event, price=0)
    path = f"/events/{event.slug}/register"
    form = await form_of(buyer, path) | {"p0-main": str(full.id)}
    statements.clear()

    assert (await buyer.post(path, data=form)).status_code == 303

    assert not [sql for sql in statements if "FROM voucher v LEFT JOIN price_window" in sql or "$27" in sql]
    assert sum("INSERT INTO orders" in sql for sql in statements) == 1
