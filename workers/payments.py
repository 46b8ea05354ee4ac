"""Money, spoken about with Stripe: what a webhook told us, refunds on their way, checkouts given up."""

from events.books import reconciliation
from events.core import clock
from events.core.outbox import Message
from events.registration import calling_off, payments, refunds, webhooks
from workers.tools import Tools


class NotKnownYet(Exception):
    """A webhook about an object that our rows do not know yet: it is tried again, later and later."""


async def webhook(message: Message, tools: Tools) -> None:
    event = str(message.body["webhook_event"])
    if not await webhooks.handle(event, tools.stripe, clock.now()):
        raise NotKnownYet(event)


async def send_refund(message: Message, tools: Tools) -> None:
    await refunds.send(message.number("refund"), tools.stripe, clock.now())


async def abandon(message: Message, tools: Tools) -> None:
    await payments.abandon(message.number("order"), tools.stripe, clock.now())


async def compare_books(message: Message, tools: Tools) -> None:
    await reconciliation.run(tools.stripe, clock.now())


async def call_off(message: Message, tools: Tools) -> None:
    await calling_off.work(message.number("calling_off"), clock.now())
