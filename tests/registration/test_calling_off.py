"""An event cancelled as a whole: what was reckoned is what happens, and nobody is sent back or told twice."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from events import audit
from events.catalogue import queries
from events.catalogue.models import Event
from events.catalogue.queries import EventRow
from events.core import database
from events.core.outbox import Message
from events.registration import calling_off, holds, letters, orders
from events.registration.models import CalledOffOrder, CheckoutSession, Ledger, Order, Refund
from events.settings import Settings
from tests import make
from tests.letterbox import opened
from tests.make import NOON
from tests.registration.conftest import count


async def sold(event: Event, price: int, *, card: bool = True, people: int = 1) -> int:
    """A confirmed order, paid by card or (False) in another way. Returns its id."""
    ticket = await make.ticket_type(event, price=price, places=10)
    placed = await holds.place(await make.basket(*[[ticket]] * people), NOON)
    if price:
        async with database.transaction():
            await orders.confirm(await orders.lock(placed.id), NOON, "paid")
        given: dict[str, Any] = {"order_id": placed.id, "amount": price * people, "currency": event.currency}
        if card:
            await CheckoutSession.create(
                **given, attempt=1, state="paid", payment_intent=f"pi_{placed.id}", created_at=NOON, expires_at=NOON
            )
        source = f"checkout-{placed.id}" if card else f"receipt-{placed.id}"
        await Ledger.create(
            order_id=placed.id, kind="payment", amount=-price * people, currency=event.currency, source=source,
            booked_at=NOON,
        )  # fmt: skip
    return placed.id


async def called(event: Event) -> EventRow:
    event.state = "cancelled"
    await event.save()
    return await queries.event_by_slug(event.slug, drafts=True)


async def test_what_was_reckoned_is_what_happens(db: None) -> None:
    event = await make.event()
    await sold(event, 10000, people=2)
    await sold(event, 333)
    await sold(event, 5000, card=False)
    await sold(event, 0)
    held = await make.ticket_type(event, price=700, places=1)
    await holds.place(await make.basket([held]), NOON)
    row = await called(event)
    at = NOON + timedelta(minutes=1)

    reckoned = await calling_off.reckon(row, 500, at)
    (totals,) = reckoned.totals
    number = await calling_off.start(row, 500, "The hall burnt down", None, at)
    await calling_off.work(number, at)

    assert (reckoned.orders, totals.orders, totals.people) == (5, 4, 5)
    assert (totals.price, totals.card, totals.by_hand, totals.kept) == (25333, 19000, 4500, 1833)
    assert await database.value("SELECT sum(amount)::int FROM refund") == totals.card
    assert await database.value("SELECT sum(amount)::int FROM ledger WHERE kind = 'fee'") == totals.kept
    found = await calling_off.progress(row)
    assert found is not None
    assert (found.state, found.live, found.refunded.amount) == ("done", 0, totals.card)
    assert [amount.amount for _code, amount in found.by_hand] == [4500]
    assert {order.state for order in await Order.all()} == {"CANCELLED"}
    assert await database.value("SELECT sum(claimed)::int FROM quota") == 0


async def test_the_terms_of_each_order_may_decide(db: None) -> None:
    event = await make.event()
    await make.refund_policy(event, [{"through": None, "percent": 50, "fee": 0}])
    await sold(event, 101, people=3)
    row = await called(event)

    reckoned = await calling_off.reckon(row, None, NOON)
    await calling_off.work(await calling_off.start(row, None, "No speakers", None, NOON), NOON)

    assert reckoned.totals[0].card == 151
    assert (await Refund.get()).amount == 151


async def test_nothing_begins_while_tickets_are_sold(db: None) -> None:
    event = await make.event()

    with pytest.raises(calling_off.NotYet):
        await calling_off.start(await queries.event_by_slug(event.slug), 0, "No speakers", None, NOON)


class Killed(BaseException):
    """What ends a worker without a word."""


async def test_a_worker_killed_at_any_statement_leaves_nobody_out_and_nobody_twice(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = await make.event()
    for _order in range(3):
        await sold(event, 10000)
    row = await called(event)
    number = await calling_off.start(row, 0, "The hall burnt down", None, NOON)
    deaths, counter = 0, [0]
    real = {name: getattr(database, name) for name in ("rows", "row", "value", "execute", "execute_many")}

    def deadly(name: str, last: int) -> Callable[..., Awaitable[object]]:
        async def call(*args: object) -> object:
            counter[0] += 1
            if counter[0] == last:
                raise Killed
            return await real[name](*args)

        return call

    for last in range(1, 200):
        counter[0] = 0
        for name in real:
            monkeypatch.setattr(database, name, deadly(name, last))
        try:
            await calling_off.work(number, NOON)
            break
        except Killed:
            deaths += 1
    monkeypatch.undo()

    assert deaths > 15
    assert await count("refund") == 3
    assert await database.value("SELECT count(*) FROM outbox_message WHERE topic = 'mail.event_called_off'") == 3
    assert set(await CalledOffOrder.all().values_list("state", "refunded")) == {("done", 10000)}
    assert [found for found in await audit.audit(NOON) if "message" not in found.about] == []


async def test_two_workers_share_the_orders(db: None) -> None:
    event = await make.event()
    for _order in range(6):
        await sold(event, 10000)
    number = await calling_off.start(await called(event), 0, "The hall burnt down", None, NOON)

    done = await asyncio.gather(*(calling_off.work(number, NOON) for _worker in range(3)))

    assert sum(done) == 6
    assert await count("refund") == 6


async def test_an_order_that_cannot_be_done_is_shown_and_tried_again(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    event = await make.event()
    bad, good = await sold(event, 10000), await sold(event, 5000)
    row = await called(event)
    number = await calling_off.start(row, 0, "The hall burnt down", None, NOON)
    real = orders.lock

    async def defect(order: int) -> orders.Locked:
        if order == bad:
            raise ValueError("a defect")
        return await real(order)

    monkeypatch.setattr(orders, "lock", defect)
    await calling_off.work(number, NOON)
    monkeypatch.undo()
    first = await calling_off.progress(row)
    await calling_off.start(row, 9999, "ignored", None, NOON)
    await calling_off.work(number, NOON)
    second = await calling_off.progress(row)

    assert first is not None
    assert second is not None
    assert [why for _code, why in first.failed] == ["ValueError: a defect"]
    assert (first.live, second.live, second.failed, second.keep) == (1, 0, [], 0)
    assert {one.order_id: one.amount for one in await Refund.all()} == {bad: 10000, good: 5000}  # type: ignore[attr-defined]


async def test_everybody_is_told_why_and_what_comes_back(db: None) -> None:
    event = await make.event(title="Annual")
    order = await sold(event, 10000)
    await calling_off.work(await calling_off.start(await called(event), 0, "The hall burnt down", None, NOON), NOON)
    settings = Settings(secret_key="tests" * 8, base_url="https://shop.example")
    mail = opened(await letters.event_called_off(Message(1, "mail", {"order": order}, 1), settings, NOON))

    assert mail["Subject"] == "Annual is cancelled"
    part = mail.get_body(("plain",))
    assert part is not None
    assert "The hall burnt down" in part.get_content()
    assert "$100.00 goes back to the card" in part.get_content()


async def test_the_registrar_sees_the_sum_before_and_the_way_after(buyer: httpx.AsyncClient) -> None:
    event = await make.event()
    await sold(event, 10000)
    registrar = await make.person()
    await make.role(registrar, "registrar", event_id=event.id)
    buyer.cookies.set("signin", await make.sign_in(registrar, NOON))
    root = f"/organize/events/{event.slug}/calling-off"
    typed = {"rule": "fee", "fee": "25", "words": "The hall burnt down", "sure": "1"}

    before = await buyer.get(root, params={"rule": "fee", "fee": "25"})
    early = await buyer.post(root, data=typed)
    await called(event)
    unsure = await buyer.post(root, data={**typed, "sure": "", "words": ""})
    twice = [(await buyer.post(root, data=typed)).status_code for _click in range(2)]
    await calling_off.work(1, NOON)
    after = (await buyer.get(root)).text

    assert "$75.00" in before.text
    assert "only a reckoning" in before.text
    assert (early.status_code, unsure.status_code, twice) == (409, 422, [303, 303])
    assert "1 of 1" in after
    assert "$75.00" in after
    assert await count("refund") == 1
