"""Getting in line by hand, one's own page, and the organizers' list."""

import re

import httpx

from events.registration.models import Order
from events.waitlist import entries
from events.waitlist.models import WaitlistEntry
from tests import make
from tests.make import NOON
from tests.waitlist.conftest import Full

KEY = "tests" * 8


def typed(full: Full, **values: str) -> dict[str, str]:
    return {
        "ticket": str(full.ticket.id),
        "party": "1",
        "together": "1",
        "name": "Ada Lovelace",
        "email": "ada@example.org",
    } | values


async def test_what_is_sold_out_leads_into_the_line(full: Full, buyer: httpx.AsyncClient) -> None:
    await full.sell()
    await full.sell()
    page = (await buyer.get(f"/events/{full.event.slug}/register")).text
    [link] = re.findall(r'href="(/events/[^"]*/waitlist\?ticket=\d+)"', page)

    form = (await buyer.get(link)).text
    wrong = await buyer.post(link, data=typed(full, party="0", email="ada", name="<script>x</script>"))
    joined = await buyer.post(link, data=typed(full))
    twice = await buyer.post(link, data=typed(full))

    assert f'value="{full.ticket.id}" checked' in form or "checked" in form
    assert wrong.status_code == 422
    assert "&lt;script&gt;x" in wrong.text
    assert "Write a number from 1 to 20" in wrong.text
    assert joined.status_code == 303
    assert "Number 1 of 1" in (await buyer.get(joined.headers["location"])).text
    assert twice.status_code == 409
    assert await WaitlistEntry.all().count() == 1


async def test_nobody_opens_anothers_place_and_no_link_changes_anything_by_itself(
    full: Full, buyer: httpx.AsyncClient
) -> None:
    entry = await full.wait("Ada")
    key = entries.secret(entry, KEY)

    strange = [
        (await buyer.get(f"/waitlist/{entry}")).status_code,
        (await buyer.get(f"/waitlist/{entry}?key={key[:-1]}x")).status_code,
        (await buyer.get(f"/waitlist/{entry + 1}?key={key}")).status_code,
        (await buyer.post(f"/waitlist/{entry}/leave")).status_code,
        (await buyer.get(f"/waitlist/{2**70}?key={key}")).status_code,
    ]
    for _scan in range(2):
        await buyer.get(f"/waitlist/{entry}?key={key}")

    assert strange == [404] * 5
    assert (await full.entry(entry)).state == "WAITING"
    left = [(await buyer.post(f"/waitlist/{entry}/leave?key={key}")).status_code for _click in range(2)]
    assert left == [303, 303]
    assert (await full.entry(entry)).state == "LEFT"


async def test_what_could_never_be_offered_is_said_at_once(full: Full, buyer: httpx.AsyncClient) -> None:
    extra = await make.ticket_type(full.event, "Tour", kind="tour", places=1, requires=full.ticket)
    members = await make.ticket_type(full.event, "Members' day", rates={"member": 100}, places=1)

    for ticket, words in ((extra, "goes with Full"), (members, "not on sale")):
        answer = await buyer.post(f"/events/{full.event.slug}/waitlist", data=typed(full, ticket=str(ticket.id)))
        assert answer.status_code == 422
        assert words in answer.text
    strange = await buyer.post(f"/events/{full.event.slug}/waitlist", data=typed(full, ticket="99999"))
    assert strange.status_code == 422


async def test_when_the_line_is_shut_nobody_gets_in(full: Full, buyer: httpx.AsyncClient) -> None:
    registrar = await make.person()
    await make.role(registrar, "registrar", event_id=full.event.id)
    buyer.cookies.set("signin", await make.sign_in(registrar, NOON))
    root = f"/organize/events/{full.event.slug}/waitlist"

    wrong = await buyer.post(f"{root}/rules", data={"hours": "0", "version": "0"})
    saved = await buyer.post(f"{root}/rules", data={"hours": "48", "shut": "1", "version": "0"})
    stale = await buyer.post(f"{root}/rules", data={"hours": "12", "version": "0"})

    assert [one.status_code for one in (wrong, saved, stale)] == [422, 303, 409]
    assert (await buyer.get(f"/events/{full.event.slug}/waitlist")).status_code == 409


async def test_organizers_find_move_and_close_places_of_their_event(full: Full, buyer: httpx.AsyncClient) -> None:
    await full.sell()
    ada, grace = await full.wait("Ada"), await full.wait("Grace")
    other = await make.event()
    foreign = await entries.join(
        entries.Wish(other.id, "Eve", "eve@example.org", None, "en", ((await make.ticket_type(other)).id,)), NOON
    )
    registrar = await make.person()
    await make.role(registrar, "registrar", event_id=full.event.id)
    buyer.cookies.set("signin", await make.sign_in(registrar, NOON))
    root = f"/organize/events/{full.event.slug}/waitlist"

    page = (await buyer.get(root, params={"q": "grace", "state": "WAITING", "ticket": str(full.ticket.id)})).text
    answers = [
        await buyer.post(f"{root}/{grace}", data={"do": "move", "priority": "3", "reason": ""}),
        await buyer.post(f"{root}/{grace}", data={"do": "move", "priority": "30", "reason": "keynote"}),
        await buyer.post(f"{root}/{grace}", data={"do": "move", "priority": "3", "reason": "keynote"}),
        await buyer.post(f"{root}/{foreign}", data={"do": "remove", "reason": "strange"}),
        await buyer.post(f"{root}/{ada}", data={"do": "remove", "reason": "asked by phone"}),
        await buyer.post(f"{root}/{ada}", data={"do": "remove", "reason": "again"}),
    ]

    assert "grace@example.org" in page
    assert "ada@example.org" not in page
    assert [one.status_code for one in answers] == [422, 422, 303, 404, 303, 409]
    assert (await full.entry(grace)).priority == 3
    assert (await full.entry(ada)).reason == "asked by phone"
    assert (await full.entry(foreign)).state == "WAITING"


async def test_an_offer_is_taken_by_hand(full: Full, buyer: httpx.AsyncClient) -> None:
    free = await make.ticket_type(full.event, "Free", places=1)
    entry = await full.wait("Ada", tickets=(free.id,))
    await full.round()
    page = await buyer.get(f"/waitlist/{entry}?key={entries.secret(entry, KEY)}")
    [link] = re.findall(r'href="(/orders/[^"]*)"', page.text)

    shown = (await buyer.get(link)).text
    taken = await buyer.post(link.replace("&amp;", "&").replace("?", "/checkouts?"))

    assert "There is nothing to pay" in shown
    assert "again=" not in shown
    assert taken.status_code == 303
    assert (await Order.get()).state == "CONFIRMED"
