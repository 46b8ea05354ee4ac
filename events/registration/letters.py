"""The mails of this room, each written by a worker from the id of its order. None when there is nobody to tell."""

from datetime import datetime
from email.message import EmailMessage
from typing import Any

from events.core import locales, mail
from events.core.money import Money
from events.core.outbox import Message
from events.registration import accounts, orders
from events.registration.accounts import Account
from events.registration.states import OrderState
from events.settings import Settings


async def order_confirmed(message: Message, settings: Settings, at: datetime) -> EmailMessage | None:
    account = await _account(message)
    if account is None or account.state is not OrderState.CONFIRMED:
        return None
    return _compose("order_confirmed", account, settings, at)


async def order_cancelled(message: Message, settings: Settings, at: datetime) -> EmailMessage | None:
    account = await _account(message)
    return _compose("order_cancelled", account, settings, at, coming=_coming(account)) if account else None


async def order_expired(message: Message, settings: Settings, at: datetime) -> EmailMessage | None:
    account = await _account(message)
    if account is None or account.state is not OrderState.EXPIRED:
        return None
    return _compose("order_expired", account, settings, at, again=f"{settings.base_url}/events/{account.slug}/register")


async def late_payment_refunded(message: Message, settings: Settings, at: datetime) -> EmailMessage | None:
    account = await _account(message)
    return _compose("late_payment_refunded", account, settings, at, coming=_coming(account)) if account else None


async def refund_settled(message: Message, settings: Settings, at: datetime) -> EmailMessage | None:
    account = await _account(message)
    if account is None:
        return None
    refund = next(one for one in account.refunds if one.id == message.number("refund"))
    return _compose("refund_settled", account, settings, at, refund=refund)


async def _account(message: Message) -> Account | None:
    account = await accounts.by_id(message.number("order"))
    return account if account is not None and account.email else None


def _coming(account: Account) -> Money:
    """What was asked for or sent back so far, and did not fail."""
    sent = (refund.amount for refund in account.refunds if refund.state not in {"failed", "canceled"})
    return Money.sum(sent, account.currency)


def _compose(name: str, account: Account, settings: Settings, at: datetime, **values: Any) -> EmailMessage:
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
