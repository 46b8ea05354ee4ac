"""The one function that arq runs: load what was rung for, do it, and mark it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from events.core import clock, outbox
from events.core.logs import log, without_secrets
from events.core.outbox import Message
from workers.tools import Tools

Job = Callable[[Message, Tools], Awaitable[None]]
"""Does what one message asks for. It may run twice: it looks first whether the work is done."""

Batch = Callable[[Sequence[Message], Tools], Awaitable[Mapping[int, Exception]]]
"""Does what several messages of one topic ask for; returns by id what went wrong with which."""

MARK_EVERY = 50
"""Rows marked done in one statement: marking each mail by itself costs more than sending it (FAST: 0.49 → 0.66)."""


class NoSuchTopic(Exception):
    """A message that no job is listed for: written by a newer release than this worker, or by mistake."""


async def tell(ctx: Mapping[str, Any], rung: Sequence[tuple[int, int]]) -> None:
    """Do the work of some messages, given as (id, attempt). Never raises: what failed is on its row, for the relay.

    A message whose lease ran out meanwhile belongs to a later attempt, and is left alone here.
    """
    messages = await outbox.load_many(rung)
    if messages and messages[0].topic in ctx["batches"]:
        await tell_batch(messages, ctx["batches"][messages[0].topic], ctx["tools"])
        return
    done: list[int] = []
    try:
        for message in messages:
            if await tell_one(message, ctx["topics"], ctx["tools"]):
                done.append(message.id)
            if len(done) >= MARK_EVERY:
                await outbox.finish(done, clock.now())
                done = []
    finally:
        if done:
            await outbox.finish(done, clock.now())


async def tell_one(message: Message, topics: Mapping[str, Job], tools: Tools) -> bool:
    """Run a message's job. False when it failed; its row then says why, and when it is tried again."""
    try:
        if message.topic not in topics:
            raise NoSuchTopic(message.topic)
        await topics[message.topic](message, tools)
    except Exception as error:
        await _failed(message, error)
        return False
    return True


async def tell_batch(messages: Sequence[Message], batch: Batch, tools: Tools) -> None:
    """Run the job of several messages, which are all of one topic: a ring never mixes."""
    try:
        failed = await batch(messages, tools)
    except Exception as error:
        failed = {message.id: error for message in messages}
    for message in messages:
        if message.id in failed:
            await _failed(message, failed[message.id])
    await outbox.finish([message.id for message in messages if message.id not in failed], clock.now())


async def _failed(message: Message, error: Exception) -> None:
    words = f"{type(error).__name__}: {error}"
    log.error("a job failed", topic=message.topic, message=message.id, attempt=message.attempt, exc_info=error)
    await outbox.fail(message, str(without_secrets(None, "", {"error": words})["error"]), clock.now())
