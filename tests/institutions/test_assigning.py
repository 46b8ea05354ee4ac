"""Places given to people, to others, to nobody and back: who had one is told, and their link is dead."""

import asyncio
from datetime import date, timedelta
from itertools import product

import httpx
import pytest

from events.core import database
from events.institutions import assigning, places, taking
from events.institutions.states import LIVE, MOVES, IllegalMove, PlaceState, step
from events.registration import cancellations, change_requests, change_rules
from events.registration.change_rules import Rules
from events.registration.models import ChangeRequest, Registration, TicketChange
from events.registration.states import RequestState
from events.registration.ticket_changes import Who
from events.settings import Settings
from tests import make
from tests.institutions.conftest import ALAN, GRACE, KEY, Library, SignIn, count
from tests.make import NOON

AFTER = NOON + timedelta(days=30)


@pytest.mark.parametrize(("old", "new"), list(product(PlaceState, PlaceState)))
def test_a_place_moves_as_the_table_says(old: PlaceState, new: PlaceState) -> None:
    allowed = old is not PlaceState.ENDED and not (old is new is PlaceState.UNASSIGNED)

    assert (new in MOVES[old]) == allowed
    if allowed:
        assert step(old, new) is new
    else:
        with pytest.raises(IllegalMove):
            step(old, new)


async def test_one_mail_has_all_places_and_then_one_is_assigned_and_taken(
    client: httpx.AsyncClient, library: Library, settings: Settings
) -> None:
    await library.buy(domains=("springfield.org",))
    [bought] = [one for one in await library.mails(settings) if "Your places" in one["subject"]]
    words = bought.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    there = await library.places()
    assert all(f"/places/{one.code}?key=" in words for one in there)
    assert "/staff/" in words

    path = await library.path(f"/places/{there[0].code}")
    answer = await client.post(path, data={"do": "assign", "name": "Grace <b>", "email": GRACE.email})
    assert answer.status_code == 303
    [invited] = await library.mails(settings)
    assert invited["to"].addresses[0].addr_spec == GRACE.email
    link = await library.link(there[0].id)
    assert link in invited.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert await library.states() == ["invited"] + ["unassigned"] * 4

    page = await client.get(link)
    assert "Springfield Public Library bought you a place at Annual Conference" in page.text
    assert "Grace &lt;b&gt;" in page.text
    assert await library.states() == ["invited"] + ["unassigned"] * 4, "a GET changes nothing"
    person = await make.person("Grace Hopper", GRACE.email)
    assert (await client.post(link, data={"do": "take", "name": "Grace Hopper"})).status_code == 303

    ticket = await Registration.get(id=there[0].registration)
    assert (ticket.name, ticket.email, ticket.person_id) == ("Grace Hopper", GRACE.email, person.id)  # type: ignore[attr-defined]
    [mail] = await library.mails(settings)
    assert ticket.code in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    shown = await client.get(link)
    assert ticket.code in shown.text
    assert (await client.get(f"{link}/ticket.svg")).headers["content-type"] == "image/svg+xml"
    assert "Grace Hopper" in (await client.get(await library.path())).text
    assert await count("invoice") == 1


async def test_taking_twice_is_once_and_saying_no_gives_the_place_back(
    client: httpx.AsyncClient, library: Library
) -> None:
    await library.buy()
    first, second = (await library.places())[:2]
    for place, who in ((first, GRACE), (second, ALAN)):
        await assigning.assign(place.id, who, NOON, None)
        await assigning.assign(place.id, who, NOON, None)
    link = await library.link(first.id)

    for _click in range(2):
        assert (await client.post(link, data={"do": "take", "name": "Grace"})).status_code == 303
    for _click in range(2):
        assert (await client.post(await library.link(second.id), data={"do": "decline"})).status_code in {303, 404}

    assert await library.states() == ["taken", "unassigned", "unassigned", "unassigned", "unassigned"]
    assert await TicketChange.all().count() == 1
    assert await count("staff_move") == 4


async def test_reassigned_before_and_after_it_was_taken_the_old_link_is_dead_and_says_so(
    client: httpx.AsyncClient, library: Library, settings: Settings
) -> None:
    await library.buy()
    place = (await library.places())[0]
    await assigning.assign(place.id, GRACE, NOON, None)
    old = await library.link(place.id)
    await library.mails(settings)

    await assigning.assign(place.id, ALAN, NOON, None)
    told = {one["to"].addresses[0].addr_spec: one["subject"] for one in await library.mails(settings)}
    assert told == {
        GRACE.email: "Not your place any more: Annual Conference",
        ALAN.email: "A place for you: Annual Conference",
    }
    page = await client.get(old)
    assert "This place is not yours any more" in page.text
    refused = await client.post(old, data={"do": "take", "name": "Grace"})
    assert (refused.status_code, await library.states()) == (409, ["invited", *["unassigned"] * 4])

    await taking.take(place.id, 2, "Alan Turing", {}, NOON, None)
    code = (await Registration.get(id=place.registration)).code
    alans = await library.link(place.id)
    await library.mails(settings)
    await assigning.assign(place.id, GRACE, NOON, None)

    ticket = await Registration.get(id=place.registration)
    assert (ticket.name, ticket.email, ticket.answers) == ("", "", {})
    assert ticket.code != code
    assert (await client.get(f"{alans}/ticket.svg")).status_code == 404
    assert "This invitation is over" in (await client.get(alans)).text
    both = {one["to"].addresses[0].addr_spec for one in await library.mails(settings)}
    assert both == {GRACE.email, ALAN.email}
    assert [(one.was.get("email", ""), one.now.get("email", "")) for one in await places.moves_of(place.id)] == [
        ("", GRACE.email), (GRACE.email, ALAN.email), (ALAN.email, ALAN.email), (ALAN.email, GRACE.email),
    ]  # fmt: skip


