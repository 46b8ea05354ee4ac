"""A ticket changed into another: paid first or given back, whatever comes twice, late or at once."""

import asyncio
from datetime import date, timedelta
from itertools import product

import httpx
import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from events import audit
from events.catalogue.models import Event
from events.core import database
from events.core.money import Money
from events.registration import accounts, cancellations, exchanges, holds, offers, orders, payments, quotas, webhooks
from events.registration.accounts import Account, Attendee, OrderLine
from events.registration.exchanges import Choice, Exchange, NoExchange
from events.registration.models import OrderLine as Line
from events.registration.models import TicketType
from events.registration.pricing import Rate, Tariff, Ticket
from events.registration.quotas import SoldOut
from events.registration.refund_policies import NEVER, USUAL, Step
from events.registration.sandbox.checkout import Card
from events.registration.states import EXCHANGE_MOVES, ExchangeState
from events.settings import Settings
from tests import make
from tests.make import NOON
from tests.registration.conftest import SPEAKS_TO_STRIPE, Shop
from tests.registration.test_payments import PAGES, SOON, account_of

pytestmark = SPEAKS_TO_STRIPE
LATE = NOON + timedelta(hours=3)


class Fair:
    """An event with a full ticket at 325.00, one day at 120.00 and a gala at 500.00, and somebody who has the first."""

    def __init__(self, event: Event, full: TicketType, day: TicketType, gala: TicketType) -> None:
        self.event, self.full, self.day, self.gala = event, full, day, gala

    async def bought(self, shop: Shop | None = None, ticket: TicketType | None = None) -> Account:
        """Paid in the sandbox, or (no shop) confirmed by hand with its price owing."""
        placed = await holds.place(await make.basket([ticket or self.full]), NOON)
        if shop is None:
            async with database.transaction():
                await orders.confirm(await orders.lock(placed.id), NOON, "paid")
            return await account_of(placed.id)
        await payments.check_out(await account_of(placed.id), shop.stripe, PAGES, NOON)
        await pay(shop, placed.id)
        return await account_of(placed.id)

    async def choice(self, account: Account, wanted: TicketType) -> tuple[OrderLine, Choice]:
        offer = await offers.offer(self.event.id)
        [attendee] = account.attendees
        [line] = [one for one in attendee.lines if not one.cancelled]
        tariff = Tariff(account.audience, offer.windows, account.zone, account.currency)
        found = exchanges.choices(line, attendee, offer.tickets, tariff, account.starts_on, NOON)
        return line, next(one for one in found if one.ticket.id == wanted.id)

    async def begin(self, account: Account, wanted: TicketType, *, wait: bool = True) -> Exchange:
        line, choice = await self.choice(account, wanted)
        return await exchanges.begin(account, account.attendees[0].id, line.id, choice, NOON, None, wait=wait)


@pytest_asyncio.fixture
async def fair(db: None) -> Fair:
    event = await make.event()
    quota = await make.quota(event, 3, "Hall")
    full = await make.ticket_type(event, "Full", price=32500, quotas=[quota])
    day = await make.ticket_type(event, "Friday", price=12000, kind="one_day", quotas=[quota])
    return Fair(event, full, day, await make.ticket_type(event, "Gala", price=50000, places=1, quotas=[quota]))


async def pay(shop: Shop, order: int, at: object = SOON) -> None:
    """The newest payment page of an order is paid, and its news come."""
    checkout = await database.value(
        "SELECT stripe_id FROM checkout_session WHERE order_id = $1 ORDER BY id DESC", order
    )
    shop.till.pay(checkout, Card.pays)
    await told(shop)


async def told(shop: Shop) -> list[str]:
    topics: list[str] = []
    await shop.settled()
    while done := await shop.work(SOON):
        topics += done
        await shop.settled()
    return topics


async def tickets(order: int) -> list[str]:
    rows = await database.rows(
        "SELECT t.name FROM order_line n JOIN ticket_type t ON t.id = n.ticket_type_id"
        " WHERE n.order_id = $1 AND n.cancelled_at IS NULL ORDER BY n.id",
        order,
    )
    return [row["name"] for row in rows]


async def clean() -> list[str]:
    found = [f"{one.check}: {one.words}" for one in await audit.audit(NOON) if "message" not in one.about]
    return [*found, *(one.what for one in await quotas.recount())]


async def claimed(name: str) -> int:
    return int(await database.value("SELECT claimed FROM quota WHERE name = $1", name))


