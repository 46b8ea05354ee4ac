"""The one function that arq runs: load what was rung for, do it, and mark it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, ParamSpec, TypeVar

from events.core import clock, database, outbox
from events.core.logs import log, without_secrets
from events.core.mail import NoTurn, Undeliverable
from events.core.outbox import Message
from workers.tools import Tools

T = TypeVar("T")
P = ParamSpec("P")


@dataclass
class Told:
    """What became of the messages of one ring (their ids), noted as it happens: a job may be cut off in the middle."""

    done: list[int] = field(default_factory=list)
    failed: dict[int, Exception] = field(default_factory=dict)

    async def note(self, message: Message, do: Callable[P, Awaitable[None]], *args: P.args, **kwargs: P.kwargs) -> None:
        """Do what one message asks for, and note it."""
        try:
            await do(*args, **kwargs)
        except Exception as error:
            self.failed[message.id] = error
        else:
            self.done.append(message.id)


Job = Callable[[Message, Tools], Awaitable[None]]
"""Does what one message asks for. It may run twice: it looks first whether the work is done."""

Batch = Callable[[Sequence[Message], Tools, Told], Awaitable[None]]
"""Does what several messages of one topic ask for. What it raises is about all of which it noted nothing."""

LATER = timedelta(minutes=1)
"""When a mail is due again whose turn did not come."""


class NoSuchTopic(Exception):
    """A message that no job is listed for: written by a newer release than this worker, or by mistake."""


async def tell(ctx: Mapping[str, Any], rung: Sequence[tuple[int, int]]) -> None:
    """Do the work of some messages of one topic, given as (id, attempt). Never raises: what failed is on its row.

    A message whose lease ran out meanwhile belongs to a later attempt, and is left alone here.
    """
    messages = await outbox.load_many(rung)
    if not messages:
        return
    topic = messages[0].topic
    batch: Batch = ctx["batches"].get(topic) or one_by_one(ctx["topics"].get(topic, _unheard))
    told = Told()
    try:
        await batch(messages, ctx["tools"], told)
    except Exception as error:
        told.failed |= {message.id: error for message in messages if message.id not in {*told.done, *told.failed}}
    finally:
        # Also when the job is cut off: what left is marked. The rest keeps its lease, and arq runs the ring again.
        await _mark(messages, told)


def one_by_one(job: Job) -> Batch:
    async def batch(messages: Sequence[Message], tools: Tools, told: Told) -> None:
        for message in messages:
            await told.note(message, job, message, tools)

    return batch


async def together(
    messages: Sequence[Message], told: Told, do: Callable[[Sequence[Message]], Awaitable[T]]
) -> Sequence[T]:
    """Do something for all messages at once, and if that fails for each alone: one cannot hold up the others.

    do   leaves nothing behind when it fails
    """
    try:
        return [await do(messages)]
    except database.AWAY:
        raise
    except Exception as error:
        if len(messages) == 1:
            told.failed[messages[0].id] = error
            return []
    return [found for message in messages for found in await together([message], told, do)]


async def _unheard(message: Message, tools: Tools) -> None:
    raise NoSuchTopic(message.topic)


async def _mark(messages: Sequence[Message], told: Told) -> None:
    """All that is done in one statement: marking each mail by itself costs more than sending it (FAST: 0.49 → 0.66)."""
    if told.done:
        await outbox.finish(told.done, clock.now())
    failed = [(message, told.failed[message.id]) for message in messages if message.id in told.failed]
    if waiting := [message for message, error in failed if isinstance(error, NoTurn)]:
        await outbox.give_back(waiting, clock.now() + LATER)
    for message, error in failed:
        if not isinstance(error, NoTurn):
            await _fail(message, error)


async def _fail(message: Message, error: Exception) -> None:
    words = f"{type(error).__name__}: {error}"
    log.error("a job failed", topic=message.topic, message=message.id, attempt=message.attempt, exc_info=error)
    words = str(without_secrets(None, "", {"error": words})["error"])
    await outbox.fail(message, words, clock.now(), last=isinstance(error, Undeliverable))
