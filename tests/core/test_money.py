import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.core.money import CurrencyMismatch, Money, decimals


def test_money_adds_up_in_one_currency() -> None:
    assert Money(2500, "EUR") + Money(50, "EUR") == Money(2550, "EUR")
    assert Money.sum([Money(1, "USD"), Money(2, "USD")], "USD") == Money(3, "USD")
    assert Money(100, "USD") * 3 - Money(1, "USD") == Money(299, "USD")


def test_two_currencies_never_meet_in_a_sum() -> None:
    with pytest.raises(CurrencyMismatch):
        Money(1, "EUR") + Money(1, "USD")
    with pytest.raises(CurrencyMismatch):
        _ = Money(1, "EUR") < Money(1, "USD")


def test_words_know_the_decimals_of_the_currency() -> None:
    assert Money(32500, "USD").words("en") == "$325.00"
    assert Money(2500, "JPY").words("en") == "¥2,500"
    assert Money(2500, "KWD").words("en").endswith("2.500")
    assert Money(123456, "EUR").words("de") == "1.234,56\xa0€"


def test_a_typed_amount_is_read_in_major_units() -> None:
    assert Money.read("325", "USD") == Money(32500, "USD")
    assert Money.read(" 1,250.50 ", "USD") == Money(125050, "USD")
    assert Money.read("2500", "JPY") == Money(2500, "JPY")


@pytest.mark.parametrize("typed", ["", "-1", "free", "1.234", "NaN", "Infinity", "1e99"])
def test_what_is_no_amount_is_refused(typed: str) -> None:
    with pytest.raises(ValueError):
        Money.read(typed, "USD")


@given(st.integers(-(10**12), 10**12), st.lists(st.integers(0, 10**6), min_size=1, max_size=20).filter(any))
def test_shares_sum_to_the_whole_and_are_fair(amount: int, weights: list[int]) -> None:
    parts = Money(amount, "USD").split(weights)

    assert sum(part.amount for part in parts) == amount
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part.amount - amount * weight / sum(weights)) <= 1


def test_odd_cents_go_to_the_largest_remainders() -> None:
    assert [part.amount for part in Money(100, "USD").split([1, 1, 1])] == [34, 33, 33]
    assert [part.amount for part in Money(10, "USD").split([1, 5, 3])] == [1, 6, 3]


def test_shares_need_a_weight() -> None:
    with pytest.raises(ValueError):
        Money(1, "USD").split([0, 0])


@given(st.integers(0, 10**10), st.sampled_from(["USD", "JPY", "KWD"]))
def test_plain_words_are_read_back_as_the_same_amount(amount: int, currency: str) -> None:
    assert Money.read(Money(amount, currency).plain, currency) == Money(amount, currency)
    assert decimals(currency) == len(Money(1, currency).plain.partition(".")[2])
