"""What can be said to a bank about a disputed payment, as texts for the fields of Stripe's form. Pure.

The fields are those of docs.stripe.com/api/disputes/evidence_object; each text may have 20,000 characters.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime

from events.core import locales
from events.core.locales import _
from events.core.money import Money
from events.registration import refund_policies
from events.registration.accounts import Account, CheckoutRow, LedgerRow
from events.registration.disputes import DisputeRow
from events.registration.order_story import Told

LONGEST = 20_000


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the form. name: Stripe's; label: as its pages say."""

    name: str
    label: str
    text: str


def of_dispute(account: Account, dispute: DisputeRow, told: Sequence[Told]) -> list[Field]:
    """Everything that is known, in the order of Stripe's form. Fields with nothing to say are left out.

    told   what the order's timeline has beside states and money (`order_story.of`)
    """
    paid_on = next((one for one in account.checkouts if one.payment_intent == dispute.payment_intent), None)
    fields = [
        Field("product_description", _("Product or service"), _product(account)),
        Field("customer_name", _("Customer name"), account.name),
        Field("customer_email_address", _("Customer e-mail"), account.email),
        Field("service_date", _("Service date"), _days(account)),
        Field("service_documentation", _("What was delivered, and when"), _delivered(account, told)),
        Field("refund_policy_disclosure", _("Refund policy, as shown before paying"), _policy(account)),
        Field("refund_refusal_explanation", _("What went back, or why nothing did"), _refunds(account, paid_on)),
        Field("access_activity_log", _("What the customer did"), _activity(account, told)),
        Field("uncategorized_text", _("Numbers"), _numbers(account, dispute, paid_on)),
    ]
    return [Field(one.name, one.label, one.text[:LONGEST]) for one in fields if one.text]


def _product(account: Account) -> str:
    where = f", {account.place}" if account.place else ""
    lines = [
        f"{attendee.called}: {line.ticket}, {_money(line.amount)} ({line.words})"
        for attendee in account.attendees
        for line in attendee.lines
    ]
    return "\n".join([f"{account.title}, {_days(account)}{where}", *lines])


def _days(account: Account) -> str:
    first, last = _day(account.starts_on), _day(account.ends_on)
    return first if first == last else f"{first} – {last}"


def _delivered(account: Account, told: Sequence[Told]) -> str:
    """Mails that left, and the ticket codes they brought."""
    codes = [
        _("Ticket %(code)s for %(name)s, %(email)s")
        % {"code": one.code, "name": one.called, "email": one.email or account.email}
        for one in account.attendees
    ]
    arrived = sorted((one for one in told if one.mail_to == "them" and not one.note), key=lambda one: one.at)
    return "\n".join([*codes, *(_line(one.at, one.words) for one in arrived)])


def _policy(account: Account) -> str:
    """The steps as they were on the day of the order, of each ticket that has its own."""
    found: dict[str, list[str]] = {}
    for line in account.lines:
        if line.amount.amount:
            sentences = refund_policies.words(line.refunds, account.currency, account.starts_on)
            found.setdefault(" ".join(sentences), []).append(line.ticket)
    return "\n".join(f"{', '.join(dict.fromkeys(tickets))}: {words}" for words, tickets in found.items())


def _refunds(account: Account, paid_on: CheckoutRow | None) -> str:
    back = [_line(one.requested_at, f"{_money(one.amount)} {one.state}") for one in account.refunds]
    if back:
        return "\n".join(back)
    cancelled = [one.called for one in account.attendees if one.cancelled]
    if cancelled:
        return _("Places were cancelled, and by the policy nothing was to come back.")
    return _("The customer did not cancel; the places were kept for them.") if paid_on else ""


def _activity(account: Account, told: Sequence[Told]) -> str:
    """From the choice of tickets to the last change: what the customer did, each with its moment."""
    lines = [(account.created_at, _("Chose the tickets and gave name and address"))]
    lines += [(one.created_at, _("Opened the payment page")) for one in account.checkouts]
    lines += [(row.booked_at, _("Paid %(amount)s") % {"amount": _money(-row.amount)}) for row in _payments(account)]
    lines += [(one.at, f"{one.words} {one.note}".strip()) for one in told if not one.mail_to]
    return "\n".join(_line(at, words) for at, words in sorted(lines, key=lambda one: one[0]))


def _numbers(account: Account, dispute: DisputeRow, paid_on: CheckoutRow | None) -> str:
    lines = [_("Order %(code)s, %(event)s") % {"code": account.code, "event": account.title}, dispute.payment_intent]
    if paid_on is not None:
        card = f"{paid_on.paid_with} •••• {paid_on.last4}" if paid_on.last4 else paid_on.paid_with
        lines += [part for part in (paid_on.stripe_id, card) if part]
    if account.membership:
        lines.append(_("Membership %(number)s") % {"number": account.membership["number"]})
    return "\n".join(lines)


def _payments(account: Account) -> list[LedgerRow]:
    return [row for row in account.ledger if row.kind == "payment"]


def _line(at: datetime, words: str) -> str:
    """A moment in UTC, so that a bank anywhere reads the same."""
    moment = format_datetime(at.astimezone(ZoneInfo("UTC")), "yyyy-MM-dd HH:mm", locale=locales.babel_locale())
    return f"{moment} UTC  {words}"


def _day(day: date) -> str:
    return format_date(day, "long", locale=locales.babel_locale())


def _money(amount: Money) -> str:
    return amount.words(locales.babel_locale())
