"""A ticket changed into another type, in the order it was bought in: the difference is paid first, or comes back.

The new ticket holds its places from the first moment, as a line that is `pending`: nobody's ticket yet. What it shares
with the old one (the same quota) is handed over, so that a full event can still be changed within. Paid too late it
claims its places again, and when they are gone the money goes back.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from events.core import database
from events.core.errors import DomainError
from events.core.locales import _
from events.core.money import Money
from events.registration import holds, orders, pricing, quotas, refund_policies, refunds, ticket_changes, written_off
from events.registration.accounts import Account, Attendee, OrderLine
from events.registration.holds import GRACE, HOLD
from events.registration.pricing import COMPANIONS, MAIN_KINDS, Tariff, Ticket
from events.registration.refund_policies import Steps
from events.registration.states import EXCHANGE_MOVES, ExchangeState, OrderState

REASON = "a ticket was changed into another"


class NoExchange(DomainError):
    """This ticket cannot become that one, or not any more."""

    status = 409

    @property
    def title(self) -> str:
        return _("This cannot be changed so")


@dataclass(frozen=True, slots=True)
class Choice:
    """Another ticket for one that somebody has.

    difference   the new price less what the old ticket cost; above 0 it is to be paid
    back         what of a difference below 0 comes back, by the terms of the old ticket
    """

    ticket: Ticket
    price: Money
    words: str
    difference: Money
    back: Money

    @property
    def quote(self) -> list[dict[str, object]]:
        return [{"words": self.words, "amount": self.price.amount}]


@dataclass(frozen=True, slots=True)
class Exchange:
    id: int
    order: int
    registration: int
    old_line: int
    new_line: int | None
    ticket_type: int
    ticket: str
    amount: int
    difference: int
    back: int
    state: ExchangeState
    held_until: datetime
    checkout_session: int | None


def choices(
    line: OrderLine, attendee: Attendee, tickets: Sequence[Ticket], tariff: Tariff, starts_on: date, at: datetime
) -> list[Choice]:
    """What a live ticket can become now, in the order of the shop. Pure.

    A ticket that lets somebody in becomes another such; an extra becomes another of its kind. What other tickets of the
    person go with stays, so it becomes nothing.
    """
    if line.kind == "membership":
        return []  # somebody is a member by it already
    live = [one for one in attendee.lines if not one.cancelled]
    have = {one.ticket_type for one in live}
    known = {ticket.id: ticket for ticket in tickets}
    if any(
        one.id != line.id and (it := known.get(one.ticket_type)) and it.requires == line.ticket_type for one in live
    ):
        return []
    found = []
    for ticket in tickets:
        alike = ticket.is_registration if line.kind in MAIN_KINDS - COMPANIONS else ticket.kind == line.kind
        goes = ticket.requires is None or ticket.requires in have - {line.ticket_type}
        priced = pricing.price(ticket, tariff, at) if alike and goes and ticket.id not in have else None
        if priced is not None:
            found.append(_choice(line, ticket, priced, starts_on, refund_policies.local_day(at, tariff.zone)))
    return found


def _choice(line: OrderLine, ticket: Ticket, priced: pricing.Line, starts_on: date, day: date) -> Choice:
    difference = priced.amount - line.amount
    less = max(0, -difference.amount)
    [back] = refund_policies.shares([(_without_fees(line.refunds), less)], starts_on, day)
    return Choice(ticket, priced.amount, priced.words, difference, Money(back, line.amount.currency))


def _without_fees(steps: Steps) -> Steps:
    """The fee is for giving a ticket back; who takes another one keeps coming."""
    return tuple(replace(step, fee=0) for step in steps)


_ROW = (
    "SELECT x.id, x.order_id, x.registration_id, x.old_line_id, x.new_line_id, x.ticket_type_id, t.name AS ticket,"
    " x.amount, x.difference, x.back, x.state, x.held_until, x.checkout_session_id, x.quote"
    " FROM exchange x JOIN ticket_type t ON t.id = x.ticket_type_id WHERE "
)


async def of_order(order_id: int) -> list[Exchange]:
    """In the order they were begun."""
    return [_exchange(row) for row in await database.rows(f"{_ROW} x.order_id = $1 ORDER BY x.id", order_id)]


async def of_checkout(checkout_session: int) -> Exchange | None:
    """What a payment page was for; None when it was for the order itself."""
    row = await database.row(f"{_ROW} x.checkout_session_id = $1", checkout_session)
    return _exchange(row) if row else None


async def begin(
    account: Account, attendee: int, line: int, choice: Choice, at: datetime, by: int | None, *, wait: bool = True
) -> Exchange:
    """Hold the places of the other ticket, and change into it at once where nothing is to be paid first.

    wait   False: the difference is left owing (a registrar's word, or an order that is not paid by card)

    Another exchange of the same person that waits is given up for this one. Raises TooLate, NoExchange, SoldOut.
    """
    async with database.transaction():
        await ticket_changes.open_ticket(account, attendee)
        paid = await database.value(
            "SELECT amount FROM order_line WHERE id = $1 AND registration_id = $2 AND cancelled_at IS NULL",
            line,
            attendee,
        )
        if paid is None or paid != choice.price.amount - choice.difference.amount:
            raise NoExchange(_("This ticket was changed meanwhile. Look at it again."))
        await _end_others(attendee, at)
        new_line: int = await database.value(
            "INSERT INTO order_line (order_id, registration_id, ticket_type_id, amount, quote, cancelled_at, pending)"
            " VALUES ($1, $2, $3, 0, '[]', $4, true) RETURNING id",
            account.id,
            attendee,
            choice.ticket.id,
            at,
        )
        await holds.claim_other(new_line, line, at)
        number: int = await database.value(
            "INSERT INTO exchange (order_id, registration_id, old_line_id, new_line_id, ticket_type_id, amount, quote,"
            " difference, back, state, held_until, started_at, started_by_id)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7::jsonb, $8, $9, 'open', $10, $11, $12) RETURNING id",
            account.id,
            attendee,
            line,
            new_line,
            choice.ticket.id,
            choice.price.amount,
            json.dumps(choice.quote),
            choice.difference.amount,
            choice.back.amount,
            at + HOLD + GRACE,
            at,
            by,
        )
        found = await _locked(number)
        if choice.difference.amount <= 0 or not wait:
            await _complete(found, account.currency, at)
            found = await _locked(number)
    return found


async def _end_others(attendee: int, at: datetime) -> None:
    for row in await database.rows(f"{_ROW} x.registration_id = $1 AND x.state = 'open' FOR UPDATE OF x", attendee):
        await _end(_exchange(row), ExchangeState.withdrawn, at)


async def paid(order: orders.Locked, exchange: Exchange, at: datetime) -> bool:
    """The difference came, under the lock of the order: change the ticket, claiming places again that ran out.

    False when it cannot be changed any more; the money goes back then.
    """
    now = await _locked(exchange.id)
    live = await database.value(
        "SELECT n.cancelled_at IS NULL FROM order_line n WHERE n.id = $1 FOR UPDATE", now.old_line
    )
    if order.state is not OrderState.CONFIRMED or not live or ExchangeState.done not in EXCHANGE_MOVES[now.state]:
        return False
    if now.state is ExchangeState.lapsed:
        again = await _again(now, at)
        if again is None:
            return False
        now = replace(now, new_line=again)
    await _complete(now, order.currency, at)
    return True


async def _again(exchange: Exchange, at: datetime) -> int | None:
    """A pending line with its places once more, or None when they are gone."""
    try:
        async with database.transaction():
            line: int = await database.value(
                "INSERT INTO order_line (order_id, registration_id, ticket_type_id, amount, quote, cancelled_at,"
                " pending) VALUES ($1, $2, $3, 0, '[]', $4, true) RETURNING id",
                exchange.order,
                exchange.registration,
                exchange.ticket_type,
                at,
            )
            await holds.claim_other(line, exchange.old_line, at)
            return line
    except quotas.SoldOut:
        return None


async def _complete(exchange: Exchange, currency: str, at: datetime) -> None:
    """Make the new line the ticket, and settle the money: the ledger waives the old price and charges the new one."""
    new, old = exchange.new_line, exchange.old_line
    kept = max(0, -exchange.difference) - exchange.back
    await database.execute(
        "UPDATE claim c SET line_id = $1 WHERE c.line_id = $2 AND c.quota_id IN (SELECT l.quota_id"
        " FROM ticket_type_quota l WHERE l.ticket_type_id = $3)"
        " AND NOT EXISTS (SELECT FROM claim h WHERE h.line_id = $1 AND h.quota_id = c.quota_id)",
        new,
        old,
        exchange.ticket_type,
    )
    await quotas.give_back(exchange.order, line_id=old, at=at)
    was: int = await database.value("UPDATE order_line SET cancelled_at = $2 WHERE id = $1 RETURNING amount", old, at)
    await database.execute(
        "UPDATE order_line SET pending = false, cancelled_at = NULL, amount = $2, quote = (SELECT quote FROM exchange"
        " WHERE id = $3) WHERE id = $1",
        new,
        exchange.amount,
        exchange.id,
    )
    await database.execute(
        "UPDATE orders SET total = total + $2, version = version + 1 WHERE id = $1", exchange.order, exchange.amount
    )
    booked = [("waiver", -was, old), ("fee", kept, old), ("charge", exchange.amount, new)]
    await database.execute_many(
        "INSERT INTO ledger (order_id, kind, amount, currency, source, booked_at) VALUES ($1, $2, $3, $4, $5, $6)"
        " ON CONFLICT (kind, source) DO NOTHING",
        [(exchange.order, kind, sum_, currency, f"line-{line}", at) for kind, sum_, line in booked if sum_],
    )
    await database.execute(
        "UPDATE exchange SET state = 'done', settled_at = $2, new_line_id = $3 WHERE id = $1", exchange.id, at, new
    )
    await orders.tell(exchange.order, at, "order.confirmed", "mail.ticket_exchanged")
    await written_off.take_back(exchange.order, currency, f"line-{old}", at)
    await refunds.request_owed(exchange.order, currency, REASON, at)


async def withdraw(account: Account, number: int, at: datetime) -> None:
    """The buyer keeps the old ticket. Twice is once. Raises NoExchange when the new one is paid already."""
    async with database.transaction():
        await orders.lock(account.id)
        found = await _locked(number)
        if found.order != account.id or found.state is ExchangeState.done:
            raise NoExchange(_("The ticket was changed already."))
        if found.state is ExchangeState.open:
            await _end(found, ExchangeState.withdrawn, at)


async def sweep(at: datetime) -> int:
    """Give up those whose time to pay is over. Returns how many."""
    due = await database.rows(
        "SELECT id, order_id FROM exchange WHERE state = 'open' AND held_until <= $1 ORDER BY held_until LIMIT 100", at
    )
    for row in due:
        async with database.transaction():
            await orders.lock(row["order_id"])
            found = await _locked(row["id"])
            if found.state is ExchangeState.open and found.held_until <= at:
                await _end(found, ExchangeState.lapsed, at)
    return len(due)


async def pay_on(exchange: Exchange, checkout_session: int, held_until: datetime) -> None:
    """Keep its places as long as this payment page is open, in the surrounding transaction."""
    await database.execute(
        "UPDATE exchange SET checkout_session_id = $2, held_until = greatest(held_until, $3) WHERE id = $1",
        exchange.id,
        checkout_session,
        held_until,
    )


async def _end(exchange: Exchange, state: ExchangeState, at: datetime) -> None:
    """Free the places of one that waits, under the lock of its order."""
    if exchange.new_line is not None:
        await quotas.give_back(exchange.order, line_id=exchange.new_line, at=at)
    await database.execute(
        "UPDATE exchange SET state = $2, settled_at = $3, new_line_id = NULL WHERE id = $1",
        exchange.id,
        state.value,
        at,
    )
    await database.execute("DELETE FROM order_line WHERE id = $1 AND pending", exchange.new_line)
    await orders.tell(exchange.order, at, "checkout.abandoned")


async def _locked(number: int) -> Exchange:
    row = await database.row(f"{_ROW} x.id = $1 FOR UPDATE OF x", number)
    if row is None:
        raise NoExchange(_("The ticket was changed already."))
    return _exchange(row)


def _exchange(row: Any) -> Exchange:
    return Exchange(
        row["id"],
        row["order_id"],
        row["registration_id"],
        row["old_line_id"],
        row["new_line_id"],
        row["ticket_type_id"],
        row["ticket"],
        row["amount"],
        row["difference"],
        row["back"],
        ExchangeState(row["state"]),
        row["held_until"],
        row["checkout_session_id"],
    )