async def test_a_dearer_ticket_is_held_while_its_difference_is_paid_and_then_theirs(shop: Shop, fair: Fair) -> None:
    account = await fair.bought(shop)

    made = await fair.begin(account, fair.gala)
    assert (made.state, made.difference) == (ExchangeState.open, 17500)
    assert await tickets(account.id) == ["Full"]
    assert (await claimed("Gala"), await claimed("Hall")) == (1, 1)
    assert await clean() == []

    url = await payments.check_out_difference(account, made, shop.stripe, PAGES, NOON)
    assert url == await payments.check_out_difference(
        account, (await exchanges.of_order(account.id))[0], shop.stripe, PAGES, NOON
    )
    await pay(shop, account.id)

    after = await account_of(account.id)
    assert await tickets(account.id) == ["Gala"]
    assert (after.balance, after.total) == (Money(0, "USD"), Money(82500, "USD"))
    assert [(row.kind, row.amount.amount) for row in after.ledger] == [
        ("payment", -32500), ("charge", 32500), ("payment", -17500), ("waiver", -32500), ("charge", 50000),
    ]  # fmt: skip
    assert after.attendees[0].code == account.attendees[0].code
    assert await clean() == []


async def test_the_same_choice_again_closes_the_first_payment_page_and_opens_another(shop: Shop, fair: Fair) -> None:
    """The answer to the first click was lost: a soak found that the second was answered with a fault, for ever."""
    account = await fair.bought(shop)
    first = await fair.begin(account, fair.gala)
    old = await payments.check_out_difference(account, first, shop.stripe, PAGES, NOON)

    second = await fair.begin(account, fair.gala)
    new = await payments.check_out_difference(account, second, shop.stripe, PAGES, NOON)

    assert new != old
    states = await database.rows("SELECT state FROM checkout_session WHERE order_id = $1 ORDER BY id", account.id)
    assert [row["state"] for row in states] == ["paid", "expired", "open"]
    await pay(shop, account.id)
    assert await tickets(account.id) == ["Gala"]
    assert (await account_of(account.id)).balance == Money(0, "USD")
    assert await clean() == []


async def test_a_page_that_stripe_never_opened_is_given_up_for_the_next_choice(shop: Shop, fair: Fair) -> None:
    account = await fair.bought(shop)
    first = await fair.begin(account, fair.gala)
    await database.execute(
        "INSERT INTO checkout_session (order_id, attempt, amount, currency, state, created_at, expires_at)"
        " VALUES ($1, 2, 17500, 'USD', 'creating', $2::timestamptz, $2::timestamptz + interval '1 hour')",
        account.id,
        NOON,
    )
    await database.execute(
        "UPDATE exchange SET checkout_session_id = (SELECT max(id) FROM checkout_session) WHERE id = $1", first.id
    )

    second = await fair.begin(account, fair.gala)
    await payments.check_out_difference(account, second, shop.stripe, PAGES, NOON)

    states = await database.rows("SELECT state FROM checkout_session WHERE order_id = $1 ORDER BY id", account.id)
    assert [row["state"] for row in states] == ["paid", "failed", "open"]


async def test_a_cheaper_ticket_is_theirs_at_once_and_its_difference_goes_back(shop: Shop, fair: Fair) -> None:
    account = await fair.bought(shop)

    made = await fair.begin(account, fair.day)
    await told(shop)

    after = await account_of(account.id)
    assert made.state is ExchangeState.done
    assert await tickets(account.id) == ["Friday"]
    assert [(one.amount.amount, one.state) for one in after.refunds] == [(20500, "succeeded")]
    assert (after.balance.amount, await claimed("Hall")) == (0, 1)
    assert await clean() == []


async def test_in_a_full_event_tickets_of_the_same_quota_can_still_be_changed(shop: Shop, fair: Fair) -> None:
    account = await fair.bought(shop)
    for _other in range(2):
        await holds.place(await make.basket([fair.day]), NOON)
    assert await claimed("Hall") == 3

    await fair.begin(account, fair.day)

    assert (await tickets(account.id), await claimed("Hall")) == (["Friday"], 3)
    assert await clean() == []


async def test_the_last_place_is_nobody_elses_while_it_waits_and_free_when_the_time_is_over(
    shop: Shop, fair: Fair
) -> None:
    first, second = await fair.bought(shop), await fair.bought(shop)
    await fair.begin(first, fair.gala)

    with pytest.raises(SoldOut):
        await fair.begin(second, fair.gala)
    assert await exchanges.sweep(NOON) == 0
    assert await exchanges.sweep(LATE) == 1
    assert await exchanges.sweep(LATE) == 0

    assert (await claimed("Gala"), await claimed("Hall")) == (0, 2)
    assert await tickets(first.id) == ["Full"]
    assert (await fair.begin(second, fair.gala)).state is ExchangeState.open
    assert await clean() == []


