"""The mails about tickets that change hands, and about what was asked of the registrar."""

from datetime import datetime
from typing import Any

from events.core import locales, mail, pages
from events.core.mail import Sealed
from events.core.outbox import Message
from events.registration import accounts, change_requests, declarations, exemptions, orders, transfers
from events.registration.accounts import Account
from events.registration.states import DeclarationState, ExemptionState, TransferState
from events.registration.transfers import Transfer
from events.settings import Settings


async def transfer_offered(message: Message, settings: Settings, at: datetime) -> Sealed | None:
    """To the other person. None when it was answered or taken back meanwhile."""
    found = await _offer(message)
    if found is None or found[1].state is not TransferState.offered:
        return None
    return _to_receiver("transfer_offered", *found, settings, at)


async def transfer_received(message: Message, settings: Settings, at: datetime) -> Sealed | None:
    """To the other person, whose ticket it is now."""
    found = await _offer(message)
    return _to_receiver("transfer_received", *found, settings, at) if found else None


async def transfer_settled(message: Message, settings: Settings, at: datetime) -> Sealed | None:
    """To the buyer: it was accepted, or declined."""
    found = await _offer(message)
    if found is None or not found[0].email:
        return None
    account, offered = found
    accepted = offered.state is TransferState.accepted
    return _compose("transfer_settled", account, settings, at, offered=offered, accepted=accepted)


async def change_answered(message: Message, settings: Settings, at: datetime) -> Sealed | None:
    """To the buyer: what the registrar said."""
    account = await accounts.by_id(message.number("order"))
    if account is None or not account.email:
        return None
    asked = await change_requests.load(message.number("request"))
    locales.speak(account.locale)
    what = str(change_requests.KINDS[asked.kind])
    return _compose("change_answered", account, settings, at, asked=asked, what=what)


async def declaration_refused(message: Message, settings: Settings, at: datetime) -> Sealed | None:
    """To the buyer, with what they can do. None when it was accepted after all."""
    account = await accounts.by_id(message.number("order"))
    said = await declarations.of_order(account.id) if account else None
    if account is None or not account.email or said is None or said.state is not DeclarationState.refused:
        return None
    locales.speak(account.locale)
    what = str(declarations.KINDS[said.kind])
    return _compose("declaration_refused", account, settings, at, what=what, answer=said.answer)


async def exemption_answered(message: Message, settings: Settings, at: datetime) -> Sealed | None:
    """To the buyer: the tax is off, or why it is not. None when another certificate was sent meanwhile."""
    account = await accounts.by_id(message.number("order"))
    sent = await exemptions.of_order(account.id) if account else None
    if account is None or not account.email or sent is None or sent.state is ExemptionState.asked:
        return None
    locales.speak(account.locale)
    return _compose(
        "exemption_answered",
        account,
        settings,
        at,
        accepted=sent.state is ExemptionState.accepted,
        off=pages.money(sent.tax),
        number=sent.certificate.number,
        answer=sent.answer,
    )


async def _offer(message: Message) -> tuple[Account, Transfer] | None:
    offered = await transfers.load(message.number("transfer"))
    account = await accounts.by_id(offered.order) if offered else None
    return (account, offered) if account and offered and offered.who.email else None


def _to_receiver(name: str, account: Account, offered: Transfer, settings: Settings, at: datetime) -> Sealed:
    locales.speak(account.locale)
    key = transfers.secret(offered.id, settings.secret_key.get_secret_value())
    return mail.compose(
        settings,
        f"registration/{name}",
        offered.who.email,
        at,
        locale=account.locale,
        to_name=offered.who.name,
        account=account,
        offered=offered,
        link=f"{settings.base_url}/transfers/{offered.id}?key={key}",
    )


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
