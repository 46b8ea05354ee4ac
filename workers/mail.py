"""Mails: the room whose fact it is writes them, here they leave.

The mails of a ring are sent beside each other, so none waits for a slow one; each is noted when it left. A letter that
is None says that there is nobody to tell, or nothing any more.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from events.agenda import invitation_letters
from events.core import clock
from events.core.mail import Mailer, Sealed
from events.core.outbox import Message
from events.settings import Settings
from workers.job import Batch, Told, together
from workers.tools import Tools

T = TypeVar("T")

Letter = Callable[[Message, Settings, datetime], Awaitable[Sealed | None]]
Facts = Callable[[Sequence[Message]], Awaitable[Mapping[int, T]]]
"""Reads at once what some messages are about; by message id, without those that have nobody to tell."""


def post(letter: Letter, *, bulk: bool = False) -> Batch:
    """The job of mails that are written one by one.

    bulk   mails by the thousand: they have connections of their own, on which nobody in front of a screen waits
    """

    async def batch(messages: Sequence[Message], tools: Tools, told: Told) -> None:
        at = clock.now()
        mailer = tools.bulk_mailer if bulk else tools.mailer

        async def do(message: Message) -> None:
            await _send(mailer, message, await letter(message, tools.settings, at))

        await asyncio.gather(*(told.note(message, do, message) for message in messages))

    return batch


def post_about(facts: Facts[T], letter: Callable[[T, Message, Settings, datetime], Sealed | None]) -> Batch:
    """The same where one read tells what all of them are about."""

    async def batch(messages: Sequence[Message], tools: Tools, told: Told) -> None:
        at = clock.now()
        known = {id_: fact for found in await together(messages, told, facts) for id_, fact in found.items()}

        async def do(message: Message) -> None:
            if message.id in known:
                await _send(tools.mailer, message, letter(known[message.id], message, tools.settings, at))

        readable = [message for message in messages if message.id not in told.failed]
        await asyncio.gather(*(told.note(message, do, message) for message in readable))

    return batch


async def invitations(messages: Sequence[Message], tools: Tools, told: Told) -> None:
    """Decide together, and note together what left: only its own message may send a mail again."""
    at = clock.now()
    found = await together(messages, told, lambda some: invitation_letters.write(some, tools.settings, at))
    letters = [(message, letter) for written in found for message, letter in written]
    told.done += {message.id for message in messages} - {message.id for message, _letter in letters} - {*told.failed}
    try:
        await asyncio.gather(
            *(told.note(message, _send, tools.bulk_mailer, message, letter) for message, letter in letters)
        )
    finally:
        done = set(told.done)
        await invitation_letters.left([message for message, _letter in letters if message.id in done], clock.now())


async def _send(mailer: Mailer, message: Message, letter: Sealed | None) -> None:
    """A job that runs twice sends the same Message-ID, by which mailboxes know a copy."""
    if letter is not None:
        await mailer.send(letter.named(f"<message-{message.id}@{letter.sender.rpartition('@')[2]}>"))
