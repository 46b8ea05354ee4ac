"""The staff link: an address at work, a mail to it, and one place each, never more than there are."""

import asyncio
from datetime import datetime, timedelta

import httpx
import pytest

from events.core import database
from events.core.errors import Unreadable
from events.institutions import asking, assigning, places, retention, taking
from events.institutions.places import Place
from events.institutions.taking import NoPlaceLeft
from events.registration import orders
from events.registration.models import Question, Registration
from events.settings import Settings
from tests.institutions.conftest import ALAN, GRACE, KEY, Library, count
from tests.make import NOON

DOMAIN = ("springfield.org",)


async def ask(library: Library, email: str) -> int:
    await asking.ask(await library.institution(), email, NOON)
    return int(await database.value("SELECT max(id) FROM staff_ask"))


def path(number: int) -> str:
    return f"/staff-places/{number}/{places.ask_token(number, KEY)}"


async def test_whoever_works_there_asks_gets_a_mail_and_takes_a_place(
    client: httpx.AsyncClient, library: Library, settings: Settings
) -> None:
    await Question.create(event=library.event, label="What do you eat", required=True)
    await library.buy(2, domains=DOMAIN)
    await library.mails(settings)
    link = await library.staff_link()

    assert "has places at Annual Conference" in (await client.get(link)).text
    stranger = await client.post(link, data={"email": "grace@elsewhere.org"})
    assert (stranger.status_code, "one that ends in @springfield.org" in stranger.text) == (422, True)
    for _click in range(2):
        assert (await client.post(link, data={"email": " GRACE@springfield.org "})).status_code == 303
    assert await library.states() == ["unassigned"] * 2, "an address that anybody may type takes nothing"

    first, second = await library.mails(settings)
    words = first.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    number = await database.value("SELECT id FROM staff_ask")
    assert path(number) in words
    assert second.get_body(("plain",)).get_content() == words  # type: ignore[union-attr]
    assert "What do you eat" in (await client.get(path(number))).text
    assert await library.states() == ["unassigned"] * 2, "a GET changes nothing"
    wrong = await client.post(path(number), data={"name": "<script>"})
    assert (wrong.status_code, "&lt;script&gt;" in wrong.text) == (422, True)
    question = (await Question.get()).id
    for _click in range(2):
        taken = await client.post(path(number), data={"name": "Grace", f"q{question}": "Soup"})
        assert taken.headers["location"] == await library.link((await library.places())[0].id)

    ticket = await Registration.get(email=GRACE.email)
    assert ticket.answers == {str(question): "Soup"}
    assert await library.states() == ["taken", "unassigned"]
    assert (await client.get(path(number))).headers["location"] == taken.headers["location"]
    assert ticket.code in (await client.get(taken.headers["location"])).text


async def test_a_link_of_another_or_an_old_one_opens_nothing(client: httpx.AsyncClient, library: Library) -> None:
    await library.buy(1, domains=DOMAIN)
    link = await library.staff_link()
    number = await ask(library, GRACE.email)

    assert (await client.get(link[:-1] + ("0" if link[-1] != "0" else "1"))).status_code == 404
    assert (await client.get(path(number).replace(f"/{number}/", f"/{number + 1}/"))).status_code == 404
    answer = await client.post(await library.path("/domains"), data={"domains": "springfield.org", "do": "new"})
    assert answer.status_code == 303
    assert (await client.get(link)).status_code == 404
    assert (await client.get(await library.staff_link())).status_code == 200
    await client.post(await library.path("/domains"), data={"domains": "", "do": "save"})
    assert (await client.get(await library.staff_link())).status_code == 404


async def test_who_is_invited_takes_their_own_place_by_the_staff_link(library: Library) -> None:
    await library.buy(2, domains=DOMAIN)
    invited = (await library.places())[1]
    await assigning.assign(invited.id, GRACE, NOON, None)

    taken = await taking.take_any(await ask(library, GRACE.email), invited.tickets, "Grace", {}, NOON, None)

    assert taken.code == invited.code
    assert await library.states() == ["unassigned", "taken"]


async def test_who_has_a_ticket_already_gets_no_second(library: Library) -> None:
    await library.buy(2, domains=DOMAIN)
    other = Library(library.event, library.ticket)
    await other.buy(1)
    place = (await other.places())[0]
    await assigning.assign(place.id, GRACE, NOON, None)
    await taking.take(place.id, 1, "Grace", {}, NOON, None)

    with pytest.raises(Unreadable, match=r".*"):
        await taking.take_any(await ask(library, GRACE.email), place.tickets, "Grace", {}, NOON, None)

    assert await library.states() == ["unassigned"] * 2


async def rush(library: Library, people: int) -> list[Place | BaseException]:
    """So many people, each with their mail, click at once."""
    asks = [await ask(library, f"person{number}@springfield.org") for number in range(people)]
    tickets = (await library.places())[0].tickets
    return await asyncio.gather(
        *(taking.take_any(one, tickets, f"Person {n}", {}, NOON, None) for n, one in enumerate(asks)),
        return_exceptions=True,
    )


