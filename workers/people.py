"""What takes seconds over everybody the association knows."""

from events.core import clock
from events.core.outbox import Message
from events.people import candidates
from workers.tools import Tools


async def look_for_duplicates(message: Message, tools: Tools) -> None:
    await candidates.look(clock.now())
