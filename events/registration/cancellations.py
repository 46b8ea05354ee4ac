"""Giving tickets back: which, what comes back of their price, and why. Apart from the refund, which is `refunds`."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date

from events.core import database, locales
from events.core.locales import _
from events.core.money import Money
from events.registration import orders, quotas, refunds
from events.registration.accounts import Account, OrderLine
from events.registration.states import OrderState


@dataclass(frozen=True, slots=True)
class Back:
    """What comes back of one line, and the reason in words."""

    line: OrderLine
    amount: Money
    words: str


def comes_back(line: OrderLine, starts_on: date, zone: str, at: datetime) -> Back:
    """What comes back when a ticket is cancelled now. Pure.

    Until the last day of its ticket type (else the day before the event) the price less the fee; after it nothing.
    """
    nothing = Money(0, line.amount.currency)
    if not line.amount:
        return Back(line, nothing, _("It was free."))
    if not line.refundable:
        return Back(line, nothing, _("This ticket is not refundable."))
    last = line.refund_until or starts_on - timedelta(days=1)
    shown = format_date(last, "full", locale=locales.babel_locale())
    if at.astimezone(ZoneInfo(zone)).date() > last:
        return Back(line, nothing, _("Refunds ended on %(day)s.") % {"day": shown})
    fee = Money(min(line.refund_fee, line.amount.amount), line.amount.currency)
    if fee:
        words = _("Until %(day)s, less %(fee)s for handling.")
        return Back(line, line.amount - fee, words % {"day": shown, "fee": fee.words(locales.babel_locale())})
    return Back(line, line.amount, _("In full until %(day)s.") % {"day": shown})


def preview(account: Account, registrations: Collection[int], at: datetime) -> list[Back]:
    """What comes back, line by line, when these people's places are given up."""
    return [
        comes_back(line, account.starts_on, account.zone, at)
        for attendee in account.attendees
        if attendee.id in registrations
        for line in attendee.lines
        if not line.cancelled
    ]


async def cancel(
    account: Account,
    registrations: Sequence[int],
    at: datetime,
    reason: str,
    by: int | None = None,
    in_full: bool = False,
) -> Money:
    """Give up the places of some or all people of a confirmed order. Returns what comes back.

    The order is CANCELLED with its last person. The ledger waives the price and keeps the fee; the refund of what is
    then ours to return is asked for in the same transaction. A second call for the same people changes nothing.

    in_full   a registrar gives everything back, whatever the policy says
    """
    async with database.transaction():
        order = await orders.lock(account.id)
        if order.state is not OrderState.CONFIRMED:
            raise orders.TooLate(_("Only a confirmed order can be cancelled."), order.state)
        open_lines = {
            row["id"]
            for row in await database.rows(
                "SELECT id FROM order_line WHERE order_id = $1 AND registration_id = any($2) AND cancelled_at IS NULL",
                account.id,
                list(registrations),
            )
        }
        backs = [one for one in preview(account, registrations, at) if one.line.id in open_lines]
        if not backs:
            return Money(0, account.currency)
        await quotas.give_back(account.id, registrations)
        await database.execute(
            "UPDATE order_line SET cancelled_at = $2 WHERE id = any($1)", [one.line.id for one in backs], at
        )
        await database.execute(
            "UPDATE registration SET cancelled_at = $2 WHERE id = any($1) AND order_id = $3 AND cancelled_at IS NULL",
            list(registrations),
            at,
            account.id,
        )
        await _book(account, backs, at, in_full)
        left = await database.value(
            "SELECT count(*) FROM order_line WHERE order_id = $1 AND cancelled_at IS NULL", account.id
        )
        if not left:
            await orders.move(order, OrderState.CANCELLED, at, reason, by)
        await orders.tell(account.id, at, "order.cancelled", "mail.order_cancelled")
        return await refunds.request_owed(account.id, account.currency, reason, at)


async def _book(account: Account, backs: Sequence[Back], at: datetime, in_full: bool) -> None:
    """Waive what was charged for the lines, and keep the fee."""
    rows: list[tuple[object, ...]] = []
    for one in backs:
        kept = Money(0, account.currency) if in_full else one.line.amount - one.amount
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
