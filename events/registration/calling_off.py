"""An event cancelled as a whole: reckoned without doing anything, then done order by order by a worker.

Each order is cancelled, its refund asked for and its row marked in one transaction, so a worker may be killed at any
moment: whoever goes on finds exactly what is left, and nobody is refunded or told twice.
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from events.catalogue.queries import EventRow
from events.catalogue.states import EventState
from events.core import database, outbox
from events.core.errors import Busy, DomainError
from events.core.locales import _
from events.core.logs import log
from events.core.money import Money
from events.registration import accounts, cancellations, orders, quotas, refund_policies
from events.registration.states import OrderState

TOPIC = "event.called_off"
AT_ONCE = 200
"""Orders of one job; the next goes on. A job may not outlive its lease (`workers.relay`)."""

_LIVE = "o.event_id = $1 AND o.state IN ('HELD', 'PENDING', 'CONFIRMED')"


class NotYet(DomainError):
    """The event is not cancelled: new orders would come in while the old ones are sent back."""

    status = 409

    @property
    def title(self) -> str:
        return _("The event is not cancelled")


@dataclass(frozen=True, slots=True)
class Totals:
    """What calling an event off comes to, in one currency. card, by_hand: of what comes back, by how it can go."""

    currency: str
    orders: int = 0
    people: int = 0
    price: int = 0
    card: int = 0
    by_hand: int = 0
    kept: int = 0
    hands: tuple[str, ...] = ()

    def money(self, amount: int) -> Money:
        return Money(amount, self.currency)


@dataclass(frozen=True, slots=True)
class Reckoning:
    """states: how many orders of each; totals: of the confirmed ones, a row a currency."""

    states: Counter[str]
    totals: list[Totals]

    @property
    def orders(self) -> int:
        return sum(self.states.values())


_RECKONED = f"""
SELECT o.code, o.state, o.currency,
    (SELECT count(*) FROM registration r WHERE r.order_id = o.id AND r.cancelled_at IS NULL)::int AS people,
    (SELECT json_agg(json_build_array(n.amount,
        (SELECT p.steps FROM refund_policy p WHERE p.event_id = o.event_id AND p.ticket_type_id = n.ticket_type_id
            AND p.since <= o.created_at ORDER BY p.since DESC, p.id DESC LIMIT 1),
        (SELECT p.steps FROM refund_policy p WHERE p.event_id = o.event_id AND p.ticket_type_id IS NULL
            AND p.since <= o.created_at ORDER BY p.since DESC, p.id DESC LIMIT 1)) ORDER BY n.id)
        FROM order_line n WHERE n.order_id = o.id AND n.cancelled_at IS NULL) AS lines,
    coalesce((SELECT sum(amount) FROM ledger l WHERE l.order_id = o.id), 0)::bigint AS balance,
    coalesce((SELECT sum(amount) FROM refund f
        WHERE f.order_id = o.id AND f.state IN ('requested', 'pending')), 0)::bigint AS coming,
    coalesce((SELECT sum(greatest(0, c.amount - coalesce((SELECT sum(f.amount) FROM refund f
        WHERE f.payment_intent = c.payment_intent AND f.state NOT IN ('failed', 'canceled')), 0)))
        FROM checkout_session c
        WHERE c.order_id = o.id AND c.state = 'paid' AND c.payment_intent IS NOT NULL), 0)::bigint AS card