async def test_of_forty_who_click_at_once_five_get_the_five_places_and_the_others_are_told(library: Library) -> None:
    await library.buy(5, domains=DOMAIN)

    got = await rush(library, 40)

    assert sum(isinstance(one, Place) for one in got) == 5
    assert sum(isinstance(one, NoPlaceLeft) for one in got) == 35
    assert len({one.code for one in got if isinstance(one, Place)}) == 5
    emails = {one.email for one in await Registration.all()}
    assert emails == {one.email for one in got if isinstance(one, Place)}
    assert await library.states() == ["taken"] * 5
    assert await count("ticket_change") == 5


async def test_without_the_lock_more_than_five_would_be_told_it_is_theirs(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: all have seen the places before anybody writes."""
    await library.buy(5, domains=DOMAIN)
    real = places.of_institution
    gate = asyncio.Barrier(4)  # as many as there are connections

    async def unlocked(order: int) -> orders.Locked:
        row = await database.row("SELECT id, state, total, currency, held_until FROM orders WHERE id = $1", order)
        assert row is not None
        return orders._locked(row)

    async def together(institution: int) -> list[Place]:
        found = await real(institution)
        await gate.wait()
        return found

    monkeypatch.setattr(orders, "lock", unlocked)
    asks = [await ask(library, f"person{number}@springfield.org") for number in range(4)]
    tickets = (await library.places())[0].tickets
    monkeypatch.setattr(places, "of_institution", together)

    async def unguarded(place: int) -> Place:
        found = await places.load(place)
        assert found is not None
        return found

    monkeypatch.setattr(places, "lock", unguarded)
    got = await asyncio.gather(
        *(taking.take_any(one, tickets, f"Person {n}", {}, NOON, None) for n, one in enumerate(asks)),
        return_exceptions=True,
    )

    told = [one for one in got if isinstance(one, Place)]
    assert len(told) + sum(isinstance(one, Exception) for one in got) == 4
    assert len({one.code for one in told}) < 4, "several were sent to one place"


async def test_after_the_last_day_the_link_gives_nothing(
    client: httpx.AsyncClient, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    await library.buy(1, domains=DOMAIN)
    number = await ask(library, GRACE.email)
    await database.execute("UPDATE event SET starts_on = '2026-06-25'")

    assert "cannot be taken by this link any more" in (await client.get(await library.staff_link())).text
    assert (await client.post(await library.staff_link(), data={"email": GRACE.email})).status_code == 409
    assert (await client.post(path(number), data={"name": "Grace"})).status_code == 409
    assert await library.states() == ["unassigned"]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("springfield.org", ["springfield.org"]),
        ("@Springfield.org, lib.springfield.org\nspringfield.org", ["springfield.org", "lib.springfield.org"]),
        ("head@springfield.org", ["springfield.org"]),
        ("bücherei.de", ["xn--bcherei-n2a.de"]),
        ("", []),
    ],
)
def test_domains_are_read_as_people_write_them(typed: str, read: list[str]) -> None:
    assert asking.read_domains(typed) == read


@pytest.mark.parametrize(
    "typed", ["library", "gmail.com", "a.org " * 2 + " ".join(f"d{n}.org" for n in range(11)), "<b>"]
)
def test_what_is_no_domain_of_an_institution_is_said(typed: str) -> None:
    with pytest.raises(Unreadable):
        asking.read_domains(typed)


async def test_places_name_nobody_when_their_order_does_not_and_asks_are_forgotten(library: Library) -> None:
    await library.buy(2, domains=DOMAIN)
    first, second = await library.places()
    await assigning.assign(first.id, GRACE, NOON, None)
    await assigning.assign(second.id, ALAN, NOON, None)
    await ask(library, GRACE.email)

    assert await retention.blank(NOON, 100) == 0
    await database.execute("UPDATE orders SET name = '', email = ''")
    assert await retention.blank(NOON, 1) == 1
    while await retention.blank(NOON, 1):
        pass
    assert [(one.name, one.email) for one in await library.places()] == [("", "")] * 2
    assert await database.value("SELECT count(*) FROM staff_move WHERE was <> '{}' OR now <> '{}'") == 0
    assert await retention.forget_asks(_days(13), 100) == 0
    assert await retention.forget_asks(_days(15), 100) == 1


async def test_an_invitation_that_nobody_took_names_nobody_thirty_days_after_the_event(library: Library) -> None:
    await library.buy(1)
    await assigning.assign((await library.places())[0].id, GRACE, NOON, None)

    assert await retention.blank(_days(46), 100) == 0
    assert await retention.blank(_days(48), 100) == 1
    assert (await library.places())[0].email == ""


def _days(number: int) -> datetime:
    return NOON + timedelta(days=number)
