"""The registration page for a crowd: rendered once, and yet everybody's own."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from markupsafe import escape
from starlette.requests import Request
from starlette.responses import Response

from events.core import clock, database, pages
from events.people import blanks
from events.people.models import Person
from events.registration import holds
from events.registration.holds import Attendee
from events.registration.models import Question
from events.registration.shelves import shelves
from tests import make
from tests.make import NOON
from tests.registration.test_pages import form_key, open_form, typed


@pytest.fixture
def at_noon(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOON)


async def test_every_reader_gets_a_form_key_of_their_own(buyer: httpx.AsyncClient, db: None) -> None:
    event = await make.event()
    await make.ticket_type(event, "Open house")

    shown = [await open_form(buyer, event.slug) for _reader in range(3)]

    assert len({form_key(page) for page in shown}) == 3
    assert len({page.replace(form_key(page), "") for page in shown}) == 1
    assert all(blanks.mark("key") not in page for page in shown)


async def test_it_is_rendered_once_for_a_crowd(
    buyer: httpx.AsyncClient,
    signed_in: Callable[[Person], Awaitable[httpx.AsyncClient]],
    monkeypatch: pytest.MonkeyPatch,
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
    for number in range(5):
        await open_form(await signed_in(await make.person(f"Member {number}")), event.slug)

    assert rendered == ["registration/register.html"] * 2  # for those without an account, and for those with one


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


SignIn = Callable[[Person], Awaitable[httpx.AsyncClient]]


async def test_two_members_side_by_side_see_their_own_name_number_and_price(signed_in: SignIn, at_noon: None) -> None:
    event = await make.event(unit=await make.unit())
    await make.ticket_type(event, "Full", rates={"member": 27500, "student": 9900, "nonmember": 44000})
    ada, alan = await make.person("Ada Lovelace", "ada@l.example"), await make.person("Alan Turing", "alan@t.example")
    grace, nobody = await make.person("Grace Hopper", "grace@h.example"), await make.person("", "edsger@d.example")
    await make.membership(ada, number="A-1")
    await make.membership(alan, number="A-2")
    await make.membership(grace, kind="student", number="S-3")

    shown = [await open_form(await signed_in(person), event.slug) for person in (ada, alan, grace, nobody)]

    own = ["A-1", "A-2", "S-3", "edsger@d.example"]
    names = ["Ada Lovelace", "Alan Turing", "Grace Hopper", "edsger@d.example"]
    for place, page in enumerate(shown):
        assert [one in page for one in own] == [one == own[place] for one in own]
        assert [one in page for one in names] == [one == names[place] for one in names]
    prices = [re.findall(r'class="side">([^<]*)<', page) for page in shown]
    assert prices == [["$275.00"], ["$275.00"], ["$99.00"], ["$440.00"]]
    assert 'value="alan@t.example"' in shown[1]
    assert 'value="Alan Turing"' in shown[1]


async def test_a_name_is_text_whatever_is_in_it(signed_in: SignIn, at_noon: None) -> None:
    event = await make.event()
    await make.ticket_type(event, "Open house")
    name = f"""</summary><script>alert("Bobby")</script> ' {blanks.mark("email")}"""
    await open_form(await signed_in(await make.person("Ada Lovelace")), event.slug)

    page = await open_form(await signed_in(await make.person(name, "bobby@example.org")), event.slug)

    assert "<script>alert" not in page
    assert 'alert("' not in page
    assert page.count(str(escape(name))) == 2  # in the menu, and on the ticket
    assert page.count("bobby@example.org") == 1


async def test_who_has_a_ticket_is_offered_extras_alone_and_nobody_else_is(
    buyer: httpx.AsyncClient, signed_in: SignIn
) -> None:
    event = await make.event()
    full = await make.ticket_type(event, "Full")
    await make.ticket_type(event, "Tour", kind="tour", requires=full, price=4000)
    ada, alan = await make.person("Ada Lovelace", "ada@l.example"), await make.person("Alan Turing", "alan@t.example")
    attendees = [Attendee("Ada", "ada@l.example", {}, ada.id)]
    await holds.place(await make.basket([full], attendees=attendees), NOON)

    shown = [await open_form(await signed_in(person), event.slug) for person in (alan, ada, alan)]

    assert ["Only extras" in page for page in (await open_form(buyer, event.slug), *shown)] == [
        False,
        False,
        True,
        False,
    ]


async def test_a_crowd_that_came_too_late_is_told_so_by_one_page_with_everybodys_own_words(
    buyer: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, db: None
) -> None:
    event = await make.event()
    last = await make.ticket_type(event, "Workshop", places=1)
    forms = [await open_form(buyer, event.slug) for _reader in range(4)]
    drawn: list[str] = []
    render = pages.render

    def counted(request: Request, name: str, *args: Any, **values: Any) -> Response:
        drawn.append(name)
        return render(request, name, *args, **values)

    monkeypatch.setattr(pages, "render", counted)
    names = ["Ada", "Alan", 'Grace "Amazing" <i>Hopper</i>', "Edsger"]

    shown = [
        await buyer.post(
            f"/events/{event.slug}/register",
            data=typed(
                form, last.id, **{"p0-name": name, "p0-email": f"{place}@example.org", "name": f"Dean of {name}"}
            ),
        )
        for place, (form, name) in enumerate(zip(forms, names, strict=True))
    ]

    assert [answer.status_code for answer in shown] == [303, 409, 409, 409]
    assert drawn == ["registration/register.html"]
    for place, answer in enumerate(shown[1:], 1):
        page = answer.text
        assert "These places have just been taken" in page
        assert "Sold out" in page
        assert form_key(page) == form_key(forms[place])
        assert f'value="{escape(names[place])}"' in page
        assert f'value="Dean of {escape(names[place])}"' in page
        assert [f"{one}@example.org" in page for one in range(4)] == [one == place for one in range(4)]


async def test_an_answer_is_shown_to_who_gave_it(buyer: httpx.AsyncClient, db: None) -> None:
    event = await make.event()
    full = await make.ticket_type(event, "Full")
    question = await Question.create(event=event, label="What do you eat", required=True)
    form = await open_form(buyer, event.slug)

    wrong = {"p0-email": "ada at home"}
    shown = [
        (await buyer.post(f"/events/{event.slug}/register", data=typed(form, full.id, **wrong, **answers))).text
        for answers in ({f"p0-q{question.id}": "Cake"}, {f"p0-q{question.id}": "Bread"}, {})
    ]

    assert [[one in page for one in ("Cake", "Bread", "Please answer this")] for page in shown] == [
        [True, False, False],
        [False, True, False],
        [False, False, True],
    ]
