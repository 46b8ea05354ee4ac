"""The proposals of a call for those who decide: searched, filtered, sorted and in pages, by SQL."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from events.calls.decisions import Chosen
from events.calls.ranking import Ranked
from events.calls.states import OUTCOMES, ProposalState
from events.core import database

PAGE = 100

SORTS = {
    "score": "r.score {way} NULLS LAST, p.id",
    "spread": "r.spread {way} NULLS LAST, p.id",
    "title": "lower(p.title) {way}, p.id",
    "date": "p.submitted_at {way}, p.id",
    "state": "p.state {way}, lower(p.title), p.id",
}
UNDECIDED, DRAFTED = "none", "drafted"
DECISIONS = (UNDECIDED, DRAFTED, *OUTCOMES)


Scores = Mapping[int, Ranked]
"""By proposal; one without a review is left out."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What a reader of the table asks for. decision: one of DECISIONS, "" for all; least: a score, None for any; apart:
    proposals they are not to decide about (`desks.Desk`)."""

    query: str = ""
    state: str = ""
    track: int | None = None
    type: int | None = None
    decision: str = ""
    least: float | None = None
    apart: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table; draft: the unsent decision's id, 0 for none, and what it `becomes`."""

    id: int
    code: str
    title: str
    state: ProposalState
    track: str
    type: str
    people: str
    submitted_at: datetime
    draft: int
    becomes: str
    score: Ranked | None


_FROM = """
FROM proposal p LEFT JOIN track t ON t.id = p.track_id LEFT JOIN session_type y ON y.id = p.type_id
LEFT JOIN decision d ON d.proposal_id = p.id AND d.state = 'draft'
LEFT JOIN unnest($2::bigint[], $3::float8[], $4::float8[]) AS r (id, score, spread) ON r.id = p.id
WHERE p.call_id = $1 AND p.state <> 'draft'
  AND ($5 = '' OR p.title ILIKE $5 OR p.code ILIKE $5 OR EXISTS (
      SELECT FROM proposal_person x WHERE x.proposal_id = p.id AND x.name ILIKE $5))
  AND ($6::int IS NULL OR p.track_id = $6) AND ($7::int IS NULL OR p.type_id = $7)
  AND ($8::float8 IS NULL OR r.score >= $8) AND p.id <> ALL ($9::bigint[])
"""
_STATE = " AND ($10 = '' OR p.state = $10)"
_DECISION = (
    " AND ($11 = '' OR ($11 = 'none' AND d.id IS NULL) OR ($11 = 'drafted' AND d.id IS NOT NULL) OR d.becomes = $11)"
)


async def lines(call: int, asked: Filter, sort: str, page: int, scores: Scores) -> tuple[list[Line], int]:
    """One page of what is asked for, and how many there are."""
    given = (*_given(call, asked, scores), asked.state, asked.decision)
    total: int = await database.value(f"SELECT count(*) {_FROM}{_STATE}{_DECISION}", *given)
    order = SORTS[sort.removeprefix("-")].format(way="DESC" if sort.startswith("-") else "ASC")
    rows = await database.rows(
        "SELECT p.id, p.code, p.title, p.state, coalesce(t.name, '') AS track, coalesce(y.name, '') AS type,"  # noqa: S608
        " (SELECT string_agg(x.name, ', ' ORDER BY x.position, x.id) FROM proposal_person x"
        "  WHERE x.proposal_id = p.id AND x.state <> 'declined') AS people,"
        " p.submitted_at, coalesce(d.id, 0) AS draft, coalesce(d.becomes, '') AS becomes"
        f" {_FROM}{_STATE}{_DECISION} ORDER BY {order} LIMIT {PAGE} OFFSET $12",
        *given,
        (page - 1) * PAGE,
    )
    return [_line(row, scores) for row in rows], total


def _line(row: asyncpg.Record, scores: Scores) -> Line:
    changed = {"state": ProposalState(row["state"]), "people": row["people"] or "", "score": scores.get(row["id"])}
    return Line(**{**row, **changed})


async def counts(call: int, asked: Filter, scores: Scores) -> tuple[dict[str, int], dict[str, int]]:
    """How many there are by state and by decision, each whatever of it is asked for."""
    given = (*_given(call, asked, scores), asked.state, asked.decision)
    states = await database.rows(
        f"SELECT p.state, count(*) AS n {_FROM}{_DECISION} AND $10::text IS NOT NULL GROUP BY 1", *given
    )
    rows = await database.rows(
        f"SELECT coalesce(d.becomes, 'none') AS decision, count(*) AS n {_FROM}{_STATE} AND $11::text IS NOT NULL"
        " GROUP BY 1",
        *given,
    )
    decided = {row["decision"]: row["n"] for row in rows}
    decided[DRAFTED] = sum(number for name, number in decided.items() if name != UNDECIDED)
    return {row["state"]: row["n"] for row in states}, decided


async def matching(call: int, asked: Filter, scores: Scores) -> list[Chosen]:
    """Everything that is asked for, on all pages."""
    rows = await database.rows(
        f"SELECT p.id, coalesce(d.id, 0) AS draft {_FROM}{_STATE}{_DECISION} ORDER BY p.id",
        *_given(call, asked, scores),
        asked.state,
        asked.decision,
    )
    return [Chosen(row["id"], row["draft"]) for row in rows]


def _given(call: int, asked: Filter, scores: Scores) -> tuple[object, ...]:
    query = asked.query.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return (
        call,
        list(scores),
        [one.score for one in scores.values()],
        [one.spread for one in scores.values()],
        f"%{query}%" if query else "",
        asked.track,
        asked.type,
        asked.least,
        list(asked.apart),
    )


@dataclass(frozen=True, slots=True)
class Past:
    """A decision about a proposal, for those who decide: state draft, sent or dropped."""

    id: int
    becomes: ProposalState
    state: str
    subject: str
    body: str
    decided_at: datetime
    by: str
    sent_at: datetime | None


async def history(proposal: int) -> list[Past]:
    """All that was decided about a proposal, the latest first."""
    rows = await database.rows(
        "SELECT d.id, d.becomes, d.state, d.subject, d.body, d.decided_at, coalesce(b.name, '') AS by, d.sent_at"
        " FROM decision d LEFT JOIN person b ON b.id = d.decided_by_id WHERE d.proposal_id = $1 ORDER BY d.id DESC",
        proposal,
    )
    return [Past(**{**row, "becomes": ProposalState(row["becomes"])}) for row in rows]


@dataclass(frozen=True, slots=True)
class Told:
    """What a proposal's owner was told last, as the mail said it."""

    becomes: ProposalState
    subject: str
    body: str
    sent_at: datetime
    confirm_by: object


async def told(proposal: int) -> Told | None:
    row = await database.row(
        "SELECT becomes, subject, body, sent_at, confirm_by FROM decision WHERE proposal_id = $1 AND state = 'sent'"
        " ORDER BY sent_at DESC, id DESC LIMIT 1",
        proposal,
    )
    return Told(**{**row, "becomes": ProposalState(row["becomes"])}) if row else None
