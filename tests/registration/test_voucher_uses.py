"""Uses of a code and places set aside for it: taken with the order, given back with it, never more than there are."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from events.core import database
from events.registration import accounts, cancellations, exchanges, holds, offers, orders, quotas
from events.registration.holds import CodeGone
from events.registration.models import Claim, Order, Quota, Voucher, VoucherUse
from events.registration.pricing import Tariff
from events.registration.quotas import SoldOut
from events.registration.states import OrderState
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.usefixtures("db")
LATER = NOON + holds.HOLD + holds.GRACE


async def numbers(voucher: Voucher) -> tuple[int, int]:
    """How often it was used, and how many places are still set aside for it."""
    await voucher.refresh_from_db()
    return voucher.used, voucher.reserve_left


async def places(quota: Quota) -> tuple[int, int]:
    """Claimed, held back."""
    await quota.refresh_from_db()
    return quota.claimed, quota.held_back


async def test_a_use_is_one_person_of_an_order() -> None:
    event = await make.event()
    full, tour = await make.ticket_type(event, price=100), await make.ticket_type(event, price=50, kind="tour")
    code = await make.voucher(event, "SPRING", max_uses=5)

    await holds.place(await make.coded(code, [full, tour], [full]), NOON)

    assert await numbers(code) == (2, 0)
    assert await VoucherUse.all().count() == 2
    assert await quotas.recount() == []


async def test_the_last_use_is_not_given_twice() -> None:
    event = await make.event()
    full = await make.ticket_type(event, price=100, places=10)
    code = await make.voucher(event, "LAST", max_uses=1)
    await holds.place(await make.coded(code, [full]), NOON)

    with pytest.raises(CodeGone):
        await holds.place(await make.coded(code, [full]), NOON)

    assert await Order.all().count() == 1
    assert await quotas.recount() == []


async def test_a_code_that_was_changed_or_ended_meanwhile_is_refused() -> None:
    event = await make.event()
    full = await make.ticket_type(event, price=100)
    code = await make.voucher(event, "SPRING")
    basket = await make.coded(code, [full])
    await Voucher.filter(id=code.id).update(version=2)

    with pytest.raises(CodeGone):
        await holds.place(basket, NOON)
    await Voucher.filter(id=code.id).update(version=1, ended_at=NOON)
    with pytest.raises(CodeGone):
        await holds.place(basket, NOON)

    assert await Order.all().count() == 0


async def test_a_code_ends_at_the_local_midnight_after_its_last_day() -> None:
    event = await make.event(timezone="America/Chicago")
    full = await make.ticket_type(event, price=100)
    today = NOON.astimezone(ZoneInfo(event.timezone)).date()
    code = await make.voucher(event, "TODAY", starts_on=today, through=today)
    midnight = NOON.astimezone(ZoneInfo(event.timezone)).replace(hour=0, minute=0, second=0) + timedelta(days=1)

    await holds.place(await make.coded(code, [full]), midnight - timedelta(seconds=1))
    with pytest.raises(CodeGone):
        await holds.place(await make.coded(code, [full]), midnight)


async def test_one_person_uses_a_code_as_often_as_one_may() -> None:
    event = await make.event()
    full = await make.ticket_type(event, price=100)
    code = await make.voucher(event, "ONCE", per_person=1)
    await holds.place(await make.coded(code, [full]), NOON)

    with pytest.raises(CodeGone):
        await holds.place(await make.coded(code, [full]), NOON)
    await holds.place(await make.coded(code, [full], email="alan@example.org"), NOON)

    assert await numbers(code) == (2, 0)


async def test_a_hold_that_ran_out_gives_its_use_back_to_the_next_buyer() -> None:
    event = await make.event()
    full = await make.ticket_type(event, price=100, places=1)
    code = await make.voucher(event, "LAST", max_uses=1)
    first = await holds.place(await make.coded(code, [full]), NOON)

    second = await holds.place(await make.coded(code, [full]), LATER)

    assert [(await Order.get(id=one.id)).state for one in (first, second)] == ["EXPIRED", "HELD"]
    assert await numbers(code) == (1, 0)
    assert await quotas.recount() == []


async def test_somebody_without_a_code_takes_the_place_of_a_run_out_hold_with_one() -> None:
    event = await make.event()
    full = await make.ticket_type(event, price=100, places=1)
    code = await make.voucher(event, "LAST", max_uses=1)
    await holds.place(await make.coded(code, [full]), NOON)

    await holds.place(await make.basket([full]), LATER)

    assert await numbers(code) == (0, 0)
    assert await quotas.recount() == []


async def test_an_order_that_is_chosen_again_has_its_own_use_free() -> None:
    event = await make.event()
    full = await make.ticket_type(event, price=100, places=5)
    code = await make.voucher(event, "LAST", max_uses=1, per_person=1)
    first = await holds.place(await make.coded(code, [full]), NOON)

    await holds.place(await make.coded(code, [full]), NOON, replaces=first.id)

    assert (await Order.get(id=first.id)).state == "CANCELLED"
    assert await numbers(code) == (1, 0)
    assert await quotas.recount() == []


async def test_the_sweep_gives_uses_and_reserves_back() -> None:
    event = await make.event()
    full = await make.ticket_type(event, price=100, places=3)
    quota = await Quota.get()
    code = await make.voucher(event, "KEPT", max_uses=2, quota=quota, reserved=2)
    await holds.place(await make.coded(code, [full]), NOON)
    assert (await places(quota), await numbers(code)) == ((1, 1), (1, 1))

    await holds.sweep(LATER)

    assert (await places(quota), await numbers(code)) == ((0, 2), (0, 2))
    assert await quotas.recount() == []


async def test_what_is_set_aside_is_not_sold_to_others() -> None:
    event = await make.event()
    full = await make.ticket_type(event, price=100, places=3)
    quota = await Quota.get()
    code = await make.voucher(event, "KEPT", quota=quota, reserved=2)

    await holds.place(await make.basket([full]), NOON)
    with pytest.raises(SoldOut) as error:
        await holds.place(await make.basket([full]), NOON)
    assert error.value.free == 0

    await holds.place(await make.coded(code, [full], [full]), NOON)
    assert (await places(quota), await numbers(code)) == ((3, 0), (2, 0))
    assert await Claim.filter(voucher_id=code.id).count() == 2
    with pytest.raises(SoldOut):
        await holds.place(await make.coded(code, [full]), NOON)
    assert await quotas.recount() == []


async def test_who_has_a_code_gets_what_is_free_when_its_reserve_is_gone() -> None:
    event = await make.event()
    full = await make.ticket_type(event, price=100, places=3)
    code = await make.voucher(event, "KEPT", quota=await Quota.get(), reserved=1)

    await holds.place(await make.coded(code, [full], [full], [full]), NOON)

    assert await numbers(code) == (3, 0)
    assert await Claim.filter(voucher_id=code.id).count() == 1


async def test_what_is_set_aside_is_sold_also_after_the_capacity_was_lowered() -> None:
    event = await make.event()
    full = await make.ticket_type(event, price=100, places=3)
    quota = await Quota.get()
    code = await make.voucher(event, "KEPT", quota=quota, reserved=1)
    await holds.place(await make.basket([full]), NOON)
    await quotas.change(quota.id, 0, 0, "the hall is closed", None, NOON)
    await quota.refresh_from_db()
    assert quota.oversold == 2

    await holds.place(await make.coded(code, [full]), NOON)

    assert await places(quota) == (2, 0)
    assert await quotas.recount() == []


async def test_cancelling_one_of_two_gives_one_use_and_its_place_back() -> None:
    event = await make.event()
    full = await make.ticket_type(event, places=3)
    quota = await Quota.get()
    code = await make.voucher(event, "KEPT", max_uses=2, quota=quota, reserved=2)
    placed = await holds.place(await make.coded(code, [full], [full]), NOON)
    assert placed.state is OrderState.CONFIRMED
    account = await accounts.by_id(placed.id)
    assert account is not None

    await cancellations.cancel(account, [account.attendees[0].id], NOON, "ill")

    assert (await places(quota), await numbers(code)) == ((1, 1), (1, 1))
    assert await quotas.recount() == []


async def test_a_place_of_a_code_that_ended_goes_to_everybody() -> None:
    event = await make.event()
    full = await make.ticket_type(event, price=100, places=1)
    quota = await Quota.get()
    code = await make.voucher(event, "KEPT", quota=quota, reserved=1)
    placed = await holds.place(await make.coded(code, [full]), NOON)
    await Voucher.filter(id=code.id).update(ended_at=NOON)

    await orders.give_up(placed.id, NOON)

    assert (await places(quota), await numbers(code)) == ((0, 0), (0, 0))
    assert await quotas.recount() == []


async def expired(code: Voucher, *tickets: object) -> int:
    placed = await holds.place(await make.coded(code, list(tickets)), NOON)  # type: ignore[arg-type]
    await holds.sweep(LATER)
    return placed.id


async def test_a_late_payment_claims_the_use_again() -> None:
    event = await make.event()
    full = await make.ticket_type(event, price=100, places=3)
    quota = await Quota.get()
    code = await make.voucher(event, "KEPT", max_uses=1, quota=quota, reserved=1)
    late = await expired(code, full)
    await Voucher.filter(id=code.id).update(version=7)

    assert await holds.claim_again(late, LATER)

    assert (await places(quota), await numbers(code)) == ((1, 0), (1, 0))
    await database.execute("UPDATE orders SET state = 'CONFIRMED', held_until = NULL WHERE id = $1", late)
    assert await quotas.recount() == []


async def test_a_late_payment_finds_the_last_use_gone() -> None:
    event = await make.event()
    full = await make.ticket_type(event, price=100, places=3)
    code = await make.voucher(event, "LAST", max_uses=1)
    late = await expired(code, full)
    await holds.place(await make.coded(code, [full], email="alan@example.org"), LATER)

    assert not await holds.claim_again(late, LATER)

    assert await numbers(code) == (1, 0)
    assert await quotas.recount() == []


async def test_a_late_payment_finds_that_the_person_used_the_code_meanwhile() -> None:
    event = await make.event()
    full = await make.ticket_type(event, price=100, places=3)
    code = await make.voucher(event, "ONCE", per_person=1)
    late = await expired(code, full)
    await holds.place(await make.coded(code, [full]), LATER)

    assert not await holds.claim_again(late, LATER)

    assert await numbers(code) == (1, 0)
    assert await quotas.recount() == []


async def test_the_same_form_sent_twice_uses_the_code_once() -> None:
    event = await make.event()
    full = await make.ticket_type(event, price=100, places=1)
    code = await make.voucher(event, "LAST", max_uses=1)
    first = await holds.place(await make.coded(code, [full], form_key="a" * 32), NOON)

    with pytest.raises(holds.AlreadyPlaced) as error:
        await holds.place(await make.coded(code, [full], form_key="a" * 32), NOON)

    assert error.value.code == first.code
    assert await numbers(code) == (1, 0)


async def test_a_ticket_by_code_that_becomes_another_gives_the_use_back_and_the_reserve_its_place() -> None:
    event = await make.event()
    hall = await make.quota(event, 5, "Hall")
    full = await make.ticket_type(event, "Full", price=100, quotas=[hall])
    await make.ticket_type(event, "Friday", price=50, kind="one_day")
    code = await make.voucher(event, "SPRING", max_uses=5, quota=hall, reserved=2)
    placed = await holds.place(await make.coded(code, [full]), NOON)
    async with database.transaction():
        await orders.confirm(await orders.lock(placed.id), NOON, "paid")
    account = await accounts.by_id(placed.id)
    assert account is not None
    assert (await numbers(code), await places(hall)) == ((1, 1), (1, 1))

    [attendee] = account.attendees
    offer = await offers.offer(event.id)
    tariff = Tariff(account.audience, (), account.zone, account.currency)
    [choice] = exchanges.choices(attendee.lines[0], attendee, offer.tickets, tariff, account.starts_on, NOON)
    await exchanges.begin(account, attendee.id, attendee.lines[0].id, choice, NOON, None)

    assert (await numbers(code), await places(hall)) == ((0, 2), (0, 2))
    assert await quotas.recount() == []
