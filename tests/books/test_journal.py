"""Every ledger row as two postings, by month, in balance at any moment; and what is closed stays."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events.books import closing, journal
from events.books.closing import CannotClose
from events.books.journal import Posting
from events.core import database
from tests.books.booking import Books

MAY, JUNE, JULY, AUGUST = (date(2026, month, 1) for month in (5, 6, 7, 8))
IN_MAY, IN_JUNE, IN_JULY = (datetime(2026, month, 20, 17, tzinfo=UTC) for month in (5, 6, 7))
LATER = datetime(2026, 12, 24, 12, tzinfo=UTC)


def told(found: Iterable[Posting]) -> list[tuple[str, str, str, int]]:
    return sorted((one.day.isoformat()[5:], one.account, one.code, one.amount) for one in found)


async def test_what_is_sold_before_the_event_is_deferred_until_its_first_day(books: Books) -> None:
    await books.give_code("4010", IN_MAY)
    line = await books.book("charge", 32500, IN_MAY)
    await books.book("payment", -32500, IN_JUNE, "checkout-1", line)

    assert told(await journal.postings(MAY)) == [
        ("05-20", "deferred", "4010", -32500),
        ("05-20", "receivable", "", 32500),
    ]
    assert told(await journal.postings(JUNE)) == [("06-20", "receivable", "", -32500), ("06-20", "stripe", "", 32500)]
    assert told(await journal.postings(JULY)) == [
        ("07-09", "deferred", "4010", 32500),
        ("07-09", "income", "4010", -32500),
    ]


async def test_what_is_sold_on_site_is_income_at_once_and_a_fee_is_kept(books: Books) -> None:
    line = await books.book("charge", 10000, IN_JULY)
    await books.book("waiver", -10000, IN_JULY, line=line)
    await books.book("fee", 2500, IN_JULY, line=line)

    sums = {one.account: (one.debit, one.credit) for one in await journal.sums(JULY)}

    assert sums == {"income": (10000, 10000), "fees": (0, 2500), "receivable": (12500, 10000)}


async def test_the_day_is_the_one_where_the_event_is(books: Books) -> None:
    await books.book("charge", 100, datetime(2026, 6, 1, 4, 59, tzinfo=UTC))

    assert {one.day for one in await journal.postings(MAY)} == {date(2026, 5, 31)}
    assert await journal.postings(JUNE) == []


async def test_another_code_counts_for_what_is_sold_after_it(books: Books) -> None:
    await books.book("charge", 1, IN_MAY - timedelta(days=1))
    await books.give_code("4010", IN_MAY)
    await books.book("charge", 2, IN_MAY + timedelta(hours=1))
    await books.give_code("4020", IN_JUNE)
    await books.book("charge", 3, IN_JUNE + timedelta(hours=1))

    found = [*await journal.postings(MAY), *await journal.postings(JUNE)]

    assert {(-one.amount, one.code) for one in found if one.account == "deferred"} == {
        (1, "4010"),
        (2, "4010"),
        (3, "4020"),
    }


async def test_a_kind_nobody_knows_still_balances(books: Books) -> None:
    line = await books.book("charge", 100, IN_JULY)
    await books.book("payment", -100, IN_JULY, "carrier-pigeon", line)

    assert sum(one.amount for one in await journal.postings(JULY)) == 0
    assert ("07-20", "other", "", 100) in told(await journal.postings(JULY))


async def test_a_closed_month_stays_and_the_next_one_says_the_difference(books: Books) -> None:
    await books.book("charge", 32500, IN_MAY)
    before = await journal.postings(MAY)
    for month in (MAY, JUNE, JULY):
        await closing.close(month, None, LATER)
    july = await journal.postings(JULY)

    await database.execute(
        "UPDATE event SET starts_on = '2026-08-20', ends_on = '2026-08-23' WHERE id = $1", books.event.id
    )
    await books.give_code("4010", LATER)

    assert (await journal.postings(MAY), await journal.postings(JULY)) == (before, july)
    assert told(await journal.postings(AUGUST)) == [
        ("08-01", "deferred", "", -32500),  # July recognized it too early
        ("08-01", "deferred", "", 32500),  # May had no code yet
        ("08-01", "deferred", "4010", -32500),
        ("08-01", "income", "", 32500),
        ("08-20", "deferred", "4010", 32500),
        ("08-20", "income", "4010", -32500),
    ]


async def test_months_are_closed_in_order_once_and_when_they_are_over(books: Books) -> None:
    await books.book("charge", 100, IN_MAY)

    for month, at in ((JUNE, LATER), (MAY, datetime(2026, 6, 1, 11, tzinfo=UTC))):
        with pytest.raises(CannotClose):
            await closing.close(month, None, at)
    assert await closing.close(MAY, None, datetime(2026, 6, 2, tzinfo=UTC)) == 2
    with pytest.raises(CannotClose):
        await closing.close(MAY, None, LATER)
    with pytest.raises(Exception, match="never changed"):
        await database.execute("UPDATE posting SET amount = amount + 1")


async def test_every_month_is_listed_with_its_sum_and_whether_it_is_closed(books: Books) -> None:
    assert await journal.months(date(2026, 7, 24)) == []
    await books.book("charge", 100, IN_MAY)
    await closing.close(MAY, None, LATER)

    found = await journal.months(date(2026, 7, 24))

    assert [(one.first, one.debits, one.closed_at is not None) for one in found] == [
        (JULY, (("USD", 100),), False),
        (JUNE, (), False),
        (MAY, (("USD", 100),), True),
    ]


KINDS = st.sampled_from(
    [
        ("charge", 1, ""),
        ("waiver", -1, ""),
        ("fee", 1, ""),
        ("payment", -1, "checkout-"),
        ("payment", -1, "receipt-"),
        ("refund", 1, "refund-"),
    ]
)
ROWS = st.lists(st.tuples(KINDS, st.integers(1, 10**9), st.integers(0, 120)), max_size=8)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, close=st.integers(0, 4))
async def test_whatever_is_booked_and_closed_each_month_balances_and_nothing_is_lost(
    books: Books, rows: list[tuple[tuple[str, int, str], int, int]], close: int
) -> None:
    """The end of all accounts is what a walk over the ledger by hand gives, whether months were closed or not.

    The fixture is kept between examples: each begins by emptying what the one before wrote.
    """
    for table in ("posting", "closing", "ledger", "order_line", "registration", "orders"):
        await database.execute(f"DELETE FROM {table}")
    by_hand: Counter[str] = Counter()
    for number, ((kind, sign, source), amount, day) in enumerate(rows):
        at = datetime(2026, 4, 2, 12, tzinfo=UTC) + timedelta(days=day)
        await books.book(kind, sign * amount, at, f"{source}{number}" if source else "")
        by_hand["receivable"] += sign * amount
        side = {"checkout-": "stripe", "receipt-": "bank", "refund-": "stripe"}.get(source, "")
        by_hand[side or ("fees" if kind == "fee" else "income")] -= sign * amount
    for _month in range(close):
        first = await journal.first_open()
        if first is not None:
            await closing.close(first, None, LATER)

    found = [await journal.postings(one.first) for one in await journal.months(date(2026, 12, 1))]

    assert [sum(one.amount for one in month) for month in found] == [0] * len(found)
    end: Counter[str] = Counter()
    for month in found:
        for one in month:
            end[one.account] += one.amount
    assert {account: amount for account, amount in end.items() if amount} == {
        account: amount for account, amount in by_hand.items() if amount
    }
