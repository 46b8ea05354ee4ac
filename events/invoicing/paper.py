"""An invoice or credit note as PDF, in the words of the current language. Pure: the same invoice gives the same bytes.

The letters are DejaVu Sans (fonts/LICENCE.txt): Latin, Greek, Cyrillic, Armenian, Georgian, Hebrew, Arabic and more;
the file carries only those that are used.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date
from fpdf import FPDF
from fpdf.enums import XPos, YPos

from events.core import locales
from events.core.locales import _
from events.core.money import Money
from events.invoicing.terms import WAYS
from events.registration.taxes import Tax

FONT = Path(__file__).parent / "fonts" / "DejaVuSans.ttf"
_WIDTH, _AMOUNT = 170.0, 40.0
"""Millimetres: an A4 sheet between its margins, and the column of amounts."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """An invoice or credit note as it was issued; total is below nothing for a credit note."""

    number: str
    kind: str
    total: Money
    issued_at: datetime
    body: Mapping[str, Any]


def draw(invoices: Sequence[Sheet]) -> bytes:
    """One file; each invoice begins a page. Its time is that of the last one, never the clock's."""
    pdf = FPDF(format="A4")
    pdf.set_creation_date(max(one.issued_at for one in invoices).astimezone(UTC).replace(microsecond=0))
    pdf.set_margins(20, 20, 20)
    pdf.set_auto_page_break(True, 20)
    pdf.add_font("names", "", FONT)
    pdf.set_text_shaping(True)  # Arabic letters join, and Hebrew is written from the right (UAX 9)
    pdf.set_title(", ".join(f"{title(one.kind)} {one.number}" for one in invoices[:3]))
    pdf.set_lang(locales.current())
    for one in invoices:
        pdf.add_page()
        _draw(pdf, one, one.body)
    return bytes(pdf.output())


def title(kind: str) -> str:
    return _("Invoice") if kind == "invoice" else _("Credit note")


def _draw(pdf: FPDF, one: Sheet, body: Mapping[str, Any]) -> None:
    zone = str(body["zone"])
    _text(pdf, str(body["seller"]), 9)
    pdf.ln(8)
    named = str(body["address"]).partition("\n")[0] == body["buyer"]  # a name stands once
    to = [
        str(body[name])
        for name in ("institution", "buyer", "address")
        if body[name] and not (named and name == "buyer")
    ]
    _text(pdf, "\n".join(to), 11)
    pdf.ln(10)
    _text(pdf, f"{title(one.kind)} {one.number}", 18)
    pdf.ln(4)
    facts = [(_("Date"), _day(one.issued_at, zone)), (_("Event"), body["event"]), (_("Order"), body["order"])]
    if body.get("credits"):
        facts.append((_("Takes back invoice"), body["credits"]))
    if body["purchase_order"]:
        facts.append((_("Purchase order"), body["purchase_order"]))
    if body["reference"]:
        facts.append((_("Your reference"), body["reference"]))
    if body["due_on"]:
        facts.append((_("Payable by"), _words(date.fromisoformat(str(body["due_on"])))))
    for label, value in facts:
        _text(pdf, f"{label}: {value}", 10)
    pdf.ln(6)
    for line in body["lines"]:
        what = _("Fees and changes") if line["ticket"] == "fees" else str(line["ticket"])
        _row(pdf, f"{what} – {line['person']}" if line["person"] else what, Money(line["amount"], one.total.currency))
    _row(pdf, _("Total"), one.total, 12)
    for tax, net, own in taxes_of(body["lines"]):
        told = {"tax": tax.words, "net": Money(net, one.total.currency).words(locales.babel_locale())}
        _row(pdf, _("Of that %(tax)s, on %(net)s") % told, Money(own, one.total.currency), 9)
    if body.get("exempt"):
        pdf.ln(4)
        _text(pdf, _("Exempt from tax: certificate %(certificate)s") % {"certificate": body["exempt"]}, 10)
    pdf.ln(8)
    if one.kind == "invoice" and body["way"]:
        _text(pdf, _("To be paid by: %(way)s") % {"way": str(WAYS[str(body["way"])])}, 10)
        _text(pdf, _("Write the order’s code %(code)s with the payment.") % {"code": body["order"]}, 10)
        _text(pdf, str(body["pay_to"]), 10)


def taxes_of(lines: Sequence[Mapping[str, Any]]) -> list[tuple[Tax, int, int]]:
    """What the lines say of their taxes, by rate: (tax, what it is on, what it is), the highest first."""
    found: dict[Tax, tuple[int, int]] = {}
    for line in lines:
        if line.get("rate"):
            tax = Tax(str(line["tax_name"]), int(line["rate"]))
            net, own = found.get(tax, (0, 0))
            found[tax] = net + int(line["amount"]) - int(line["tax"]), own + int(line["tax"])
    return [(tax, *found[tax]) for tax in sorted(found, key=lambda tax: (-tax.rate, tax.name))]


def _row(pdf: FPDF, words: str, amount: Money, size: int = 10) -> None:
    """Words, and the amount at their right: in this order also for who hears the page."""
    pdf.set_font("names", size=size)
    # As high as the words need: a row is never torn from its amount.
    measured = pdf.multi_cell(_WIDTH - _AMOUNT, 6, words, dry_run=True, output="HEIGHT")
    assert isinstance(measured, float | int)
    high = float(measured)
    if pdf.will_page_break(high):
        pdf.add_page()
    top = pdf.get_y()
    pdf.multi_cell(_WIDTH - _AMOUNT, 6, words, align="L", new_x=XPos.RIGHT, new_y=YPos.TOP)
    pdf.set_xy(20 + _WIDTH - _AMOUNT, top)
    pdf.cell(_AMOUNT, 6, amount.words(locales.babel_locale()), align="R")
    pdf.set_xy(20, top + high)
    pdf.line(20, top + high, 20 + _WIDTH, top + high)


def _text(pdf: FPDF, words: str, size: int) -> None:
    pdf.set_font("names", size=size)
    pdf.multi_cell(_WIDTH, size * 0.55, words, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _day(moment: datetime, zone: str) -> str:
    return _words(moment.astimezone(ZoneInfo(zone)).date())


def _words(day: date) -> str:
    return format_date(day, "long", locale=locales.babel_locale())