async def test_a_seat_of_nobody_is_not_the_buyers_and_ends_with_who_had_it(library: Library) -> None:
    session = await make.session(library.event, NOON + timedelta(days=14))
    library.ticket = await make.ticket_type(library.event, "Workshop", kind="preconference", session=session)
    await library.buy(1, chosen=None)
    [place] = await library.places()

    async def seats() -> list[str]:
        return [row["email"] for row in await database.rows("SELECT email FROM seat")]

    assert await seats() == [""]
    await assigning.assign(place.id, GRACE, NOON, None)
    assert await seats() == [""]
    await taking.take(place.id, 1, "Grace", {}, NOON, None)
    assert await seats() == [GRACE.email]
    await assigning.take_back(place.id, NOON, None)
    assert await seats() == [""]


async def test_a_pasted_list_is_looked_at_first_and_then_invited_once(
    client: httpx.AsyncClient, library: Library
) -> None:
    await library.buy(4)
    await assigning.assign((await library.places())[3].id, ALAN, NOON, None)
    people = "\n".join(
        ["Grace Hopper <grace@springfield.org>", "", "nonsense <script>", ALAN.email, "ada@x.org", "ADA@x.org",
         "Mary, mary@x.org", "last@x.org"]
    )  # fmt: skip
    path = await library.path("/people")

    preview = (await client.post(path, data={"people": people, "do": "preview"})).text
    assert "nonsense &lt;script&gt;" in preview
    assert "This address has one of your places already." in preview
    assert "This address stands above already." in preview
    assert "There is no place left for this line." in preview
    assert "Invite 3 people" in preview
    assert await count("staff_move") == 1, "a preview changes nothing"

    for _click in range(2):
        await client.post(path, data={"people": people, "do": "assign"})
    assert [one.email for one in await library.places()] == [
        GRACE.email, "ada@x.org", "mary@x.org", ALAN.email,
    ]  # fmt: skip
    assert (await library.places())[0].name == "Grace Hopper"


async def test_places_of_others_are_nobodys_business(
    client: httpx.AsyncClient, signed_in: SignIn, library: Library
) -> None:
    await library.buy(2)
    mine, place = await library.path(), (await library.places())[0]
    other = Library(library.event, library.ticket)
    await other.buy(2)
    theirs = await other.path(f"/places/{place.code}")
    stranger = await signed_in(await make.person())

    assert (await client.post(theirs, data={"do": "assign", "email": GRACE.email})).status_code == 404
    assert (await client.get(mine.partition("?")[0])).status_code in {401, 303}
    assert (await stranger.get(mine.partition("?")[0])).status_code == 404
    await assigning.assign(place.id, GRACE, NOON, None)
    link = await library.link(place.id)
    for wrong in (link[:-1] + "x", link.replace("/1-", "/2-"), link.replace("/1-", "/0-"), link.replace("/1-", "/x-")):
        assert (await client.get(wrong)).status_code == 404
    ordinary = await make.seat(None, await make.session(library.event, NOON))
    assert (await client.get(f"/institutions/{ordinary.code}")).status_code in {401, 303}
    assert await library.states() == ["invited", "unassigned"]


async def test_who_bought_signed_in_needs_no_link(signed_in: SignIn, library: Library) -> None:
    await library.buy(1)
    owner = await make.person()
    await database.execute("UPDATE orders SET person_id = $1", owner.id)

    page = await (await signed_in(owner)).get((await library.path()).partition("?")[0])

    assert page.status_code == 200


