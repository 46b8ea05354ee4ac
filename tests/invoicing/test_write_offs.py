"""What nobody will pay is given up with a reason, once; and comes back when the money does."""

import asyncio
from collections.abc import Awaitable, Callable

import httpx
import pytest

from events import audit
from events.books import journal
from events.core.errors import Unreadable
from events.invoicing import receipts, write_offs
from events.invoicing.models import WriteOff
from events.invoicing.receipts import Became
from events.people.models import Person
from events.registration import cancellations
from events.registration.models import Ledger
from tests import make
from tests.invoicing.conftest import CHECK, Desk, slip
from tests.make import NOON


async def findings() -> list[audit.Finding]:
    return [one for one in await audit.audit(NOON) if "message" not in one.about]


async def written() -> list[int]:
    return [row.amount for row in await Ledger.filter(kind="write_off").order_by("id")]


async def test_what_is_owed_is_given_up_once(desk: Desk) -> None:
    by = (await make.person()).id
    order = await desk.ordered()
    await receipts.book(order, slip(4000), None, NOON)

    done = await asyncio.gather(
        *(write_offs.write_off(order, "Closed down", by, NOON) for _click in range(3)), return_exceptions=True
    )

    assert sorted(type(one).__name__ for one in done) == ["Unreadable", "Unreadable", "int"]
    assert (await desk.account(order)).balance.amount == 0
    assert await written() == [-6000]
    sums = await journal.sums(NOON.date().replace(day=1))
    assert sum(one.debit - one.credit for one in sums) == 0
    assert [(one.debit, one.credit) for one in sums if one.account == "written_off"] == [(6000, 0)]
    assert await findings() == []


async def test_money_after_all_takes_it_back_and_no_more(desk: Desk) -> None:
    by = (await make.person()).id
    order = await desk.ordered()
    await write_offs.write_off(order, "Closed down", by, NOON)

    first = await receipts.book(order, slip(3000, "1"), None, NOON)
    second = await receipts.book(order, slip(8000, "2"), None, NOON)

    assert (first, second) == (Became.paid, Became.credit)
    assert await written() == [-10000, 3000, 7000]
    assert (await desk.account(order)).balance.amount == -1000
    assert await findings() == []


async def test_who_cancels_what_was_written_off_is_owed_nothing(desk: Desk) -> None:
    by = (await make.person()).id
    order = await desk.ordered()
    await write_offs.write_off(order, "Closed down", by, NOON)
    account = await desk.account(order)

    back = await cancellations.cancel(account, [one.id for one in account.attendees], NOON, "gone", by, kept=0)

    assert back.amount == 0
    assert (await desk.account(order)).balance.amount == 0
    assert await findings() == []


async def test_what_waits_or_is_paid_is_not_written_off(desk: Desk) -> None:
    by = (await make.person()).id
    waits, paid = await desk.ordered(CHECK), await desk.ordered()
    await receipts.book(paid, slip(), None, NOON)
    for order in (waits, paid):
        with pytest.raises(Unreadable):
            await write_offs.write_off(order, "No", by, NOON)
    assert await WriteOff.all().count() == 0


async def test_by_hand_with_a_reason(desk: Desk, signed_in: Callable[[Person], Awaitable[httpx.AsyncClient]]) -> None:
    order = await desk.ordered()
    code = (await desk.account(order)).code
    registrar = await make.person()
    await make.role(registrar, "registrar", event_id=desk.event.id)
    keeper = await signed_in(registrar)
    eve = await signed_in(await make.person("Eve"))
    path = f"/organize/events/{desk.event.slug}/invoices/{code}"

    silent = await keeper.post(f"{path}/write-off", data={"reason": " "})
    strange = await eve.post(f"{path}/write-off", data={"reason": "mine"})
    done = [(await keeper.post(f"{path}/write-off", data={"reason": "Closed <b>down"})).status_code for _n in range(2)]

    assert "Nobody will pay this" in silent.text
    assert (silent.status_code, strange.status_code, done) == (422, 403, [303, 422])
    assert "Written off" in (await keeper.get(path)).text
