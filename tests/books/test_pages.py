"""The bookkeepers' pages: months, a month, closing, account numbers and codes."""

import csv
import io
from datetime import UTC, datetime

import httpx
import pytest_asyncio

from events.core import database
from events.people.models import Person
from tests import make
from tests.books.booking import Books
from tests.make import NOON

IN_MAY = datetime(2026, 5, 20, 17, tzinfo=UTC)


@pytest_asyncio.fixture
async def registrar(buyer: httpx.AsyncClient) -> Person:
    """Of the whole association, at the browser."""
    person = await make.person("Daniel", "daniel@example.org")
    await make.role(person, "registrar")
    buyer.cookies.set("signin", await make.sign_in(person, NOON))
    return person


async def test_a_month_is_read_as_sums_and_as_a_journal_that_balances(
    buyer: httpx.AsyncClient, registrar: Person, books: Books
) -> None:
    await books.give_code("4010", IN_MAY)
    await books.book("charge", 32500, IN_MAY)

    page = (await buyer.get("/organize/books/2026-05")).text
    answer = await buyer.get("/organize/books/2026-05.csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))

    assert "Receivable" in page
    assert "$325.00" in page
    assert [(row["account"], row["gl code"], row["debit"], row["credit"]) for row in rows] == [
        ("1200", "", "325.00", ""),
        ("2400", "4010", "", "325.00"),
    ]
    assert "Nothing is booked in this month" in (await buyer.get("/organize/books/2026-05?event=other")).text
    for month in ("2026-13", "x", "2026-5", "٢٠٢٦-05"):
        assert (await buyer.get(f"/organize/books/{month}")).status_code == 404


async def test_a_month_is_closed_once_and_only_after_the_one_before(
    buyer: httpx.AsyncClient, registrar: Person, books: Books
) -> None:
    await books.book("charge", 32500, IN_MAY)

    answers = [
        (await buyer.post(f"/organize/books/{month}/closing")).status_code
        for month in ("2026-06", "2026-05", "2026-05")
    ]
    page = await buyer.get("/organize/books")

    assert answers == [409, 303, 409]
    assert "Closed" in page.text
    assert "Daniel" in page.text


async def test_account_numbers_come_back_with_what_is_wrong(
    buyer: httpx.AsyncClient, registrar: Person, books: Books
) -> None:
    given = {
        row: f"{number}"
        for number, row in enumerate(
            (
                "receivable",
                "stripe",
                "bank",
                "deferred",
                "tax",
                "income",
                "fees",
                "stripe_fees",
                "written_off",
                "other",
            ),
            500,
        )
    }

    wrong = await buyer.post("/organize/books/accounts", data={**given, "bank": "<b>1"})
    right = await buyer.post("/organize/books/accounts", data={**given, "bank": "1-2.3/4"})

    assert (wrong.status_code, right.status_code) == (422, 303)
    assert "&lt;b&gt;1" in wrong.text
    assert 'value="500"' in wrong.text
    assert await database.value("SELECT number FROM account_number WHERE account = 'bank'") == "1-2.3/4"


async def test_a_code_is_given_and_two_who_give_one_at_once_see_both(
    buyer: httpx.AsyncClient, registrar: Person, books: Books
) -> None:
    path, name = f"/organize/events/{books.event.slug}/codes", f"code-{books.full.id}"
    seen = f"seen-{books.full.id}"

    first = await buyer.post(path, data={name: "4010", seen: "|"})
    second = await buyer.post(path, data={name: "4020", seen: "|"})
    away = await buyer.post(path, data={name: "", seen: "|4010"})
    again = await buyer.post(path, data={name: "4020", seen: "|4010"})

    assert [one.status_code for one in (first, second, away, again)] == [303, 409, 422, 303]
    assert "4010" in second.text
    assert 'value="4020"' in second.text
    assert await database.value("SELECT code FROM gl_code ORDER BY since DESC LIMIT 1") == "4020"


async def test_an_events_registrar_sees_its_codes_and_not_the_books(buyer: httpx.AsyncClient, books: Books) -> None:
    person = await make.person("Erin", "erin@example.org")
    await make.role(person, "registrar", event_id=books.event.id)
    buyer.cookies.set("signin", await make.sign_in(person, NOON))

    paths = (f"/organize/events/{books.event.slug}/codes", "/organize/books", "/organize/books/2026-05.csv")

    assert [(await buyer.get(path)).status_code for path in paths] == [200, 403, 403]


async def test_differences_are_listed_searched_and_settled_with_a_reason(
    buyer: httpx.AsyncClient, registrar: Person, db: None
) -> None:
    for about, kind in (("pi_<b>", "payment"), ("po_1", "payout")):
        await database.execute(
            "INSERT INTO difference (about, kind, currency, ours, theirs, found_at)"
            " VALUES ($1, $2, 'USD', 0, 4200, $3)",
            about,
            kind,
            NOON,
        )
    row = await database.value("SELECT id FROM difference WHERE kind = 'payment'")

    page = (await buyer.get("/organize/books/stripe")).text
    found = (await buyer.get("/organize/books/stripe?q=po_1")).text
    wrong = await buyer.post(f"/organize/books/stripe/{row}", data={"note": " "})
    right = await buyer.post(f"/organize/books/stripe/{row}", data={"note": "a <i>gift</i>"})
    settled = (await buyer.get("/organize/books/stripe?show=settled")).text

    assert "pi_&lt;b&gt;" in page
    assert "$42.00" in page
    assert "pi_&lt;b&gt;" not in found
    assert (wrong.status_code, right.status_code) == (422, 303)
    assert "Say why" in wrong.text
    assert "a &lt;i&gt;gift&lt;/i&gt;" in settled
    assert (await buyer.get("/organize/books/stripe?show=")).status_code == 200
    assert (await buyer.get("/organize/books/stripe?show=x")).status_code == 404


async def test_to_compare_now_is_a_message_to_a_worker_once_a_minute(
    buyer: httpx.AsyncClient, registrar: Person, db: None
) -> None:
    answers = [(await buyer.post("/organize/books/stripe")).status_code for _click in range(2)]

    assert answers == [303, 303]
    assert await database.value("SELECT count(*) FROM outbox_message WHERE topic = 'books.compare'") == 1


async def test_a_payout_is_shown_and_exported_and_a_strange_number_is_not_found(
    buyer: httpx.AsyncClient, registrar: Person, db: None
) -> None:
    await database.execute(
        "INSERT INTO payout (id, amount, currency, state, created_at, arrives_at)"
        " VALUES ('po_1', 970, 'USD', 'paid', $1, $1)",
        NOON,
    )
    await database.execute(
        "INSERT INTO stripe_line (id, kind, category, source, payment_intent, amount, fee, currency, charged,"
        " charged_currency, created_at, available_at, payout_id) VALUES ('txn_1', 'charge', 'charge', 'ch_1', 'pi_1',"
        " 1000, 30, 'USD', 1000, 'USD', $1, $1, 'po_1')",
        NOON,
    )

    listed = (await buyer.get("/organize/books/payouts")).text
    page = (await buyer.get("/organize/books/payouts/po_1")).text
    table = (await buyer.get("/organize/books/payouts/po_1.csv")).content.decode("utf-8-sig")

    assert "At the bank" in listed
    assert "$9.70" in listed
    assert "No order of ours" in page
    assert table.splitlines()[1] == "2026-06-25 12:00,charge,10.00,0.30,9.70,USD,,,,txn_1"
    assert (await buyer.get("/organize/books/payouts/po_2")).status_code == 404
    assert (await buyer.get("/organize/books/payouts/po_2.csv")).status_code == 404
