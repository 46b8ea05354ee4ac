"""The pages of cases, as a browser asks for them."""

import re

import pytest

from events import audit
from events.cases import cases, handling, letters, messages
from events.cases.handling import Decision
from events.cases.states import CaseState
from events.core import clock, database, outbox
from events.planning.models import Resource
from events.settings import Settings
from tests import make
from tests.cases.conftest import CAPTIONS, MORNING, SECRET, Place, SignIn
from tests.make import NOON

SCRIPT = "<script>alert(1)</script>"


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOON)


def version(page: str, name: str = "version") -> str:
    found = re.search(rf'name="{name}" value="(\d+)"', page)
    assert found is not None
    return found[1]


async def test_a_person_asks_reads_answers_and_withdraws_by_pages(place: Place, signed_in: SignIn) -> None:
    ada = await signed_in(place.ada)

    start = await ada.get("/events/annual/needs")
    assert (start.status_code, "Frida Lindqvist" in start.text) == (200, True)
    sent = await ada.post("/events/annual/needs", data={"kinds": ["captions"], "words": SECRET + SCRIPT})
    page = await ada.get(sent.headers["location"])
    assert SECRET in page.text
    assert "<script>alert" not in page.text
    code = sent.headers["location"].rsplit("/", 1)[1]
    await ada.post(f"/my/needs/{code}/messages", data={"words": "And a seat in front"})
    page = await ada.get(f"/my/needs/{code}")
    assert "And a seat in front" in page.text
    changed = {"version": version(page.text, "version"), "kinds": "vegan", "words": "", "scope": "event"}
    assert (await ada.post(f"/my/needs/{code}", data=changed)).status_code == 303
    assert "Vegan" in (await ada.get(f"/my/needs/{code}")).text
    await ada.post(f"/my/needs/{code}/withdrawal", data={"erase": "1"})
    assert (await ada.get(f"/my/needs/{code}")).status_code == 404
    assert await database.value("SELECT count(*) FROM care_case") == 0


async def test_what_was_typed_comes_back_with_what_is_wrong_with_it(place: Place, signed_in: SignIn) -> None:
    ada = await signed_in(place.ada)

    nothing = await ada.post("/events/annual/needs", data={"scope": "event"})
    forged = await ada.post("/events/annual/needs", data={"kinds": "forged", "words": SECRET})
    none_named = await ada.post("/events/annual/needs", data={"scope": "sessions", "words": SECRET})

    assert [one.status_code for one in (nothing, forged, none_named)] == [422] * 3
    assert SECRET in forged.text
    assert await cases.of_person(place.ada.id) == []


async def test_nothing_of_it_is_kept_by_caches_and_nobody_else_finds_it(place: Place, signed_in: SignIn) -> None:
    case, ada, frida = await place.ask(), await signed_in(place.ada), await signed_in(place.frida)
    registrar, administrator = await make.person("Rea"), await make.person("Elif")
    await make.role(registrar, "registrar")
    await make.role(administrator, "administrator")

    mine = ("/my/needs", "/events/annual/needs", case.path)
    theirs = (place.root, f"{place.root}/{case.code}", f"{place.root}/kinds", f"{place.root}/numbers")
    for client, urls in ((ada, mine), (frida, theirs)):
        for url in urls:
            answer = await client.get(url)
            assert (url, answer.status_code, answer.headers["cache-control"]) == (url, 200, "no-store")
    assert (await frida.get(case.path)).status_code == 404
    for person in (registrar, administrator):
        client = await signed_in(person)
        assert (await client.get(case.path)).status_code == 404
        assert [(await client.get(url)).status_code for url in theirs] == [403, 403, 403, 200]
        numbers = await client.get(f"{place.root}/numbers")
        assert "fewer than 5" in numbers.text
        assert "Ada Lovelace" not in numbers.text


async def test_every_reading_is_noted_and_the_person_sees_who_it_was(place: Place, signed_in: SignIn) -> None:
    case, ada, frida = await place.ask(), await signed_in(place.ada), await signed_in(place.frida)
    assert "Nobody yet." in (await ada.get(case.path)).text

    await frida.get(place.root)
    await frida.get(f"{place.root}/{case.code}")
    await frida.get(f"{place.root}/{case.code}")

    noted = await database.rows("SELECT case_id, reader_id FROM care_reading ORDER BY id")
    assert [tuple(row) for row in noted] == [
        (None, place.frida.id),
        (case.id, place.frida.id),
        (case.id, place.frida.id),
    ]
    page = (await ada.get(case.path)).text
    assert "Nobody yet." not in page
    assert "the list, with name and kinds" in page


async def test_a_handler_finds_books_writes_and_decides(place: Place, signed_in: SignIn) -> None:
    case, frida = await place.ask(), await signed_in(place.frida)
    session = await make.session(place.event, MORNING)
    resource = await Resource.create(event=place.event, kind="captioner", name="CART 1")
    own = f"{place.root}/{case.code}"

    assert "Ada Lovelace" in (await frida.get(f"{place.root}?q=lovel&state=asked&kind=captions&owner=0&sort=-due")).text
    assert "Ada Lovelace" not in (await frida.get(f"{place.root}?q=deaf")).text  # what was written is not searched
    booking = {"session": session.code, "resource": str(resource.id), "arranged": "Row 1"}
    assert (await frida.post(f"{own}/sessions", data=booking)).status_code == 303
    unknown = await frida.post(f"{own}/sessions", data=booking | {"session": "NOSUCH"})
    assert (unknown.status_code, "There is no session of this code." in unknown.text) == (422, True)
    await frida.post(f"{own}/messages", data={"words": "All set " + SCRIPT, "do": "message"})
    page = await frida.get(own)
    assert "CART 1 · Row 1" in page.text
    assert "<script>alert" not in page.text
    done = {"version": version(page.text), "owner": str(place.frida.id), "due_on": "2026-07-01", "state": "arranged"}
    assert (await frida.post(own, data=done)).status_code == 303
    stale = await frida.post(own, data=done | {"owner": "", "state": "closed"})
    assert (stale.status_code, "Both states" in stale.text) == (409, True)
    assert (await frida.post(f"{own}/sessions/{session.code}/removal")).status_code == 303
    assert "Nothing booked" not in (await frida.get(own)).text


