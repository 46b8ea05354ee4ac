"""What a worker is killed in the middle of: each scene makes its rows, does one piece of a worker's work, and says
afterwards what must be true whatever happened in between."""

from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx

from events.audit import audit
from events.catalogue.models import Event
from events.core import clock, database, inbox, outbox
from events.registration import accounts, exchanges, holds, offers, payments
from events.registration.payments import Pages
from events.registration.pricing import Tariff
from events.registration.states import OrderState
from events.schedule import releases
from soak import night
from soak.postbox import Mail
from tests import make
from workers import job, relay, run, settings
from workers.tools import Tools

PAGES = Pages(paid="http://127.0.0.1/paid?checkout={CHECKOUT_SESSION_ID}", back="http://127.0.0.1/back")
PRICE = 12500
MORE = 4500
LATER = relay.LEASE + timedelta(seconds=1)

Ids = dict[str, int]


class Wrong(Exception):
    """Something was lost, or came twice."""


@dataclass
class Stage:
    """What a scene has at hand. `mails` is everything that reached the mail server up to now."""

    tools: Tools
    mails: Callable[[], Sequence[Mail]]

    @property
    def context(self) -> dict[str, Any]:
        return night.context(self.tools)


@dataclass(frozen=True)
class Scene:
    """One piece of a worker's work.

    prepare   makes the rows it is about; returns their ids
    act       the coroutine that is killed, as a worker runs it
    check     raises Wrong, after normal workers did what was left. Returns how many mails came as a copy, that is
              with a Message-ID that had been there
    """

    name: str
    prepare: Callable[[Stage], Awaitable[Ids]]
    act: Callable[[Stage, Ids], Awaitable[Coroutine[Any, Any, Any]]]
    check: Callable[[Stage, Ids], Awaitable[int]]


async def finish(stage: Stage) -> None:
    """What normal workers do afterwards, once the lease of the one that died ran out."""
    at = await night.tell_all(stage.tools, clock.now() + LATER, rounds=12)
    if await night.waiting(at):
        left = await database.rows("SELECT topic, attempt, error FROM outbox_message WHERE done_at IS NULL")
        raise Wrong(f"not told after twelve rounds: {[dict(row) for row in left]}")
    if found := await audit(at):
        raise Wrong(f"the audit found {found}")


def copies(stage: Stage, wanted: Mapping[str, str]) -> int:
    """How many copies came of these mails (Message-ID → to whom). Raises Wrong when one did not come, came to somebody
    else, or came more often than it was sent: by the one who died, and by the one after."""
    came: Counter[str] = Counter()
    for mail in stage.mails():
        if mail.id in wanted:
            came[mail.id] += 1
            if mail.to != wanted[mail.id]:
                raise Wrong(f"{mail.id} came to somebody else")
    for one in wanted:
        if not 1 <= came[one] <= 2:
            raise Wrong(f"{one} came {came[one]} times")
    return sum(came.values()) - len(wanted)


async def mails_of(stage: Stage, topic: str, key: str, value: int) -> list[str]:
    """The Message-IDs of the messages of a topic about one row."""
    rows = await database.rows(
        "SELECT id FROM outbox_message WHERE topic = $1 AND body->>$2 = $3::text ORDER BY id", topic, key, str(value)
    )
    domain = stage.tools.settings.mail_from.rpartition("@")[2]
    return [f"<message-{row['id']}@{domain}>" for row in rows]


async def claimed(topic: str) -> list[tuple[int, int]]:
    """Claim what is due, as the relay does, and take one topic of it: a ring never mixes."""
    messages = await outbox.claim(500, clock.now(), relay.LEASE)
    await outbox.give_back([message for message in messages if message.topic != topic])
    return [(message.id, message.attempt) for message in messages if message.topic == topic]


def told(topic: str) -> Callable[[Stage, Ids], Awaitable[Coroutine[Any, Any, Any]]]:
    """The job of all due messages of a topic, as one ring."""

    async def act(stage: Stage, ids: Ids) -> Coroutine[Any, Any, Any]:
        return job.tell(stage.context, await claimed(topic))

    return act


def soon() -> Mapping[str, Any]:
    day = clock.now().date() + timedelta(days=40)
    return {"starts_on": day, "ends_on": day + timedelta(days=1)}


# Orders


async def place(price: int = 0, places: int = 5) -> Ids:
    event = await make.event(**soon())
    ticket = await make.ticket_type(event, "Full", price=price, places=places)
    basket = await make.basket([ticket], email=_address(event.id))
    return {"event": event.id, "order": (await holds.place(basket, clock.now())).id}


def _address(number: int) -> str:
    return f"buyer-{number}@example.org"


async def free_order(stage: Stage) -> Ids:
    return await place()


