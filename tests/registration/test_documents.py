"""What buyers agree to, by version."""

import asyncio
import re

import httpx
import pytest

from events.catalogue.models import Event
from events.core.errors import StaleWrite
from events.registration import documents, holds, offers, order_story
from events.registration.models import Acceptance, Document, Order, TicketType
from events.registration.shelves import shelves
from tests import make
from tests.make import NOON
from tests.registration.test_pages import open_form, typed


@pytest.fixture
async def event(db: None) -> Event:
    made = await make.event()
    await make.ticket_type(made, "Full", places=9)
    return made


async def write(event: Event, text: str, seen: int = 0, *, kind: str = "terms", required: bool = True) -> int:
    return await documents.write(event.id, kind, "Terms <b>", text, required=required, seen=seen, at=NOON, by=None)


async def current(event: Event) -> list[tuple[str, int]]:
    return [(one.kind, one.version) for one in (await offers.offer(event.id)).documents]


async def test_nobody_buys_without_accepting_what_has_to_be(event: Event, buyer: httpx.AsyncClient) -> None:
    await write(event, "Be kind.")
    await write(event, "Be seen.", kind="recording_consent", required=False)
    full = await TicketType.get()
    page = await open_form(buyer, event.slug)
    terms = await Document.get(kind="terms")
    data = typed(page, full.id)

    silent = await buyer.post(f"/events/{event.slug}/register", data=data)
    bought = await buyer.post(f"/events/{event.slug}/register", data=data | {f"accept-{terms.id}": "1"})

    assert "Terms &lt;b&gt;" in page
    assert silent.status_code == 422
    assert "and accept it, to go on" in silent.text
    assert 'value="Ada Lovelace"' in silent.text
    assert bought.status_code == 303
    [accepted] = await Acceptance.all()
    assert (accepted.document_id, accepted.accepted_at) == (terms.id, NOON)  # type: ignore[attr-defined]
    order = await Order.get()
    told = await order_story.of(order.id)
    assert [(one.words, one.note) for one in told if "Accepted" in one.words] == [("Accepted: Terms <b>", "Version 1")]


async def test_a_newer_version_is_asked_for_again(event: Event, buyer: httpx.AsyncClient) -> None:
    await write(event, "Be kind.")
    full = await TicketType.get()
    data = typed(await open_form(buyer, event.slug), full.id)
    old = await Document.get()
    await write(event, "Be very kind.", 1)
    shelves.forget(event.id)
    answer = await buyer.post(f"/events/{event.slug}/register", data=data | {f"accept-{old.id}": "1"})

    assert answer.status_code == 422
    assert re.search(r"version=2", answer.text)
    assert await Order.all().count() == 0


async def test_what_was_accepted_can_be_read_for_good(event: Event, buyer: httpx.AsyncClient) -> None:
    await write(event, "Be *kind*. <script>x</script>")
    await write(event, "Be very kind.", 1)
    root = f"/events/{event.slug}/documents/terms"

    assert "Be very kind" in (await buyer.get(root)).text
    first = (await buyer.get(root, params={"version": "1"})).text
    assert "<em>kind</em>" in first
    assert "<script>x" not in first
    assert "older version" in first
    assert (await buyer.get(root, params={"version": "9"})).status_code == 404
    assert (await buyer.get(f"/events/{event.slug}/documents/secret")).status_code == 404


async def test_two_organizers_write_one_version(event: Event) -> None:
    wrote = await asyncio.gather(*(write(event, f"Text {n}") for n in range(4)), return_exceptions=True)

    assert sorted(type(one).__name__ for one in wrote) == ["StaleWrite"] * 3 + ["int"]
    with pytest.raises(StaleWrite):
        await write(event, "Late", 0)
    assert await current(event) == [("terms", 1)]


async def test_without_a_text_nobody_is_asked_any_more(event: Event) -> None:
    await write(event, "Be kind.")
    await write(event, "", 1)
    assert await current(event) == []
    await write(event, "Be kind again.", 2)
    assert await current(event) == [("terms", 3)]


async def test_organizers_write_versions_of_their_event(event: Event, buyer: httpx.AsyncClient) -> None:
    registrar = await make.person()
    await make.role(registrar, "registrar", event_id=event.id)
    buyer.cookies.set("signin", await make.sign_in(registrar, NOON))
    root = f"/organize/events/{event.slug}/documents"
    text = {"kind": "terms", "title": "Terms", "text": "Be kind.", "required": "1", "seen": "0"}

    answers = [
        await buyer.post(root, data=text | {"title": ""}),
        await buyer.post(root, data=text),
        await buyer.post(root, data=text),
        await buyer.post(root, data=text | {"kind": "secret"}),
    ]

    assert [one.status_code for one in answers] == [422, 303, 409, 404]
    assert "Be kind." in answers[0].text
    assert "Has to be accepted" in (await buyer.get(root)).text
    other = await make.event()
    assert (await buyer.get(f"/organize/events/{other.slug}/documents")).status_code == 403


async def test_an_order_is_accepted_once(event: Event) -> None:
    await write(event, "Be kind.")
    placed = await holds.place(await make.basket([await TicketType.get()]), NOON)
    document = await Document.get()

    for _click in range(2):
        await documents.accept(placed.id, [document.id], NOON)

    assert await Acceptance.all().count() == 1
    foreign = await make.event()
    await write(foreign, "Theirs")
    await documents.accept(placed.id, [(await Document.get(event=foreign)).id], NOON)
    assert await Acceptance.all().count() == 1
