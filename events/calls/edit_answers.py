"""An organizer's answer to a request for an edit: let in, into the proposal and its session, or declined.

An organizer decides about what they have seen: when the proposal, its session or the request itself was changed
meanwhile, both states are shown and nothing is written.
"""

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from events.calls import accepted_sessions, edit_requests
from events.calls.answers import Question
from events.calls.edit_requests import LINES, Fields, NotOpen, Request
from events.calls.states import ProposalState
from events.core import database, outbox
from events.core.errors import NotFound, StaleWrite
from events.core.locales import _
from events.schedule import editing

TOPIC = "mail.edit_answered"


@dataclass(frozen=True, slots=True)
class Standing:
    """A request as an organizer decides about it. now: the fields as they stand in the proposal; programme: those that
    its session says otherwise; seen: all of that as one word, for knowing whether anything changed since."""

    request: Request
    proposal: int
    call: str
    code: str
    title: str
    state: ProposalState
    session: str
    now: Fields
    programme: Fields
    seen: str

    @property
    def stands(self) -> dict[str, object]:
        """What granting would write over: the programme's words where there are some."""
        return {**self.now, **self.programme}


_STANDING = """
SELECT r.id, r.proposal_id, c.slug AS call, p.code, p.title, p.state, p.abstract, p.description, p.language, p.answers,
       coalesce(s.code, '') AS session
FROM edit_request r JOIN proposal p ON p.id = r.proposal_id JOIN call c ON c.id = p.call_id
LEFT JOIN session s ON s.id = p.session_id AND s.state <> 'cancelled'
WHERE c.event_id = $1 AND r.id = $2
"""


async def standing(event: int, number: int) -> Standing:
    """A request of an event, with what stands there now. Raises NotFound."""
    row = await database.row(_STANDING, event, number)
    if row is None:
        raise NotFound
    found = await database.row(edit_requests.REQUEST + " WHERE r.id = $1", number)
    assert found is not None
    request = edit_requests.read(found)
    answers = json.loads(row["answers"] or "{}")
    now = {name: row[name] if name in LINES else answers.get(name.removeprefix("q-"), "") for name in request.changes}
    programme: dict[str, object] = {}
    if row["session"]:
        session = await editing.session(event, row["session"])
        said = {name: getattr(session.values, name) for name in LINES if name in request.changes}
        programme = {name: value for name, value in said.items() if value != now[name]}
    seen = hashlib.sha256(
        json.dumps([edit_requests.stamp(request), request.state, now, programme], sort_keys=True).encode()
    ).hexdigest()[:24]
    return Standing(
        request,
        row["proposal_id"],
        row["call"],
        row["code"],
        row["title"],
        ProposalState(row["state"]),
        row["session"],
        now,
        programme,
        seen,
    )


async def grant(event: int, number: int, seen: str, words: str, by: int, at: datetime) -> None:
    """Write what is asked into the proposal and its session; who asked is told.

    seen   `Standing.seen` of what the organizer decided about

    Raises NotFound; NotOpen when it was answered or taken back; StaleWrite when anything changed since.
    """
    async with database.transaction():
        held = await _held(event, number, seen)
        asked = {name: new for name, (_old, new) in held.request.changes.items()}
        lines: dict[str, Any] = {name: value for name, value in asked.items() if name in LINES}
        answers = {name.removeprefix("q-"): value for name, value in asked.items() if name not in LINES}
        await database.execute(
            "UPDATE proposal SET title = coalesce($2, title), abstract = coalesce($3, abstract),"
            " description = coalesce($4, description), language = coalesce($5, language),"
            " answers = coalesce(answers, '{}') || $6::jsonb, version = version + 1, changed_at = $7 WHERE id = $1",
            held.proposal,
            *(lines.get(name) for name in LINES),
            json.dumps(answers),
            at,
        )
        if held.session and lines:
            session = await editing.session(event, held.session)
            await editing.change(session.id, replace(session.values, **lines), session.version, at)
        await _answer(held, "granted", words, by, at)


async def decline(event: int, number: int, seen: str, words: str, by: int, at: datetime) -> None:
    """Leave everything as it is; who asked is told why. Raises NotFound, NotOpen, StaleWrite."""
    async with database.transaction():
        await _answer(await _held(event, number, seen), "declined", words, by, at)


async def _held(event: int, number: int, seen: str) -> Standing:
    """The request, its proposal and its session as they are, until the transaction ends."""
    await database.execute(
        "SELECT FROM proposal WHERE id = (SELECT proposal_id FROM edit_request WHERE id = $1) FOR UPDATE", number
    )
    row = await database.row("SELECT proposal_id FROM edit_request WHERE id = $1 FOR UPDATE", number)
    if row is not None:
        await accepted_sessions.of(row["proposal_id"])
    held = await standing(event, number)
    if held.request.state != "open":
        raise NotOpen(_("This request was answered meanwhile."))
    if held.seen != seen:
        asked = {**held.stands, **{name: new for name, (_old, new) in held.request.changes.items()}}
        words = _("Something changed since you opened this request. Nothing was written; look at both and decide anew.")
        raise StaleWrite(words, *edit_requests.differing(held.stands, asked, await _questions(held.proposal)))
    return held


async def _answer(held: Standing, state: str, words: str, by: int, at: datetime) -> None:
    await database.execute(
        "UPDATE edit_request SET state = $2, answer = $3, answered_at = $4, answered_by_id = $5 WHERE id = $1",
        held.request.id,
        state,
        words,
        at,
        by,
    )
    await outbox.write(TOPIC, {"request": held.request.id}, key=f"edit-answered-{held.request.id}")


async def _questions(proposal: int) -> list[Question]:
    rows = await database.rows(
        "SELECT q.id, q.kind, q.label FROM call_question q JOIN proposal p ON p.call_id = q.call_id WHERE p.id = $1",
        proposal,
    )
    return [Question(row["id"], row["kind"], row["label"]) for row in rows]
