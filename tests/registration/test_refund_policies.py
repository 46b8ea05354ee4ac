from datetime import date, timedelta

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.core.errors import StaleWrite
from events.core.money import Money
from events.registration import refund_policies, shelves
from events.registration.refund_policies import NEVER, USUAL, Policies, Step, local_day, shares
from tests import make
from tests.make import NOON

STARTS = date(2026, 7, 9)
DAYS = st.dates(date(2026, 5, 1), date(2026, 8, 1))
STEPS = st.lists(st.builds(Step, st.none() | DAYS, st.integers(0, 100), st.integers(0, 40_000)), max_size=4).map(tuple)
LINES = st.lists(st.tuples(STEPS, st.integers(0, 100_000)), max_size=6)


@given(LINES, DAYS, st.integers(0, 40))
def test_never_more_comes_back_than_was_paid_and_never_more_by_waiting(
    lines: list[tuple[tuple[Step, ...], int]], day: date, wait: int
) -> None:
    now, later = shares(lines, STARTS, day), shares(lines, STARTS, day + timedelta(days=wait))

    assert all(0 <= back <= paid for back, (_steps, paid) in zip(now, lines, strict=True))
    assert sum(later) <= sum(now)


@given(st.lists(st.integers(1, 100_000), min_size=1, max_size=8), st.integers(0, 100))
def test_parts_of_a_cent_are_summed_over_the_lines(amounts: list[int], percent: int) -> None:
    backs = shares([((Step(None, percent),), amount) for amount in amounts], STARTS, date(2026, 6, 1))

    assert sum(backs) == sum(amounts) * percent // 100
    assert all(abs(back - amount * percent / 100) < 1 for back, amount in zip(backs, amounts, strict=True))


def test_the_last_day_ends_at_midnight_where_the_event_is() -> None:
    steps = (Step(date(2026, 6, 25), 100, 5000), Step(None, 50))

    def back(zone: str) -> int:
        return shares([(steps, 32500)], STARTS, local_day(NOON.replace(hour=23), zone))[0]

    assert (back("America/Chicago"), back("Asia/Tokyo")) == (27500, 16250)
    assert shares([(steps, 32500)], STARTS, STARTS) == [0]
    assert shares([(NEVER, 32500), (USUAL, 0)], STARTS, date(2026, 6, 1)) == [0, 0]


def test_a_policy_is_told_in_sentences_with_what_is_after_it() -> None:
    steps = (Step(None, 50, 1000), Step(date(2026, 6, 1), 100, 2500))

    assert refund_policies.words(steps, "USD", STARTS) == [
        "Until Monday, June 1, 2026, less $25.00 for handling.",
        "Until Wednesday, July 8, 2026, 50 % less $10.00 for handling.",
        "After that, nothing comes back.",
    ]
    assert refund_policies.reason(NEVER, Money(100, "USD"), STARTS, STARTS) == "This ticket is not refundable."


async def test_of_two_registrars_at_once_the_second_is_told(db: None) -> None:
    event = await make.event()
    await refund_policies.save(event.id, None, (Step(None, 80),), 0, None, NOON)

    with pytest.raises(StaleWrite):
        await refund_policies.save(event.id, None, NEVER, 0, None, NOON)

    assert await refund_policies.current(event.id) == Policies((Step(None, 80),), {})


async def test_a_rule_is_saved_by_the_registrar_and_read_before_buying(buyer: httpx.AsyncClient) -> None:
    event = await make.event()
    full = await make.ticket_type(event, "Full", price=32500)
    await make.ticket_type(event, "Tour", price=2500, kind="tour")
    registrar = await make.person()
    await make.role(registrar, "registrar", event_id=event.id)
    buyer.cookies.set("signin", await make.sign_in(registrar, NOON))
    root = f"/organize/events/{event.slug}/refund-rules"
    rule = {"subject": str(full.id), "seen": "0", "how": "steps", "percent-0": "75", "fee-0": "10"}

    wrong = await buyer.post(root, data={**rule, "percent-0": "175", "through-1": "yesterday", "percent-1": "x"})
    saved = await buyer.post(root, data=rule)
    again = await buyer.post(root, data=rule)
    shelves.shelves.clear()
    page = (await buyer.get(f"/events/{event.slug}/register")).text

    assert (wrong.status_code, saved.status_code, again.status_code) == (422, 303, 409)
    assert "Write a number from 0 to 100." in wrong.text
    assert 'value="175"' in wrong.text
    assert "75 % less $10.00 for handling" in (await buyer.get(root)).text
    assert "If you cannot come" in page
    assert "75 % less $10.00 for handling" in page
    assert "In full until Wednesday, July 8, 2026" in page


async def test_where_all_is_free_nothing_is_said_about_refunds(buyer: httpx.AsyncClient) -> None:
    event = await make.event()
    await make.ticket_type(event)

    assert "If you cannot come" not in (await buyer.get(f"/events/{event.slug}/register")).text
