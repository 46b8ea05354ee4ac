import httpx
import pytest_asyncio

from events.catalogue.models import Event
from events.registration.models import Price, Quota, QuotaChange, TicketType
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


async def test_a_ticket_type_is_made_with_its_prices_and_quotas(buyer: httpx.AsyncClient, event: Event) -> None:
    root = f"/organize/events/{event.slug}/tickets"
    await buyer.post(f"{root}/quotas", data={"name": "Seats", "capacity": "100"})
    await buyer.post(f"{root}/windows", data={"window-new-name": "Early", "window-new-through": "2026-04-30"})
    await buyer.post(
        f"{root}/windows",
        data={"window-1-name": "Early", "window-1-through": "2026-04-30", "window-new-name": "Onsite"},
    )
    assert (await buyer.get(f"{root}/new")).status_code == 200

    answer = await buyer.post(
        f"{root}/new",
        data={
            "name": "Full registration",
            "kind": "full",
            "max_per_order": "5",
            "quotas": "1",
            "price-member-1": "285",
            "price-member-2": "325.50",
            "price-nonmember-0": "415",
        },
    )

    assert answer.status_code == 303, answer.text
    ticket = await TicketType.get()
    assert (ticket.name, ticket.max_per_order) == ("Full registration", 5)
    assert await Price.all().order_by("id").values_list("audience", "window_id", "amount") == [
        ("member", 1, 28500),
        ("member", 2, 32550),
        ("nonmember", None, 41500),
    ]
    page = await buyer.get(root)
    assert "Full registration" in page.text
    assert "$285.00" in page.text
    assert 'value="325.50"' in (await buyer.get(f"{root}/{ticket.id}")).text


async def test_a_wrong_amount_is_said_at_its_field_and_nothing_is_lost(buyer: httpx.AsyncClient, event: Event) -> None:
    answer = await buyer.post(
        f"/organize/events/{event.slug}/tickets/new",
        data={
            "name": "Full",
            "kind": "full",
            "max_per_order": "5",
            "price-member-0": "a lot",
            "price-nonmember-0": "415",
        },
    )

    assert answer.status_code == 422
    assert 'value="a lot"' in answer.text
    assert 'value="415"' in answer.text
    assert "Write an amount" in answer.text
    assert await TicketType.all().count() == 0


async def test_the_second_of_two_editors_is_told(buyer: httpx.AsyncClient, event: Event) -> None:
    ticket = await make.ticket_type(event, "Full", price=100)
    values = {"name": "Full", "kind": "full", "max_per_order": "5", "version": "1", "price-everyone-0": "2"}
    path = f"/organize/events/{event.slug}/tickets/{ticket.id}"

    first = await buyer.post(path, data=values)
    second = await buyer.post(path, data=values)

    assert (first.status_code, second.status_code) == (303, 409)


async def test_a_quota_changes_with_a_reason(buyer: httpx.AsyncClient, event: Event) -> None:
    quota = await make.quota(event, 10, "Seats")
    path = f"/organize/events/{event.slug}/tickets/quotas/{quota.id}"

    without = await buyer.post(path, data={"capacity": "12", "overbook": "1", "reason": ""})
    await buyer.post(path, data={"capacity": "12", "overbook": "1", "reason": "a larger room"})

    assert without.status_code == 422
    changed = await Quota.get()
    assert (changed.capacity, changed.overbook) == (12, 1)
    assert [change.reason for change in await QuotaChange.all()] == ["a larger room"]


async def test_what_others_own_is_not_touched(buyer: httpx.AsyncClient, event: Event) -> None:
    other = await make.event()
    quota = await make.quota(other, 10, "Seats")
    ticket = await make.ticket_type(other, "Full", price=100)

    assert (await buyer.get(f"/organize/events/{other.slug}/tickets")).status_code == 403
    path = f"/organize/events/{event.slug}/tickets"
    values = {"capacity": "1", "overbook": "0", "reason": "mine now"}
    assert (await buyer.post(f"{path}/quotas/{quota.id}", data=values)).status_code == 404
    assert (await buyer.get(f"{path}/{ticket.id}")).status_code == 404