FROM orders o WHERE {_LIVE} ORDER BY o.id
"""  # noqa: S608 - put together from constants


async def reckon(event: EventRow, keep: int | None, at: datetime) -> Reckoning:
    """What would come back to how many, and what of it no card takes. Changes nothing."""
    states: Counter[str] = Counter()
    totals: dict[str, Totals] = {}
    for row in await database.rows(_RECKONED, event.id):
        states[row["state"]] += 1
        if row["state"] == OrderState.CONFIRMED:
            currency = row["currency"]
            totals[currency] = _with(totals.get(currency, Totals(currency)), row, event, keep, at)
    return Reckoning(states, [totals[one] for one in sorted(totals)])


def _with(totals: Totals, row: Any, event: EventRow, keep: int | None, at: datetime) -> Totals:
    lines = json.loads(row["lines"] or "[]")
    price = sum(amount for amount, _of_type, _of_event in lines)
    if keep is not None:
        back = sum(max(0, amount - keep) for amount, _of_type, _of_event in lines)
    else:
        assert event.starts_on is not None
        asked = [(refund_policies.in_force(of_type, of_event), amount) for amount, of_type, of_event in lines]
        back = sum(refund_policies.shares(asked, event.starts_on, refund_policies.local_day(at, event.timezone)))
    returned = max(0, back - row["balance"] - row["coming"])
    by_hand = max(0, returned - row["card"])
    return replace(
        totals,
        orders=totals.orders + 1,
        people=totals.people + row["people"],
        price=totals.price + price,
        kept=totals.kept + price - back,
        card=totals.card + returned - by_hand,
        by_hand=totals.by_hand + by_hand,
        hands=(*totals.hands, row["code"]) if by_hand else totals.hands,
    )


async def start(event: EventRow, keep: int | None, words: str, by: int | None, at: datetime) -> int:
    """Begin, or go on with what is left: orders that were paid late or failed. Returns the number of the calling off.

    The rule and the words of the first time stay. Raises NotYet.
    """
    async with database.transaction():
        state = await database.value("SELECT state FROM event WHERE id = $1 FOR SHARE", event.id)
        if state != EventState.CANCELLED:
            raise NotYet(_("Cancel the event first, so that nobody buys a ticket while the others are sent back."))
        number: int = await database.value(
            "INSERT INTO calling_off (event_id, keep, words, state, started_at, started_by_id)"
            " VALUES ($1, $2, $3, 'running', $4, $5) ON CONFLICT (event_id)"
            " DO UPDATE SET state = 'running', finished_at = NULL RETURNING id",
            event.id,
            keep,
            words,
            at,
            by,
        )
        await database.execute(
            "UPDATE called_off_order SET state = 'waiting', error = '' WHERE calling_off_id = $1 AND state = 'failed'",
            number,
        )
        await _enlist(number, event.id)
        await outbox.write(TOPIC, {"calling_off": number}, due=at)
    return number


async def _enlist(number: int, event_id: int) -> int:
    """Every live order gets its row; one that was done and lives again waits once more."""
    return await database.execute(
        f"INSERT INTO called_off_order (calling_off_id, order_id, state) SELECT $2, o.id, 'waiting' FROM orders o"  # noqa: S608
        f" WHERE {_LIVE} ORDER BY o.id"
        " ON CONFLICT (order_id) DO UPDATE SET state = 'waiting' WHERE called_off_order.state = 'done'",
        event_id,
        number,
    )


async def work(number: int, at: datetime) -> int:
    """Do what is left, at most AT_ONCE orders; the rest is another message. Returns how many were done."""
    done = 0
    while done < AT_ONCE and await _one(number, at):
        done += 1
    if done == AT_ONCE:
        await outbox.write(TOPIC, {"calling_off": number}, due=at)
    else:
        await database.execute(
            "UPDATE calling_off SET state = 'done', finished_at = $2 WHERE id = $1 AND state = 'running'"
            " AND NOT EXISTS (SELECT FROM called_off_order WHERE calling_off_id = $1 AND state = 'waiting')",
            number,
            at,
        )
    return done


async def _one(number: int, at: datetime) -> bool:
    """Bring the next order through. False when none waits, or others have them all in hand."""
    mark = 0
    try:
        async with database.transaction():
            row = await database.row(
                "SELECT c.id, c.order_id, f.keep, f.started_by_id, f.words FROM called_off_order c"
                " JOIN calling_off f ON f.id = c.calling_off_id WHERE c.calling_off_id = $1 AND c.state = 'waiting'"
                " ORDER BY c.id LIMIT 1 FOR UPDATE OF c SKIP LOCKED",
                number,
            )
            if row is None:
                return False
            mark = row["id"]
            refunded, by_hand = await _call_off(row, at)
            await database.execute(
                "UPDATE called_off_order SET state = 'done', refunded = refunded + $2, by_hand = $3, done_at = $4"
                " WHERE id = $1",
                mark,
                refunded,
                by_hand,
                at,
            )
    except (OSError, Busy, *database.AWAY):
        raise
    except Exception as error:  # a defect of ours with one order: the others are brought on, and this one is shown
        if not mark:
            raise
        log.error("an order could not be called off", row=mark, exc_info=error)
        await database.execute(
            "UPDATE called_off_order SET state = 'failed', error = $2 WHERE id = $1 AND state = 'waiting'",
            mark,
            f"{type(error).__name__}: {error}"[:300],
        )
    return True


async def _call_off(row: Any, at: datetime) -> tuple[int, int]:
    """Cancel one order, whatever its state by now. Returns what was asked for by card, and what is left to a hand."""
    order = await orders.lock(row["order_id"])
    reason, by = "the event is cancelled", row["started_by_id"]
    if order.state in {OrderState.HELD, OrderState.PENDING}:
        await orders.move(order, OrderState.CANCELLED, at, reason, by)
        await quotas.give_back(order.id, at=at)
        await orders.tell(order.id, at, "checkout.abandoned", "mail.event_called_off")
    if order.state is not OrderState.CONFIRMED:
        return 0, 0
    account = await accounts.by_id(order.id)
    assert account is not None
    people = [one.id for one in account.attendees if not one.cancelled]
    asked = await cancellations.give_up(
        order, account, people, at, reason, by, row["keep"], mail="mail.event_called_off"
    )
    left = await database.value(
        "SELECT greatest(0, -coalesce((SELECT sum(amount) FROM ledger WHERE order_id = $1), 0)"
        " - coalesce((SELECT sum(amount) FROM refund WHERE order_id = $1 AND state IN ('requested', 'pending')), 0))",
        order.id,
    )
    return asked.amount, int(left)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a calling off is. by_hand: (order's code, amount) of those that no card takes; failed: (code, why)."""

    id: int
    keep: int | None
    words: str
    state: str
    started_at: datetime
    started_by: str
    finished_at: datetime | None
    counts: Counter[str]
    refunded: Money
    by_hand: Sequence[tuple[str, Money]]
    failed: Sequence[tuple[str, str]]
    live: int

    @property
    def all(self) -> int:
        return sum(self.counts.values())


