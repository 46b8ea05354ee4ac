import asyncio

import asyncpg
import pytest

from events import audit
from events.core import database
from events.invoicing import dues, invoices
from tests.invoicing.conftest import PURCHASE_ORDER, Desk
from tests.make import NOON


@pytest.mark.parametrize(
    "change", ["UPDATE invoice SET total = 1", "UPDATE invoice SET body = '{}'", "DELETE FROM invoice"]
)
async def test_an_invoice_is_never_changed(desk: Desk, change: str) -> None:
    await desk.ordered()

    with pytest.raises(asyncpg.RaiseError, match="never changed"):
        await database.execute(change)


async def test_numbers_have_no_gap_when_many_come_at_once_and_one_fails(desk: Desk) -> None:
    orders = [await desk.ordered(None) for _order in range(4)]

    accounts = [await desk.account(one) for one in orders[1:]]

    async def fail() -> None:
        async with database.transaction():
            await invoices.bring_up(orders[0], NOON)
            await dues.choose(await desk.account(orders[0]), PURCHASE_ORDER, NOON)
            raise ZeroDivisionError

    await asyncio.gather(
        fail(),
        *(dues.choose(account, PURCHASE_ORDER, NOON) for account in accounts),
        return_exceptions=True,
    )

    assert sorted(serial for _kind, serial, _total in await desk.papers()) == [1, 2, 3]


async def test_the_audit_finds_a_gap(desk: Desk) -> None:
    await desk.ordered()
    await database.execute("UPDATE invoice_counter SET given = 3")

    found = [one.check for one in await audit.audit(NOON)]

    assert "numbers of invoices have no gap" in found


async def test_a_free_order_gets_no_invoice_and_the_same_charge_no_second(desk: Desk) -> None:
    order = await desk.ordered()
    async with database.transaction():
        await invoices.bring_up(order, NOON)

    assert await desk.papers() == [("invoice", 1, 10000)]
    assert await invoices.stale() == []
