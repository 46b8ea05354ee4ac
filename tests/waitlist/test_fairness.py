"""As many places are set aside as people wait for, nobody blocks the line, and no click is faster than joining it."""

import asyncio
import random
from datetime import timedelta

import pytest

from events.core import database
from events.registration import holds, orders, quotas
from events.registration.models import Order, Quota, TicketType
from events.registration.quotas import SoldOut
from events.waitlist import entries, rounds
from tests import make
from tests.make import NOON
from tests.waitlist.conftest import Full

DAY = timedelta(days=1)


async def clicked(full: Full, number: int) -> bool:
    """Whether somebody who just asks gets a place."""
    try:
        await holds.place(await make.basket([full.ticket], email=f"fast{number}@example.org"), NOON)
    except SoldOut:
        return False
    return True


async def counted() -> list[quotas.Miscount]:
    return await quotas.recount()


async def test_no_more_is_set_aside_than_people_wait_for(full: Full) -> None:
    """Somebody waits for a workshop, which also needs a seat in the hall: the hall is not kept from everybody."""
    hall = await Quota.get(event=full.event, name="Full")
    workshop = await make.ticket_type(full.event, "Workshop", price=9000, places=0, quotas=[hall])
    sold = [await full.sell(), await full.sell()]
    await full.wait("Ada", tickets=(workshop.id,))

    for order in sold:
        await full.give_back(order)

    assert await full.places() == (0, 1, 1, 1)
    assert await clicked(full, 1)
    assert not await clicked(full, 2)
    assert await counted() == []


async def test_a_party_is_waited_for_with_all_its_people(full: Full) -> None:
    sold = [await full.sell(), await full.sell()]
    entry = await full.wait("Ada", 2)
    await full.give_back(sold[0])
    await full.give_back(sold[1])

    assert await full.places() == (0, 2, 2, 2)
    assert not await clicked(full, 1)
    await full.round()
    assert (await full.entry(entry)).state == "OFFERED"
    assert await full.places() == (2, 0, 0, 0)


async def test_what_fewer_people_wait_for_is_free_again(full: Full) -> None:
    sold = [await full.sell(), await full.sell()]
    three, _one = await full.wait("Ada", 3), await full.wait("Grace", 3)
    for order in sold:
        await full.give_back(order)
    await database.execute("UPDATE waitlist_entry SET party = 1 WHERE name = 'Grace'")

    await entries.leave(await full.entry(three), NOON)

    assert await full.places() == (0, 1, 1, 1)
    assert await clicked(full, 1)
    assert await counted() == []


async def test_of_two_holds_that_ran_out_only_the_lines_is_kept_from_a_buyer(full: Full) -> None:
    assert await clicked(full, 1)
    assert await clicked(full, 2)
    await full.wait("Ada")
    over = NOON + holds.HOLD + holds.GRACE + timedelta(seconds=1)

    await holds.place(await make.basket([full.ticket], email="next@example.org"), over)

    assert await full.places() == (1, 1, 1, 1)
    assert await counted() == []


async def test_who_cannot_have_it_does_not_hold_up_the_line(full: Full) -> None:
    """Two at least go into an order, and one place is there: it is for the next, who wants just one."""
    pair = await make.ticket_type(full.event, "Pair", price=100, places=0, quotas=[await Quota.get(name="Full")])
    await TicketType.filter(id=pair.id).update(min_per_order=2)
    await Quota.filter(name="Pair").update(capacity=5)
    sold = await full.sell()
    await full.sell()
    first = await full.wait("Ada", 2, together=False, tickets=(pair.id,))
    second = await full.wait("Grace")

    await full.give_back(sold)
    await full.round()

    assert (await full.entry(first)).state == "WAITING"
    assert (await full.entry(second)).state == "OFFERED"
    assert await counted() == []


