"""An institution buys places: one order like any other, one invoice, and places that are nobody's."""

import asyncio
import re

import httpx
from starlette.applications import Starlette

from events.core import database
from events.institutions import assigning
from events.institutions.models import Institution, StaffPlace
from events.registration.models import GroupRule, Order, Registration
from events.registration.ticket_changes import Who
from tests import make
from tests.institutions.conftest import Library, count
from tests.make import NOON


def form_key(page: str) -> str:
    found = re.search(r'name="form_key" value="([0-9a-f]{32})"', page)
    assert found
    return found[1]


def typed(library: Library, key: str, **values: str) -> dict[str, str]:
    return {
        "form_key": key,
        f"count-{library.ticket.id}": "5",
        "institution": "Springfield <Public> Library",
        "name": "Head Librarian",
        "email": "head@springfield.org",
        "domains": "springfield.org",
        "way": "purchase_order",
        "number": "PO-77",
        "address": "1 Main St",
        "do": "order",
    } | values


async def test_five_places_by_purchase_order_are_one_order_one_invoice_and_nobodys(
    client: httpx.AsyncClient, library: Library
) -> None:
    path = f"/events/{library.event.slug}/register"
    assert f"{path}/institution" in (await client.get(path)).text
    page = (await client.get(f"{path}/institution")).text

    answer = await client.post(f"{path}/institution", data=typed(library, form_key(page)))

    assert answer.status_code == 303, answer.text
    order = await Order.get()
    assert (order.state, order.total, order.for_staff, order.email) == (
        "CONFIRMED",
        50000,
        True,
        "head@springfield.org",
    )
    assert [(one.name, one.email, one.person_id) for one in await Registration.all()] == [("", "", None)] * 5  # type: ignore[attr-defined]
    assert (await Institution.get()).domains == ["springfield.org"]
    assert [one.state for one in await StaffPlace.all()] == ["unassigned"] * 5
    assert await count("invoice") == 1
    shown = (await client.get(answer.headers["location"])).text
    assert "Springfield &lt;Public&gt; Library has 5 places in this order. 5 are nobody’s yet." in shown
    assert "Give the places to people" in shown
    assert "$500.00 is to be paid by" in shown


async def test_a_double_click_is_one_order_with_five_places(client: httpx.AsyncClient, library: Library) -> None:
    path = f"/events/{library.event.slug}/register/institution"
    data = typed(library, form_key((await client.get(path)).text))

    answers = await asyncio.gather(*(client.post(path, data=data) for _click in range(3)))

    assert {one.status_code for one in answers} == {303}
    assert len({one.headers["location"] for one in answers}) == 1
    assert (await count("orders"), await count("institution"), await count("staff_place")) == (1, 1, 5)


async def test_what_was_typed_stays_and_each_field_says_what_to_do(client: httpx.AsyncClient, library: Library) -> None:
    path = f"/events/{library.event.slug}/register/institution"
    wrong = {"institution": "", "email": "head", "number": "", "domains": "gmail.com"}
    data = typed(library, "0" * 32, **wrong, **{f"count-{library.ticket.id}": "x"})

    answer = await client.post(path, data=data)

    assert answer.status_code == 422
    for words in (
        "Write the name of the library or group.",
        "An e-mail address has an @",
        "Write a number.",
        "Write the number of the purchase order.",
        "Anybody can have an address at gmail.com.",
    ):
        assert words in answer.text
    assert 'value="Head Librarian"' in answer.text
    assert await count("orders") == 0
    many = await client.post(path, data=typed(library, "0" * 32, **{f"count-{library.ticket.id}": "301"}))
    assert "At most 300 places in one order." in many.text


async def test_the_rule_for_groups_holds_and_the_sum_says_so(client: httpx.AsyncClient, library: Library) -> None:
    await GroupRule.create(event=library.event, people=5, percent=10)
    path = f"/events/{library.event.slug}/register/institution"

    page = (await client.post(path, data=typed(library, "0" * 32, do="update"))).text
    await client.post(path, data=typed(library, "0" * 32))

    assert "$450.00" in page
    assert "5 × Full conference" in page
    assert (await Order.get()).total == 45000


async def test_of_the_last_places_none_is_taken_when_there_are_too_few(
    client: httpx.AsyncClient, library: Library
) -> None:
    await database.execute("UPDATE quota SET capacity = 4")
    path = f"/events/{library.event.slug}/register/institution"

    answer = await client.post(path, data=typed(library, "0" * 32))

    assert answer.status_code == 409
    assert "Only 4 of these places are left" in answer.text
    assert (await count("orders"), await count("institution")) == (0, 0)


async def test_a_free_ticket_and_a_card_are_ways_too(client: httpx.AsyncClient, library: Library) -> None:
    path = f"/events/{library.event.slug}/register/institution"
    free = await make.ticket_type(library.event, "Exhibits", kind="exhibits")
    await client.post(path, data=typed(library, "0" * 32, way="card"))
    data = typed(library, "1" * 32, way="card", **{f"count-{library.ticket.id}": "", f"count-{free.id}": "2"})
    await client.post(path, data=data)

    assert [one.state for one in await Order.all().order_by("id")] == ["HELD", "CONFIRMED"]


async def test_another_form_of_the_order_is_not_asked_who_comes(
    client: httpx.AsyncClient, library: Library, application: Starlette
) -> None:
    await library.buy()
    path = await library.path()
    ticket = await Registration.first()
    assert ticket is not None
    order = path.replace("/institutions/", "/orders/")

    page = await client.get(order.replace("?", f"/people/{ticket.code}?"))

    assert page.status_code == 409
    assert "An institution bought this ticket" in page.text
    cancellation = await client.get(order.replace("?", "/cancellation?"))
    assert "A place that is nobody’s yet" in cancellation.text


async def test_a_code_counts_for_an_institution_too(client: httpx.AsyncClient, library: Library) -> None:
    await make.voucher(library.event, "WELCOME", effect="percent", value=10)
    path = f"/events/{library.event.slug}/register/institution"

    wrong = await client.post(path, data=typed(library, "0" * 32, voucher="nosuch"))
    await client.post(path, data=typed(library, "0" * 32, voucher="welcome"))

    assert wrong.status_code == 422
    assert (await Order.get()).total == 45000
    assert (await count("voucher_use"), await count("staff_place"), await count("invoice")) == (5, 5, 1)


async def test_three_hundred_places_are_listed_a_page_at_a_time_and_found(
    client: httpx.AsyncClient, library: Library
) -> None:
    buying = f"/events/{library.event.slug}/register/institution"
    bought = await client.post(buying, data=typed(library, "0" * 32, **{f"count-{library.ticket.id}": "300"}))
    assert bought.status_code == 303, "more than one buyer may have of a ticket"
    library.order = (await Order.get()).id
    institution = await library.institution()
    people = [Who(f"Person {number:03d}", f"p{number:03d}@x.org") for number in range(299)]
    await assigning.assign_many(institution, people, NOON, None)
    path = await library.path()

    first, last = (await client.get(path)).text, (await client.get(f"{path}&page=6")).text
    found, free = (await client.get(f"{path}&q=person 298")).text, (await client.get(f"{path}&state=unassigned")).text

    assert "1–50 of 300" in first
    assert "p000@x.org" in first
    assert "251–300 of 300" in last
    assert "1–1 of 1" in found
    assert "p298@x.org" in found
    assert "1–1 of 1" in free
    assert "1–50 of 300" in (await client.get(f"{path}&page=x&state=nonsense")).text
