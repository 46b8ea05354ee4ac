"""Students and retired people who say so themselves, and the registrar who looks at it."""

import asyncio
import re
from datetime import timedelta
from itertools import product

import httpx
import pytest

from events.catalogue.models import Event
from events.core import outbox
from events.core.errors import NotFound
from events.people.audiences import NONMEMBER, Audience
from events.registration import change_letters, declarations, holds, offers, retention
from events.registration.declarations import Answered, Declared
from events.registration.holds import Placed
from events.registration.models import Declaration, Order, TicketType
from events.registration.states import DECLARATION_MOVES, DeclarationState
from events.settings import Settings
from tests import make
from tests.letterbox import opened
from tests.make import NOON
from tests.registration.test_pages import form_key, open_form

SAYS = Declared("student", "University of Illinois, library science")


@pytest.fixture
async def event(db: None) -> Event:
    made = await make.event()
    await make.ticket_type(made, "Full", rates={"student": 13500, "member": 19000, "nonmember": 35000}, places=5)
    return made


async def declared(event: Event, *, confirmed: bool = True) -> Placed:
    basket = await make.basket(
        [await TicketType.get(event=event)], audience="declared_student", declared=SAYS, form_key="a" * 32
    )
    placed = await holds.place(basket, NOON)
    if confirmed:
        await Order.filter(id=placed.id).update(state="CONFIRMED", confirmed_at=NOON, held_until=None)
    return placed


async def form(buyer: httpx.AsyncClient, event: Event) -> dict[str, str]:
    page = await open_form(buyer, event.slug)
    full = await TicketType.get(event=event)
    return {
        "form_key": form_key(page),
        "people": "1",
        "p0-main": str(full.id),
        "p0-name": "Ada",
        "p0-email": "ada@example.org",
        "declared": "student",
        "declared_words": SAYS.words,
        "do": "order",
    }


LEGAL = {("declared", "accepted"), ("declared", "refused"), ("accepted", "refused"), ("refused", "accepted")}


@pytest.mark.parametrize(("old", "new"), list(product(DeclarationState, DeclarationState)))
def test_every_pair_of_states_is_either_a_move_or_refused(old: DeclarationState, new: DeclarationState) -> None:
    assert (new in DECLARATION_MOVES[old]) == ((old, new) in LEGAL)


async def test_a_student_pays_the_students_price_and_says_where(event: Event, buyer: httpx.AsyncClient) -> None:
    data = await form(buyer, event)

    silent = await buyer.post(f"/events/{event.slug}/register", data=data | {"declared_words": ""})
    taken = await buyer.post(f"/events/{event.slug}/register", data=data)
    again = await buyer.post(f"/events/{event.slug}/register", data=data)

    assert (silent.status_code, taken.status_code, again.status_code) == (422, 303, 303)
    assert "the registrar may ask for a proof" in silent.text
    order = await Order.get(state="HELD")
    assert (order.audience, order.total, order.membership) == ("declared_student", 13500, None)
    said = await declarations.of_order(order.id)
    assert said is not None
    assert (said.kind, said.words, said.state) == ("student", SAYS.words, "declared")
    change = re.search(r'"(/events/[^"]*again=[^"]*)"', (await buyer.get(again.headers["location"])).text)
    assert change
    shown = (await buyer.get(change[1].replace("&amp;", "&"))).text
    assert SAYS.words in shown


async def test_a_double_click_is_one_order_with_one_declaration(event: Event, buyer: httpx.AsyncClient) -> None:
    data = await form(buyer, event)

    both = await asyncio.gather(*(buyer.post(f"/events/{event.slug}/register", data=data) for _click in range(4)))

    assert {one.status_code for one in both} == {303}
    assert await Order.filter(state="HELD").count() == 1
    assert await Declaration.filter(order__state="HELD").count() == 1


async def test_the_price_is_for_one_person(event: Event, buyer: httpx.AsyncClient) -> None:
    data = await form(buyer, event)
    more = {"people": "2", "p1-main": data["p0-main"], "p1-name": "Grace"}

    answer = await buyer.post(f"/events/{event.slug}/register", data=data | more)

    assert answer.status_code == 422
    assert "This price is for one person" in answer.text


