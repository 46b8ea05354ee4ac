"""What a code and the rule for groups make of prices: the rules one by one, then any cart with any code."""

from collections import Counter
from datetime import UTC, date, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from events.registration import discounts
from events.registration.discounts import Discount, Group
from events.registration.pricing import Quote, Rate, Tariff, Ticket, Window

AT = datetime(2027, 5, 10, 12, tzinfo=UTC)
EARLY, LATE = Window(1, "early", date(2027, 4, 30)), Window(2, "late", None)
TARIFF = Tariff("nonmember", (EARLY, LATE), "America/Chicago", "USD")


def ticket(number: int, amount: int, kind: str = "full", early: int | None = None) -> Ticket:
    rates = (
        [Rate("everyone", None, amount)] if early is None else [Rate("everyone", 1, early), Rate("everyone", 2, amount)]
    )
    return Ticket(number, f"Ticket {number}", kind, tuple(rates), max_per_order=100)


FULL, DAY, TOUR, SECRET = (
    ticket(1, 30000, early=25000),
    ticket(2, 9999, "one_day"),
    ticket(3, 4001, "tour"),
    ticket(4, 50),
)
ALL = {one.id: one for one in (FULL, DAY, TOUR, SECRET)}


def quote(people: list[list[int]], code: Discount | None = None, group: Group | None = None) -> Quote:
    return discounts.quote(people, ALL, TARIFF, AT, None, code, group)


def amounts(people: list[list[int]], code: Discount | None = None, group: Group | None = None) -> list[int]:
    return [line.amount.amount for line in quote(people, code, group).lines]


def test_a_percentage_is_rounded_for_the_buyer_ticket_by_ticket() -> None:
    assert amounts([[2, 3]], Discount(7, "TEN", "percent", 10)) == [8999, 3601]


def test_an_amount_is_shared_out_over_the_tickets_of_each_person() -> None:
    found = amounts([[1, 3], [2]], Discount(7, "TWENTY", "amount", 2000))

    assert (sum(found[:2]), found[2]) == (30000 + 4001 - 2000, 7999)


def test_nobody_gets_money_with_a_code() -> None:
    assert amounts([[3]], Discount(7, "MUCH", "amount", 100_000)) == [0]


def test_a_fixed_price_makes_nothing_dearer() -> None:
    assert amounts([[1, 3]], Discount(7, "FIXED", "price", 5000)) == [5000, 4001]


def test_an_early_price_by_code_says_so_and_shows_the_old_one() -> None:
    (line,) = quote([[1]], Discount(7, "LATE", window=EARLY)).lines

    assert (line.amount.amount, line.before and line.before.amount, line.voucher) == (25000, 30000, 7)
    assert line.why == "Code LATE: the price of early"
    assert [one["amount"] for one in line.reasons] == [30000, -5000]


def test_a_code_for_some_tickets_leaves_the_others() -> None:
    found = quote([[1, 3]], Discount(7, "TOURS", "percent", 50, types=frozenset({3})))

    assert [(line.amount.amount, line.voucher) for line in found.lines] == [(30000, None), (2000, 7)]


def test_a_hidden_ticket_is_sold_with_its_code_only() -> None:
    code = Discount(7, "SECRET", opens=frozenset({4}), left=1)

    found = quote([[4], [4]], code)

    assert [line.voucher for line in found.lines] == [7]
    assert [problem.ticket for problem in found.problems] == [4]


def test_three_people_together_pay_less_for_what_lets_them_in() -> None:
    group = Group(3, 10)

    assert amounts([[1], [1]], group=group) == [30000, 30000]
    assert amounts([[1, 3], [1], [2]], group=group) == [27000, 4001, 27000, 8999]


def test_of_a_code_and_the_rule_for_groups_the_better_counts_and_never_both() -> None:
    people = [[1], [1], [2]]

    few = quote(people, Discount(7, "FIVE", "percent", 5), Group(3, 10))
    many = quote(people, Discount(7, "HALF", "percent", 50), Group(3, 10))

    assert [(line.amount.amount, line.voucher) for line in few.lines] == [(27000, None), (27000, None), (8999, None)]
    assert [(line.amount.amount, line.voucher) for line in many.lines] == [(15000, 7), (15000, 7), (4999, 7)]


def test_the_last_uses_go_to_those_whom_they_help_most() -> None:
    found = quote([[3], [1], [2]], Discount(7, "HALF", "percent", 50, left=1))

    assert [(line.ticket.id, line.voucher) for line in found.lines] == [(3, None), (1, 7), (2, None)]


PEOPLE = st.lists(st.sets(st.sampled_from(list(ALL)), min_size=1), min_size=1, max_size=6)
IDS = st.frozensets(st.sampled_from(list(ALL)))
CODES = st.none() | st.builds(
    Discount,
    voucher=st.just(7),
    code=st.just("ANY"),
    effect=st.sampled_from(["none", "percent", "amount", "price"]),
    value=st.integers(0, 100),
    window=st.sampled_from([None, EARLY]),
    types=IDS,
    opens=IDS,
    keeps=IDS,
    left=st.none() | st.integers(1, 6),
) | st.builds(
    Discount,
    voucher=st.just(7),
    code=st.just("ANY"),
    effect=st.sampled_from(["amount", "price"]),
    value=st.integers(0, 60000),
    types=IDS,
    left=st.none() | st.integers(1, 6),
)  # fmt: skip
GROUPS = st.none() | st.builds(Group, people=st.integers(2, 6), percent=st.integers(1, 100))


def held(found: Quote) -> Counter[tuple[int, int, bool]]:
    return Counter((line.ticket.id, line.amount.amount, line.voucher is not None) for line in found.lines)


@settings(max_examples=300, deadline=None)
@given(PEOPLE, CODES, GROUPS, st.randoms())
def test_any_cart_sums_up_is_never_below_nothing_and_has_no_order(
    people: list[set[int]], code: Discount | None, group: Group | None, dice: object
) -> None:
    first = quote([sorted(one) for one in people], code, group)
    turned = [sorted(one, reverse=True) for one in people]
    dice.shuffle(turned)  # type: ignore[attr-defined]
    again = quote(turned, code, group)

    assert held(first) == held(again)
    assert first.total == again.total
    assert first.total.amount == sum(line.amount.amount for line in first.lines)
    for line in first.lines:
        assert 0 <= line.amount.amount <= ALL[line.ticket.id].rates[-1].amount
        assert sum(int(str(one["amount"])) for one in line.reasons) == line.amount.amount
    users = {line.person for line in first.lines if line.voucher}
    assert code is None or code.left is None or len(users) <= code.left


@settings(max_examples=100, deadline=None)
@given(PEOPLE, CODES, GROUPS)
def test_nobody_pays_more_with_a_code_or_in_a_group(
    people: list[set[int]], code: Discount | None, group: Group | None
) -> None:
    chosen = [sorted(one) for one in people]
    plain = {(line.person, line.ticket.id): line.amount.amount for line in quote(chosen).lines}

    for line in quote(chosen, code, group).lines:
        assert line.amount.amount <= plain[line.person, line.ticket.id]
