"""Joining or renewing with a ticket."""

import asyncio
from datetime import date
from typing import Any

import httpx
import pytest

from events.catalogue.models import Event
from events.people.audiences import NONMEMBER, Audience, audience_of
from events.people.models import Membership
from events.registration import accounts, forms, holds, joining, offering, offers
from events.registration.declarations import audience_with
from events.registration.models import Joining, Order, RefundPolicy, TicketType
from events.registration.offering import TicketValues
from tests import make
from tests.make import NOON
from tests.registration.test_pages import form_key, open_form

YEAR = {"audience": "member", "months": 12}


@pytest.fixture
async def event(db: None) -> Event:
    made = await make.event()
    await make.ticket_type(made, "Full", rates={"member": 19000, "nonmember": 35000})
    await make.ticket_type(made, "Association membership", kind="membership", price=9000, grants=YEAR)
    return made


async def ids() -> tuple[str, str]:
    full, membership = await TicketType.get(kind="full"), await TicketType.get(kind="membership")
    return str(full.id), str(membership.id)


async def test_who_joins_pays_the_member_price_in_the_same_order(event: Event, buyer: httpx.AsyncClient) -> None:
    full, membership = await ids()
    page = await open_form(buyer, event.slug)
    data = {"form_key": form_key(page), "people": "1", "p0-main": full, "p0-name": "Ada", "p0-email": "ada@example.org"}

    sums = await buyer.post(f"/events/{event.slug}/register", data=data | {"do": "update"})
    await buyer.post(f"/events/{event.slug}/register", data=data | {"join": membership, "do": "order"})

    assert "$160.00 less for the tickets you chose" in sums.text
    account = await accounts.by_code((await Order.get()).code)
    assert account is not None
    assert (account.audience, account.total.amount) == ("member", 28000)
    assert sorted(line.amount.amount for line in account.lines) == [9000, 19000]
    assert forms.again(account).join == membership
    assert forms.again(account).people[0].extras == ()


async def test_an_invented_membership_makes_nothing_cheaper(event: Event, buyer: httpx.AsyncClient) -> None:
    full, _membership = await ids()
    page = await open_form(buyer, event.slug)
    data = {"form_key": form_key(page), "people": "1", "p0-main": full, "p0-name": "Ada", "p0-email": "ada@example.org"}

    for join in ("999999", "member", full):
        answer = await buyer.post(f"/events/{event.slug}/register", data=data | {"join": join, "do": "order"})
        assert answer.status_code == 422, join
    assert await Order.all().count() == 0


async def bought(event: Event, **values: Any) -> int:
    membership = await TicketType.get(kind="membership")
    placed = await holds.place(await make.basket([membership], **values), NOON)
    await Order.filter(id=placed.id).update(state="CONFIRMED", confirmed_at=NOON, held_until=None)
    return placed.id


async def test_once_it_is_paid_they_are_on_the_roster_and_never_twice(event: Event) -> None:
    person = await make.person("Ada Lovelace", "ada@example.org")
    attendee = holds.Attendee("Ada Lovelace", "ada@example.org", {}, person.id)
    order = await bought(event, person=person.id, attendees=[attendee])

    await asyncio.gather(*(joining.follow([order], NOON) for _worker in range(4)))

    [row] = await Membership.all()
    assert (row.email, row.kind, row.valid_from, row.valid_to) == (
        "ada@example.org", "member", date(2026, 6, 25), date(2027, 6, 24),
    )  # fmt: skip
    assert (await audience_of(person.id, NOON, None)).name == "member"
    assert await joining.of_order(order) == [row.number]
    assert (await Joining.get()).old_until is None


async def test_renewing_goes_on_from_the_last_day_with_the_same_number(event: Event) -> None:
    person = await make.person("Ada Lovelace", "ada@example.org")
    old = await make.membership(person, number="M7", valid_to=date(2026, 12, 31))
    attendee = holds.Attendee("Ada Lovelace", "ada@example.org", {}, person.id)

    await joining.follow([await bought(event, person=person.id, attendees=[attendee])], NOON)

    [row] = await Membership.all()
    assert (row.id, row.number, row.valid_from, row.valid_to) == (old.id, "M7", date(2026, 1, 1), date(2027, 12, 31))
    assert (await Joining.get()).old_until == date(2026, 12, 31)


async def test_a_membership_that_ended_begins_again_as_what_was_bought(event: Event) -> None:
    await make.membership(None, number="M8", kind="student", email="Ada@example.org", valid_to=date(2026, 3, 1))

    await joining.follow([await bought(event)], NOON)

    [row] = await Membership.all()
    assert (row.number, row.kind, row.valid_from, row.valid_to) == (
        "M8", "member", date(2026, 6, 25), date(2027, 6, 24),
    )  # fmt: skip


async def test_a_hold_that_was_never_paid_makes_no_member(event: Event) -> None:
    placed = await holds.place(await make.basket([await TicketType.get(kind="membership")]), NOON)

    await joining.follow([placed.id], NOON)

    assert await Membership.all().count() == 0


async def test_members_are_asked_to_renew_only_when_theirs_ends_before_the_event(event: Event) -> None:
    offer = await offers.offer(event.id)
    lasting = Audience("member", {"number": "M1", "valid_to": "2027-01-01"})
    ending = Audience("member", {"number": "M1", "valid_to": "2026-07-01"})

    assert joining.wanted(NONMEMBER, offer, "2026-07-12")
    assert joining.wanted(ending, offer, "2026-07-12")
    assert not joining.wanted(lasting, offer, "2026-07-12")


def test_whose_price_it_is() -> None:
    division = Audience("division_member", {"number": "M1"})
    assert audience_with(NONMEMBER, "member", "student") == "member"
    assert audience_with(NONMEMBER, "", "student") == "declared_student"
    assert audience_with(NONMEMBER, "", "") == "nonmember"
    assert audience_with(division, "member", "retired") == "division_member"


async def test_a_membership_is_not_given_back_for_money_unless_somebody_says_so(event: Event) -> None:
    values = TicketValues(
        "Student membership", "", "membership", None, None, {}, None, None, 1, False, 0, {}, frozenset(), 1, YEAR
    )
    made = await offering.save_ticket(event.id, None, values, 0)

    policy = await RefundPolicy.get(ticket_type_id=made)
    assert policy.steps == []
