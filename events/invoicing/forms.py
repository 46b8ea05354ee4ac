"""What buyers and registrars typed about payments, as values."""

import re
from contextlib import suppress
from datetime import date
from decimal import Decimal, InvalidOperation

from starlette.datastructures import FormData

from events.core.errors import Unreadable
from events.core.locales import _
from events.core.money import Money, decimals
from events.invoicing.billings import BilledTo
from events.invoicing.dues import Chosen
from events.invoicing.receipts import Slip
from events.invoicing.terms import WAYS, Terms


def read_amount(typed: str, currency: str) -> Money:
    """An amount as people and banks write it: 1,250.00 and 1.250,00, 1250.5 and 1250,5.

    Three digits behind one mark are thousands, unless the currency has three decimals: then nobody can tell, and the
    mark is a decimal point. Raises ValueError for what is no amount, or has more decimals than the currency.
    """
    places = decimals(currency)
    clean = re.sub(r"['\s\u00a0\u202f]", "", typed)
    if not re.fullmatch(r"[0-9]+(?:[.,][0-9]+)*", clean):
        raise ValueError(typed)
    marks = [mark for mark in clean if mark in ".,"]
    parts = re.split(r"[.,]", clean)
    last_is_point = bool(marks) and (
        marks[-1] not in marks[:-1] and (len(parts[-1]) != 3 or places == 3 or len(set(marks)) == 2)
    )
    groups = parts[:-1] if last_is_point else parts
    if len(groups) > 1 and (not 1 <= len(groups[0]) <= 3 or any(len(group) != 3 for group in groups[1:])):
        raise ValueError(typed)
    if len(set(marks[: len(groups) - 1])) > 1:
        raise ValueError(typed)
    written = "".join(groups) + ("." + parts[-1] if last_is_point else "")
    try:
        minor = Decimal(written).scaleb(places)
    except InvalidOperation as error:
        raise ValueError(typed) from error
    if minor != minor.to_integral_value() or minor > 10**15:
        raise ValueError(typed)
    return Money(int(minor), currency)


def read_choice(typed: FormData) -> Chosen:
    """How a buyer will pay. Raises Unreadable: no way, a purchase order without number or institution, no address."""
    way = _line(typed, "way", 16)
    chosen = Chosen(
        way,
        _line(typed, "number", 60),
        _line(typed, "institution", 200),
        _lines(typed, "address", 600),
        _line(typed, "reference", 120),
    )
    errors = {}
    if way not in WAYS:
        errors["way"] = _("Choose one of the list.")
    if way == "purchase_order" and not chosen.number:
        errors["number"] = _("Write the number of the purchase order.")
    if way == "purchase_order" and not chosen.institution:
        errors["institution"] = _("Write whose purchase order it is.")
    if not chosen.address:
        errors["address"] = _("Write the address for the invoice.")
    if errors:
        raise Unreadable(errors)
    return chosen


def read_billing(typed: FormData) -> BilledTo:
    """To whom an invoice goes. Raises Unreadable without an address."""
    to = BilledTo(_lines(typed, "address", 600), _line(typed, "institution", 200), _line(typed, "reference", 120))
    if not to.address:
        raise Unreadable({"address": _("Write the address for the invoice.")})
    return to


def read_terms(typed: FormData) -> Terms:
    ways = tuple(way for way in WAYS if way in typed.getlist("ways"))
    errors, days = {}, {}
    for name in ("due_days", "grace_days"):
        words = str(typed.get(name, "")).strip()
        if not (words.isdecimal() and len(words) < 4 and int(words) <= 365):
            errors[name] = _("Write a number from 0 to 365.")
        else:
            days[name] = int(words)
    pay_to = _lines(typed, "pay_to", 600)
    if ways and not pay_to:
        errors["pay_to"] = _("Write where checks and transfers go; buyers read it.")
    reminders = [one for one in re.split(r"[\s,;]+", str(typed.get("reminders", "")).strip()) if one]
    if len(reminders) > 6 or not all(re.fullmatch(r"[-+]?\d{1,3}", one) for one in reminders):
        errors["reminders"] = _("Write at most six days as numbers, such as -7, 1, 14.")
    if errors:
        raise Unreadable(errors)
    version = str(typed.get("version", "0"))
    return Terms(
        ways,
        days["due_days"],
        days["grace_days"],
        typed.get("orders_confirm") == "1",
        _lines(typed, "seller", 600),
        pay_to,
        int(version) if version.isdecimal() and len(version) < 9 else 0,
        tuple(sorted({int(one) for one in reminders})),
    )


def read_slip(typed: FormData, currency: str, today: date) -> Slip:
    """A receipt. Raises Unreadable, naming each field."""
    errors: dict[str, str] = {}
    kind, way, number = _line(typed, "kind", 8), _line(typed, "way", 16), _line(typed, "number", 60)
    if kind not in {"payment", "refund"}:
        errors["kind"] = _("Choose one of the list.")
    if way not in {"check", "transfer"}:
        errors["way"] = _("Choose one of the list.")
    if not number:
        errors["number"] = _("Write the check’s number, or the bank’s reference.")
    dated, amount = today, Money(0, currency)
    try:
        dated = date.fromisoformat(_line(typed, "dated", 10))
    except ValueError:
        errors["dated"] = _("This is no day.")
    if dated > today:
        errors["dated"] = _("This day is still to come.")
    with suppress(ValueError):
        amount = read_amount(_line(typed, "amount", 30), currency)
    if not amount.amount:
        errors["amount"] = _("Write an amount, such as 25.00.")
    if errors:
        raise Unreadable(errors)
    return Slip(kind, way, number, dated, amount, _line(typed, "note", 200), typed.get("shared") == "1")


def _line(typed: FormData, name: str, most: int) -> str:
    return " ".join("".join(one for one in str(typed.get(name, "")) if one.isprintable()).split())[:most]


def _lines(typed: FormData, name: str, most: int) -> str:
    lines = (" ".join(line.split()) for line in str(typed.get(name, "")).splitlines())
    return "\n".join(line for line in lines if line)[:most]
