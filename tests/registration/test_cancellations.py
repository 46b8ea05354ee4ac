from datetime import timedelta

from events.core import database
from events.core.money import Money
from events.registration import accounts, cancellations, holds, orders, refund_policies
from events.registration.refund_policies import NEVER, Step
from tests import make
from tests.make import NOON


async def test_an_order_keeps_the_terms_of_the_day_it_was_placed(db: None) -> None:
    event = await make.event()
    full = await make.ticket_type(event, price=32500)
    tour = await make.ticket_type(event, price=2500, kind="tour")
    await make.refund_policy(event, [{"through": None, "percent": 50, "fee": 0}], since=NOON - timedelta(days=1))
    placed = await holds.place(await make.basket([full, tour]), NOON)
    await refund_policies.save(event.id, None, NEVER, await _seen(event.id, None), None, NOON + timedelta(hours=1))
    await refund_policies.save(event.id, tour.id, (Step(None, 10),), 0, None, NOON + timedelta(hours=1))
    later = await holds.place(await make.basket([full, tour]), NOON + timedelta(hours=2))

    first, second = await accounts.by_id(placed.id), await accounts.by_id(later.id)

    assert first is not None
    assert second is not None
    assert [line.refunds for line in first.lines] == [(Step(None, 50),), (Step(None, 50),)]
    assert [line.refunds for line in second.lines] == [NEVER, (Step(None, 10),)]


async def test_what_comes_back_and_what_is_kept_sum_to_the_price_in_the_ledger(db: None) -> None:
    event = await make.event(currency="JPY")
    odd = await make.ticket_type(event, price=333)
    await make.refund_policy(event, [{"through": None, "percent": 50, "fee": 0}])
    placed = await holds.place(await make.basket([odd], [odd], [odd]), NOON)
    async with database.transaction():
        await orders.confirm(await orders.lock(placed.id), NOON, "paid")
    account = await accounts.by_id(placed.id)
    assert account is not None
    everybody = [one.id for one in account.attendees]

    backs = [one.amount.amount for one in cancellations.preview(account, everybody, NOON)]
    await cancellations.cancel(account, everybody, NOON, "ill")

    after = await accounts.by_id(placed.id)
    assert backs == [167, 166, 166]
    assert after is not None
    assert after.balance == Money(999 - sum(backs), "JPY")
    assert {row.kind: 1 for row in after.ledger} == {"charge": 1, "waiver": 1, "fee": 1}


async def _seen(event: int, type_: int | None) -> int:
    return (await refund_policies.newest(event))[type_]
