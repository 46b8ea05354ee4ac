"""Places that presenters and exhibitors have by rule."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from datetime import timedelta

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from events import audit
from events.catalogue.models import Event
from events.core import database, outbox
from events.core.errors import NotFound, StaleWrite, Unreadable
from events.people.models import Person
from events.registration import allotment_letters, allotments, exhibitors, free_places, retention
from events.registration.allotments import EXHIBITORS, PRESENTERS, Rule, Somebody
from events.registration.models import Allotment, Allotted, Exhibitor, TicketType, Voucher
from events.schedule.models import SessionPerson
from events.settings import Settings
from tests import make
from tests.letterbox import opened
from tests.make import NOON
from tests.registration.test_pages import form_key, open_form

SignIn = Callable[[Person], Awaitable[httpx.AsyncClient]]


def rule(number: int, party: str, places: int = 1, roles: tuple[str, ...] = (), per_size: int = 1) -> Rule:
    return Rule(number, f"Rule {number}", party, roles, 1, "Full", 1, "Budget", places, per_size, 1)


RULES = [
    rule(1, PRESENTERS, 1, ("speaker",)),
    rule(2, PRESENTERS, 2, ("panelist", "speaker")),
    rule(3, EXHIBITORS, 2),
    rule(4, EXHIBITORS, 1, per_size=4),
]
PEOPLE = st.builds(
    Somebody,
    st.sampled_from([PRESENTERS, EXHIBITORS]),
    st.integers(1, 6),
    st.just("Ada"),
    st.sampled_from(["ada@example.org", ""]),
    st.frozensets(st.sampled_from(["speaker", "panelist", "chair"])),
    st.integers(0, 9),
)


@given(st.lists(PEOPLE, max_size=12, unique_by=lambda one: (one.party, one.id)))
def test_nobody_gets_anything_twice_and_presenters_what_the_first_rule_says(people: list[Somebody]) -> None:
    found = allotments.due(RULES, people, frozenset())
    again = allotments.due(RULES, people, {(one.rule.id, one.who.party, one.who.id) for one in found})

    assert again == []
    keys = [(one.rule.id if one.who.party == EXHIBITORS else 0, one.who.party, one.who.id) for one in found]
    assert len(keys) == len(set(keys))
    for one in found:
        assert one.who.email
        assert one.places > 0
        if one.who.party == PRESENTERS:
            assert one.rule.id == (1 if "speaker" in one.who.roles else 2)
        else:
            assert one.places == one.rule.places * (one.who.size // one.rule.per_size)


@pytest.fixture
async def event(db: None) -> Event:
    made = await make.event()
    await make.ticket_type(made, "Full", price=10000)
    return made


async def speaker(event: Event, name: str, role: str = "speaker") -> Person:
    person = await make.person(name)
    session = await make.session(event, NOON + timedelta(days=14), 60)
    await SessionPerson.create(session=session, person=person, role=role)
    return person


async def ruled(event: Event, party: str = PRESENTERS, places: int = 1, budget: int = 10) -> int:
    """A rule's id, of a budget of its own."""
    by = await make.person()
    await free_places.grant(event.id, f"For {party}", None, budget, "As every year", by.id, NOON)
    of = next(one.id for one in await free_places.budgets(event.id) if one.name == f"For {party}")
    ticket = await TicketType.get(event=event)
    await allotments.save(event.id, None, Rule(0, f"Of {party}", party, (), ticket.id, "", of, "", places, 1, 0), 0)
    return (await Allotment.get(event=event, party=party)).id


async def test_a_presenter_gets_one_code_and_registers_with_it_for_nothing(
    event: Event, buyer: httpx.AsyncClient, settings: Settings
) -> None:
    ada = await speaker(event, "Ada Byron")
    await ruled(event)
    by = await make.person()

    [first] = await allotments.give(event.id, by.id, NOON)
    second = await allotments.give(event.id, by.id, NOON)

    assert (first.who.id, first.places, second) == (ada.id, 1, [])
    [message] = [one for one in await outbox.claim(9, NOON, lease=timedelta(0)) if one.topic == "mail.allotted"]
    mail = opened(await allotment_letters.allotted(message, settings, NOON))
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    code = (await Voucher.get()).code
    assert f"/register?voucher={code}" in text
    page = await open_form(buyer, f"{event.slug}")
    full = await TicketType.get(event=event)
    [address] = [row["email"] for row in await database.rows("SELECT email FROM address WHERE person_id = $1", ada.id)]
    placed = await buyer.post(
        f"/events/{event.slug}/register",
        data={
            "form_key": form_key(page),
            "people": "1",
            "p0-main": str(full.id),
            "p0-name": "Ada",
            "p0-email": address,
            "voucher": code,
            "do": "order",
        },
    )
    assert placed.status_code == 303
    assert "You are registered" in (await buyer.get(placed.headers["location"])).text
    assert await allotment_letters.allotted(message, settings, NOON) is None
    assert await allotments.waiting(event.id, await allotments.rules(event.id)) == []


