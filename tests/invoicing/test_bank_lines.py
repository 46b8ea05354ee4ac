"""Lines of the bank's statements: once each, proposed, booked by a person, whoever presses when."""

import asyncio
from collections.abc import Awaitable, Callable
from itertools import product

import httpx
import pytest

from events import audit
from events.core.errors import Unreadable
from events.invoicing import bank_csv, bank_lines
from events.invoicing.bank_lines import LINE_MOVES, LineState, Read, Settled
from events.invoicing.models import BankLine, BankStatement, Receipt
from events.invoicing.receipts import Became
from events.people.models import Person
from tests import make
from tests.invoicing.conftest import CHECK, Desk, state
from tests.make import NOON

HEAD = "Date,Description,Amount\n"
LEGAL = {
    ("unknown", "proposed"), ("unknown", "booked"), ("unknown", "ignored"),
    ("proposed", "unknown"), ("proposed", "proposed"), ("proposed", "booked"), ("proposed", "ignored"),
    ("ignored", "unknown"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new"), list(product(LineState, LineState)))
def test_every_pair_of_states_is_either_a_move_or_refused(old: LineState, new: LineState) -> None:
    assert (new in LINE_MOVES[old]) == ((old, new) in LEGAL)


async def send(text: str, by: int) -> tuple[int, Read]:
    """A statement whose columns are confirmed as they were guessed."""
    kept = await bank_lines.keep("june.csv", (HEAD + text).encode(), "USD", NOON, by)
    found = await bank_lines.statement(kept)
    assert found.reading is not None
    return kept, await bank_lines.settle_columns(kept, found.reading, NOON, by)


async def test_a_line_that_names_an_order_pays_it(desk: Desk) -> None:
    by = (await make.person()).id
    order = await desk.ordered(CHECK)
    code = (await desk.account(order)).code

    kept, read = await send(f"2026-06-25,Thank you {code[:4]} {code[4:]},100.00\n2026-06-25,Fee,-3.00\n", by)
    assert read == Read(2, 0, 1)
    assert await bank_lines.counts(kept) == {"proposed": 1, "ignored": 1, "sure": 1}
    assert await bank_lines.book_sure(kept, NOON, by) == 1

    assert await state(order) == "CONFIRMED"
    [receipt] = await Receipt.all()
    assert (receipt.amount, receipt.way, receipt.dated) == (10000, "transfer", NOON.date())
    assert [one for one in await audit.audit(NOON) if "message" not in one.about] == []


async def test_a_statement_sent_again_or_overlapping_books_nothing_twice(desk: Desk) -> None:
    by = (await make.person()).id
    first = "2026-06-25,Gift,5.00\n2026-06-25,Gift,5.00\n"

    _one, read = await send(first, by)
    _two, again = await send(first, by)
    _three, more = await send(first + "2026-06-26,Gift,5.00\n", by)

    assert (read, again, more) == (Read(2, 0, 0), Read(0, 2, 0), Read(1, 2, 0))
    assert await BankLine.all().count() == 3


async def test_two_registrars_at_once_book_one_line_once(desk: Desk) -> None:
    by = (await make.person()).id
    order = await desk.ordered()
    code = (await desk.account(order)).code
    _kept, _read = await send(f"2026-06-25,{code},100.00\n", by)
    line = (await BankLine.get()).id

    done = await asyncio.gather(*(bank_lines.book(line, "", NOON, by) for _click in range(4)), return_exceptions=True)

    assert sorted(type(one).__name__ for one in done) == ["Became", "Settled", "Settled", "Settled"]
    assert await Receipt.all().count() == 1


async def test_a_part_and_too_much_are_said_plainly(desk: Desk) -> None:
    by = (await make.person()).id
    order = await desk.ordered()
    code = (await desk.account(order)).code
    kept, _read = await send(f"2026-06-25,{code},60.00\n2026-06-26,{code},50.00\n", by)
    assert await bank_lines.book_sure(kept, NOON, by) == 0, "neither is what it owes"
    lines, total = await bank_lines.lines(kept, "proposed", code, 1)

    became = [await bank_lines.book(one.id, "", NOON, by) for one in lines]

    assert total == 2
    assert [one.owed.amount for one in lines if one.owed] == [10000, 10000]
    assert became == [Became.booked, Became.credit]


async def test_a_line_is_booked_for_another_order_or_left_alone(desk: Desk) -> None:
    by = (await make.person()).id
    order = await desk.ordered()
    code = (await desk.account(order)).code
    await send("2026-06-25,nobody says what,100.00\n2026-06-25,a gift,1.00\n", by)
    hundred, gift = (await BankLine.get(amount=10000)).id, (await BankLine.get(amount=100)).id

    with pytest.raises(Unreadable):
        await bank_lines.book(hundred, "NOSUCH22", NOON, by)
    await bank_lines.leave(gift, "A gift", NOON, by)
    with pytest.raises(Settled):
        await bank_lines.book(gift, code, NOON, by)
    await bank_lines.take_up(gift, NOON, by)
    assert await bank_lines.book(hundred, code.lower(), NOON, by) is Became.paid


async def test_columns_are_remembered_and_refused_in_words(desk: Desk) -> None:
    by = (await make.person()).id
    kept = await bank_lines.keep("x.csv", b'A,B,C\n25.06.2026,"1,50",INV\n26.06.2026,"2,50",INV\n', "EUR", NOON, by)
    for columns in (("date", "date", "amount"), ("amount", "reference", "payer"), ("date", "credit", "amount")):
        with pytest.raises(Unreadable):
            await bank_lines.settle_columns(kept, bank_csv.Reading(columns, "%d.%m.%Y", True, "EUR"), NOON, by)
    right = bank_csv.Reading(("date", "amount", "reference"), "%d.%m.%Y", True, "EUR")
    read = await bank_lines.settle_columns(kept, right, NOON, by)
    with pytest.raises(Settled):
        await bank_lines.settle_columns(kept, right, NOON, by)

    assert read.new == 2
    next_ = await bank_lines.keep("y.csv", b'A,B,C\n27.06.2026,"3,50",INV\n28.06.2026,"4,50",x\n', "USD", NOON, by)
    assert (await bank_lines.statement(next_)).reading == right


async def test_who_paid_what_for_goes_with_the_accounts_years(desk: Desk) -> None:
    by = (await make.person()).id
    await send("2026-06-25,Ada Lovelace,5.00\n2026-06-26,Grace,5.00\n", by)

    assert await bank_lines.blank(NOON.replace(year=2034), 7, 10) == 2
    assert await bank_lines.blank(NOON.replace(year=2034), 7, 10) == 0
    assert {one.reference for one in await BankLine.all()} == {""}


async def test_by_hand_from_the_file_to_the_receipt(
    desk: Desk, signed_in: Callable[[Person], Awaitable[httpx.AsyncClient]]
) -> None:
    order = await desk.ordered()
    code = (await desk.account(order)).code
    registrar = await make.person()
    await make.role(registrar, "registrar")
    keeper = await signed_in(registrar)
    other = await make.person("Eve")
    await make.role(other, "registrar", event_id=desk.event.id)
    eve = await signed_in(other)
    file = {"file": ("june.csv", (HEAD + f"2026-06-25,<script>x</script> {code},100.00\n").encode(), "text/csv")}

    assert (await eve.get("/organize/bank")).status_code == 403
    empty = await keeper.post("/organize/bank", data={"currency": "USD"}, files={"file": ("", b"")})
    wrong = await keeper.post("/organize/bank", data={"currency": "USD"}, files={"file": ("a.txt", b"hello")})
    sent = await keeper.post("/organize/bank", data={"currency": "USD"}, files=file)
    where = sent.headers["location"]
    table = (await keeper.get(where)).text
    columns = {"column-0": "date", "column-1": "reference", "column-2": "amount", "days": "%Y-%m-%d", "comma": "0",
               "currency": "USD"}  # fmt: skip
    bad = await keeper.post(f"{where}/columns", data=columns | {"column-0": ""})
    read = await keeper.post(f"{where}/columns", data=columns)
    lines = (await keeper.get(where)).text
    line = (await BankLine.get()).id
    missing = await keeper.post(f"{where}/lines/{line}", data={"do": "book", "order": "NOSUCH22"})
    booked = [(await keeper.post(f"{where}/lines/{line}", data={})).status_code for _click in range(2)]
    statement = (await BankStatement.get()).id

    assert [one.status_code for one in (empty, wrong, sent, bad, read, missing)] == [422, 422, 303, 422, 303, 422]
    assert "One column has to be the day" in bad.text
    assert "<script>x" not in table + lines
    assert "owes exactly this" in lines
    assert 'value="NOSUCH22"' in missing.text
    assert booked == [303, 409]
    assert (await keeper.get(f"/organize/bank/{statement + 1}")).status_code == 404
    assert (await keeper.post(f"{where}/lines/{line + 1}", data={})).status_code == 404
