"""One box finds anybody, by any word of theirs, in the events one may read and no other."""

import httpx
import pytest

from events.catalogue.models import Event
from events.core import database
from events.people.models import Person
from events.people.permissions import Reach
from events.registration import holds, order_search, order_story
from events.registration.holds import Attendee
from events.registration.models import Registration
from tests import make
from tests.make import NOON

EVERYWHERE = Reach(True, frozenset(), frozenset())


async def ordered(event: Event, name: str, email: str, buyer: str = "Library Office") -> str:
    ticket = await make.ticket_type(event)
    basket = await make.basket([ticket], name=buyer, email=f"office-{email}", attendees=[Attendee(name, email, {})])
    return (await holds.place(basket, NOON)).code


async def test_a_word_in_part_without_accents_and_capitals_finds_a_person(db: None) -> None:
    event = await make.event()
    jose = await ordered(event, "José Núñez-Ñandú", "jose.nunez@Biblioteca.example.org")
    await ordered(event, "Ada Lovelace", "ada@example.org")
    ticket = await Registration.get(name__startswith="José")
    person = await Person.get(id=(await make.person("José")).id)
    await Registration.filter(id=ticket.id).update(person_id=person.id)
    await Person.filter(id=person.id).update(affiliation="Biblioteca Pública de Málaga")

    async def found(words: str) -> list[str]:
        return [one.code for one in await order_search.find(words, EVERYWHERE)]

    for words in (
        "jose",
        "NUNEZ",
        "núñ",
        "nandu jos",
        "jose.nunez@biblio",
        "malaga publica",
        jose.lower(),
        ticket.code,
    ):
        assert await found(words) == [jose], words
    for words in ("", "j", "%", "lovelace jose", "' | !x:*", "(((", "ada:* <->"):
        assert jose not in await found(words), words


async def test_only_events_in_reach_are_searched(buyer: httpx.AsyncClient) -> None:
    mine, theirs = await make.event(), await make.event()
    a, b = await ordered(mine, "Ada Lovelace", "ada@x.org"), await ordered(theirs, "Ada Byron", "byron@x.org")
    registrar, editor = await make.person(), await make.person()
    await make.role(registrar, "registrar", event_id=mine.id)
    await make.role(editor, "editor", event_id=mine.id)

    buyer.cookies.set("signin", await make.sign_in(registrar, NOON))
    page = (await buyer.get("/organize/registrations", params={"q": "ada"})).text
    buyer.cookies.set("signin", await make.sign_in(editor, NOON))
    refused = await buyer.get("/organize/registrations", params={"q": "ada"})

    assert (a in page, b in page) == (True, False)
    assert refused.status_code == 403
    unit = Reach(False, frozenset({theirs.unit_id}), frozenset())  # type: ignore[attr-defined]
    assert [one.code for one in await order_search.find("ada", unit)] == [b]


@pytest.mark.parametrize("table", ["orders", "registration"])
async def test_the_words_come_from_an_index(db: None, table: str) -> None:
    async with database.transaction():
        await database.execute("SET LOCAL enable_seqscan = off")
        plan = await database.rows(
            f"EXPLAIN SELECT id FROM {table} WHERE search_words(name || ' ' || email) @@ 'ada:*'::tsquery"
        )
    assert f"{table}_search" in " ".join(row[0] for row in plan)


async def test_the_story_knows_mails_while_the_outbox_does_and_after(db: None) -> None:
    event = await make.event()
    await ordered(event, "Ada Lovelace", "ada@x.org")
    order = await database.value("SELECT id FROM orders")
    await database.execute("UPDATE outbox_message SET done_at = $1", NOON)

    before = [one.words for one in await order_story.of(order)]
    kept = [await order_story.keep_mails(NOON.replace(hour=13), 100) for _night in range(2)]
    between = [one.words for one in await order_story.of(order)]
    await database.execute("DELETE FROM outbox_message")
    after = [one.words for one in await order_story.of(order)]

    assert before == between == after == ["Mail: The tickets"]
    assert kept == [1, 0]
