"""Stripe on its bad days: the real stripe library over HTTP, `colloquy sandbox`, and a line between that breaks.

Stripe's own rules are FIELD's: what integrators get wrong (row → test; `reg` is tests/registration/):

Trusting event order             test_letters_in_any_order_…, test_news_of_a_late_day_…
200 for an unknown object        reg/test_webhooks::test_news_of_an_order_that_is_not_here_yet_waits_for_the_sweep
Work in the webhook request      test_with_stripe_down_webhooks_are_kept_…
Check-then-act dedupe            test_a_letter_brought_many_times_at_once_is_one; tests/bad_days/test_races.py
Fulfil on the success page only  test_a_payment_of_which_no_letter_came_…; reg/test_payments::test_the_page_one_comes_…
`completed` read as paid         test_a_bank_that_accepts_before_we_heard_…; reg/test_stripe_api::test_complete_is_not…
Hold shorter than the session    reg/test_payments::test_the_hold_lasts_as_long_as_the_payment_page_…,
                                 test_a_page_that_ran_out_is_asked_about_before_another_is_opened
Late success as an error         test_money_that_comes_after_the_places_went_…, test_money_that_comes_late_while_…
Lock held during the call        test_while_stripe_is_slow_others_buy
Idempotency key reuse            test_an_error_after_the_work_…, test_a_refund_answered_with_an_error_…
Wrong exponent                   reg/test_stripe_api::test_amounts_travel_as_…; tests/core/test_money.py
Price from the client            test_another_currency_…; reg/test_payments::test_another_amount_or_currency_…
Refund = done                    test_a_refund_whose_news_is_lost_…; reg/test_refunds::test_a_refund_only_moves_…
Dashboard refunds unseen         test_refunds_made_at_stripe_…; reg/test_refunds::test_a_refund_made_in_stripes_own_…
Disputes                         test_a_dispute_is_booked_and_said_aloud; reg/test_disputes
Connect                          not used: one account
Purchase orders                  tests/registration/test_registrar.py

Pains 1-5 and 10 of its list: 1 reg/test_holds::test_ninety_six_tries_…, 2 test_money_that_comes_…, 3 test_a_bank_that_…
and reg/test_payments::test_a_bank_debit_…, 4 test_while_stripe_is_slow_…, 5 reg/test_quotas::test_places_are_given_…,
10 test_letters_in_any_order_… and reg/test_refunds.
"""

import asyncio
import itertools
import json
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from unittest.mock import Mock

import httpx
import pytest
import pytest_asyncio
from starlette.applications import Starlette
from stripe._http_client import HTTPClient

from events import audit
from events.core import clock, database, outbox
from events.registration import accounts, disputes, holds, orders, payments, stripe_api
from events.registration.models import TicketType
from events.registration.payments import Outcome, Pages
from events.registration.stripe_api import Stripe, StripeAway, StripeBroke
from events.settings import Settings
from soak.house import Part
from tests import make
from tests.bad_days import real_programs
from tests.bad_days.stripe_line import Letter, Letters, Line, signed
from workers import upkeep
from workers.job import tell
from workers.settings import BATCHES, TOPICS
from workers.tools import Tools

pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")
PAGES = Pages(paid="http://testserver/paid?checkout={CHECKOUT_SESSION_ID}", back="http://testserver/back")
PRICE = 32500
LATE = timedelta(hours=2)
DAY = timedelta(days=1)


@pytest_asyncio.fixture(scope="module")
async def letters() -> AsyncIterator[Letters]:
    async with Letters() as letters:
        yield letters


