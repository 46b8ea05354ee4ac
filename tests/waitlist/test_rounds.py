"""What comes free goes to the line, whoever freed it, and nobody gets past it."""

import asyncio
from datetime import timedelta
from itertools import product

import pytest

from events.core import database, outbox
from events.registration import holds, orders, quotas
from events.registration.holds import Basket
from events.registration.models import Order, Quota, TicketType
from events.registration.quotas import SoldOut
from events.settings import Settings
from events.waitlist import entries, letters, retention, rounds, rules
from events.waitlist.entries import InLineAlready, NotWaiting
from events.waitlist.models import WaitlistEntry
from events.waitlist.rules import Rules
from events.waitlist.states import MOVES, EntryState
from tests import make
from tests.letterbox import opened
from tests.make import NOON
from tests.waitlist.conftest import Full

DAY = timedelta(days=1)
LATER = NOON + DAY + holds.GRACE + timedelta(seconds=1)
LEGAL = {
    ("WAITING", "OFFERED"),
    ("WAITING", "LEFT"),
    ("WAITING", "CLOSED"),
    ("OFFERED", "TAKEN"),
    ("OFFERED", "LAPSED"),
    ("OFFERED", "LEFT"),
    ("LAPSED", "TAKEN"),
}


@pytest.mark.parametrize(("old", "new"), list(product(EntryState, EntryState)))
def test_every_pair_of_states_is_either_a_move_or_refused(old: EntryState, new: EntryState) -> None:
    assert (new in MOVES[old]) == ((old, new) in LEGAL)


async def topics() -> list[str]:
    rows = await database.rows("SELECT topic FROM outbox_message ORDER BY id")
    return [row["topic"] for row in rows]


async def audited() -> list[quotas.Miscount]:
    return await quotas.recount()


async def test_a_place_that_comes_free_is_offered_to_the_first_in_line(full: Full) -> None:
    sold = [await full.sell(), await full.sell()]
    first, second = await full.wait("Ada"), await full.wait("Grace")

    await full.give_back(sold[0])
    aside = await full.places()
    made = await full.round()

    assert aside == (1, 1, 2, 1), "claimed, held back, waiting, set aside"
    assert made == 1
    assert await full.places() == (2, 0, 1, 0)
    offered = await full.entry(first)
    assert (offered.state, offered.offered_until, offered.order_state) == ("OFFERED", NOON + DAY, "HELD")
    assert (await full.entry(second)).state == "WAITING"
    order = await Order.get(code=offered.order)
    assert (order.source, order.total, order.email) == ("waitlist", 32500, "ada@example.org")
    assert order.held_until == NOON + DAY + holds.GRACE
    assert (await topics()).count("mail.waitlist_offered") == 1
    assert await full.round() == 0


async def test_no_fast_click_gets_past_the_line(full: Full) -> None:
    sold = [await full.sell(), await full.sell()]
    waiting = [await full.wait(name) for name in ("Ada", "Grace")]
    baskets = [await basket(full, number) for number in range(20)]

    async def click(one: Basket) -> bool:
        try:
            await holds.place(one, NOON)
        except SoldOut:
            return False
        return True

    async def give_back() -> None:
        for order in sold:
            await full.give_back(order)
            await rounds.run_event(full.event.id, NOON)

    clicked = await asyncio.gather(
        *(click(one) for one in baskets[:10]), give_back(), *(click(one) for one in baskets[10:])
    )

    assert not any(clicked)
    assert {(await full.entry(one)).state for one in waiting} == {"OFFERED"}
    assert await audited() == []


async def basket(full: Full, number: int) -> Basket:
    return await make.basket([full.ticket], email=f"fast{number}@example.org")


async def test_without_the_trigger_a_fast_click_takes_it(full: Full) -> None:
    """The control: what the guard is for does happen without it."""
    sold = await full.sell()
    await full.sell()
    await full.wait("Ada")
    await database.execute("ALTER TABLE quota DISABLE TRIGGER quota_waiting")
    try:
        await full.give_back(sold)
        await holds.place(await basket(full, 1), NOON)
    finally:
        await database.execute("ALTER TABLE quota ENABLE TRIGGER quota_waiting")


async def test_a_hold_that_ran_out_is_the_lines_and_not_the_next_buyers(full: Full) -> None:
    await full.sell()
    await holds.place(await basket(full, 1), NOON)
    waiting = await full.wait("Ada")
    over = NOON + holds.HOLD + holds.GRACE + timedelta(seconds=1)

    with pytest.raises(SoldOut):
        await holds.place(await basket(full, 2), over)
    assert await full.places() == (1, 1, 1, 1)
    await full.round(over)

    assert (await full.entry(waiting)).state == "OFFERED"


