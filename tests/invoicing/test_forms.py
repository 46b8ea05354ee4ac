import pytest

from events.invoicing.forms import read_amount


@pytest.mark.parametrize(
    ("typed", "currency", "minor"),
    [
        ("1250", "USD", 125000),
        ("1,250.00", "USD", 125000),
        ("1.250,00", "EUR", 125000),
        ("1 250,5", "EUR", 125050),
        ("1,250", "USD", 125000),
        ("12.5", "USD", 1250),
        ("1.234.567", "JPY", 1234567),
        ("1,250", "JPY", 1250),
        ("1.250", "KWD", 1250),
        ("1,250.125", "KWD", 1250125),
        ("1'250.00", "CHF", 125000),
    ],
)
def test_an_amount_with_comma_or_dot(typed: str, currency: str, minor: int) -> None:
    assert read_amount(typed, currency).amount == minor


@pytest.mark.parametrize("typed", ["", "-5", "1.2.3", "12,34,56", "1.25.00", "1.2345", "5e3", "1,000.5", "\u0663"])
def test_what_is_no_amount(typed: str) -> None:
    with pytest.raises(ValueError, match=r"^"):
        read_amount(typed, "JPY" if typed == "1,000.5" else "USD")
