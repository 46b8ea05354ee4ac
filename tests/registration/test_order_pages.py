import httpx
from starlette.applications import Starlette

from events.core import database
from events.registration import holds, orders
from events.registration.models import Order
from tests import make
from tests.make import NOON
from tests.registration.test_pages import KEY, open_form, typed


async def test_an_order_opens_with_its_secret_or_for_its_owner_only(
    buyer: httpx.AsyncClient, application: Starlette, db: None
) -> None:
    event = await make.event()
    free = await make.ticket_type(event, "Open house")
    owner, other = await make.person(), await make.person()
    page = await open_form(buyer, event.slug)
    buyer.cookies.set("signin", await make.sign_in(owner, NOON))
    await buyer.post(f"/events/{event.slug}/register", data=typed(page, free.id))
    code = (await Order.get()).code

    assert (await buyer.get(f"/orders/{code}")).status_code == 200
    assert (await buyer.get("/my/orders")).text.count(code) >= 1
    buyer.cookies.set("signin", await make.sign_in(other, NOON))
    assert (await buyer.get(f"/orders/{code}")).status_code == 404
    assert (await buyer.get(f"/orders/{code}?key={'0' * 32}")).status_code == 404
    buyer.cookies.clear()
    assert (await buyer.get(f"/orders/{code}")).headers["location"].startswith("/sign-in?next=")
    assert (await buyer.get(f"/orders/{code}?key={orders.secret(code, KEY)}")).status_code == 200


async def test_a_buyer_sees_what_comes_back_and_cancels(buyer: httpx.AsyncClient, db: None) -> None:
    free = await make.ticket_type(name="Open house", places=3)
    placed = await holds.place(await make.basket([free], [free]), NOON)
    path = f"/orders/{placed.code}/cancellation?key={orders.secret(placed.code, KEY)}"
    first = await database.value("SELECT min(id) FROM registration")

    page = await buyer.get(path)
    nobody = await buyer.post(path, data={})
    stranger = await buyer.post(path, data={"registration": "999"})
    await buyer.post(path, data={"registration": str(first)})

    assert "It was free." in page.text
    assert (nobody.status_code, stranger.status_code) == (422, 303)
    assert await database.value("SELECT claimed FROM quota") == 1
    assert (await Order.get()).state == "CONFIRMED"


async def test_a_hold_is_given_back_by_a_button(buyer: httpx.AsyncClient, db: None) -> None:
    full = await make.ticket_type(name="Full", price=100, places=3)
    placed = await holds.place(await make.basket([full]), NOON)
    key = orders.secret(placed.code, KEY)

    assert (await buyer.get(f"/orders/{placed.code}/release?key={key}")).status_code == 405
    await buyer.post(f"/orders/{placed.code}/release?key={key}")

    assert (await Order.get()).state == "CANCELLED"
    assert await database.value("SELECT claimed FROM quota") == 0


async def test_a_ticket_has_no_picture_before_it_is_paid_or_in_another_order(
    buyer: httpx.AsyncClient, db: None
) -> None:
    full = await make.ticket_type(name="Full", price=100)
    placed = await holds.place(await make.basket([full]), NOON)
    code = await database.value("SELECT code FROM registration")
    key = orders.secret(placed.code, KEY)
    other = await holds.place(await make.basket([await make.ticket_type(name="Free")]), NOON)

    assert (await buyer.get(f"/orders/{placed.code}/tickets/{code}.svg?key={key}")).status_code == 404
    key = orders.secret(other.code, KEY)
    assert (await buyer.get(f"/orders/{other.code}/tickets/{code}.svg?key={key}")).status_code == 404
