"""The mails to who waits: where they are, what is offered, that an offer or the line ended."""

from datetime import datetime
from typing import Any

from events.core import locales, mail
from events.core.mail import Sealed
from events.core.outbox import Message
from events.registration import accounts
from events.registration.accounts import Account
from events.settings import Settings
from events.waitlist import entries
from events.waitlist.entries import Entry
from events.waitlist.states import EntryState


async def joined(message: Message, settings: Settings, at: datetime) -> Sealed | None:
    entry = await entries.load(message.number("entry"))
    if entry is None or not entry.email:
        return None
    return _compose("waitlist_joined", entry, settings, at, standing=await entries.standing(entry))


async def offered(message: Message, settings: Settings, at: datetime) -> Sealed | None:
    """None when the offer ended before the mail left."""
    entry = await entries.load(message.number("entry"))
    if entry is None or not entry.email or entry.state is not EntryState.OFFERED:
        return None
    account = await accounts.by_code(entry.order)
    assert account is not None
    return _compose("waitlist_offered", entry, settings, at, account=account, ticket=_ticket(account))


async def lapsed(message: Message, settings: Settings, at: datetime) -> Sealed | None:
    entry = await entries.load(message.number("entry"))
    if entry is None or not entry.email or entry.state is not EntryState.LAPSED:
        return None
    return _compose("waitlist_lapsed", entry, settings, at)


async def closed(message: Message, settings: Settings, at: datetime) -> Sealed | None:
    entry = await entries.load(message.number("entry"))
    if entry is None or not entry.email or entry.state is not EntryState.CLOSED:
        return None
    return _compose("waitlist_closed", entry, settings, at)


def _ticket(account: Account) -> str:
    return account.lines[0].ticket


def _compose(name: str, entry: Entry, settings: Settings, at: datetime, **values: Any) -> Sealed:
    locales.speak(entry.locale)
    key = entries.secret(entry.id, settings.secret_key.get_secret_value())
    return mail.compose(
        settings,
        f"waitlist/{name}",
        entry.email,
        at,
        locale=entry.locale,
        to_name=entry.name,
        entry=entry,
        link=f"{settings.base_url}/waitlist/{entry.id}?key={key}",
        **values,
    )
