"""The mails of this room, each about the account of an order. None when it is not so any more."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from events.core import database, locales, mail
from events.core.mail import Sealed
from events.core.money import Money
from events.core.outbox import Message
from events.registration import accounts, orders
from events.registration.accounts import Account
from events.registration.states import OrderState
from events.settings import Settings


async def accounts_of(messages: Sequence[Message]) -> dict[int, Account]:
    """What these messages are about, by message id; without orders that have no address."""
    found = await accounts.by_ids([message.number("order") for message in messages])
    known = {message.id: found.get(message.number("order")) for message in messages}
    return {id_: account for id_, account in known.items() if account is not None and account.email}


def order_confirmed(account: Account, message: Message, settings: Settings, at: datetime) -> Sealed | None:
    if account.state is not OrderState.CONFIRMED:
        return None
    return _compose("order_confirmed", account, settings, at)


def order_cancelled(account: Account, message: Message, settings: Settings, at: datetime) -> Sealed:
    return _compose("order_cancelled", account, settings, at, coming=_coming(account))


def order_expired(account: Account, message: Message, settings: Settings, at: datetime) -> Sealed | None:
    if account.state is not OrderState.EXPIRED:
        return None
    return _compose("order_expired", account, settings, at, again=f"{settings.base_url}/events/{account.slug}/register")


def late_payment_refunded(account: Account, message: Message, settings: Settings, at: datetime) -> Sealed:
    return _compose("late_payment_refunded", account, settings, at, coming=_coming(account))


def refund_settled(account: Account, message: Message, settings: Settings, at: datetime) -> Sealed:
    refund = next(one for one in account.refunds if one.id == message.number("refund"))
    return _compose("refund_settled", account, settings, at, refund=refund)


def ticket_exchanged(account: Account, message: Message, settings: Settings, at: datetime) -> Sealed:
    under_way = (one.amount for one in account.refunds if one.state in {"requested", "pending"})
    coming = Money.sum(under_way, account.currency)
    return _compose("ticket_exchanged", account, settings, at, coming=coming)


async def event_called_off(message: Message, settings: Settings, at: datetime) -> Sealed | None:
    """To everybody with an order of an event that was cancelled as a whole."""
    account = await accounts.by_id(message.number("order"))
    if account is None or not account.email:
        return None
    words = await database.value("SELECT words FROM calling_off WHERE event_id = $1", account.event)
    return _compose("event_called_off", account, settings, at, coming=_coming(account), words=words or "")


async def dispute_opened(message: Message, settings: Settings, at: datetime) -> Sealed | None:
    """To who answers for the event: a bank wants a payment back. None when the event names no address."""
    account = await accounts.by_id(message.number("order"))
    row = await database.row("SELECT * FROM dispute WHERE stripe_id = $1", str(message.body["dispute"]))
    if account is None or row is None or not account.contact:
        return None
    amount = Money(row["amount"], row["currency"])
    return _to_organizers(
        "dispute_opened", account, settings, at, amount=amount, due_by=row["due_by"], reason=row["reason"]
    )


async def refund_failed(message: Message, settings: Settings, at: datetime) -> Sealed | None:
    """To who answers for the event: a refund did not arrive, and the money is still owed."""
    account = await accounts.by_id(message.number("order"))
    if account is None or not account.contact:
        return None
    refund = next(one for one in account.refunds if one.id == message.number("refund"))
    return _to_organizers("refund_failed", account, settings, at, amount=refund.amount)


def _to_organizers(name: str, account: Account, settings: Settings, at: datetime, **values: Any) -> Sealed:
    locales.speak(locales.DEFAULT)
    return mail.compose(
        settings,
        f"registration/{name}",
        account.contact,
        at,
        locale=locales.DEFAULT,
        to_name="",
        account=account,
        link=f"{settings.base_url}/organize/events/{account.slug}/orders/{account.code}",
        **values,
    )


def _coming(account: Account) -> Money:
    """What was asked for or sent back so far, and did not fail."""
    sent = (refund.amount for refund in account.refunds if refund.state not in {"failed", "canceled"})
    return Money.sum(sent, account.currency)


def _compose(name: str, account: Account, settings: Settings, at: datetime, **values: Any) -> Sealed:
    locales.speak(account.locale)
    key = orders.secret(account.code, settings.secret_key.get_secret_value())
    return mail.compose(
        settings,
        f"registration/{name}",
        account.email,
        at,
        locale=account.locale,
        to_name=account.name,
        account=account,
        link=f"{settings.base_url}/orders/{account.code}?key={key}",
        **values,
    )
