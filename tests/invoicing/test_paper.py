from datetime import timedelta

from fontTools.ttLib import TTFont

from events.core.money import Money
from events.invoicing import paper
from events.invoicing.paper import Sheet
from tests.make import NOON

BODY: dict[str, object] = {
    "event": "Annual Conference",
    "order": "ABCD2345",
    "locale": "en",
    "zone": "America/Chicago",
    "seller": "Public Library Division",
    "pay_to": "First Bank",
    "buyer": "Ngọc Đặng",
    "institution": "Бібліотека",
    "address": "1 Main St",
    "way": "check",
    "purchase_order": "",
    "reference": "",
    "due_on": "2026-07-25",
    "lines": [{"ticket": "Full conference", "person": "Ωmega", "amount": 10000}],
}


def invoice(body: dict[str, object] = BODY, currency: str = "USD") -> Sheet:
    return Sheet("2026-00001", "invoice", Money(10000, currency), NOON, body)


def test_the_same_invoice_is_the_same_bytes() -> None:
    assert paper.draw([invoice()]) == paper.draw([invoice()])
    assert paper.draw([invoice()]).startswith(b"%PDF-")
    later = Sheet("2026-00001", "invoice", Money(10000, "USD"), NOON + timedelta(days=1), BODY)
    assert paper.draw([invoice()]) != paper.draw([later])


def test_many_lines_go_on_to_another_page_and_many_invoices_are_one_file() -> None:
    lines = [{"ticket": "A ticket " * 12, "person": f"Person {n}", "amount": 100} for n in range(60)]
    long = paper.draw([invoice({**BODY, "lines": lines})])

    assert long.count(b"/Type /Page\n") > 1
    assert paper.draw([invoice(), invoice()]).count(b"/Type /Page\n") == 2


def test_letters_of_many_scripts_are_in_the_font() -> None:
    known = TTFont(paper.FONT).getBestCmap()

    assert [letter for letter in "Ngọc Đặng Бібліотека Ωmega ŁódźÅß€ş – Հայ ქარ" if ord(letter) not in known] == []


def test_hebrew_and_arabic_are_in_the_font_and_arabic_letters_join() -> None:
    known = TTFont(paper.FONT).getBestCmap()
    assert [letter for letter in "דוד כהן مكتبة الإسكندرية" if ord(letter) not in known] == []
    one, apart = (invoice({**BODY, "institution": words}) for words in ("مكتبة", "م ك ت ب ة"))

    drawn = paper.draw([one])

    assert drawn == paper.draw([one])
    assert drawn != paper.draw([apart])


def test_the_taxes_stand_below_the_total_and_a_certificate_is_named() -> None:
    line = {"ticket": "Full", "person": "", "amount": 10825, "tax": 825, "rate": 8250, "tax_name": "Sales tax"}
    other = {"ticket": "Meal", "person": "", "amount": 1200, "tax": 200, "rate": 20000, "tax_name": "VAT"}

    found = paper.taxes_of([line, other, line, {"ticket": "Free", "person": "", "amount": 5}])

    assert [(tax.rate, net, own) for tax, net, own in found] == [(20000, 1000, 200), (8250, 20000, 1650)]
    assert paper.draw([invoice({**BODY, "lines": [line]})]) != paper.draw([invoice()])
    assert paper.draw([invoice({**BODY, "exempt": "E-1, Illinois"})]) != paper.draw([invoice()])