async def test_who_is_in_line_is_counted_from_the_moment_they_are_in_it(
    full: Full, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A crash between joining and counting leaves neither, instead of somebody whom a fast click passes."""
    await full.sell()

    async def crash(event_id: int) -> None:
        raise ConnectionError

    monkeypatch.setattr(entries, "recount", crash)
    with pytest.raises(ConnectionError):
        await full.wait("Ada")

    assert await database.value("SELECT count(*) FROM waitlist_entry") == 0
    assert await database.value("SELECT count(*) FROM outbox_message WHERE topic LIKE 'mail.waitlist%'") == 0


async def test_rounds_at_once_settle_and_close_once(full: Full) -> None:
    sold = await full.sell()
    await full.sell()
    for number in range(6):
        await full.wait(f"Reader{number}")
    await full.give_back(sold)
    await full.round()
    over = NOON + DAY + holds.GRACE + timedelta(seconds=1)
    await holds.sweep(over)
    await database.execute("UPDATE event SET state = 'closed' WHERE id = $1", full.event.id)

    await asyncio.gather(*(rounds.run_event(full.event.id, over) for _worker in range(6)))

    told = await database.rows("SELECT topic, count(*) AS n FROM outbox_message GROUP BY topic")
    mails = {row["topic"]: row["n"] for row in told}
    assert (mails["mail.waitlist_lapsed"], mails["mail.waitlist_closed"]) == (1, 5)


@pytest.mark.parametrize("seed", range(8))
async def test_whatever_happens_in_whatever_order_the_line_and_its_places_stay_true(db: None, seed: int) -> None:
    """Buying, choosing again, giving up, running out, resizing, joining, leaving, rounds: by chance."""
    chance = random.Random(seed)
    event = await make.event()
    seat = await make.ticket_type(event, "Full", price=100, places=4)
    hall = await Quota.get(name="Full")
    workshop = await make.ticket_type(event, "Workshop", price=50, places=2, quotas=[hall])
    full = Full(event, seat)
    baskets = [await make.basket(*people) for people in ([[seat]], [[workshop]], [[seat], [workshop]], [[seat]] * 3)]
    ids = [row["id"] for row in await database.rows("SELECT id FROM quota ORDER BY id")]
    at = NOON
    for step in range(60):
        at += timedelta(minutes=chance.randint(0, 20))
        found = await Order.all()
        one = chance.choice(found) if found else None
        doing = chance.choice(["buy", "buy", "again", "give up", "sweep", "resize", "join", "join", "leave", "round"])
        try:
            if doing == "buy" or one is None:
                await holds.place(chance.choice(baskets), at)
            elif doing == "again" and one.source == "":
                await holds.place(chance.choice(baskets), at, replaces=one.id)
            elif doing == "give up":
                await orders.give_up(one.id, at)
            elif doing == "sweep":
                await holds.sweep(at)
            elif doing == "resize":
                await quotas.change(chance.choice(ids), chance.randint(0, 6), chance.randint(0, 1), "chance", None, at)
            elif doing == "join":
                tickets = chance.choice([(seat.id,), (workshop.id,), (workshop.id, seat.id)])
                await full.wait(f"R{step}", chance.randint(1, 3), together=chance.random() < 0.5, tickets=tickets)
            elif doing == "leave" and (
                row := await database.row(
                    "SELECT id FROM waitlist_entry WHERE state IN ('WAITING', 'OFFERED') ORDER BY random() LIMIT 1"
                )
            ):
                await entries.leave(await full.entry(row["id"]), at)
            elif doing == "round":
                await rounds.run(at)
        except (SoldOut, orders.TooLate, entries.NotWaiting):
            pass

        assert await counted() == []
        rows = await database.rows(
            "SELECT claimed, capacity + overbook + oversold AS most, waiting, set_aside FROM quota"
        )
        assert all(row["claimed"] <= row["most"] and row["set_aside"] <= row["waiting"] for row in rows)


async def rush(full: Full) -> tuple[int, list[str]]:
    """Sixty click while five wait and five places come free one after the other. Returns how many clicks won, and
    where those who wait are."""
    await Quota.filter(name="Full").update(capacity=5)
    sold = [await full.sell() for _place in range(5)]
    waiting = [await full.wait(f"Reader{number}") for number in range(5)]
    won: list[bool] = []

    async def freed(order: int, number: int) -> None:
        await asyncio.sleep(number / 50)
        await full.give_back(order)
        if number == 4:
            await full.round()

    async def fast(number: int) -> None:
        await asyncio.sleep(number / 400)
        won.append(await clicked(full, number))

    await asyncio.gather(
        *(freed(order, number) for number, order in enumerate(sold)), *(fast(number) for number in range(60))
    )
    await full.round()
    return sum(won), [(await full.entry(one)).state.value for one in waiting]


async def test_sixty_clicks_get_nothing_that_five_wait_for(full: Full) -> None:
    assert await rush(full) == (0, ["OFFERED"] * 5)
    assert await Order.filter(source="waitlist").count() == 5
    assert await full.places() == (5, 0, 0, 0)
    assert await counted() == []


async def test_without_the_guard_the_same_clicks_get_past_the_line(full: Full) -> None:
    """The control: this race is real."""
    await database.execute("ALTER TABLE quota DISABLE TRIGGER quota_waiting")
    try:
        won, _states = await rush(full)
    finally:
        await database.execute("ALTER TABLE quota ENABLE TRIGGER quota_waiting")
    assert won > 0


@pytest.mark.parametrize("offered", [True, False])
async def test_leaving_twice_at_once_is_leaving_once(full: Full, offered: bool) -> None:
    sold = await full.sell()
    await full.sell()
    first, second = await full.wait("Ada"), await full.wait("Grace")
    await full.give_back(sold)
    if offered:
        await full.round()
    seen = await full.entry(first)

    await asyncio.gather(*(entries.leave(seen, NOON) for _click in range(4)), full.round())
    await full.round()

    assert [(await full.entry(one)).state for one in (first, second)] == ["LEFT", "OFFERED"]
    assert await counted() == []


async def test_who_leaves_while_something_is_offered_to_them_keeps_it_from_nobody(full: Full) -> None:
    sold = await full.sell()
    await full.sell()
    first, second = await full.wait("Ada"), await full.wait("Grace")
    await full.give_back(sold)
    seen = await full.entry(first)
    await full.round()

    await entries.leave(seen, NOON)
    await full.round()

    assert [(await full.entry(one)).state for one in (first, second)] == ["LEFT", "OFFERED"]
    assert await counted() == []