async def test_nobody_declares_what_is_not_asked(event: Event, buyer: httpx.AsyncClient) -> None:
    data = await form(buyer, event)
    offer = await offers.offer(event.id)

    for kind in ("retired", "exhibitor", "member"):
        answer = await buyer.post(
            f"/events/{event.slug}/register",
            data=data | {"declared": kind, "form_key": f"{kind[0]}".encode().hex() * 16},
        )
        assert answer.status_code == 303
    assert {order.total for order in await Order.all()} == {35000}
    assert declarations.kinds(offer, NONMEMBER) == ["student"]
    assert declarations.kinds(offer, Audience("member", {"number": "M1"})) == []


async def test_refused_the_buyer_is_told_and_their_ticket_stays(event: Event, settings: Settings) -> None:
    placed = await declared(event)
    registrar = await make.person()
    [row], _total = await declarations.of_event(event.id, "", "", 1)

    await declarations.answer(event.id, row.id, DeclarationState.refused, "No card came", NOON, registrar.id)

    with pytest.raises(Answered):
        await declarations.answer(event.id, row.id, DeclarationState.refused, "Again", NOON, registrar.id)
    [message] = [
        one
        for one in await outbox.claim(10, NOON, lease=timedelta(minutes=1))
        if one.topic == "mail.declaration_refused"
    ]
    sealed = await change_letters.declaration_refused(message, settings, NOON)
    mail = opened(sealed)
    assert mail["To"] == "Ada Lovelace <ada@example.org>"
    assert "No card came" in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert (await Order.get(id=placed.id)).state == "CONFIRMED"
    await declarations.answer(event.id, row.id, DeclarationState.accepted, "", NOON, registrar.id)
    assert await change_letters.declaration_refused(message, settings, NOON) is None


async def test_two_registrars_answer_once(event: Event) -> None:
    await declared(event)
    [row], _total = await declarations.of_event(event.id, "", "", 1)
    by = (await make.person()).id

    answers = await asyncio.gather(
        *(declarations.answer(event.id, row.id, DeclarationState.refused, f"No {n}", NOON, by) for n in range(3)),
        return_exceptions=True,
    )

    assert sorted(type(one).__name__ for one in answers) == ["Answered", "Answered", "NoneType"]
    assert (
        len(
            [
                one
                for one in await outbox.claim(10, NOON, lease=timedelta(minutes=1))
                if one.topic == "mail.declaration_refused"
            ]
        )
        == 1
    )


async def test_the_registrars_page_searches_answers_and_keeps_to_its_event(
    event: Event, buyer: httpx.AsyncClient
) -> None:
    await declared(event)
    other = await make.event()
    await make.ticket_type(other, "Full", price=100)
    secret = await make.basket(
        [await TicketType.get(event=other)], audience="declared_student", declared=Declared("student", "<script>x")
    )
    theirs = await holds.place(secret, NOON)
    registrar = await make.person()
    await make.role(registrar, "registrar", event_id=event.id)
    buyer.cookies.set("signin", await make.sign_in(registrar, NOON))
    root = f"/organize/events/{event.slug}/declarations"
    mine = await Declaration.get(order__event=event)
    foreign = await Declaration.get(order_id=theirs.id)

    assert SAYS.words in (await buyer.get(root, params={"q": "illinois", "state": "declared"})).text
    assert "Nobody fits" in (await buyer.get(root, params={"q": "yale"})).text
    assert "script" not in (await buyer.get(root)).text.split("<main")[1].split("</main")[0]
    silent = await buyer.post(f"{root}/{mine.id}", data={"do": "refuse", "answer": " "})
    strange = await buyer.post(f"{root}/{foreign.id}", data={"do": "accept"})
    taken = await buyer.post(f"{root}/{mine.id}", data={"do": "accept"})
    twice = await buyer.post(f"{root}/{mine.id}", data={"do": "accept"})
    assert [one.status_code for one in (silent, strange, taken, twice)] == [422, 404, 303, 409]
    with pytest.raises(NotFound):
        await declarations.answer(event.id, foreign.id, DeclarationState.accepted, "", NOON, registrar.id)


async def test_what_was_written_is_text(event: Event, buyer: httpx.AsyncClient) -> None:
    data = await form(buyer, event)

    answer = await buyer.post(
        f"/events/{event.slug}/register", data=data | {"declared_words": "<script>alert(1)</script>", "p0-name": ""}
    )

    assert "&lt;script&gt;alert(1)" in answer.text
    assert "<script>alert(1)" not in answer.text


async def test_what_was_declared_is_blanked_with_the_order(event: Event) -> None:
    await declared(event)

    assert await retention.blank_accounts(NOON.replace(year=2034), 7, 10) == 1
    said = await Declaration.get()
    assert (said.words, said.answer) == ("", "")
