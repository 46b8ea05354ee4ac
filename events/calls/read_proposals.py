"""A proposal as those read it who decide about it: with the names of its presenters, and its session."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from events.calls import files, presenters
from events.calls.files import FileRow
from events.calls.presenters import Presenter
from events.calls.states import ProposalState
from events.core import database
from events.core.errors import NotFound


@dataclass(frozen=True, slots=True)
class Read:
    """draft: the unsent decision's id, 0 for none; session: the code of its session, or empty."""

    id: int
    code: str
    state: ProposalState
    title: str
    abstract: str
    description: str
    language: str
    track: str
    type: str
    note: str
    answers: Mapping[str, object]
    submitted_at: datetime
    changed_at: datetime
    owner: str
    email: str
    draft: int
    session: str
    presenters: tuple[Presenter, ...]
    files: tuple[FileRow, ...]


_READ = """
SELECT p.id, p.code, p.state, p.title, p.abstract, p.description, p.language, coalesce(t.name, '') AS track,
       coalesce(y.name, '') AS type, p.note, p.answers, p.submitted_at, p.changed_at, o.name AS owner,
       coalesce(a.email, '') AS email, coalesce(d.id, 0) AS draft, coalesce(s.code, '') AS session
FROM proposal p JOIN person o ON o.id = p.owner_id LEFT JOIN address a ON a.person_id = o.id AND a.is_primary
LEFT JOIN track t ON t.id = p.track_id LEFT JOIN session_type y ON y.id = p.type_id
LEFT JOIN decision d ON d.proposal_id = p.id AND d.state = 'draft' LEFT JOIN session s ON s.id = p.session_id
WHERE p.call_id = $1 AND p.code = $2 AND p.state <> 'draft'
"""


async def by_code(call: int, code: str) -> Read:
    """Raises NotFound, also for what was never handed in."""
    row = await database.row(_READ, call, code[:12])
    if row is None:
        raise NotFound
    changed = {
        "state": ProposalState(row["state"]),
        "answers": json.loads(row["answers"] or "{}"),
        "presenters": await presenters.of(row["id"]),
        "files": await files.of(row["id"]),
    }
    return Read(**{**row, **changed})
