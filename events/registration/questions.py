"""What organizers ask of attendees: writing questions, changing them without changing what was answered, counting."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import asyncpg

from events.core import database
from events.core.errors import NotFound, Unreadable
from events.core.locales import _
from events.registration import asking
from events.registration.asking import Question


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with how many live tickets have an answer to it. put_away: nobody is asked any more."""

    question: Question
    answers: int
    put_away: bool


_QUESTIONS = """
SELECT q.*, (SELECT count(*) FROM registration r
    WHERE r.event_id = q.event_id AND r.answers ? q.id::text)::int AS answers
FROM question q WHERE q.event_id = $1 ORDER BY q.put_away_at IS NOT NULL, q.position, q.id
"""


def _asked(row: asyncpg.Record) -> Asked:
    question = Question(
        row["id"],
        row["label"],
        row["kind"],
        tuple(row["options"]),
        row["required"],
        frozenset(row["ticket_type_ids"]),
        row["help"],
        row["minimum"],
        row["maximum"],
        row["only_if_id"],
        tuple(row["only_answers"]),
    )
    return Asked(question, row["answers"], row["put_away_at"] is not None)


async def of_event(event_id: int) -> list[Asked]:
    """All, in their order, those put away last."""
    return [_asked(row) for row in await database.rows(_QUESTIONS, event_id)]


async def counts(event_id: int, question: Question) -> list[tuple[str, int]]:
    """How many live tickets of confirmed orders have which answer, the options first; only for what one chooses."""
    rows = await database.rows(
        "SELECT answer, count(*)::int AS n FROM registration r JOIN orders o ON o.id = r.order_id,"
        " regexp_split_to_table(r.answers ->> $2, '\n') answer WHERE r.event_id = $1 AND r.answers ? $2"
        " AND r.cancelled_at IS NULL AND o.state IN ('CONFIRMED', 'PENDING') GROUP BY answer ORDER BY n DESC, answer",
        event_id,
        str(question.id),
    )
    found = {row["answer"]: row["n"] for row in rows}
    first = question.options or (("yes", "no") if question.kind == "yes_no" else ())
    return [(one, found.pop(one, 0)) for one in first] + list(found.items())


async def save(event_id: int, values: Question, at: datetime, *, correction: bool) -> int:
    """Write a question; id 0 for a new one. Returns its id.

    What was answered stays an answer to what was asked: with answers, another kind or other words make a new question
    in its place, and the old one is put away. correction: only its words are mended, the answers mean the same.
    Raises Unreadable for a condition that leads back to itself or to another event, NotFound.
    """
    async with database.transaction():
        await database.execute("SELECT pg_advisory_xact_lock(hashtext('questions'), $1)", event_id)
        there = {one.question.id: one for one in await of_event(event_id)}
        _refuse(values, there)
        was = there.get(values.id)
        if values.id and was is None:
            raise NotFound
        if was is None:
            return await _insert(event_id, values, None)
        other = was.question.kind != values.kind or (was.question.label != values.label and not correction)
        if was.answers and other:
            return await _replace(event_id, was.question, values, at)
        await _update(values)
        return values.id


def _refuse(values: Question, there: Mapping[int, Asked]) -> None:
    if values.only_if is None:
        return
    depends = {id_: one.question.only_if for id_, one in there.items()}
    if values.only_if not in there or there[values.only_if].put_away:
        raise Unreadable({"only_if": _("Choose one of the list.")})
    if asking.cycle(values.id, values.only_if, depends):
        raise Unreadable({"only_if": _("That question depends on this one: nobody would be asked either.")})
    other = there[values.only_if].question
    allowed = other.options if other.kind in asking.WITH_OPTIONS else ("yes", "no") if other.kind == "yes_no" else None
    if not values.only_answers:
        raise Unreadable({"only_answers": _("Write after which answers it is asked, one a line.")})
    if allowed is not None and not set(values.only_answers) <= set(allowed):
        words = _("That question has other answers: %(answers)s.") % {"answers": ", ".join(allowed)}
        raise Unreadable({"only_answers": words})


async def _insert(event_id: int, values: Question, position: int | None) -> int:
    made: int = await database.value(
        "INSERT INTO question (event_id, label, kind, options, required, ticket_type_ids, help, minimum, maximum,"
        " only_if_id, only_answers, position) VALUES ($1, $2, $3, $4, $5, (SELECT coalesce(array_agg(id), '{}')"
        " FROM ticket_type WHERE event_id = $1 AND id = any($6)), $7, $8, $9, $10, $11, coalesce($12::int,"
        " (SELECT coalesce(max(position), 0) + 1 FROM question WHERE event_id = $1))) RETURNING id",
        event_id,
        *_columns(values),
        position,
    )
    return made


async def _update(values: Question) -> None:
    await database.execute(
        "UPDATE question q SET label = $2, kind = $3, options = $4, required = $5, ticket_type_ids ="
        " (SELECT coalesce(array_agg(t.id), '{}') FROM ticket_type t WHERE t.event_id = q.event_id AND t.id = any($6)),"
        " help = $7, minimum = $8, maximum = $9, only_if_id = $10, only_answers = $11 WHERE id = $1",
        values.id,
        *_columns(values),
    )


async def _replace(event_id: int, old: Question, values: Question, at: datetime) -> int:
    position = await database.value("UPDATE question SET put_away_at = $2 WHERE id = $1 RETURNING position", old.id, at)
    new = await _insert(event_id, replace(values, id=0), position)
    await database.execute(
        "UPDATE question SET only_if_id = $2 WHERE only_if_id = $1 AND put_away_at IS NULL", old.id, new
    )
    return new


def _columns(values: Question) -> tuple[object, ...]:
    return (
        values.label,
        values.kind,
        list(values.options),
        values.required,
        sorted(values.ticket_types),
        values.help,
        values.minimum,
        values.maximum,
        values.only_if,
        list(values.only_answers),
    )


async def put_away(event_id: int, question: int, at: datetime) -> None:
    """Nobody is asked any more; what was answered stays. One that nobody answered is gone for good. Raises NotFound,
    Unreadable when another depends on it."""
    async with database.transaction():
        there = {one.question.id: one for one in await of_event(event_id)}
        if question not in there:
            raise NotFound
        after = [one.question.label for one in there.values() if one.question.only_if == question and not one.put_away]
        if after:
            words = _("“%(label)s” depends on it: change that one first.") % {"label": after[0]}
            raise Unreadable({"label": words})
        if there[question].answers:
            await database.execute(
                "UPDATE question SET put_away_at = coalesce(put_away_at, $2) WHERE id = $1", question, at
            )
        else:
            await database.execute("DELETE FROM question WHERE id = $1", question)


async def take_back(event_id: int, question: int) -> None:
    """Ask it again. Raises NotFound."""
    if not await database.execute(
        "UPDATE question SET put_away_at = NULL WHERE id = $1 AND event_id = $2", question, event_id
    ):
        raise NotFound


async def move(event_id: int, question: int, by: int) -> None:
    """One place up (-1) or down (1). Raises NotFound."""
    async with database.transaction():
        there = [one.question.id for one in await of_event(event_id) if not one.put_away]
        if question not in there:
            raise NotFound
        place = there.index(question)
        there.insert(max(0, place + by), there.pop(place))
        await _number(there)


async def _number(ids: Sequence[int]) -> None:
    await database.execute(
        "UPDATE question q SET position = wanted.n FROM unnest($1::int[]) WITH ORDINALITY wanted (id, n)"
        " WHERE q.id = wanted.id",
        list(ids),
    )
