"""Files that answer questions of a call: put, taken away, and who may read them.

A question has at most one file of a proposal, or of each presenter. Its name stands among the answers too, so that what
counts answers counts it. The bytes are in `events.core.files`; here is which row names them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from events.calls.answers import Question
from events.core import database, files
from events.core.access import Limit
from events.core.errors import NotFound
from events.core.file_kinds import DOCUMENTS, PICTURES
from events.core.files import Store
from events.core.uploads import MEGABYTE, Checked, Rules
from events.people import permissions
from events.people.actors import Actor

RULES = Rules(DOCUMENTS | PICTURES, 20 * MEGABYTE)
SENDING = Limit("files sent by one person", "120/hour")


@dataclass(frozen=True, slots=True)
class FileRow:
    """A row of proposal_file. presenter_id: whose answer it is; None: the proposal's. size in bytes."""

    id: int
    proposal_id: int
    question_id: int
    presenter_id: int | None
    name: str
    media_type: str
    size: int
    sha256: str
    added_at: datetime


async def of(proposal: int) -> tuple[FileRow, ...]:
    found = await database.rows("SELECT * FROM proposal_file WHERE proposal_id = $1 ORDER BY id", proposal)
    return tuple(FileRow(**dict(row)) for row in found)


def names(rows: Sequence[FileRow], presenter: int | None = None) -> dict[str, str]:
    """Answers to file questions as the others are kept: {question id: the file's name}."""
    return {str(one.question_id): one.name for one in rows if one.presenter_id == presenter}


def rules(questions: Sequence[Question]) -> dict[str, Rules]:
    """What each file field of a form takes, by its name."""
    return {one.name: RULES for one in questions if one.kind == "file"}


async def put(proposal: int, question: int, presenter: int | None, file: Checked, store: Store, at: datetime) -> None:
    """Keep a file in place of the one there was, in the caller's transaction, which has the proposal's row locked."""
    await files.hold()
    await store.keep(file.path, file.sha256)
    await database.execute(
        "INSERT INTO proposal_file (proposal_id, question_id, presenter_id, name, media_type, size, sha256, added_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
        " ON CONFLICT (proposal_id, question_id, coalesce(presenter_id, 0)) DO UPDATE SET"
        " (name, media_type, size, sha256, added_at) = ($4, $5, $6, $7, $8)",
        proposal,
        question,
        presenter,
        file.name,
        file.media_type,
        file.size,
        file.sha256,
        at,
    )
    await _answer(proposal, question, presenter, file.name)


async def take_away(proposal: int, question: int, presenter: int | None) -> None:
    """In the caller's transaction. The bytes go in the night, if no other row names them. Twice is once."""
    await database.execute(
        "DELETE FROM proposal_file WHERE proposal_id = $1 AND question_id = $2"
        " AND coalesce(presenter_id, 0) = coalesce($3, 0)",
        proposal,
        question,
        presenter,
    )
    await _answer(proposal, question, presenter, "")


async def _answer(proposal: int, question: int, presenter: int | None, name: str) -> None:
    """No new version: the file goes beside the form, and whoever types there is not in its way."""
    table, id_ = ("proposal", proposal) if presenter is None else ("proposal_person", presenter)
    await database.execute(
        f"UPDATE {table} SET answers = answers || jsonb_build_object($2::text, $3::text) WHERE id = $1",  # noqa: S608
        id_,
        str(question),
        name,
    )


async def find(proposal: int, file: int) -> FileRow:
    """Raises NotFound."""
    row = await database.row("SELECT * FROM proposal_file WHERE id = $1 AND proposal_id = $2", file, proposal)
    if row is None:
        raise NotFound
    return FileRow(**dict(row))


_READERS = """
SELECT p.owner_id, e.id AS event_id, e.unit_id, q.reviewers, f.person_id AS presenter,
    p.owner_id = $2 OR EXISTS (SELECT FROM proposal_person x
        WHERE x.proposal_id = p.id AND x.person_id = $2 AND x.state = 'accepted') AS writes,
    r.chair, r.id IS NOT NULL AS reviews,
    p.state <> 'draft' AND (r.track_ids = '{}' OR p.track_id = any(r.track_ids)) AND NOT EXISTS (
        SELECT FROM review w WHERE w.proposal_id = p.id AND w.reviewer_id = r.id AND w.state = 'conflict') AS theirs,
    EXISTS (SELECT FROM review_phase h WHERE h.call_id = c.id AND h.opens_at <= $3 AND h.closes_at > $3) AS phase,
    EXISTS (SELECT FROM review_phase h
        WHERE h.call_id = c.id AND h.opens_at <= $3 AND h.closes_at > $3 AND h.blind) AS blind
FROM proposal_file a JOIN proposal p ON p.id = a.proposal_id JOIN call c ON c.id = p.call_id
JOIN event e ON e.id = c.event_id JOIN call_question q ON q.id = a.question_id
LEFT JOIN proposal_person f ON f.id = a.presenter_id
LEFT JOIN reviewer r ON r.call_id = c.id AND r.person_id = $2 AND r.left_at IS NULL
WHERE a.id = $1
"""


async def may_read(file: FileRow, actor: Actor | None, at: datetime) -> bool:
    """Whether somebody may have a file.

    The event's organizers; of a proposal's files its writers; of a presenter's only this presenter, and the owner
    where the presenter has no account. A reviewer of the call while a phase of it is open that is not blind (a file
    has names inside, whatever we say), where the question is for reviewers, its proposal is of their tracks and they
    have no conflict of interest in it; one who chairs, also in blind phases and between them.
    """
    if actor is None:
        return False
    row = await database.row(_READERS, file.id, actor.id, at)
    if row is None:
        return False
    if permissions.can(actor, permissions.EDIT_PROGRAMME, event=row["event_id"], unit=row["unit_id"]):
        return True
    if file.presenter_id is None and row["writes"]:
        return True
    if file.presenter_id is not None and actor.id == (row["presenter"] or row["owner_id"]):
        return True
    if not row["reviews"] or not row["theirs"] or not row["reviewers"]:
        return False
    return bool(row["chair"] or (row["phase"] and not row["blind"]))


async def named(some: list[str]) -> set[str]:
    """Of these sha256 those that a row names, or named and may again: for `events.core.files.forget_unnamed`."""
    found = await database.rows(
        "SELECT sha256 FROM proposal_file WHERE sha256 = any($1)"
        " UNION SELECT sha256 FROM task_answer WHERE sha256 <> '' AND sha256 = any($1)"
        # what a merge of two people left out comes back when it is undone
        " UNION SELECT step #>> '{row,sha256}' FROM person_merge, jsonb_array_elements(rows) AS s (step)"
        " WHERE step #>> '{row,sha256}' = any($1)",
        some,
    )
    return {row["sha256"] for row in found}
