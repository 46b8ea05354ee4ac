"""The mail that says what is to be paid, to whom and by when."""

from datetime import datetime
from zoneinfo import ZoneInfo

from events.core import locales, mail
from events.core.mail import Sealed
from events.core.outbox import Message
from events.invoicing import dues
from events.registration import accounts, orders
from events.registration.states import OrderState
from events.settings import Settings


async def payment_due(message: Message, settings: Settings, at: datetime) -> Sealed | None:
    """None when nothing is to be paid any more."""
    return await _about("payment_due", message, settings, at)


async def payment_reminder(message: Message, settings: Settings, at: datetime) -> Sealed | None:
    """None when it was paid, or given back, before the mail left."""
    return await _about("payment_reminder", message, settings, at)


async def _about(name: str, message: Message, settings: Settings, at: datetime) -> Sealed | None:
    account = await accounts.by_id(message.number("order"))
    if account is None or not account.email or account.state not in {OrderState.PENDING, OrderState.CONFIRMED}:
        return None
    due = await dues.of_order(account)
    if due is None or due.left.amount <= 0:
        return None
    locales.speak(account.locale)
    key = orders.secret(account.code, settings.secret_key.get_secret_value())
    return mail.compose(
        settings,
        f"invoicing/{name}",
        account.email,
        at,
        locale=account.locale,
        to_name=account.name,
        account=account,
        due=due,
        late=due.due_on < at.astimezone(ZoneInfo(account.zone)).date(),
        link=f"{settings.base_url}/orders/{account.code}/invoice?key={key}",
    )