async def confirmed_once(stage: Stage, ids: Ids) -> int:
    """The order is confirmed, its money is there once, and its buyer has one mail of it."""
    order = ids["order"]
    account = await accounts.by_id(order)
    if account is None or account.state is not OrderState.CONFIRMED:
        raise Wrong(f"order {order} is {account.state if account else 'gone'}")
    if account.balance.amount:
        raise Wrong(f"order {order} has a balance of {account.balance.amount}")
    mails = await mails_of(stage, "mail.order_confirmed", "order", order)
    if len(mails) != 1:
        raise Wrong(f"order {order} has {len(mails)} messages that it is confirmed")
    return copies(stage, {mails[0]: _address(ids["event"])})


async def three_orders(stage: Stage) -> Ids:
    made: Ids = {}
    for number in range(3):
        ids = await place()
        made |= {f"order{number}": ids["order"], f"event{number}": ids["event"]}
    return made


async def confirmed_each(stage: Stage, ids: Ids) -> int:
    return sum([await confirmed_once(stage, {"order": ids[f"order{n}"], "event": ids[f"event{n}"]}) for n in range(3)])


async def paid_order(stage: Stage) -> Ids:
    """Paid on the hosted page; its webhook is kept, nobody has read it."""
    ids = await place(PRICE)
    await _pay(stage, ids)
    return ids


async def late_order(stage: Stage) -> Ids:
    """Paid after its hold ran out and somebody else took the place: the money goes back."""
    ids = await place(PRICE, places=1)
    checkout = await _check_out(stage, ids["order"])
    await database.execute("UPDATE orders SET held_until = now() - interval '1 hour' WHERE id = $1", ids["order"])
    await holds.sweep(clock.now())
    await database.execute("UPDATE quota SET capacity = 0, oversold = claimed WHERE event_id = $1", ids["event"])
    await _pay(stage, ids, checkout)
    return ids


async def asked_refund(stage: Stage) -> Ids:
    """The same, and the webhook is understood: the money is to be sent back."""
    ids = await late_order(stage)
    await job.tell(stage.context, await claimed("stripe.webhook"))
    return ids


async def paid_difference(stage: Stage) -> Ids:
    """A confirmed order whose ticket is changed into a dearer one: the difference is paid, nobody has read the news."""
    ids = await paid_order(stage)
    await job.tell(stage.context, await claimed("stripe.webhook"))
    account = await accounts.by_id(ids["order"])
    assert account is not None
    await make.ticket_type(await Event.get(id=ids["event"]), "Gala", price=PRICE + MORE, places=1)
    [attendee] = account.attendees
    offer = await offers.offer(ids["event"])
    tariff = Tariff(account.audience, (), account.zone, account.currency)
    found = exchanges.choices(attendee.lines[0], attendee, offer.tickets, tariff, account.starts_on, clock.now())
    waits = await exchanges.begin(account, attendee.id, attendee.lines[0].id, found[0], clock.now(), None)
    await payments.check_out_difference(account, waits, stage.tools.stripe, PAGES, clock.now())
    await _pay(
        stage,
        ids,
        str(
            await database.value(
                "SELECT stripe_id FROM checkout_session WHERE order_id = $1 AND attempt = 2", ids["order"]
            )
        ),
    )
    return ids


async def exchanged_once(stage: Stage, ids: Ids) -> int:
    """The order has the other ticket and its place alone, its money sums, and its buyer was told once."""
    order = ids["order"]
    account = await accounts.by_id(order)
    if account is None or account.balance.amount:
        raise Wrong(f"order {order} has a balance of {account and account.balance}")
    ledger = Counter(row.kind for row in account.ledger)
    live = [line.ticket for line in account.lines if not line.cancelled]
    if (live, ledger) != (["Gala"], {"payment": 2, "charge": 2, "waiver": 1}):
        raise Wrong(f"order {order} has {live} and the ledger {dict(ledger)}")
    mails = await mails_of(stage, "mail.ticket_exchanged", "order", order)
    if len(mails) != 1:
        raise Wrong(f"order {order} has {len(mails)} messages that its ticket was changed")
    return copies(stage, {mails[0]: _address(ids["event"])})


async def _check_out(stage: Stage, order: int) -> str:
    account = await accounts.by_id(order)
    assert account is not None
    await payments.check_out(account, stage.tools.stripe, PAGES, clock.now())
    return str(await database.value("SELECT stripe_id FROM checkout_session WHERE order_id = $1", order))


async def _pay(stage: Stage, ids: Ids, checkout: str = "") -> None:
    checkout = checkout or await _check_out(stage, ids["order"])
    async with httpx.AsyncClient(base_url=stage.tools.settings.stripe_url) as browser:
        answer = await browser.post(f"/pay/{checkout}", data={"card": "pays"})
        assert answer.status_code == 303, answer.text
    body = f'{{"id":"evt_{checkout}","type":"checkout.session.completed","data":{{"object":{{"id":"{checkout}"}}}}}}'
    await inbox.keep(f"evt_{checkout}", "checkout.session.completed", checkout, body, clock.now())


