"""People's schedules, the roster, and an institution's places follow what happened in orders and programmes."""

from collections.abc import Sequence

from events.agenda import changes
from events.core import clock
from events.core.outbox import Message
from events.institutions import following
from events.registration import joining
from workers.job import Told, together
from workers.tools import Tools


async def follow_release(message: Message, tools: Tools) -> None:
    await changes.follow_release(message.number("event"), message.number("release"), clock.now())


async def follow_orders(messages: Sequence[Message], tools: Tools, told: Told) -> None:
    """Orders were confirmed or cancelled: of a crowd buying at once, many are followed by the same few statements."""

    async def follow(some: Sequence[Message]) -> None:
        orders = [message.number("order") for message in some]
        await joining.follow(orders, clock.now())
        await following.follow_orders(orders, clock.now())
        await changes.follow_orders(orders, clock.now())
        told.done.extend(message.id for message in some)

    await together(messages, told, follow)
