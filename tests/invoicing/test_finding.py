"""The registrar's box finds an order by whoever pays for it, and by the numbers on their papers."""

from events.core import database
from events.invoicing import finding, receipts
from events.people.permissions import Reach
from events.registration import order_search
from tests.invoicing.conftest import Desk, slip
from tests.make import NOON

EVERYWHERE = Reach(True, frozenset(), frozenset())


async def test_an_order_is_found_by_institution_purchase_order_invoice_and_check(desk: Desk) -> None:
    order, _other = await desk.ordered(), await desk.ordered(None)
    await receipts.book(order, slip(4000, "C-1001"), None, NOON)
    [number] = await database.rows("SELECT year || '-' || lpad(serial::text, 5, '0') AS number FROM invoice")
    code = (await desk.account(order)).code

    for words in ("springfield", "LIBRARY public", "po-77", "dept 4", "c-1001", number["number"]):
        found = await order_search.find(words, EVERYWHERE, [finding.find])
        assert [one.code for one in found] == [code], words
        assert await order_search.find(words, Reach(False, frozenset(), frozenset()), [finding.find]) == [], words

    for words in ("springfield mall", "9999-00001", "2026-", "'; --", "%%"):
        assert await order_search.find(words, EVERYWHERE, [finding.find]) == [], words
