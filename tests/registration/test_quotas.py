import random
from datetime import timedelta

import pytest

from events.core import database
from events.core.errors import Unreadable
from events.registration import accounts, cancellations, holds, orders, quotas
from events.registration.models import Order, QuotaChange
from events.registration.quotas import Miscount, SoldOut
from tests import make
from tests.make import NOON


async def test_places_are_given_back_once(db: None) -> None:
    full = await make.ticket_type(name="Full", price=100, places=5)
    placed = await holds.place(await make.basket([full], [full]), NOON)

    assert [await quotas.give_back(placed.id, at=NOON) for _call in range(2)] == [2, 0]
    assert await database.value("SELECT claimed FROM quota") == 0


async def test_a_quota_has_a_name_of_its_own_in_its_event(db: None) -> None:
    event = await make.event()
    await quotas.create(event.id, "Seats", 10)

    with pytest.raises(Unreadable):
        await quotas.create(event.id, "Seats", 20)


async def test_every_change_is_kept_with_its_reason(db: None) -> None:
    event = await make.event()
    quota = await quotas.create(event.id, "Seats", 10)

    await quotas.change(quota, 12, 1, "a larger room", None, NOON)

    [change] = await QuotaChange.all()
    assert (change.capacity, change.overbook, change.reason, change.changed_at) == (12, 1, "a larger room", NOON)


async def test_the_recount_finds_what_does_not_add_up(db: None) -> None:
    full = await make.ticket_type(name="Full", price=100, places=5)
    placed = await holds.place(await make.basket([full]), NOON)
    assert await quotas.recount() == []

    await database.execute("UPDATE quota SET claimed = 3")
    await database.execute("UPDATE orders SET state = 'EXPIRED'")

    assert await quotas.recount() == [Miscount(f"places of order {placed.code}", 0, 1), Miscount("quota 1", 3, 1)]


@pytest.mark.parametrize("seed", range(8))
async def test_whatever_happens_in_whatever_order_the_counters_stay_true(db: None, seed: int) -> None:
    """Buying, choosing again, giving up, running out, paying late, cancelling, resizing: by chance."""
    chance = random.Random(seed)
    event = await make.event()
    full = await make.ticket_type(event, "Full", price=100, places=6)
    workshop = await make.ticket_type(event, "Workshop", price=50, places=3, kind="preconference")
    free = await make.ticket_type(event, "Free", places=4, kind="virtual")
    baskets = [
        await make.basket(*people) for people in ([[full]], [[full, workshop], [full]], [[free]], [[free], [workshop]])
    ]
    ids = [row["id"] for row in await database.rows("SELECT id FROM quota ORDER BY id")]
    at = NOON
    for _step in range(60):
        at += timedelta(minutes=chance.randint(0, 20))
        found = await Order.all()
        one = chance.choice(found) if found else None
        doing = chance.choice(["buy", "buy", "again", "give up", "sweep", "late", "cancel", "resize"])
        try:
            if doing == "buy" or one is None:
                await holds.place(chance.choice(baskets), at)
            elif doing == "again":
                await holds.place(chance.choice(baskets), at, replaces=one.id)
            elif doing == "give up":
                await orders.give_up(one.id, at)
            elif doing == "sweep":
                await holds.sweep(at)
            elif doing == "late" and one.state == "EXPIRED":
                async with database.transaction():
                    if await holds.claim_again(one.id, at):
                        await orders.confirm(await orders.lock(one.id), at, "paid late")
            elif doing == "cancel" and one.state == "CONFIRMED":
                account = await accounts.by_id(one.id)
                assert account is not None
                await cancellations.cancel(account, [chance.choice(account.attendees).id], at, "by chance")
            elif doing == "resize":
                await quotas.change(chance.choice(ids), chance.randint(0, 8), chance.randint(0, 1), "chance", None, at)
        except (SoldOut, orders.TooLate):
            pass

        assert await quotas.recount() == []
        sold = await database.rows("SELECT claimed, capacity + overbook + oversold AS most FROM quota")
        assert all(row["claimed"] <= row["most"] for row in sold)