async def test_after_the_last_day_it_is_a_request_that_the_registrar_grants(
    client: httpx.AsyncClient, library: Library, settings: Settings
) -> None:
    await library.buy(2)
    first, second = await library.places()
    await assigning.assign(first.id, GRACE, NOON, None)
    for late in (assigning.assign(second.id, ALAN, AFTER, None), assigning.take_back(first.id, AFTER, None)):
        with pytest.raises(assigning.NotNow):
            await late
    await change_rules.save(library.event.id, Rules(date(2026, 6, 1)))
    path = await library.path(f"/places/{first.code}")

    page = (await client.get(path)).text
    assert "Changes ended on" in page
    assert "Take the place back" not in page
    asked = {"do": "ask", "name": ALAN.name, "email": ALAN.email, "words": "Grace is ill"}
    assert (await client.post(path, data=asked)).status_code == 303
    assert (await library.states())[0] == "invited"
    registrar = await make.person()
    request = await ChangeRequest.get()
    await change_requests.answer(request.id, RequestState.granted, "of course", NOON, registrar.id)
    mails = await library.mails(settings)

    now = (await library.places())[0]
    assert (now.state, now.email) == (PlaceState.TAKEN, ALAN.email)
    assert GRACE.email in {one["to"].addresses[0].addr_spec for one in mails}
    graces = f"/places/{first.code}/{places.token(first.id, 1, KEY)}"
    assert "This invitation is over" in (await client.get(graces)).text


async def test_who_was_invited_in_time_can_still_take_it_later(library: Library) -> None:
    await library.buy(1)
    [place] = await library.places()
    await assigning.assign(place.id, GRACE, NOON, None)

    await taking.take(place.id, 1, "Grace", {}, AFTER, None)

    assert await library.states() == ["taken"]


async def test_unassigned_places_go_back_by_the_terms_and_others_stay(
    client: httpx.AsyncClient, library: Library
) -> None:
    await make.refund_policy(library.event, [{"through": None, "percent": 100, "fee": 2500}])
    await library.buy(3)
    await assigning.assign((await library.places())[0].id, GRACE, NOON, None)
    path = await library.path("/giving-back")

    assert "$75.00 comes back for each" in (await client.get(path)).text
    too_many = await client.post(path, data={"count-0": "3"})
    assert too_many.status_code == 409
    assert (await client.post(path, data={"count-0": "2"})).status_code == 303

    assert await library.states() == ["invited", "ended", "ended"]
    assert (await library.account()).balance.amount == 10000 + 2 * 2500


async def test_a_cancelled_order_has_no_live_invitation_and_everybody_is_told(
    client: httpx.AsyncClient, library: Library, settings: Settings
) -> None:
    await library.buy(3)
    first, second, _third = await library.places()
    await assigning.assign(first.id, GRACE, NOON, None)
    await assigning.assign(second.id, ALAN, NOON, None)
    await taking.take(second.id, 1, ALAN.name, {}, NOON, None)
    link = await library.link(first.id)
    await library.mails(settings)
    account = await library.account()

    await cancellations.cancel(account, [one.id for one in account.attendees], NOON, "no money")

    assert "This invitation is over" in (await client.get(link)).text, "before anything follows"
    assert (await client.post(link, data={"do": "take", "name": "Grace"})).status_code == 409
    told = {one["to"].addresses[0].addr_spec for one in await library.mails(settings)}
    assert told >= {GRACE.email, ALAN.email}
    assert await library.states() == ["ended"] * 3
    assert not [one for one in await library.places() if one.state in LIVE]


async def test_before_it_is_confirmed_nobody_is_invited(client: httpx.AsyncClient, library: Library) -> None:
    await library.buy(1, chosen=None)
    [place] = await library.places()

    answer = await client.post(await library.path(f"/places/{place.code}"), data={"do": "assign", "email": GRACE.email})

    assert answer.status_code == 409
    assert "when the order is confirmed" in answer.text


async def test_taken_and_given_to_somebody_else_at_once_it_is_one_of_theirs(library: Library) -> None:
    await library.buy(1)
    [place] = await library.places()
    await assigning.assign(place.id, GRACE, NOON, None)

    await asyncio.gather(
        taking.take(place.id, 1, GRACE.name, {}, NOON, None),
        assigning.assign(place.id, ALAN, NOON, None),
        taking.take(place.id, 1, GRACE.name, {}, NOON, None),
        assigning.assign(place.id, ALAN, NOON, None),
        return_exceptions=True,
    )

    [now] = await library.places()
    ticket = await Registration.get()
    assert (now.state, now.email, ticket.email) == (PlaceState.INVITED, ALAN.email, "")
    assert await database.value("SELECT count(*) FROM staff_move WHERE new = 'invited'") == 2


async def test_given_back_and_taken_at_once_a_place_is_one_or_the_other(library: Library) -> None:
    await library.buy(5)
    there = await library.places()
    for number, place in enumerate(there[2:]):
        await assigning.assign(place.id, Who("", f"p{number}@x.org"), NOON, None)
    institution = await library.institution()

    done = await asyncio.gather(
        assigning.give_back(institution, {"Full conference": 2}, NOON, None),
        assigning.give_back(institution, {"Full conference": 2}, NOON, None),
        assigning.assign(there[0].id, GRACE, NOON, None),
        return_exceptions=True,
    )

    states = await library.states()
    ended = states.count("ended")
    assert (ended, states.count("invited")) in {(2, 3), (0, 4)}
    assert sum(one == 2 for one in done) == ended // 2
    assert await database.value("SELECT claimed FROM quota") == 5 - ended