async def test_who_has_a_ticket_is_due_nothing_and_who_comes_later_is(event: Event) -> None:
    ada = await speaker(event, "Ada")
    rule_ = await ruled(event)
    known = await allotments.rules(event.id)
    order = await make.seat(ada, await make.session(event, NOON, ticketed=True))
    await database.execute(
        "UPDATE order_line SET ticket_type_id = $2 WHERE order_id = $1",
        order.id,
        (await TicketType.get(name="Full")).id,
    )
    assert [one.who.name for one in await allotments.waiting(event.id, known)] == []

    await speaker(event, "Grace")

    assert [(one.rule.id, one.who.name) for one in await allotments.waiting(event.id, known)] == [(rule_, "Grace")]


async def test_several_registrars_at_once_give_each_code_once(event: Event) -> None:
    for number in range(6):
        await speaker(event, f"Presenter {number}")
    await exhibitors.add(event.id, exhibitors.read("Books Ltd\tbooks@example.org\t12\t2"))
    await ruled(event)
    await ruled(event, EXHIBITORS, places=3)
    by = await make.person()

    done = await asyncio.gather(*(allotments.give(event.id, by.id, NOON) for _click in range(5)))

    assert sorted(len(one) for one in done) == [0, 0, 0, 0, 7]
    assert await Allotted.all().count() == await Voucher.all().count() == 7
    assert (await Voucher.get(email="")).max_uses == 6
    mails = await database.value("SELECT count(*) FROM outbox_message WHERE topic = 'mail.allotted'")
    assert mails == 7
    assert [one for one in await audit.audit(NOON) if "rule" in one.check] == []


async def test_a_budget_that_is_too_small_gives_nobody_anything(event: Event) -> None:
    await speaker(event, "Ada")
    await speaker(event, "Grace")
    await ruled(event, budget=1)

    with pytest.raises(Unreadable) as told:
        await allotments.give(event.id, (await make.person()).id, NOON)

    assert "2 places are due" in told.value.errors["give"]
    assert await Voucher.all().count() == 0


async def test_who_left_the_programme_is_shown_and_their_code_taken_back(event: Event) -> None:
    ada = await speaker(event, "Ada")
    await ruled(event)
    by = await make.person()
    await allotments.give(event.id, by.id, NOON)
    await SessionPerson.filter(person=ada).delete()

    [row], _total = await allotments.given(event.id, "", 1)
    await allotments.end(event.id, row.id, "She withdrew", by.id, NOON)
    await allotments.end(event.id, row.id, "Twice", by.id, NOON)

    assert row.away
    [row], _total = await allotments.given(event.id, "ada", 1)
    assert row.ended
    assert (await Allotted.get()).reason == "She withdrew"
    await speaker(event, "Grace")
    session = await make.session(event, NOON + timedelta(days=14), 60)
    await SessionPerson.create(session=session, person=ada, role="speaker")
    assert len(await allotments.give(event.id, by.id, NOON)) == 2


async def test_another_events_rule_and_code_are_not_there(event: Event) -> None:
    await speaker(event, "Ada")
    number = await ruled(event)
    by = await make.person()
    await allotments.give(event.id, by.id, NOON)
    other = await make.event()
    [row], _total = await allotments.given(event.id, "", 1)
    mine = (await allotments.rules(event.id))[0]

    with pytest.raises(NotFound):
        await allotments.end(other.id, row.id, "no", by.id, NOON)
    with pytest.raises(NotFound):
        await allotments.take_away(other.id, number)
    with pytest.raises(Unreadable):
        await allotments.save(other.id, None, mine, 0)
    with pytest.raises(StaleWrite):
        await allotments.save(event.id, number, mine, mine.version + 1)
    with pytest.raises(Unreadable):
        await allotments.take_away(event.id, number)


