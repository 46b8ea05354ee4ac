"""What somebody owes, and what they do about it."""

from dataclasses import dataclass
from datetime import date, datetime

from events.calls.tasks import DONE, FILES, OWED
from events.core import database, files
from events.core.errors import NotFound, Unreadable
from events.core.files import Store
from events.core.locales import _
from events.core.uploads import Checked

AGREED = "agreed"
"""The words of a release form that somebody agreed to."""

SELECT = f"""
SELECT w.task_id, w.person_id, w.session_id, t.kind, t.title, t.words, t.due_on, e.slug, e.title AS event,
    e.timezone AS zone, e.state <> 'draft' AS public, coalesce(s.code, '') AS session,
    coalesce(s.title, '') AS session_title, p.code AS person, p.name, p.biography, a.id AS answer,
    coalesce(a.words, '') AS said, coalesce(a.file_name, '') AS file_name, coalesce(a.media_type, '') AS media_type,
    coalesce(a.sha256, '') AS sha256, a.done_at
FROM w JOIN task t ON t.id = w.task_id JOIN event e ON e.id = t.event_id JOIN person p ON p.id = w.person_id
LEFT JOIN session s ON s.id = w.session_id LEFT JOIN task_answer a ON {DONE}
"""  # noqa: S608 - texts of ours


@dataclass(frozen=True, slots=True)
class Owed:
    """A task of one person, and what was done about it. zone, due_on: of the event; answer: None until it is done."""

    task_id: int
    person_id: int
    session_id: int | None
    kind: str
    title: str
    words: str
    due_on: date
    slug: str
    event: str
    zone: str
    public: bool
    session: str
    session_title: str
    person: str
    name: str
    biography: str
    answer: int | None
    said: str
    file_name: str
    media_type: str
    sha256: str
    done_at: datetime | None

    @property
    def path(self) -> str:
        return f"/my/tasks/{self.task_id}" + (f"/{self.session}" if self.session else "")

    @property
    def takes_file(self) -> bool:
        return self.kind in FILES


async def of_person(person: int) -> list[Owed]:
    """Everything somebody owes or has done, of events that are not over since long; what is due first at the top."""
    found = await database.rows(
        f"WITH w AS ({OWED.format(only='r.person_id = $1')}) {SELECT}"
        " WHERE e.state NOT IN ('cancelled', 'archived')"
        " ORDER BY a.id IS NOT NULL, t.due_on, e.id, t.position, s.title",
        person,
    )
    return [Owed(**dict(row)) for row in found]


async def find(task: int, person: int, session: str) -> Owed:
    """Raises NotFound for what this person does not owe."""
    row = await database.row(
        f"WITH w AS ({OWED.format(only='t.id = $1 AND r.person_id = $2')}) {SELECT} WHERE coalesce(s.code, '') = $3",
        task,
        person,
        session,
    )
    if row is None:
        raise NotFound
    return Owed(**dict(row))


async def do(owed: Owed, words: str, file: Checked | None, store: Store, at: datetime) -> None:
    """Note that it is done, again if it was; a file that is not sent again stays. Raises Unreadable for nothing done.

    A biography becomes the person's own, which the next release of the programme shows.
    """
    if not words and file is None and not owed.sha256:
        name = "file" if owed.kind in FILES and owed.kind != "other" else "words"
        raise Unreadable({name: _("Send a file first.") if name == "file" else _("Please fill this in.")})
    async with database.transaction():
        if file is not None:
            await files.hold()
            await store.keep(file.path, file.sha256)
        await database.execute(
            "INSERT INTO task_answer (task_id, person_id, session_id, words, file_name, media_type, sha256, done_at)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (task_id, person_id, coalesce(session_id, 0))"
            " DO UPDATE SET words = $4, done_at = $8,"
            " file_name = CASE $7 WHEN '' THEN task_answer.file_name ELSE $5 END,"
            " media_type = CASE $7 WHEN '' THEN task_answer.media_type ELSE $6 END,"
            " sha256 = CASE $7 WHEN '' THEN task_answer.sha256 ELSE $7 END",
            owed.task_id,
            owed.person_id,
            owed.session_id,
            words,
            file.name if file else "",
            file.media_type if file else "",
            file.sha256 if file else "",
            at,
        )
        if owed.kind == "biography":
            await database.execute("UPDATE person SET biography = $2 WHERE id = $1", owed.person_id, words)


async def take_back(owed: Owed) -> None:
    """It is to be done again. Its file goes in the night; a biography stays what it is."""
    await database.execute("DELETE FROM task_answer WHERE id = $1", owed.answer)
