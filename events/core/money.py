"""Money: whole minor units with their ISO 4217 currency. Only words for a reader know a decimal point."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Self

from babel.numbers import format_currency

NO_DECIMALS = frozenset(
    {
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "ISK",
        "JPY",
        "KMF",
        "KRW",
        "PYG",
        "RWF",
        "UGX",
        "UYI",
        "VND",
        "VUV",
        "XAF",
        "XOF",
        "XPF",
    }
)
THREE_DECIMALS = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})


def decimals(currency: str) -> int:
    """How many decimals ISO 4217 gives a currency's amounts."""
    if currency in NO_DECIMALS:
        return 0
    return 3 if currency in THREE_DECIMALS else 2


class CurrencyMismatch(ValueError):
    """Two currencies met in one sum: a defect of ours, never a visitor's."""


@dataclass(frozen=True, slots=True)
class Money:
    """So many minor units of one currency: Money(2500, "EUR") is 25 euros, Money(2500, "JPY") is 2,500 yen."""

    amount: int
    currency: str

    @classmethod
    def read(cls, typed: str, currency: str) -> Self:
        """Read what somebody typed in major units ("325", "325.50", "1,250.00").

        Raises ValueError when it is no amount, is below nothing, or has more decimals than the currency.
        """
        try:
            value = Decimal(typed.strip().replace(",", "").replace(" ", ""))
        except InvalidOperation as error:
            raise ValueError(typed) from error
        places = decimals(currency)
        if not value.is_finite() or value < 0 or value.adjusted() > 12:
            raise ValueError(typed)
        minor = value.scaleb(places)
        if minor != minor.to_integral_value():
            raise ValueError(typed)
        return cls(int(minor), currency)

    @classmethod
    def sum(cls, parts: Iterable["Money"], currency: str) -> "Money":
        total = cls(0, currency)
        for part in parts:
            total = total + part
        return total

    @property
    def plain(self) -> str:
        """In major units without a symbol, for a form's field or a table: "325.50"."""
        return f"{self._major:f}"

    @property
    def _major(self) -> Decimal:
        return Decimal(self.amount).scaleb(-decimals(self.currency))

    def words(self, locale: str) -> str:
        """As a reader of `locale` (a Babel name) writes it: "$325.00", "325,00 €"."""
        return _written(self, locale)

    def split(self, weights: Sequence[int]) -> list["Money"]:
        """Share this out by weight, so that the parts sum to the whole.

        Odd units go to the largest remainders, of equals to the earlier one.
        """
        total = sum(weights)
        if not weights or total <= 0 or min(weights) < 0:
            raise ValueError("weights have to be nonnegative, with one above nothing")
        sign, whole = (-1, -self.amount) if self.amount < 0 else (1, self.amount)
        shares = [divmod(whole * weight, total) for weight in weights]
        odd = whole - sum(share for share, _rest in shares)
        luckiest = set(sorted(range(len(shares)), key=lambda place: (-shares[place][1], place))[:odd])
        return [
            Money(sign * (share + (place in luckiest)), self.currency) for place, (share, _rest) in enumerate(shares)
        ]

    def __add__(self, other: "Money") -> "Money":
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.amount - self._same(other), self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.amount, self.currency)

    def __mul__(self, times: int) -> "Money":
        return Money(self.amount * times, self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.amount < self._same(other)

    def __le__(self, other: "Money") -> bool:
        return self.amount <= self._same(other)

    def __bool__(self) -> bool:
        return self.amount != 0

    def _same(self, other: "Money") -> int:
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency} do not add up")
        return other.amount


@lru_cache(maxsize=2048)
def _written(money: Money, locale: str) -> str:
    """Babel takes 60 µs for a sum; a price list has few different ones."""
    return format_currency(money._major, money.currency, locale=locale)