def test_a_list_is_read_with_tabs_semicolons_or_commas_and_says_every_line_that_is_wrong() -> None:
    text = 'Name,E-mail,Booth,Size\n"Shelves, Inc",a@example.org,12,2\nMaps;B@Example.org;;\nInk\tc@example.org'
    assert [(one.name, one.email, one.booth, one.size) for one in exhibitors.read(text)] == [
        ("Shelves, Inc", "a@example.org", "12", 2),
        ("Maps", "b@example.org", "", 1),
        ("Ink", "c@example.org", "", 1),
    ]
    with pytest.raises(Unreadable) as told:
        exhibitors.read("Ink,c@example.org\n,x@example.org\nMaps,nowhere\nPens,p@example.org,,0")
    assert re.findall(r"Line (\d)", told.value.errors["list"]) == ["2", "3", "4"]


async def test_a_list_sent_again_changes_who_is_there_and_places_given_keep_an_exhibitor(event: Event) -> None:
    lines = "Books Ltd,books@example.org,12,2\nbooks ltd,other@example.org,13,3\nMaps,maps@example.org"
    assert await exhibitors.add(event.id, exhibitors.read(lines)) == (2, 0)
    assert await exhibitors.add(event.id, exhibitors.read("MAPS,new@example.org,1,4")) == (0, 1)
    await ruled(event, EXHIBITORS)
    await allotments.give(event.id, (await make.person()).id, NOON)
    found, total = await exhibitors.search(event.id, "maps", 1)

    assert (total, found[0].email, found[0].size) == (1, "new@example.org", 4)
    with pytest.raises(Unreadable):
        await exhibitors.take_away(event.id, found[0].id)
    with pytest.raises(NotFound):
        await exhibitors.take_away((await make.event()).id, found[0].id)


async def test_the_pages_keep_what_was_typed_and_show_script_as_text(event: Event, signed_in: SignIn) -> None:
    registrar = await make.person()
    await make.role(registrar, "registrar", event_id=event.id)
    browser = await signed_in(registrar)
    root = f"/organize/events/{event.slug}/allotments"
    await free_places.grant(event.id, "Speakers", None, 50, "Yes", registrar.id, NOON)
    budget = (await free_places.budgets(event.id))[0].id
    ticket = (await TicketType.get(event=event)).id
    form = {"name": "Booths", "party": "exhibitors", "places": "2", "ticket_type": str(ticket), "budget": str(budget)}

    wrong = await browser.post(root, data=form | {"places": "0", "name": "<i>x</i>y"})
    saved = await browser.post(root, data=form)
    twice = await browser.post(root, data=form)
    listed = await browser.post(f"{root}/exhibitors", data={"list": "<b>Books</b>,books@example.org,7,3"})
    bad = await browser.post(f"{root}/exhibitors", data={"list": "Books,nowhere"})
    page = await browser.get(root)
    given_ = await browser.post(f"{root}/give")
    after = await browser.get(f"{root}?q=books")
    silent = await browser.post(f"{root}/given/{(await Allotted.get()).id}", data={"reason": ""})

    assert [one.status_code for one in (wrong, saved, twice, listed, bad)] == [422, 303, 422, 303, 422]
    assert "&lt;i&gt;x&lt;/i&gt;y" in wrong.text
    assert "Line 1:" in bad.text
    assert "&lt;b&gt;Books&lt;/b&gt;: 6 × Full" in page.text
    assert (given_.status_code, silent.status_code) == (303, 422)
    assert "0 / 6" in after.text
    assert "&lt;b&gt;Books" in (await browser.get(f"{root}/exhibitors")).text


async def test_addresses_of_exhibitors_go_thirty_days_after_the_event(event: Event) -> None:
    await exhibitors.add(event.id, exhibitors.read("Books,books@example.org"))
    ends = await database.value("SELECT ends_on FROM event WHERE id = $1", event.id)

    assert await retention.blank_exhibitors(NOON.replace(year=ends.year + 1), 10) == 1
    assert (await Exhibitor.get()).email == ""
    assert await retention.blank_exhibitors(NOON.replace(year=ends.year + 1), 10) == 0
