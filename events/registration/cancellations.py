"""Giving tickets back: which, what comes back of their price, and why. Apart from the refund, which is `refunds`."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from events.core import database
from events.core.locales import _
from events.core.money import Money
from events.registration import orders, quotas, refund_policies, refunds, written_off
from events.registration.accounts import Account, OrderLine
from events.registration.states import OrderState


@dataclass(frozen=True, slots=True)
class Back:
    """What comes back of one line, and the reason in words."""

    line: OrderLine
    amount: Money
    words: str


def preview(account: Account, registrations: Collection[int], at: datetime) -> list[Back]:
    """What comes back, line by line, when these people's places are given up. Pure."""
    lines = [
        line
        for attendee in account.attendees
        if attendee.id in registrations
        for line in attendee.lines
        if not line.cancelled
    ]
    day = refund_policies.local_day(at, account.zone)
    shares = refund_policies.shares([(line.refunds, line.amount.amount) for line in lines], account.starts_on, day)
    return [
        Back(
            line,
            Money(share, account.currency),
            refund_policies.reason(line.refunds, line.amount, account.starts_on, day),
        )
        for line, share in zip(lines, shares, strict=True)
    ]


async def cancel(
    account: Account,
    registrations: Sequence[int],
    at: datetime,
    reason: str,
    by: int | None = None,
    kept: int | None = None,
) -> Money:
    """Give up the places of some or all people of a confirmed order. Returns what comes back.

    The order is CANCELLED with its last person. The ledger waives the price and keeps the fee; the refund of what is
    then ours to return is asked for in the same transaction. A second call for the same people changes nothing.

    kept   a registrar's word: at most so many minor units of each ticket are kept, whatever the policy says
    """
    async with database.transaction():
        order = await orders.lock(account.id)
        if order.state is not OrderState.CONFIRMED:
            raise orders.TooLate(_("Only a confirmed order can be cancelled."), order.state)
        return await give_up(order, account, registrations, at, reason, by, kept)


async def give_up(
    order: orders.Locked,
    account: Account,
    registrations: Sequence[int],
    at: datetime,
    reason: str,
    by: int | None = None,
    kept: int | None = None,
    mail: str = "mail.order_cancelled",
) -> Money:
    """The same for a confirmed order that is locked, in the surrounding transaction; `mail` tells the buyer."""
    open_lines = {
        row["id"]
        for row in await database.rows(
            "SELECT id FROM order_line WHERE order_id = $1 AND registration_id = any($2) AND cancelled_at IS NULL",
            account.id,
            list(registrations),
        )
    }
    backs = [one for one in preview(account, registrations, at) if one.line.id in open_lines]
    if kept is not None:
        backs = [
            replace(one, amount=max(one.line.amount - Money(kept, account.currency), Money(0, account.currency)))
            for one in backs
        ]
    if not backs:
        return Money(0, account.currency)
    await quotas.give_back(account.id, registrations, at=at)
    await database.execute(
        "UPDATE order_line SET cancelled_at = $2 WHERE id = any($1)", [one.line.id for one in backs], at
    )
    await database.execute(
        "UPDATE registration SET cancelled_at = $2 WHERE id = any($1) AND order_id = $3 AND cancelled_at IS NULL",
        list(registrations),
        at,
        account.id,
    )
    await _book(account, backs, at)
    left = await database.value(
        "SELECT count(*) FROM order_line WHERE order_id = $1 AND cancelled_at IS NULL", account.id
    )
    if not left:
        await orders.move(order, OrderState.CANCELLED, at, reason, by)
    await orders.tell(account.id, at, "order.cancelled", mail)
    await written_off.take_back(account.id, account.currency, f"line-{backs[0].line.id}", at)
    return await refunds.request_owed(account.id, account.currency, reason, at)


async def _book(account: Account, backs: Sequence[Back], at: datetime) -> None:
    """Waive what was charged for the lines, and keep the fee."""
    rows: list[tuple[object, ...]] = []
    for one in backs:
        kept = one.line.amount - one.amount
        if one.line.amount:
            rows.append((account.id, "waiver", -one.line.amount.amount, account.currency, f"line-{one.line.id}", at))
        if kept:
            rows.append((account.id, "fee", kept.amount, account.currency, f"line-{one.line.id}", at))
    if rows:
        await database.execute_many(
            "INSERT INTO ledger (order_id, kind, amount, currency, source, booked_at) VALUES ($1, $2, $3, $4, $5, $6)"
            " ON CONFLICT (kind, source) DO NOTHING",
            rows,
        )
