"""What has to be told to somebody: rows written in the transaction of their cause, told by the workers afterwards."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from events.core import database

ATTEMPTS = 8
"""After so many a message is given up: `failed_at` is set, `/metrics` and `colloquy audit` show it."""

KEPT = timedelta(days=14)
"""How long a message that was told stays, for who asks what happened."""
KEPT_WITH_A_KEY = timedelta(days=400)


@dataclass(frozen=True)
class Message:
    id: int
    topic: str
    body: Mapping[str, object]
    attempt: int

    def number(self, name: str) -> int:
        """An id in the body."""
        value = self.body[name]
        if not isinstance(value, int):
            raise TypeError(f"{self.topic}: {name} is {value!r}, not a number")
        return value


async def write(topic: str, body: Mapping[str, object], key: str | None = None, due: datetime | None = None) -> None:
    """Write one message in the surrounding transaction.

    body   small: ids, never a secret or an address
    key    written once ever: a second message with this key is dropped
    due    not before this moment; None is at once
    """
    await database.execute(
        "INSERT INTO outbox_message (topic, key, body, created_at, due_at)"
        " VALUES ($1, $2, $3, now(), coalesce($4, now())) ON CONFLICT (key) DO NOTHING",
        topic,
        key,
        json.dumps(body),
        due,
    )


_EVER = datetime(1970, 1, 1, tzinfo=UTC)

_CLAIM = """
WITH due AS MATERIALIZED (
    SELECT id, attempt FROM outbox_message
    WHERE done_at IS NULL AND failed_at IS NULL AND due_at > $4 AND due_at <= $1
    AND (leased_until IS NULL OR leased_until <= $1) AND topic <> all($5::text[])
    ORDER BY due_at, id LIMIT $2 FOR UPDATE SKIP LOCKED
), given_up AS (
    UPDATE outbox_message m SET failed_at = $1, error = CASE m.error WHEN '' THEN 'every lease ran out' ELSE m.error END
    FROM due WHERE m.id = due.id AND due.attempt >= $6
)
UPDATE outbox_message m SET leased_until = $3, attempt = m.attempt + 1
FROM due WHERE m.id = due.id AND due.attempt < $6
RETURNING m.id, m.topic, m.body, m.attempt, m.due_at
"""


async def claim(
    limit: int, at: datetime, lease: timedelta, since: datetime = _EVER, but: Collection[str] = ()
) -> list[Message]:
    """Take due messages for `lease`, one attempt more on each, the longest due first. Relays may do this at once.

    since   only what fell due after this
    but     none of these topics

    A lease that ran out is taken again. Messages whose attempts are used up are marked failed instead.
    """
    rows = await database.rows(_CLAIM, at, limit, at + lease, since, list(but), ATTEMPTS)
    rows.sort(key=lambda row: (row["due_at"], row["id"]))
    return [_message(row) for row in rows]


def _message(row: Any) -> Message:
    return Message(row["id"], row["topic"], json.loads(row["body"]), row["attempt"])


async def load(message_id: int, attempt: int) -> Message | None:
    """The message of a rung job, or None when it is done, given up, or was taken again by a later attempt."""
    row = await database.row(
        "SELECT id, topic, body, attempt FROM outbox_message"
        " WHERE id = $1 AND attempt = $2 AND done_at IS NULL AND failed_at IS NULL",
        message_id,
        attempt,
    )
    return _message(row) if row else None


async def finish(ids: Sequence[int], at: datetime) -> None:
    await database.execute(
        "UPDATE outbox_message SET done_at = $2, leased_until = NULL WHERE id = any($1)", list(ids), at
    )


async def give_back(messages: Sequence[Message], due: datetime | None = None) -> None:
    """Undo a claim whose work was not begun: due again, at once or not before `due`, and no attempt spent.

    Only for messages that no ring in the queue names: the next claim has the same attempt, and both would be done.
    """
    await database.execute(
        "UPDATE outbox_message m SET leased_until = NULL, attempt = m.attempt - 1, due_at = coalesce($3, m.due_at)"
        " FROM unnest($1::bigint[], $2::int[]) r (id, attempt)"
        " WHERE m.id = r.id AND m.attempt = r.attempt AND m.done_at IS NULL AND m.failed_at IS NULL",
        [message.id for message in messages],
        [message.attempt for message in messages],
        due,
    )


async def fail(message: Message, error: str, at: datetime, last: bool = False) -> None:
    """Try again later (1, 2, 4 … minutes), or give up after the last attempt; at once when this one is the `last`."""
    last = last or message.attempt >= ATTEMPTS
    await database.execute(
        "UPDATE outbox_message SET error = $2, leased_until = NULL, failed_at = $3, due_at = $4"
        " WHERE id = $1 AND done_at IS NULL",
        message.id,
        error[:500],
        at if last else None,
        at + timedelta(minutes=2 ** (message.attempt - 1)),
    )


async def lag(at: datetime) -> tuple[int, float, int]:
    """How many messages are due, the age of the oldest in seconds, and how many were given up."""
    row = await database.row(
        "SELECT count(*) FILTER (WHERE failed_at IS NULL AND due_at <= $1) AS due,"
        " coalesce(extract(epoch FROM $1 - min(due_at) FILTER (WHERE failed_at IS NULL)), 0)::float AS age,"
        " count(*) FILTER (WHERE failed_at IS NOT NULL) AS failed FROM outbox_message WHERE done_at IS NULL",
        at,
    )
    return (row["due"], row["age"], row["failed"]) if row else (0, 0.0, 0)


async def load_many(rung: Sequence[tuple[int, int]]) -> list[Message]:
    """`load` for several at once, as (id, attempt): the order stays, what is not to be done any more is left out."""
    rows = await database.rows(
        "SELECT m.id, m.topic, m.body, m.attempt"
        " FROM unnest($1::bigint[], $2::int[]) WITH ORDINALITY r (id, attempt, place)"
        " JOIN outbox_message m ON m.id = r.id AND m.attempt = r.attempt"
        " WHERE m.done_at IS NULL AND m.failed_at IS NULL ORDER BY r.place",
        [pair[0] for pair in rung],
        [pair[1] for pair in rung],
    )
    return [_message(row) for row in rows]


async def forget(at: datetime, limit: int) -> int:
    """Delete at most `limit` messages that were told, or given up, long ago. Returns how many.

    One with a key stays longer: it keeps what it told from being told again.
    """
    return await database.execute(
        "DELETE FROM outbox_message WHERE id IN (SELECT id FROM outbox_message"
        " WHERE (done_at < $1 AND key IS NULL) OR done_at < $2 OR failed_at < $2 ORDER BY id LIMIT $3)",
        at - KEPT,
        at - KEPT_WITH_A_KEY,
        limit,
    )