@pytest.mark.parametrize("gone", [False, True])
async def test_a_difference_paid_late_gets_its_place_again_or_goes_back(shop: Shop, fair: Fair, gone: bool) -> None:
    account, other = await fair.bought(shop), await fair.bought(shop)
    await payments.check_out_difference(account, await fair.begin(account, fair.gala), shop.stripe, PAGES, NOON)
    await exchanges.sweep(LATE)
    if gone:
        await fair.begin(other, fair.gala)

    await pay(shop, account.id)

    after = await account_of(account.id)
    assert await tickets(account.id) == (["Full"] if gone else ["Gala"])
    assert after.balance.amount == 0
    assert [one.amount.amount for one in after.refunds] == ([17500] if gone else [])
    assert await clean() == []


async def test_whoever_gives_the_ticket_back_meanwhile_gets_the_difference_back_too(shop: Shop, fair: Fair) -> None:
    account = await fair.bought(shop)
    await payments.check_out_difference(account, await fair.begin(account, fair.gala), shop.stripe, PAGES, NOON)
    await cancellations.cancel(account, [account.attendees[0].id], SOON, "cannot come")

    await pay(shop, account.id)

    after = await account_of(account.id)
    assert sum(one.amount.amount for one in after.refunds) == 50000
    assert (after.balance.amount, await claimed("Gala"), await claimed("Hall")) == (0, 0, 0)
    await exchanges.sweep(LATE)
    assert await clean() == []


async def test_another_choice_takes_the_place_of_the_first_and_the_old_ticket_can_be_kept(
    shop: Shop, fair: Fair
) -> None:
    account = await fair.bought(shop)
    first = await fair.begin(account, fair.gala)
    second = await fair.begin(account, fair.gala)

    await exchanges.withdraw(account, second.id, NOON)
    await exchanges.withdraw(account, second.id, NOON)

    states = [one.state for one in await exchanges.of_order(account.id)]
    assert states == [ExchangeState.withdrawn, ExchangeState.withdrawn]
    assert first.id != second.id
    assert (await tickets(account.id), await claimed("Gala")) == (["Full"], 0)
    assert await clean() == []
    await fair.begin(account, fair.day)
    with pytest.raises(NoExchange):
        await exchanges.withdraw(account, (await exchanges.of_order(account.id))[-1].id, NOON)


async def test_two_clicks_at_once_change_it_once(shop: Shop, fair: Fair) -> None:
    account = await fair.bought(shop)

    done = await asyncio.gather(*(fair.begin(account, fair.day) for _click in range(4)), return_exceptions=True)

    assert sum(isinstance(one, Exchange) for one in done) == 1
    assert all(isinstance(one, Exchange | NoExchange) for one in done)
    await told(shop)
    assert (await tickets(account.id), (await account_of(account.id)).balance.amount) == (["Friday"], 0)
    assert await clean() == []


async def test_webhooks_that_come_twice_change_it_once(shop: Shop, fair: Fair) -> None:
    account = await fair.bought(shop)
    await payments.check_out_difference(account, await fair.begin(account, fair.gala), shop.stripe, PAGES, NOON)
    await pay(shop, account.id)
    for row in await database.rows("SELECT id FROM webhook_event"):
        await database.execute("UPDATE webhook_event SET handled_at = NULL WHERE id = $1", row["id"])
        await webhooks.handle(row["id"], shop.stripe, SOON)

    assert (await account_of(account.id)).balance.amount == 0
    assert await tickets(account.id) == ["Gala"]
    assert await clean() == []


async def test_a_registrar_changes_it_at_once_and_the_difference_is_owed(shop: Shop, fair: Fair) -> None:
    account = await fair.bought(shop)

    made = await fair.begin(account, fair.gala, wait=False)

    assert made.state is ExchangeState.done
    assert (await account_of(account.id)).balance == Money(17500, "USD")
    assert await clean() == []


@pytest.mark.parametrize(("old", "new"), list(product(ExchangeState, ExchangeState)))
def test_what_is_over_stays_over_but_for_what_is_paid_late(old: ExchangeState, new: ExchangeState) -> None:
    legal = old is ExchangeState.open and new is not ExchangeState.open
    legal |= (old, new) == (ExchangeState.lapsed, ExchangeState.done)

    assert (new in EXCHANGE_MOVES[old]) is legal


TARIFF = Tariff("nonmember", (), "UTC", "USD")


def sold(id_: int, kind: str, price: int, requires: int | None = None) -> Ticket:
    return Ticket(id_, f"T{id_}", kind, (Rate("everyone", None, price),), requires=requires)


def held(id_: int, kind: str, price: int, steps: tuple[Step, ...] = USUAL) -> OrderLine:
    return OrderLine(id_, id_, f"T{id_}", kind, "", "", Money(price, "USD"), "", False, steps)


def person(*lines: OrderLine) -> Attendee:
    return Attendee(1, "CODE", "Ada", "ada@example.org", None, {}, False, lines)


def become(line: OrderLine, attendee: Attendee, *shop: Ticket) -> list[int]:
    found = exchanges.choices(line, attendee, shop, TARIFF, date(2026, 7, 9), NOON)
    return [one.ticket.id for one in found]