@pytest.fixture(scope="module")
def told(letters: Letters, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the sandbox is told."""
    var = tmp_path_factory.mktemp("stripe")
    return real_programs.sandbox_environment(real_programs.free_port(), letters.url, var)


@pytest.fixture(scope="module")
def sandbox(told: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Part]:
    with real_programs.sandbox(told, tmp_path_factory.mktemp("log")) as part:
        yield part


@pytest_asyncio.fixture
async def line(sandbox: Part, letters: Letters) -> AsyncIterator[Line]:
    letters.kept.clear()
    async with Line(sandbox.url) as line:
        yield line


@pytest.fixture
def settings(database_url: str, redis_url: str, told: dict[str, str], line: Line, tmp_path: Path) -> Settings:
    return Settings(
        database_url=database_url,
        redis_url=redis_url,
        secret_key="tests" * 8,
        base_url="http://testserver",
        stripe_key=told["COLLOQUY_STRIPE_KEY"],
        stripe_webhook_secret=told["COLLOQUY_STRIPE_WEBHOOK_SECRET"],
        stripe_url=line.url,
        mail_dir=tmp_path / "mail",
        dev=True,
    )


@dataclass
class Shop:
    """The shop: `at` is its clock, `ahead` of the real one; `client` the door that webhooks come to."""

    settings: Settings
    line: Line
    letters: Letters
    sandbox: Part
    client: httpx.AsyncClient
    ahead: timedelta = timedelta(0)

    def __post_init__(self) -> None:
        self.tools = Tools(self.settings)

    @property
    def at(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    @property
    def stripe(self) -> Stripe:
        return self.tools.stripe

    async def order(self, places: int = 5) -> int:
        """Somebody holds a place."""
        full = await make.ticket_type(name="Full", price=PRICE, places=places)
        return (await holds.place(await make.basket([full]), self.at)).id

    async def check_out(self, order: int, stripe: Stripe | None = None) -> str:
        """They go to the payment page; its cs_ id."""
        account = await accounts.by_id(order)
        assert account is not None
        await payments.check_out(account, stripe or self.stripe, PAGES, self.at)
        return str(
            await database.value(
                "SELECT stripe_id FROM checkout_session WHERE order_id = $1 ORDER BY id DESC LIMIT 1", order
            )
        )

    async def pay(self, checkout: str, card: str = "pays") -> None:
        """On Stripe's page."""
        async with httpx.AsyncClient() as browser:
            answer = await browser.post(f"{self.sandbox.url}/pay/{checkout}", data={"card": card})
            assert answer.status_code in {200, 303}, answer.text

    async def at_stripe(self, checkout: str, what: str) -> None:
        """In Stripe's own pages, or a bank: accept, decline, refund, dispute."""
        async with httpx.AsyncClient() as browser:
            answer = await browser.post(f"{self.sandbox.url}/do/{checkout}", data={"do": what})
            assert answer.status_code == 303, answer.text

    async def refunds_there(self, checkout: str) -> list[int]:
        """What Stripe itself gave back of a session's payment."""
        key = {"authorization": f"Bearer {self.settings.stripe_key.get_secret_value()}"}
        async with httpx.AsyncClient(base_url=self.sandbox.url, headers=key) as client:
            session = (await client.get(f"/v1/checkout/sessions/{checkout}")).json()
            found = (await client.get("/v1/refunds", params={"payment_intent": session["payment_intent"]})).json()
        return [one["amount"] for one in found["data"]]

    async def bring(self, *letters: Letter) -> list[int]:
        """Webhooks at our door, one after the other."""
        secret = self.settings.stripe_webhook_secret.get_secret_value()
        return [(await self.client.post("/webhooks/stripe", **signed(one, secret))).status_code for one in letters]

    async def work(self) -> list[str]:
        """What a worker does now, until nothing is due. Returns the topics."""
        topics: list[str] = []
        context = {"tools": self.tools, "topics": TOPICS, "batches": BATCHES}
        while claimed := await outbox.claim(100, self.at, timedelta(minutes=5)):
            for message in claimed:
                topics.append(message.topic)
                await tell(context, [(message.id, message.attempt)])
        return topics

    async def sweep(self) -> None:
        await upkeep.holds(self.at, self.tools)
        await upkeep.checkouts(self.at, self.tools)

    async def pass_time(self, time: timedelta) -> None:
        """Time passes, and the workers work all the while."""
        until = self.ahead + time
        while self.ahead < until:
            self.ahead = min(until, self.ahead + max(timedelta(minutes=1), time / 12))
            await self.work()

    def mails(self) -> list[str]:
        """Subjects of the mails that were sent."""
        folder = self.settings.mail_dir
        assert folder is not None
        return [
            str(message_from_bytes(path.read_bytes(), policy=policy.default)["Subject"])
            for path in sorted(folder.glob("*.eml"))
        ]


@pytest_asyncio.fixture
async def shop(
    application: Starlette,
    settings: Settings,
    line: Line,
    letters: Letters,
    sandbox: Part,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Shop]:
    monkeypatch.setattr(HTTPClient, "INITIAL_DELAY", 0.01)  # the library asks twice, and waits in between
    transport = httpx.ASGITransport(application)
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        shop = Shop(settings, line, letters, sandbox, client)
        monkeypatch.setattr(clock, "now", lambda: shop.at)
        yield shop
        line.mood = "ok"
        await shop.tools.close()


async def state(order: int) -> str:
    return str(await database.value("SELECT state FROM orders WHERE id = $1", order))


async def balance(order: int) -> int:
    return int(await database.value("SELECT coalesce(sum(amount), 0)::bigint FROM ledger WHERE order_id = $1", order))


async def adds_up(shop: Shop) -> None:
    await upkeep.holds(shop.at, shop.tools)
    assert await audit.audit(shop.at) == []


# The line.


async def test_with_stripe_down_nothing_is_charged_the_place_is_kept_and_the_next_try_works(shop: Shop) -> None:
    order = await shop.order()
    shop.line.mood = "down"
    with pytest.raises(StripeAway):
        await shop.check_out(order)
    assert await state(order) == "HELD"

    shop.line.mood = "ok"
    checkout = await shop.check_out(order)
    await shop.pay(checkout)
    await shop.bring(await shop.letters.of("checkout.session.completed"))
    await shop.work()

    assert (await state(order), await balance(order)) == ("CONFIRMED", 0)
    await adds_up(shop)


async def test_a_buyer_in_front_of_a_dead_stripe_reads_what_to_do(shop: Shop, settings: Settings) -> None:
    order = await shop.order()
    account = await accounts.by_id(order)
    assert account is not None
    shop.line.mood = "broken before"
    secret = orders.secret(account.code, settings.secret_key.get_secret_value())
    shop.client.headers["sec-fetch-site"] = "same-origin"

    answer = await shop.client.post(f"/orders/{account.code}/checkouts?key={secret}")
    page = await shop.client.get(answer.headers["location"])

    assert answer.status_code == 303
    assert "Nothing was charged; your places are still held." in page.text


@pytest.mark.parametrize("mood", ["slow", "cut"])
async def test_an_answer_that_is_lost_opens_no_second_page(
    shop: Shop, mood: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = await shop.order()
    shop.line.mood = mood
    monkeypatch.setattr(stripe_api, "PATIENCE", 0.3)
    impatient = Stripe(shop.settings)
    monkeypatch.undo()
    with pytest.raises(StripeAway):
        await shop.check_out(order, impatient)
    await impatient.close()

    shop.line.mood = "ok"
    checkout = await shop.check_out(order)

    assert await database.value("SELECT count(*) FROM checkout_session") == 1
    await shop.pay(checkout)
    await shop.bring(await shop.letters.of("checkout.session.completed"))
    await shop.work()
    assert await state(order) == "CONFIRMED"


async def test_while_stripe_is_slow_others_buy(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stripe_api, "PATIENCE", 5)
    workshop = await make.ticket_type(name="Workshop", price=PRICE, places=12)
    baskets = [await make.basket([workshop]) for _buyer in range(12)]
    first = await holds.place(baskets[0], shop.at)
    shop.line.mood = "slow"
    waiting = [asyncio.create_task(shop.check_out(first.id)) for _click in range(8)]
    await shop.line.heard(8)

    await asyncio.wait_for(asyncio.gather(*(holds.place(one, shop.at) for one in baskets[1:])), 4)

    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert await database.value("SELECT claimed FROM quota") == 12


async def test_an_error_after_the_work_leads_to_a_new_page_under_a_new_key(shop: Shop) -> None:
    order = await shop.order()
    shop.line.mood = "broken after"
    with pytest.raises(StripeBroke):
        await shop.check_out(order)

    shop.line.mood = "ok"
    checkout = await shop.check_out(order)
    await shop.pay(checkout)
    await shop.bring(await shop.letters.of("checkout.session.completed"))
    await shop.work()

    rows = await database.rows("SELECT attempt, state FROM checkout_session ORDER BY attempt")
    assert [tuple(row) for row in rows] == [(1, "failed"), (2, "paid")]
    assert await state(order) == "CONFIRMED"
    await adds_up(shop)


async def test_a_page_that_is_closed_with_an_error_after_the_work_is_closed(shop: Shop) -> None:
    order = await shop.order()
    checkout = await shop.check_out(order)
    await orders.give_up(order, shop.at)
    shop.line.mood = "broken after"
    await shop.work()
    assert await database.value("SELECT state FROM checkout_session WHERE stripe_id = $1", checkout) == "open"

    shop.line.mood = "ok"
    await shop.pass_time(timedelta(minutes=5))

    assert await database.value("SELECT state FROM checkout_session WHERE stripe_id = $1", checkout) == "expired"
    assert await state(order) == "CANCELLED"
    await adds_up(shop)


async def late_and_sold_out(shop: Shop) -> tuple[int, str]:
    """Money that came when the place was somebody else's: a refund is asked for. The order and its cs_ id."""
    order = await shop.order(places=1)
    checkout = await shop.check_out(order)
    await shop.pay(checkout, "late")
    shop.ahead += LATE
    await upkeep.holds(shop.at, shop.tools)
    await holds.place(await make.basket([await TicketType.get()]), shop.at)
    assert await payments.fulfil(checkout, shop.stripe, shop.at) is Outcome.refunded
    return order, checkout


@pytest.mark.parametrize("mood", ["cut", "broken after"])
async def test_a_refund_answered_with_an_error_after_the_work_is_made_once(shop: Shop, mood: str) -> None:
    order, checkout = await late_and_sold_out(shop)
    shop.line.mood = mood
    await shop.work()
    await shop.pass_time(timedelta(minutes=10))
    shop.line.mood = "ok"

    await shop.pass_time(LATE)

    assert await shop.refunds_there(checkout) == [PRICE]
    assert (await balance(order), await database.value("SELECT string_agg(state, ' ') FROM refund")) == (0, "succeeded")
    assert len([one for one in shop.mails() if "back" in one.lower() or "refund" in one.lower()]) == 2
    await adds_up(shop)


async def test_a_refund_that_stripe_could_not_make_is_tried_under_another_key(shop: Shop) -> None:
    order, checkout = await late_and_sold_out(shop)
    shop.line.mood = "broken before"
    await shop.work()
    shop.line.mood = "ok"

    await shop.pass_time(timedelta(hours=3))

    assert await shop.refunds_there(checkout) == [PRICE]
    assert [row["state"] for row in await database.rows("SELECT state FROM refund ORDER BY id")] == [
        "failed",
        "succeeded",
    ]
    assert await balance(order) == 0
    await adds_up(shop)


async def test_a_refund_outlives_a_stripe_that_is_away_for_a_day(shop: Shop) -> None:
    order, checkout = await late_and_sold_out(shop)
    shop.line.mood = "down"
    await shop.pass_time(DAY)
    assert await database.value("SELECT failed_at IS NOT NULL FROM outbox_message WHERE topic = 'refund.requested'")

    shop.line.mood = "ok"
    await shop.sweep()

    assert await shop.refunds_there(checkout) == [PRICE]
    assert await balance(order) == 0


# The letters.


async def test_with_stripe_down_webhooks_are_kept_and_understood_later(shop: Shop) -> None:
    order = await shop.order()
    checkout = await shop.check_out(order)
    await shop.pay(checkout)
    shop.line.mood = "down"
    assert await shop.bring(await shop.letters.of("checkout.session.completed")) == [200]
    await shop.work()
    assert await state(order) == "HELD"

    shop.line.mood = "ok"
    await shop.pass_time(timedelta(minutes=3))

    assert await state(order) == "CONFIRMED"


async def test_a_payment_of_which_no_letter_came_is_found_by_asking(shop: Shop) -> None:
    order = await shop.order()
    checkout = await shop.check_out(order)
    await shop.pay(checkout)

    shop.ahead += timedelta(minutes=31)
    await shop.sweep()
    await shop.work()

    assert await state(order) == "CONFIRMED"
    assert len(shop.mails()) == 1
    await adds_up(shop)


async def test_a_letter_brought_many_times_at_once_is_one(shop: Shop) -> None:
    order = await shop.order()
    await shop.pay(await shop.check_out(order))
    letter = await shop.letters.of("checkout.session.completed")

    answers = await asyncio.gather(*(shop.bring(letter) for _time in range(8)))
    await shop.work()
    again = await shop.bring(letter)
    topics = await shop.work()

    assert [*itertools.chain(*answers), *again] == [200] * 9
    assert topics == []
    assert await database.value("SELECT count(*) FROM ledger WHERE kind = 'payment'") == 1
    assert len(shop.mails()) == 1


async def test_news_of_a_late_day_changes_nothing_that_is_known(shop: Shop) -> None:
    order = await shop.order()
    await shop.pay(await shop.check_out(order))
    letter = await shop.letters.of("checkout.session.completed")
    shop.ahead += timedelta(minutes=31)
    await shop.sweep()
    await shop.work()

    shop.ahead += DAY
    assert await shop.bring(letter) == [200]
    await shop.work()

    assert (await state(order), await balance(order), len(shop.mails())) == ("CONFIRMED", 0, 1)
    await adds_up(shop)


def about(letter: Letter, kind: str, number: int, **changed: object) -> Letter:
    """A letter of another kind about the same object."""
    event = json.loads(letter.body)
    event |= {"id": f"evt_other_{number}", "type": kind}
    event["data"]["object"] |= changed
    return Letter(kind, json.dumps(event).encode())


ORDERS = list(itertools.permutations(["completed", "expired", "succeeded"]))


@pytest.mark.parametrize("turn", ORDERS, ids=["-".join(one) for one in ORDERS])
async def test_letters_in_any_order_end_the_same_way(shop: Shop, turn: tuple[str, ...]) -> None:
    """A bank's payment that came through: what a letter says counts for nothing, what Stripe has now for all."""
    order = await shop.order()
    checkout = await shop.check_out(order)
    await shop.pay(checkout, "bank")
    completed = await shop.letters.of("checkout.session.completed")
    await shop.at_stripe(checkout, "accept")
    found = {
        "completed": completed,
        "expired": about(completed, "checkout.session.expired", 1, status="expired", payment_status="unpaid"),
        "succeeded": await shop.letters.of("checkout.session.async_payment_succeeded"),
    }

    for name in turn:
        await shop.bring(found[name])
        await shop.work()
        assert await state(order) == "CONFIRMED"

    assert await balance(order) == 0
    await adds_up(shop)


async def test_a_bank_that_accepts_before_we_heard_that_it_was_asked(shop: Shop) -> None:
    order = await shop.order()
    checkout = await shop.check_out(order)
    await shop.pay(checkout, "bank")
    completed = await shop.letters.of("checkout.session.completed")
    await shop.bring(completed)
    await shop.work()
    assert await state(order) == "PENDING"
    await shop.at_stripe(checkout, "accept")

    await shop.pass_time(DAY)
    await shop.sweep()  # async_payment_succeeded never came

    assert await state(order) == "CONFIRMED"


@pytest.mark.parametrize("kinds", [("refund.updated", "refund.created"), ("charge.refunded",), ("refund.failed",)])
async def test_refunds_made_at_stripe_are_seen_whichever_letter_comes_first(shop: Shop, kinds: tuple[str, ...]) -> None:
    order = await shop.order()
    checkout = await shop.check_out(order)
    await shop.pay(checkout)
    await shop.bring(await shop.letters.of("checkout.session.completed"))
    await shop.work()
    await shop.at_stripe(checkout, "refund")
    created = await shop.letters.of("refund.created")

    for number, kind in enumerate(kinds):
        await shop.bring(about(created, kind, number))
        await shop.work()

    rows = await database.rows("SELECT amount, state, reason FROM refund")
    assert [tuple(row) for row in rows] == [(PRICE, "succeeded", "made in Stripe’s own pages")]
    assert await balance(order) == PRICE
    assert await state(order) == "CONFIRMED"  # refund and cancel are two things


async def test_a_refund_whose_news_is_lost_is_asked_about(shop: Shop) -> None:
    order, checkout = await late_and_sold_out(shop)
    await shop.work()
    await database.execute("UPDATE refund SET state = 'pending', settled_at = NULL")
    await database.execute("DELETE FROM ledger WHERE kind = 'refund'")

    shop.ahead += DAY
    await shop.sweep()

    assert await database.value("SELECT state FROM refund") == "succeeded"
    assert await balance(order) == 0
    assert await shop.refunds_there(checkout) == [PRICE]


async def test_a_dispute_is_booked_and_said_aloud(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    order = await shop.order()
    checkout = await shop.check_out(order)
    await shop.pay(checkout)
    await shop.bring(await shop.letters.of("checkout.session.completed"))
    await shop.work()
    log = Mock()
    monkeypatch.setattr(disputes, "log", log)

    await shop.at_stripe(checkout, "dispute")
    letter = await shop.letters.of("charge.dispute.created")
    await shop.bring(letter, letter, await shop.letters.of("charge.dispute.funds_withdrawn"))
    await shop.work()
    await upkeep.old_rows(shop.at + 400 * DAY, shop.tools)

    rows = await database.rows("SELECT order_id, amount, state FROM dispute")
    assert [tuple(row) for row in rows] == [(order, PRICE, "needs_response")]
    assert await database.value("SELECT amount FROM ledger WHERE kind = 'dispute'") == PRICE
    assert await state(order) == "CONFIRMED"
    log.warning.assert_called_once()
    assert log.warning.call_args.args == ("a payment is disputed",)


async def test_forged_letters_change_nothing(shop: Shop) -> None:
    order = await shop.order()
    await shop.pay(await shop.check_out(order))
    letter = await shop.letters.of("checkout.session.completed")
    secret = shop.settings.stripe_webhook_secret.get_secret_value()
    right = signed(letter, secret)["headers"]["stripe-signature"]
    now = int(re.findall(r"t=(\d+)", right)[0])
    body = letter.body
    forged = [
        {},
        {"stripe-signature": ""},
        {"stripe-signature": "t=,v1="},
        {"stripe-signature": right.replace("v1=", "v0=")},
        {"stripe-signature": right.replace(f"t={now}", f"t={now + 1}")},
        signed(letter, "whsec_another")["headers"],
        signed(letter, "")["headers"],
        signed(letter, secret, now - 301)["headers"],
    ]

    answers = [(await shop.client.post("/webhooks/stripe", content=body, headers=one)).status_code for one in forged]
    altered = body.replace(b"evt_", b"evt_x")
    answers.append(
        (await shop.client.post("/webhooks/stripe", content=altered, headers={"stripe-signature": right})).status_code
    )

    assert answers == [400] * 9
    assert await database.value("SELECT count(*) FROM webhook_event") == 0
    assert await shop.work() == []
    assert await state(order) == "HELD"


# Money that comes late, twice, or wrong.


async def test_money_that_comes_after_the_places_went_is_sent_back_at_once_and_the_buyer_told(shop: Shop) -> None:
    order, checkout = await late_and_sold_out(shop)

    await shop.work()

    assert (await state(order), await balance(order)) == ("EXPIRED", 0)
    assert await shop.refunds_there(checkout) == [PRICE]
    assert await database.value("SELECT claimed FROM quota") == 1
    assert len(shop.mails()) >= 2, shop.mails()
    await adds_up(shop)


async def test_money_that_comes_late_while_places_are_left_confirms_the_order(shop: Shop) -> None:
    order = await shop.order()
    checkout = await shop.check_out(order)
    await shop.pay(checkout, "late")
    shop.ahead += LATE
    await upkeep.holds(shop.at, shop.tools)
    assert await state(order) == "EXPIRED"

    await shop.sweep()
    await shop.work()

    assert (await state(order), await balance(order)) == ("CONFIRMED", 0)
    assert await shop.refunds_there(checkout) == []
    await adds_up(shop)


async def test_a_page_that_ran_out_is_asked_about_before_another_is_opened(shop: Shop) -> None:
    """Paid in its last minute, and the letter was lost: whoever clicks again does not pay twice."""
    order = await shop.order()
    checkout = await shop.check_out(order)
    await shop.pay(checkout)

    shop.ahead += timedelta(minutes=32)
    with pytest.raises(payments.CannotPay):
        await shop.check_out(order)

    assert (await state(order), await balance(order)) == ("CONFIRMED", 0)
    assert await database.value("SELECT count(*) FROM checkout_session") == 1


async def test_another_currency_is_sent_back_whole(shop: Shop) -> None:
    order = await shop.order()
    checkout = await shop.check_out(order)
    await database.execute("UPDATE orders SET currency = 'EUR' WHERE id = $1", order)
    await shop.pay(checkout)

    await shop.bring(await shop.letters.of("checkout.session.completed"))
    await shop.work()

    assert await state(order) == "HELD"
    assert await shop.refunds_there(checkout) == [PRICE]
    assert await balance(order) == 0


async def test_two_pages_paid_for_one_order_give_one_back(shop: Shop) -> None:
    order = await shop.order()
    first = await shop.check_out(order)
    await database.execute("UPDATE checkout_session SET state = 'failed'")
    second = await shop.check_out(order)
    assert first != second
    await shop.pay(first)
    await shop.pay(second)

    for checkout in (first, second):
        await payments.fulfil(checkout, shop.stripe, shop.at)
    await shop.work()

    assert (await state(order), await balance(order)) == ("CONFIRMED", 0)
    assert [await shop.refunds_there(one) for one in (first, second)] == [[], [PRICE]]
    await adds_up(shop)