async def progress(event: EventRow) -> Progress | None:
    """None when nobody called the event off."""
    row = await database.row(
        "SELECT f.*, coalesce(p.name, '') AS by, (SELECT count(*) FROM orders o WHERE " + _LIVE + ")::int AS live"  # noqa: S608
        " FROM calling_off f LEFT JOIN person p ON p.id = f.started_by_id WHERE f.event_id = $1",
        event.id,
    )
    if row is None:
        return None
    counts: Counter[str] = Counter()
    refunded = 0
    for one in await database.rows(
        "SELECT state, count(*)::int AS n, sum(refunded)::bigint AS refunded FROM called_off_order"
        " WHERE calling_off_id = $1 GROUP BY state",
        row["id"],
    ):
        counts[one["state"]] = one["n"]
        refunded += one["refunded"]
    special = await database.rows(
        "SELECT o.code, c.by_hand, c.error, c.state FROM called_off_order c JOIN orders o ON o.id = c.order_id"
        " WHERE c.calling_off_id = $1 AND (c.by_hand > 0 OR c.state = 'failed') ORDER BY c.id LIMIT 500",
        row["id"],
    )
    return Progress(
        row["id"],
        row["keep"],
        row["words"],
        row["state"],
        row["started_at"],
        row["by"],
        row["finished_at"],
        counts,
        Money(refunded, event.currency),
        [(one["code"], Money(one["by_hand"], event.currency)) for one in special if one["by_hand"]],
        [(one["code"], one["error"]) for one in special if one["state"] == "failed"],
        row["live"],
    )
