"""People's schedules follow what happened in orders and programmes."""

from events.agenda import changes
from events.core import clock
from events.core.outbox import Message
from workers.tools import Tools


async def follow_release(message: Message, tools: Tools) -> None:
    await changes.follow_release(message.number("event"), message.number("release"), clock.now())


async def follow_order(message: Message, tools: Tools) -> None:
    await changes.follow_order(message.number("order"), clock.now())