def test_what_lets_in_becomes_what_lets_in_and_an_extra_its_own_kind() -> None:
    full, meal = held(1, "full", 100), held(5, "meal", 30)
    shop = [
        sold(1, "full", 100), sold(2, "one_day", 50), sold(3, "meal", 20), sold(4, "tour", 20), sold(5, "meal", 30),
        sold(6, "meal", 10, requires=9), sold(7, "meal", 10, requires=1),
    ]  # fmt: skip

    assert become(full, person(full, meal), *shop) == [2]
    assert become(meal, person(full, meal), *shop) == [3, 7]


def test_a_ticket_that_others_go_with_becomes_nothing() -> None:
    full, meal = held(1, "full", 100), held(5, "meal", 30)

    assert become(full, person(full, meal), sold(1, "full", 100), sold(2, "full", 50), sold(5, "meal", 30, 1)) == []


POLICIES = st.sampled_from([USUAL, NEVER, (Step(date(2026, 6, 30), 50, 700),), (Step(date(2026, 6, 1)),)])


@given(old=st.integers(0, 10**6), new=st.integers(0, 10**6), steps=POLICIES)
def test_never_more_comes_back_than_the_difference_and_the_fee_is_not_kept_twice(
    old: int, new: int, steps: tuple[Step, ...]
) -> None:
    line = held(1, "full", old, steps)
    [choice] = exchanges.choices(line, person(line), [sold(2, "full", new)], TARIFF, date(2026, 7, 9), NOON)

    assert choice.difference.amount == new - old
    assert 0 <= choice.back.amount <= max(0, old - new)
    if steps == USUAL:
        assert choice.back.amount == max(0, old - new)


async def test_on_the_page_one_sees_what_it_costs_and_a_price_one_invents_is_refused(
    buyer: httpx.AsyncClient, shop: Shop, fair: Fair, settings: Settings
) -> None:
    account = await fair.bought(shop)
    key = orders.secret(account.code, settings.secret_key.get_secret_value())
    path = f"/orders/{account.code}/people/{account.attendees[0].code}/exchange?key={key}"
    line = account.attendees[0].lines[0].id

    page = (await buyer.get(path)).text
    invented = await buyer.post(path, data={"line": line, "ticket": f"{fair.gala.id}-1"})
    others = await buyer.post(path, data={"line": line + 1, "ticket": f"{fair.gala.id}-50000"})
    dearer = await buyer.post(path, data={"line": line, "ticket": f"{fair.gala.id}-50000"})
    waiting = (await buyer.get(path)).text
    kept = await buyer.post(path.replace("/exchange?", "/exchange/withdrawal?"))
    cheaper = await buyer.post(path, data={"line": line, "ticket": f"{fair.day.id}-12000"})

    assert "$175.00 more" in page
    assert "$205.00 comes back" in page
    assert (invented.status_code, others.status_code) == (422, 422)
    assert "Its price changed meanwhile" in invented.text
    assert dearer.headers["location"].startswith("http://sandbox.test/pay/")
    assert "Gala is held for you" in waiting
    assert (kept.status_code, cheaper.status_code) == (303, 303)
    assert await tickets(account.id) == ["Friday"]
    strange = await buyer.get(path.partition("?")[0])
    assert (strange.status_code, strange.headers["location"].partition("?")[0]) == (303, "/sign-in")


async def test_a_registrars_page_changes_it_and_the_order_tells_who(
    buyer: httpx.AsyncClient, shop: Shop, fair: Fair
) -> None:
    account = await fair.bought(shop)
    person_ = await make.person("Daniel", "daniel@example.org")
    await make.role(person_, "registrar")
    buyer.cookies.set("signin", await make.sign_in(person_, NOON))
    root = f"/organize/events/{fair.event.slug}/orders/{account.code}"
    path = f"{root}/people/{account.attendees[0].code}/exchange"

    page = (await buyer.get(path)).text
    done = await buyer.post(path, data={"line": account.attendees[0].lines[0].id, "ticket": f"{fair.gala.id}-50000"})
    story = (await buyer.get(root)).text

    assert "$175.00 more" in page
    assert done.status_code == 303
    assert "Full → Gala · Daniel" in story
    assert await accounts.by_code(account.code) is not None
    assert await tickets(account.id) == ["Gala"]


async def test_a_pending_line_without_its_exchange_is_found_by_the_audit(shop: Shop, fair: Fair) -> None:
    account = await fair.bought(shop)
    await fair.begin(account, fair.gala)
    await Line.filter(pending=True).update(amount=0)
    assert await clean() == []

    await database.execute("DELETE FROM exchange")

    assert [one for one in await clean() if "waits for no exchange" in one] != []