async def sent_back_once(stage: Stage, ids: Ids) -> int:
    """The order stays expired, its money came and went once, at Stripe too, and its buyer was told of both."""
    order = ids["order"]
    account = await accounts.by_id(order)
    if account is None or account.state is not OrderState.EXPIRED or account.balance.amount:
        raise Wrong(f"order {order} is {account.state if account else 'gone'}, balance {account and account.balance}")
    ledger = Counter(row.kind for row in account.ledger)
    if ledger != {"payment": 1, "refund": 1}:
        raise Wrong(f"order {order} has the ledger {dict(ledger)}")
    intent = await database.value("SELECT payment_intent FROM checkout_session WHERE order_id = $1", order)
    refunds = await stage.tools.stripe.refunds_of(intent)
    if [refund.amount.amount for refund in refunds] != [PRICE]:
        raise Wrong(f"Stripe gave back {[refund.amount for refund in refunds]} for order {order}")
    wanted: dict[str, str] = {}
    for topic in ("mail.order_expired", "mail.late_payment_refunded", "mail.refund_settled"):
        mails = await mails_of(stage, topic, "order", order)
        if len(mails) != (0 if topic == "mail.order_expired" and not mails else 1):
            raise Wrong(f"order {order} has {len(mails)} messages {topic}")
        wanted |= dict.fromkeys(mails, _address(ids["event"]))
    return copies(stage, wanted)


# Seats with invitations


async def three_seats(stage: Stage) -> Ids:
    """Three seats in a workshop of a published programme, whose orders nobody has followed yet."""
    event = await make.event(**soon())
    starts = clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=40)
    workshop = await make.session(event, starts, 180, ticketed=True)
    await releases.publish(event.id, None, "", clock.now())
    ids = {"event": event.id}
    for number in range(3):
        order = await make.seat(None, workshop, email=f"seat-{event.id}-{number}@example.org")
        async with database.transaction():
            await outbox.write("order.confirmed", {"order": order.id})
        ids[f"order{number}"] = order.id
    return ids


async def three_invitations(stage: Stage) -> Ids:
    """The same, followed: three invitations are to be sent."""
    ids = await three_seats(stage)
    await job.tell(stage.context, await claimed("order.confirmed"))
    return ids


async def invited_once(stage: Stage, ids: Ids) -> int:
    """Each seat has one invitation, of SEQUENCE 0; if it came twice, then with the same Message-ID and bytes."""
    total = 0
    for number in range(3):
        to = f"seat-{ids['event']}-{number}@example.org"
        mails = [mail for mail in stage.mails() if mail.to == to]
        if len({mail.id for mail in mails}) != 1 or len(mails) > 2:
            raise Wrong(f"{to} got {[mail.id for mail in mails]}")
        sequences = {line for mail in mails for line in mail.calendar.splitlines() if line.startswith("SEQUENCE")}
        if sequences != {"SEQUENCE:0"}:
            raise Wrong(f"{to} got {sequences}")
        total += len(mails) - 1
    return total


# The relay


async def many_messages(stage: Stage) -> Ids:
    """Five orders to be followed and confirmed: rings of one and of several."""
    made = await three_orders(stage)
    return made | {f"seat{key}": value for key, value in (await three_seats(stage)).items()}


async def relayed(stage: Stage, ids: Ids) -> Coroutine[Any, Any, Any]:
    queue = run.ArqQueue(run.redis_settings(stage.tools.settings))
    return relay.relay(queue, clock.now(), settings.TOGETHER)


async def all_told(stage: Stage, ids: Ids) -> int:
    seats = {key.removeprefix("seat"): value for key, value in ids.items() if key.startswith("seat")}
    if found := await confirmed_each(stage, ids) + await invited_once(stage, seats):
        raise Wrong(f"{found} mails came twice although no worker died, only a relay")
    return 0


SCENES = (
    Scene("a mail", free_order, told("mail.order_confirmed"), confirmed_once),
    Scene("three mails in one ring", three_orders, told("mail.order_confirmed"), confirmed_each),
    Scene("seats that get their invitations", three_seats, told("order.confirmed"), invited_once),
    Scene("three invitations", three_invitations, told("mail.invitation"), invited_once),
    Scene("a payment", paid_order, told("stripe.webhook"), confirmed_once),
    Scene("a payment that came too late", late_order, told("stripe.webhook"), sent_back_once),
    Scene("a difference that is paid", paid_difference, told("stripe.webhook"), exchanged_once),
    Scene("a refund", asked_refund, told("refund.requested"), sent_back_once),
    Scene("the relay", many_messages, relayed, all_told),
)