async def test_who_chooses_again_keeps_their_own_places(full: Full) -> None:
    await full.sell()
    mine = await holds.place(await basket(full, 1), NOON)
    await full.wait("Ada")

    again = await holds.place(await basket(full, 1), NOON, replaces=mine.id)

    assert again.state == "HELD"
    assert await full.places() == (2, 0, 1, 0)


async def test_more_capacity_and_what_a_code_gives_back_are_the_lines_too(full: Full) -> None:
    await full.sell()
    await full.sell()
    waiting = [await full.wait(name) for name in ("Ada", "Grace", "Alan")]
    quota = await Quota.get(event=full.event)

    await quotas.change(quota.id, 4, 0, "A bigger room", None, NOON)

    assert await full.places() == (2, 2, 3, 2)
    assert await full.round() == 2
    assert [(await full.entry(one)).state for one in waiting] == ["OFFERED", "OFFERED", "WAITING"]
    assert await audited() == []


async def test_when_nobody_waits_any_more_the_places_are_free_for_everybody(full: Full) -> None:
    sold = await full.sell()
    await full.sell()
    waiting = await full.wait("Ada", 2)
    await full.give_back(sold)
    assert await full.round() == 0
    assert await full.places() == (1, 1, 2, 1)

    await entries.leave(await full.entry(waiting), NOON)

    assert await full.places() == (1, 0, 0, 0)
    await holds.place(await basket(full, 1), NOON)


async def test_an_offer_that_ran_out_goes_to_the_next_and_both_are_told(full: Full, settings: Settings) -> None:
    sold = await full.sell()
    await full.sell()
    first, second = await full.wait("Ada"), await full.wait("Grace")
    await full.give_back(sold)
    await full.round()

    await rounds.run(LATER)

    assert (await full.entry(first)).state == "LAPSED"
    assert (await full.entry(second)).state == "OFFERED"
    told = await topics()
    assert told.count("mail.waitlist_lapsed") == 1
    assert told.count("mail.waitlist_offered") == 2
    assert "mail.order_expired" not in told
    mails = []
    for message in await outbox.claim(50, LATER, lease=timedelta(minutes=1)):
        if message.topic in {"mail.waitlist_lapsed", "mail.waitlist_offered"}:
            write = letters.lapsed if message.topic.endswith("lapsed") else letters.offered
            if sealed := await write(message, settings, LATER):
                mails.append(opened(sealed))
    assert sorted(str(mail["To"]) for mail in mails) == ["Ada <ada@example.org>", "Grace <grace@example.org>"]
    assert await audited() == []


async def test_given_back_it_goes_to_the_next_at_once(full: Full) -> None:
    sold = await full.sell()
    await full.sell()
    first, second = await full.wait("Ada"), await full.wait("Grace")
    await full.give_back(sold)
    await full.round()

    await entries.leave(await full.entry(first), NOON)
    with pytest.raises(NotWaiting):
        async with database.transaction():
            await entries.move(first, EntryState.LEFT, NOON)
    await full.round()

    assert (await full.entry(first)).state == "LEFT"
    assert (await full.entry(second)).state == "OFFERED"


async def test_taken_is_taken_and_late_money_too_when_the_places_are_there(full: Full) -> None:
    sold = await full.sell()
    await full.sell()
    first = await full.wait("Ada")
    await full.give_back(sold)
    await full.round()
    order = await Order.get(source="waitlist")
    await Order.filter(id=order.id).update(state="CONFIRMED", held_until=None, confirmed_at=NOON)

    await rounds.run(NOON)

    assert (await full.entry(first)).state == "TAKEN"
    assert await full.round() == 0


async def test_a_party_stays_together_or_is_split_as_it_wants(full: Full) -> None:
    sold = [await full.sell(), await full.sell()]
    three = await full.wait("Ada", 2, together=True)
    split = await full.wait("Grace", 3, together=False)
    await full.give_back(sold[0])

    await full.round()

    assert (await full.entry(three)).state == "WAITING"
    part = await full.entry(split)
    assert (part.state, part.party) == ("OFFERED", 1)
    [rest] = await entries.parts(split)
    assert (rest.state, rest.party, rest.joined_at) == ("WAITING", 2, part.joined_at)
    assert (await full.places())[2] == 4
    assert await audited() == []


