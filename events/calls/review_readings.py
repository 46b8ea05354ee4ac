"""Proposals as a reviewer reads them. In a blind phase nothing about people is asked of the database, so no page, no
search, no order and no export can say it; whoever chairs reads names in every phase.

Notes to the organizers, addresses and files' names are never a reviewer's, blind or not.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg

from events.calls import answers, ranking, review_lists, reviewing
from events.calls.calls import CallRow
from events.calls.ranking import Points
from events.calls.review_phases import PhaseRow
from events.calls.review_reach import APART, REACHED, REVIEWABLE, WRITTEN
from events.calls.reviewers import ReviewerRow
from events.calls.reviewing import ReviewRow
from events.core import database
from events.core.errors import NotFound
from events.core.locales import _

PAGE = 50
STATES = ("todo", "begun", "given")
SORTS = ("", "title", "-title")
"""The first is the order in which “next” hands them out: the fewest reviews on top, so that work spreads evenly."""


def blind(phase: PhaseRow, reviewer: ReviewerRow) -> bool:
    return phase.values.blind and not reviewer.chair


@dataclass(frozen=True, slots=True)
class Filter:
    """state: of STATES, or "" for all; track: an id."""

    query: str = ""
    state: str = ""
    track: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A proposal in a reviewer's list. state: of STATES; score: of their own review; people: empty where blind."""

    code: str
    title: str
    track: str
    type: str
    language: str
    abstract: str
    state: str
    people: str
    points: Points
    score: float | None
    comment: str


_STATE = f"CASE WHEN r.state = 'given' THEN 'given' WHEN r.state = 'open' AND {WRITTEN} THEN 'begun' ELSE 'todo' END"
_NAMES = """coalesce((SELECT string_agg(x.name, ', ' ORDER BY x.position, x.id) FROM proposal_person x
    WHERE x.proposal_id = p.id AND x.state <> 'declined'), '')"""
_NAMED = "EXISTS (SELECT FROM proposal_person x WHERE x.proposal_id = p.id AND x.name ILIKE $3)"

_FROM = f"""
WITH {APART.format(only="w.id = $1")}, taken AS MATERIALIZED (
    SELECT o.proposal_id, count(*) AS n FROM review o WHERE o.phase_id = $2 AND o.state = 'given' GROUP BY 1
)
SELECT {{what}} FROM reviewer w JOIN proposal p ON p.call_id = w.call_id
LEFT JOIN track t ON t.id = p.track_id LEFT JOIN session_type y ON y.id = p.type_id
LEFT JOIN taken n ON n.proposal_id = p.id
LEFT JOIN review r ON r.proposal_id = p.id AND r.phase_id = $2 AND r.reviewer_id = w.id
WHERE w.id = $1 AND p.state NOT IN ('draft', 'withdrawn') AND {REACHED}
  AND (r.state = 'given' OR $4::bool AND {REVIEWABLE} OR r.state = 'open' AND {WRITTEN})
  AND ($3 = '' OR p.title ILIKE $3 OR p.code ILIKE $3 OR p.abstract ILIKE $3 OR {{named}})
  AND ($5 = '' OR {_STATE} = $5) AND ($6::int IS NULL OR p.track_id = $6)
"""  # noqa: S608 - texts of ours


async def lines(
    call: CallRow, reviewer: ReviewerRow, phase: PhaseRow, asked: Filter, sort: str, page: int | None, *, is_open: bool
) -> tuple[list[Line], int]:
    """One page of what they may read, or all with None; and how many there are. After the phase: what they wrote on."""
    named = "false" if blind(phase, reviewer) else _NAMED
    given = (reviewer.id, phase.id, review_lists.pattern(asked.query), is_open, asked.state, asked.track)
    total: int = await database.value(_sql("count(*)", named), *given)
    people = "''" if blind(phase, reviewer) else _NAMES
    what = (
        "p.code, p.title, coalesce(t.name, '') AS track, coalesce(y.name, '') AS type, p.language, p.abstract,"
        f" {_STATE} AS state, {people} AS people, r.scores, coalesce(r.comment, '') AS comment"
    )
    way = "DESC" if sort.startswith("-") else "ASC"
    order = f"lower(p.title) {way}, p.id" if sort else f"{_STATE} = 'given', coalesce(n.n, 0), {_OWN_ORDER}"
    rows = await database.rows(
        f"{_sql(what, named)} ORDER BY {order} LIMIT $7 OFFSET $8",
        *given,
        PAGE if page else None,
        (page - 1) * PAGE if page else 0,
    )
    counting = await review_lists.measures(call.id)
    found = []
    for row in rows:
        own = review_lists.points(row["scores"])
        values = {name: row[name] for name in row.keys() if name != "scores"}  # noqa: SIM118 - a Record iterates values
        found.append(Line(**values, points=own, score=ranking.score(counting, own)))
    return found, total


_OWN_ORDER = "md5(format('%s %s %s', $2::int, $1::int, p.id))"
"""As in `reviewing.take_next`: each reviewer has another one, and none says when a proposal came, or whose it is."""


def _sql(what: str, named: str) -> str:
    return _FROM.replace("{what}", what).replace("{named}", named)


@dataclass(frozen=True, slots=True)
class Reading:
    """One proposal. answers: (what was asked, what was answered) of what reviewers may see; files: (what was asked, the
    file's id), None where there is one that they may not open; people: (name, their answers), empty where blind."""

    id: int
    code: str
    title: str
    abstract: str
    description: str
    language: str
    track: str
    type: str
    reviewable: bool
    answers: Sequence[tuple[str, str]]
    files: Sequence[tuple[str, int | None]]
    people: Sequence[tuple[str, Sequence[tuple[str, str]]]]
    review: ReviewRow | None