async def test_a_message_after_it_was_closed_is_not_sent_and_not_lost(place: Place, signed_in: SignIn) -> None:
    case, ada = await place.ask(), await signed_in(place.ada)
    closed = Decision(None, None, CaseState.CLOSED)
    await handling.decide(place.event.id, case.code, closed, case.version, place.frida.id, NOON)

    answer = await ada.post(f"{case.path}/messages", data={"words": "One more thing"})

    assert (answer.status_code, "One more thing" in answer.text, "Ask again" in answer.text) == (409, True, True)
    assert await messages.of(case.id, notes=True) == []


async def test_a_cancelled_ticket_is_said_to_both(place: Place, signed_in: SignIn) -> None:
    case, ada, frida = await place.ask(), await signed_in(place.ada), await signed_in(place.frida)
    await make.seat(place.ada, await make.session(place.event, MORNING, ticketed=True))
    assert "Do you still need this?" not in (await ada.get(case.path)).text

    await database.execute("UPDATE registration SET cancelled_at = $1", NOON)

    assert "Do you still need this?" in (await ada.get(case.path)).text
    assert "Ticket cancelled" in (await frida.get(f"{place.root}/{case.code}")).text
    assert case.code in (await frida.get(f"{place.root}?flag=ticket")).text
    assert case.code not in (await frida.get(f"{place.root}?flag=late")).text


async def test_a_file_is_not_taken(place: Place, signed_in: SignIn) -> None:
    case, ada = await place.ask(), await signed_in(place.ada)

    await ada.post(f"{case.path}/messages", data={"words": "See the file"}, files={"file": b"%PDF-1.7"})

    assert "files cannot be sent here" in (await ada.get(case.path)).text
    assert await database.value("SELECT count(*) FROM care_message WHERE words LIKE '%PDF%'") == 0


async def test_kinds_can_be_called_otherwise_added_and_taken_out(place: Place, signed_in: SignIn) -> None:
    ada, frida = await signed_in(place.ada), await signed_in(place.frida)
    kinds = f"{place.root}/kinds"

    await frida.post(kinds, data={"name": "Without peanuts " + SCRIPT, "about": "meals"})
    await frida.post(f"{kinds}/scooter", data={"name": "", "version": "0"})
    await frida.post(f"{kinds}/captions", data={"name": "CART on your phone", "offered": "1", "version": "0"})
    again = await frida.post(kinds, data={"name": "vegan", "about": "meals"})
    stale = await frida.post(f"{kinds}/captions", data={"name": "Captions", "offered": "1", "version": "0"})

    page = (await ada.get("/events/annual/needs")).text
    assert ("Without peanuts" in page, "CART on your phone" in page, "wheelchair" in page) == (True, True, False)
    assert "<script>alert" not in page
    assert (again.status_code, stale.status_code) == (422, 409)


async def test_mails_say_that_there_is_something_and_nothing_else(place: Place, settings: Settings) -> None:
    case = await place.ask()
    await messages.answer(case, place.frida.id, "Captions are booked", NOON, note=False)

    found = await outbox.claim(10, clock.now().replace(year=2100), clock.now() - clock.now())
    written = [
        await (letters.message if one.topic == messages.MESSAGE else letters.news)(one, settings, NOON) for one in found
    ]

    assert [one.recipient for one in written if one] == ["frida@example.org", "ada@example.org"]
    for mail in written:
        assert mail is not None
        text = mail.body.decode()
        assert "Annual Conference" in text
        assert not any(word in text.lower() for word in ("caption", "deaf", "booked", "dietary"))
    assert b"Ada" not in written[0].body  # type: ignore[union-attr]
    await cases.withdraw(case.code, place.ada.id, True, NOON)
    assert await letters.message(found[1], settings, NOON) is None


async def test_who_no_longer_handles_cases_gets_no_mail(place: Place, settings: Settings) -> None:
    await place.ask(CAPTIONS)
    await database.execute("DELETE FROM role")
    [message] = await outbox.claim(10, clock.now().replace(year=2100), clock.now() - clock.now())

    assert await letters.news(message, settings, NOON) is None


async def test_an_audit_finds_nothing_and_then_what_was_broken(place: Place) -> None:
    case = await place.ask()
    checks = {"a case is where its last move took it", "a case that is over has nothing booked"}
    assert [one for one in await audit.audit(NOON) if one.check in checks] == []

    await database.execute("UPDATE care_case SET state = 'withdrawn' WHERE id = $1", case.id)
    session = await make.session(place.event, MORNING)
    await database.execute(
        "INSERT INTO care_session (case_id, session_id, arranged, booked_at) VALUES ($1, $2, 'x', $3)",
        case.id,
        session.id,
        NOON,
    )

    found = [one for one in await audit.audit(NOON) if one.check in checks]
    assert {one.check for one in found} == checks
    assert not any(SECRET in one.words or "Ada" in one.words for one in found)
