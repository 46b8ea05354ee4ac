"""What presenters of an event have to do until a day: as organizers define it, and who owes it.

Who stands in a session that takes place, in a role and a type the task is about, owes it: a biography and a headshot
once in the event, the rest once a session. A session that came from a call counts from its confirmation on, and no more
for who stepped back. Nothing is stored of what is owed, so a programme that changes takes its tasks along.
"""

from dataclasses import dataclass
from datetime import date, datetime

import asyncpg

from events.core import database
from events.core.errors import NotFound
from events.core.file_kinds import ODP, PDF, PICTURES, PPTX
from events.core.locales import Lazy, lazy
from events.core.uploads import MEGABYTE, Rules
from events.core.wall_time import zone_named

KINDS: dict[str, Lazy] = {
    "biography": lazy("Biography"),
    "headshot": lazy("Headshot"),
    "av": lazy("A/V needs"),
    "release_form": lazy("Release form"),
    "slides": lazy("Slides"),
    "other": lazy("Something else"),
}
ONCE = frozenset({"biography", "headshot"})
"""Once a person in an event; the others once a session."""

WORDS = frozenset({"biography", "av", "other"})
"""Kinds that are done with words."""
FILES: dict[str, Rules] = {
    "headshot": Rules(PICTURES, 10 * MEGABYTE, side=1200),
    "slides": Rules(frozenset({PDF, PPTX, ODP}), 50 * MEGABYTE),
    "release_form": Rules(frozenset({PDF}) | PICTURES, 10 * MEGABYTE),
    "other": Rules(frozenset({PDF}) | PICTURES, 20 * MEGABYTE),
}
"""Kinds that are done with a file; a release form also by agreeing, something else also with words."""

MOST = 40

OWED = """
SELECT DISTINCT t.id AS task_id, t.event_id, r.person_id,
    CASE WHEN t.kind IN ('biography', 'headshot') THEN NULL ELSE s.id END AS session_id
FROM task t JOIN session s ON s.event_id = t.event_id AND s.state <> 'cancelled'
JOIN session_person r ON r.session_id = s.id AND (t.roles = '{{}}' OR r.role = any(t.roles))
JOIN person o ON o.id = r.person_id AND o.erased_at IS NULL
LEFT JOIN proposal p ON p.session_id = s.id
WHERE (t.type_ids = '{{}}' OR s.type_id = any(t.type_ids)) AND (p.id IS NULL OR p.state = 'confirmed')
AND NOT EXISTS (SELECT FROM proposal_person x
    WHERE x.proposal_id = p.id AND x.person_id = r.person_id AND x.state = 'declined') AND {only}
"""
"""Who owes what: SQL with the place `only` for a condition about t, s or r."""

DONE = "a.task_id = w.task_id AND a.person_id = w.person_id AND a.session_id IS NOT DISTINCT FROM w.session_id"
"""Joins a task_answer `a` to what is owed `w`."""


@dataclass(frozen=True, slots=True)
class TaskValues:
    """roles, type_ids: whom it concerns, empty for all; remind_days: so many days before `due_on` a mail goes out."""

    kind: str
    title: str
    words: str
    due_on: date
    roles: tuple[str, ...]
    type_ids: tuple[int, ...]
    remind_days: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TaskRow:
    id: int
    event_id: int
    kind: str
    title: str
    words: str
    due_on: date
    roles: tuple[str, ...]
    type_ids: tuple[int, ...]
    remind_days: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TaskCount:
    """A task with how many owe it, and how many of those have done it."""

    task: TaskRow
    owed: int
    done: int


_COLUMNS = "t.id, t.event_id, t.kind, t.title, t.words, t.due_on, t.roles, t.type_ids, t.remind_days"


def _row(found: asyncpg.Record) -> TaskRow:
    values = {name: found[name] for name in TaskRow.__slots__}
    lists = {name: tuple(values[name] or ()) for name in ("roles", "type_ids", "remind_days")}
    return TaskRow(**(values | lists))


def local_day(at: datetime, zone: str) -> date:
    """Which day it is where the event is: what is due on a day may be done until its end there."""
    return at.astimezone(zone_named(zone)).date()


async def of_event(event: int) -> list[TaskCount]:
    """Those that are due first at the top."""
    found = await database.rows(
        f"WITH w AS ({OWED.format(only='t.event_id = $1')})"  # noqa: S608 - texts of ours
        f" SELECT {_COLUMNS}, count(w.task_id) AS owed, count(a.id) AS done FROM task t"
        f" LEFT JOIN w ON w.task_id = t.id LEFT JOIN task_answer a ON {DONE}"
        " WHERE t.event_id = $1 GROUP BY t.id ORDER BY t.due_on, t.position, t.id",
        event,
    )
    return [TaskCount(_row(row), row["owed"], row["done"]) for row in found]


async def find(event: int, task: int) -> TaskRow:
    """Raises NotFound, also for a task of another event."""
    statement = f"SELECT {_COLUMNS} FROM task t WHERE t.id = $1 AND t.event_id = $2"  # noqa: S608 - a text of ours
    found = await database.row(statement, task, event)
    if found is None:
        raise NotFound
    return _row(found)


async def create(event: int, values: TaskValues) -> int:
    made: int = await database.value(
        "INSERT INTO task (event_id, position, kind, title, words, due_on, roles, type_ids, remind_days)"
        " VALUES ($1, (SELECT coalesce(max(position), 0) + 1 FROM task WHERE event_id = $1),"
        " $2, $3, $4, $5, $6, $7, $8) RETURNING id",
        event,
        *_fields(values),
    )
    return made


async def change(task: TaskRow, values: TaskValues) -> None:
    """Its kind stays: what was done would be something else."""
    _kind, *others = _fields(values)
    await database.execute(
        "UPDATE task SET (title, words, due_on, roles, type_ids, remind_days) = ($2, $3, $4, $5, $6, $7) WHERE id = $1",
        task.id,
        *others,
    )


async def remove(task: TaskRow) -> None:
    """With what was done about it; the files go in the night."""
    await database.execute("DELETE FROM task WHERE id = $1", task.id)


def _fields(values: TaskValues) -> tuple[object, ...]:
    return (
        values.kind,
        values.title,
        values.words,
        values.due_on,
        list(values.roles),
        list(values.type_ids),
        list(values.remind_days),
    )
