from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage

import pytest

from events.core.mail import Sealed
from events.core.money import Money
from events.core.outbox import Message
from events.registration import accounts, cancellations, holds, letters, orders, refunds
from events.registration.accounts import Account
from events.registration.models import Dispute, Refund
from events.settings import Settings
from tests import make
from tests.letterbox import opened
from tests.make import NOON


@pytest.fixture
def settings() -> Settings:
    return Settings(secret_key="tests" * 8, base_url="https://shop.example")


def message(order: int, **body: object) -> Message:
    return Message(1, "mail", {"order": order, **body}, 1)


Letter = Callable[[Account, Message, Settings, datetime], Sealed | None]


async def written(letter: Letter, about: Message, settings: Settings) -> Sealed | None:
    """What the worker would send."""
    found = await letters.accounts_of([about])
    return letter(found[about.id], about, settings, NOON)


def text(mail: EmailMessage) -> str:
    return _part(mail, "plain")


def html(mail: EmailMessage) -> str:
    return _part(mail, "html")


def _part(mail: EmailMessage, subtype: str) -> str:
    part = mail.get_body((subtype,))
    assert part is not None
    content: str = part.get_content()
    return content


async def test_the_confirmation_has_every_ticket_and_the_way_to_the_order(db: None, settings: Settings) -> None:
    event = await make.event(title="Annual <Conference>")
    full = await make.ticket_type(event, "Full registration")
    placed = await holds.place(await make.basket([full], [full]), NOON)

    mail = opened(await written(letters.order_confirmed, message(placed.id), settings))

    assert mail["To"] == "Ada Lovelace <ada@example.org>"
    assert mail["Subject"] == "Your tickets: Annual <Conference>"
    account = await accounts.by_id(placed.id)
    assert account is not None
    link = f"https://shop.example/orders/{placed.code}?key={orders.secret(placed.code, 'tests' * 8)}"
    assert text(mail).splitlines()[:2] == ["Annual <Conference>", "Thursday, July 9, 2026 – Sunday, July 12, 2026"]
    for attendee in account.attendees:
        assert attendee.code in text(mail)
        assert attendee.code in html(mail)
    assert link in text(mail)
    assert link in html(mail)
    assert "Annual &lt;Conference&gt;" in html(mail)


async def test_a_cancellation_says_what_comes_back(db: None, settings: Settings) -> None:
    full = await make.ticket_type(name="Full registration")
    placed = await holds.place(await make.basket([full]), NOON)
    account = await accounts.by_id(placed.id)
    assert account is not None
    await cancellations.cancel(account, [account.attendees[0].id], NOON, "cannot come")

    mail = opened(await written(letters.order_cancelled, message(placed.id), settings))

    assert "The whole order is cancelled." in text(mail)
    assert "No money comes back." in text(mail)
    assert await written(letters.order_confirmed, message(placed.id), settings) is None


async def test_an_expired_order_says_that_nothing_was_charged(db: None, settings: Settings) -> None:
    full = await make.ticket_type(name="Full registration", price=100, places=1)
    placed = await holds.place(await make.basket([full]), NOON)
    assert await written(letters.order_expired, message(placed.id), settings) is None
    await holds.sweep(NOON.replace(hour=20))

    mail = opened(await written(letters.order_expired, message(placed.id), settings))

    assert "Nothing was charged" in text(mail)


async def test_a_refund_names_its_amount(db: None, settings: Settings) -> None:
    full = await make.ticket_type(name="Full registration", price=100, places=1)
    placed = await holds.place(await make.basket([full]), NOON)
    from_stripe = await refunds.request(placed.id, "pi_1", Money(100, "USD"), "late", NOON)

    late = opened(await written(letters.late_payment_refunded, message(placed.id), settings))
    settled = opened(await written(letters.refund_settled, message(placed.id, refund=from_stripe), settings))

    assert "$1.00" in text(late)
    assert "$1.00" in settled["Subject"]


async def test_who_answers_for_an_event_hears_of_a_dispute_and_until_when(db: None, settings: Settings) -> None:
    event = await make.event(title="Annual Conference", contact_email="events@example.org")
    placed = await holds.place(await make.basket([await make.ticket_type(event)]), NOON)
    await Dispute.create(
        order_id=placed.id, stripe_id="du_1", payment_intent="pi_1", amount=4200, currency="USD",
        state="needs_response",
        due_by=NOON + timedelta(days=7), opened_at=NOON, asked_at=NOON,
    )  # fmt: skip

    mail = opened(await letters.dispute_opened(message(placed.id, dispute="du_1"), settings, NOON))
    await event.update_from_dict({"contact_email": ""}).save()

    assert mail["To"] == "events@example.org"
    assert placed.code in mail["Subject"]
    assert "$42.00" in text(mail)
    assert "July 2, 2026" in text(mail)
    assert f"/organize/events/{event.slug}/orders/{placed.code}" in html(mail)
    assert await letters.dispute_opened(message(placed.id, dispute="du_1"), settings, NOON) is None


async def test_who_answers_for_an_event_hears_that_a_refund_failed(db: None, settings: Settings) -> None:
    event = await make.event(contact_email="events@example.org")
    placed = await holds.place(await make.basket([await make.ticket_type(event)]), NOON)
    refund = await Refund.create(
        order_id=placed.id, amount=4200, currency="USD", state="failed", reason="", payment_intent="pi_1",
        requested_at=NOON,
    )  # fmt: skip

    mail = opened(await letters.refund_failed(message(placed.id, refund=refund.id), settings, NOON))

    assert (mail["To"], "$42.00" in text(mail)) == ("events@example.org", True)
    assert "Ask the buyer" in text(mail)