async def test_staff_move_somebody_up_with_a_reason(full: Full) -> None:
    sold = await full.sell()
    await full.sell()
    first, second = await full.wait("Ada"), await full.wait("Grace")
    registrar = await make.person()

    await entries.prefer(second, 5, "Gives the keynote", NOON, registrar.id)
    standing = await entries.standing(await full.entry(first))
    await full.give_back(sold)
    await full.round()

    assert (standing.place, standing.of) == (2, 2)
    assert (await full.entry(second)).state == "OFFERED"
    assert (await full.entry(first)).state == "WAITING"


async def test_a_free_place_waits_for_a_yes_too(full: Full) -> None:
    free = await make.ticket_type(full.event, "Free", places=1)
    taken = await holds.place(await make.basket([free]), NOON)
    entry = await full.wait("Ada", tickets=(free.id,))
    await full.give_back(taken.id)
    await full.round()
    offered = await full.entry(entry)
    order = await Order.get(code=offered.order)

    assert (offered.order_state, order.total) == ("HELD", 0)
    await asyncio.gather(*(orders.take(order.id, NOON) for _click in range(3)))

    assert (await Order.get(id=order.id)).state == "CONFIRMED"
    assert (await topics()).count("mail.order_confirmed") == 2, "of the first and of this"
    with pytest.raises(orders.TooLate):
        await orders.take((await holds.place(await basket(full, 1), NOON)).id, NOON)


async def test_nobody_gets_two_offers_for_one_wish_and_rounds_may_run_at_once(full: Full) -> None:
    sold = [await full.sell(), await full.sell()]
    waiting = [await full.wait(f"Reader{number}") for number in range(8)]
    for order in sold:
        await full.give_back(order)

    made = await asyncio.gather(*(full.round() for _worker in range(4)))

    assert sum(made) == 2
    assert [(await full.entry(one)).state for one in waiting] == ["OFFERED"] * 2 + ["WAITING"] * 6
    assert await Order.filter(source="waitlist").count() == 2
    assert await audited() == []


async def test_the_same_address_waits_once_for_the_same(full: Full) -> None:
    await full.sell()
    await full.wait("Ada")

    joined = await asyncio.gather(*(full.wait("Ada") for _click in range(4)), return_exceptions=True)

    assert all(isinstance(one, InLineAlready) for one in joined)
    assert (await full.places())[2] == 1


async def test_a_crowd_gets_in_line_at_once_and_is_counted(full: Full) -> None:
    await asyncio.gather(*(full.wait(f"Reader{number}") for number in range(30)))

    assert (await full.places())[2] == 30
    assert await audited() == []


async def test_when_the_sale_is_over_the_line_is_closed_and_told(full: Full) -> None:
    await full.sell()
    await full.sell()
    await full.wait("Ada")
    await database.execute("UPDATE event SET state = 'closed' WHERE id = $1", full.event.id)

    await full.round()

    assert (await WaitlistEntry.get()).state == "CLOSED"
    assert "mail.waitlist_closed" in await topics()
    assert (await full.places())[2:] == (0, 0)


async def test_what_is_not_sold_any_more_is_not_offered(full: Full) -> None:
    sold = await full.sell()
    await full.sell()
    await full.wait("Ada")
    await TicketType.filter(id=full.ticket.id).update(sale_until=NOON)
    await full.give_back(sold)

    assert await full.round() == 0


async def test_an_offer_ends_before_the_event_begins() -> None:
    begins = NOON.date() + timedelta(days=2)
    assert rules.ends_at(NOON, 24, begins, "UTC") == NOON + DAY
    assert rules.ends_at(NOON + DAY, 24, begins, "UTC") == NOON + DAY + timedelta(hours=12)
    assert rules.ends_at(NOON + 3 * DAY, 24, begins, "UTC") == NOON + 3 * DAY + timedelta(hours=1)


async def test_rules_are_saved_once(full: Full) -> None:
    await rules.save(full.event.id, Rules(48, True, 0))
    assert await rules.of(full.event.id) == Rules(48, True, 1)
    with pytest.raises(Exception, match="meanwhile"):
        await rules.save(full.event.id, Rules(12, False, 0))


async def test_some_weeks_after_the_event_nobody_is_named(full: Full) -> None:
    entry = await full.wait("Ada")
    await entries.prefer(entry, 1, "A friend", NOON, (await make.person()).id)
    over = NOON + timedelta(days=365)

    assert await retention.blank(over, 10) == 1
    assert await retention.blank(over, 10) == 0
    row = await WaitlistEntry.get()
    assert (row.name, row.email, row.reason) == ("", "", "-")
