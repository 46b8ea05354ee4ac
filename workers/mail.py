"""Mails: the room whose fact it is writes them, here they leave.

A letter is `await letter(message, settings, at) -> EmailMessage | None`; None says that there is nobody to tell, or
nothing any more.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from email.message import EmailMessage

from events.agenda import invitation_letters
from events.core import clock
from events.core.outbox import Message
from events.settings import Settings
from workers.job import Job
from workers.tools import Tools

Letter = Callable[[Message, Settings, datetime], Awaitable[EmailMessage | None]]


def post(letter: Letter) -> Job:
    """The job that sends what `letter` writes."""

    async def job(message: Message, tools: Tools) -> None:
        written = await letter(message, tools.settings, clock.now())
        if written is None:
            return
        # A job that runs twice sends the same Message-ID, by which mailboxes know a copy.
        del written["Message-ID"]
        written["Message-ID"] = f"<message-{message.id}@{tools.settings.mail_from.rpartition('@')[2]}>"
        await tools.mailer.send(written)

    return job


async def invitations(messages: Sequence[Message], tools: Tools) -> dict[int, Exception]:
    """Decide together, send one by one, note together what left: only its own message may send a mail again."""
    failed: dict[int, Exception] = {}
    gone: list[Message] = []
    try:
        for message, letter in await invitation_letters.write(messages, tools.settings, clock.now()):
            try:
                await tools.mailer.send(letter)
            except Exception as error:
                failed[message.id] = error
            else:
                gone.append(message)
    finally:
        await invitation_letters.left(gone, clock.now())
    return failed
