"""Files that organizers bring into their programmes: looked at, and written."""

from events.core import clock
from events.core.outbox import Message
from events.sheets import runs
from workers.tools import Tools


async def work(message: Message, tools: Tools) -> None:
    await runs.work(message.number("run"), clock.now())
