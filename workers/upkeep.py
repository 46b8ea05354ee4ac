"""What time itself causes. Each may run twice, or late: it looks what is due now, and does that."""

from datetime import datetime, timedelta

from events.agenda import notices, personal_feeds, reminders
from events.books import reconciliation, statement
from events.calls import task_reminders as task_reminders_
from events.catalogue import feeds as catalogue_feeds
from events.catalogue import observances
from events.core import database, inbox
from events.core.logs import log
from events.invoicing import dues
from events.people import candidates
from events.registration import disputes, exchanges, payments, voucher_codes, webhooks
from events.registration import holds as registration_holds
from events.registration.stripe_api import StripeRefused
from events.schedule import feeds as schedule_feeds
from events.waitlist import rounds
from workers import retention
from workers.tools import Tools


async def holds(at: datetime, tools: Tools) -> None:
    """Places of holds that ran out and of codes whose days are over are free again, also where nobody asks for them."""
    while await voucher_codes.sweep(at):
        continue
    while await registration_holds.sweep(at):
        continue
    await exchanges.sweep(at)


async def waitlists(at: datetime, tools: Tools) -> None:
    """What came free is offered to who waits for it; offers that ended go to the next."""
    await rounds.run(at)


async def checkouts(at: datetime, tools: Tools) -> None:
    """What Stripe knows and did not tell us; webhooks that could not be understood when they came."""
    if tools.stripe.ready:
        await payments.sweep(tools.stripe, at)
        await disputes.sweep(tools.stripe, at)
        for event in await inbox.waiting(at - timedelta(minutes=10)):
            try:
                await webhooks.handle(event, tools.stripe, at)
            except StripeRefused as error:  # this one; the others are understood all the same
                log.error("Stripe says no about a webhook event", webhook=event, reason=str(error)[:200])


async def stripes_books(at: datetime, tools: Tools) -> None:
    """Yesterday's lines of Stripe's books beside ours. Where Stripe is away, the next hour goes on."""
    if tools.stripe.ready and await statement.first_missing(at) < at.date():
        await reconciliation.run(tools.stripe, at)


async def unpaid(at: datetime, tools: Tools) -> None:
    """Places of orders that nobody paid by purchase order, check or transfer; invoices of orders that changed."""
    await dues.sweep(at)
    while await dues.remind(at):
        continue


async def due_mails(at: datetime, tools: Tools) -> None:
    """Reminders that fall due, and changes that are now decided."""
    await reminders.ring_due(at)
    await notices.ring_due(at)


async def task_reminders(at: datetime, tools: Tools) -> None:
    """What presenters still owe their events: a mail a person and day, in the hours when people read mail."""
    await task_reminders_.ring_due(at)


async def tombstones(at: datetime, tools: Tools) -> None:
    """What was cancelled and is over leaves the feeds, and their revisions move."""
    for event in await schedule_feeds.expired(at):
        async with database.transaction():
            await schedule_feeds.write(event, at)
    await catalogue_feeds.refresh_all(at)
    await personal_feeds.drop_tombstones(at)


async def celebrations(at: datetime, tools: Tools) -> None:
    """There are always some years of every celebration ahead."""
    for row in await database.rows("SELECT event_id FROM celebration WHERE derived_from_id IS NULL ORDER BY id"):
        async with database.transaction():
            for event in sorted(await observances.compute(row["event_id"], at)):
                await catalogue_feeds.refresh_event(event, at)


async def old_rows(at: datetime, tools: Tools) -> None:
    """What was kept for a while goes: docs/security.md has the table of what is kept how long, and why."""
    await webhooks.reopen()
    await retention.forget(at, tools.settings)


async def duplicates(at: datetime, tools: Tools) -> None:
    """People who may be one person, looked for among everybody."""
    await candidates.look(at)