class NotYours(NotFound):
    """A proposal that a reviewer has a conflict of interest with."""

    @property
    def title(self) -> str:
        return _("You do not review this one")


_READ = f"""
WITH {APART.format(only="w.id = $1")}
SELECT p.id, p.code, p.title, p.abstract, p.description, p.language, coalesce(t.name, '') AS track,
    coalesce(y.name, '') AS type, {REVIEWABLE} AS reviewable, p.answers,
    (SELECT bool_or(a.own) FROM apart a WHERE a.proposal = p.id) AS own,
    w.track_ids = '{{}}' OR p.track_id = ANY (w.track_ids) AS of_tracks
FROM reviewer w JOIN proposal p ON p.call_id = w.call_id
LEFT JOIN track t ON t.id = p.track_id LEFT JOIN session_type y ON y.id = p.type_id
WHERE w.id = $1 AND p.code = $2 AND p.state NOT IN ('draft', 'withdrawn')
"""  # noqa: S608 - texts of ours


async def find(call: CallRow, reviewer: ReviewerRow, phase: PhaseRow, code: str, *, is_open: bool) -> Reading:
    """Raises NotFound, also for other tracks, and NotYours."""
    row = await database.row(_READ, reviewer.id, code[:12])
    if row is None or not row["of_tracks"]:
        raise NotFound
    if row["own"] is not None:
        raise NotYours(
            _("You wrote or present this proposal, or were asked to, so others review it.")
            if row["own"]
            else _("You said that you have a conflict of interest here. Organizers can take that back.")
        )
    review = await reviewing.own(row["id"], phase.id, reviewer.id)
    written = review is not None and (review.begun or review.state == "given")
    if not written and not (is_open and row["reviewable"]):
        raise NotFound
    hidden = blind(phase, reviewer)
    return Reading(
        **{name: row[name] for name in ("id", "code", "title", "abstract", "description", "language")},
        **{name: row[name] for name in ("track", "type", "reviewable")},
        answers=_answers(_questions(call), json.loads(row["answers"] or "{}")),
        files=await _files(row["id"], openable=not hidden and (is_open or reviewer.chair)),
        people=() if hidden else await _people(call, row["id"]),
        review=review,
    )


def _questions(call: CallRow) -> list[answers.Question]:
    """About the proposal; what was asked before last."""
    return [*call.questions, *(one for one in call.retired if one.about == "proposal" and one.shown_if is None)]


def _answers(questions: Sequence[answers.Question], given: answers.Answers) -> list[tuple[str, str]]:
    """What counts and is for reviewers; a file's answer is its name, which is not."""
    found = []
    for one in answers.asked(questions, given):
        if one.reviewers and one.kind != "file" and (texts := answers.given(given, one)):
            words = dict(one.choices)
            found.append((one.label, "\n".join(words.get(text, text) for text in texts)))
    return found


async def _files(proposal: int, *, openable: bool) -> list[tuple[str, int | None]]:
    """Without their names. A file has its author inside, whatever we say, so where names are hidden none opens
    (`calls.files.may_read` decides; this only does not offer it)."""
    rows = await database.rows(
        "SELECT f.id, q.label FROM proposal_file f JOIN call_question q ON q.id = f.question_id"
        " WHERE f.proposal_id = $1 AND f.presenter_id IS NULL AND q.reviewers ORDER BY q.position, q.id",
        proposal,
    )
    return [(row["label"], row["id"] if openable else None) for row in rows]


async def _people(call: CallRow, proposal: int) -> list[tuple[str, Sequence[tuple[str, str]]]]:
    rows: list[asyncpg.Record] = await database.rows(
        "SELECT name, answers FROM proposal_person WHERE proposal_id = $1 AND state <> 'declined'"
        " ORDER BY position, id",
        proposal,
    )
    return [(row["name"], _answers(call.presenter_questions, json.loads(row["answers"] or "{}"))) for row in rows]


@dataclass(frozen=True, slots=True)
class Other:
    """Another reviewer's word. reviewer: their name, or a number where the phase is blind."""

    reviewer: str
    points: Points
    score: float | None
    comment: str


async def others(call: CallRow, reviewer: ReviewerRow, phase: PhaseRow, reading: Reading) -> list[Other]:
    """What others gave in this phase, once one's own is given and as far as the phase shows it."""
    if reading.review is None or reading.review.state != "given" or phase.values.sees_others == "never":
        return []
    rows = await database.rows(
        f"WITH {APART.format(only='w.call_id = $4')}"  # noqa: S608 - texts of ours
        " SELECT r.scores, r.comment, o.name FROM review r JOIN reviewer w ON w.id = r.reviewer_id"
        " JOIN person o ON o.id = w.person_id WHERE r.proposal_id = $1 AND r.phase_id = $2 AND r.reviewer_id <> $3"
        " AND r.state = 'given' AND NOT EXISTS ("
        " SELECT FROM apart a WHERE a.reviewer = w.id AND a.proposal = r.proposal_id)"
        " ORDER BY md5(format('%s %s', r.proposal_id, r.id))",
        reading.id,
        phase.id,
        reviewer.id,
        call.id,
    )
    counting = await review_lists.measures(call.id)
    found = []
    for number, row in enumerate(rows, 1):
        own = review_lists.points(row["scores"])
        name = _("Reviewer %(num)s") % {"num": number}
        named = name if blind(phase, reviewer) else row["name"] or name
        comment = row["comment"] if phase.values.sees_others == "all" else ""
        found.append(Other(named, own, ranking.score(counting, own), comment))
    return found
