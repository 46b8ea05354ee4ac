"""What was reviewed, for those who decide: the ranking with its pages, and who wrote what."""

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from events.calls import ranking
from events.calls.ranking import Measure, Points, Ranked
from events.calls.review_reach import APART
from events.calls.states import ProposalState
from events.core import database

PAGE = 100

SORTS = {
    "score": "k.score {way} NULLS LAST, p.id",
    "spread": "k.spread {way} NULLS LAST, p.id",
    "reviews": "coalesce(k.reviews, 0) {way}, k.score DESC NULLS LAST, p.id",
    "conflicts": "coalesce(k.conflicts, 0) {way}, k.score DESC NULLS LAST, p.id",
    "title": "lower(p.title) {way}, p.id",
    "track": "lower(t.name) {way} NULLS LAST, k.score DESC NULLS LAST, p.id",
}

_GIVEN = f"""
WITH {APART.format(only="w.call_id = $1")}
SELECT DISTINCT ON (r.proposal_id, w.id) r.proposal_id, r.scores, a.proposal IS NOT NULL AS apart
FROM review r JOIN review_phase f ON f.id = r.phase_id JOIN reviewer w ON w.id = r.reviewer_id
LEFT JOIN apart a ON a.reviewer = w.id AND a.proposal = r.proposal_id
WHERE w.call_id = $1 AND f.call_id = $1 AND ($2::int IS NULL OR f.id = $2) AND r.state IN ('given', 'conflict')
ORDER BY r.proposal_id, w.id, f.opens_at DESC, r.id DESC
"""  # noqa: S608 - texts of ours


async def measures(call: int) -> list[Measure]:
    found = await database.rows("SELECT id, most, weight FROM criterion WHERE call_id = $1", call)
    return [Measure(row["id"], row["most"], row["weight"]) for row in found]


def points(stored: str | None) -> dict[int, int | None]:
    """A review's points as its row keeps them."""
    return {int(criterion): given for criterion, given in json.loads(stored or "{}").items()}


async def ranking_of(call_id: int, phase_id: int | None = None) -> dict[int, Ranked]:
    """What the proposals of a call were given, by proposal; one without a review is left out.

    phase_id   only this phase's reviews; None: of each reviewer the latest on each proposal
    """
    counting = await measures(call_id)
    scores: dict[int, list[float | None]] = defaultdict(list)
    conflicts: dict[int, int] = defaultdict(int)
    for row in await database.rows(_GIVEN, call_id, phase_id):
        if row["apart"]:
            conflicts[row["proposal_id"]] += 1
        else:
            scores[row["proposal_id"]].append(ranking.score(counting, points(row["scores"])))
    return {
        proposal: ranking.together(proposal, scores.get(proposal, ()), conflicts.get(proposal, 0))
        for proposal in {**scores, **conflicts}
    }


@dataclass(frozen=True, slots=True)
class Filter:
    """What a reader of the ranking asks for. fewer: only what has fewer reviews than this; hidden: a person whose own
    proposals are left out."""

    query: str = ""
    state: str = ""
    track: int | None = None
    fewer: int | None = None
    hidden: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A proposal in the ranking."""

    id: int
    code: str
    title: str
    state: ProposalState
    track: str
    people: str
    ranked: Ranked


_FROM = """
FROM proposal p LEFT JOIN track t ON t.id = p.track_id
LEFT JOIN unnest($2::bigint[], $3::float8[], $4::float8[], $5::int[], $6::int[])
    AS k (id, score, spread, reviews, conflicts) ON k.id = p.id
WHERE p.call_id = $1 AND p.state NOT IN ('draft', 'withdrawn')
  AND ($7 = '' OR p.title ILIKE $7 OR p.code ILIKE $7 OR EXISTS (
      SELECT FROM proposal_person x WHERE x.proposal_id = p.id AND x.name ILIKE $7))
  AND ($8 = '' OR p.state = $8) AND ($9::int IS NULL OR p.track_id = $9)
  AND ($10::int IS NULL OR coalesce(k.reviews, 0) < $10)
  AND ($11::bigint IS NULL OR p.owner_id <> $11 AND NOT EXISTS (
      SELECT FROM proposal_person x WHERE x.proposal_id = p.id AND (x.person_id = $11 OR lower(x.email) IN (
          SELECT a.email FROM address a WHERE a.person_id = $11))))
"""


async def lines(
    call: int, ranked: Mapping[int, Ranked], asked: Filter, sort: str, page: int | None
) -> tuple[list[Line], int]:
    """One page of what is asked for, or all with None; and how many there are."""
    known = list(ranked.values())
    given = (
        call,
        [one.proposal for one in known],
        [one.score for one in known],
        [one.spread for one in known],
        [one.reviews for one in known],
        [one.conflicts for one in known],
        pattern(asked.query),
        asked.state,
        asked.track,
        asked.fewer,
        asked.hidden,
    )
    total: int = await database.value(f"SELECT count(*) {_FROM}", *given)
    order = SORTS[sort.removeprefix("-")].format(way="DESC" if sort.startswith("-") else "ASC")
    rows = await database.rows(
        "SELECT p.id, p.code, p.title, p.state, coalesce(t.name, '') AS track,"  # noqa: S608 - texts of ours
        " coalesce((SELECT string_agg(x.name, ', ' ORDER BY x.position, x.id) FROM proposal_person x"
        f" WHERE x.proposal_id = p.id AND x.state <> 'declined'), '') AS people {_FROM} ORDER BY {order}"
        " LIMIT $12 OFFSET $13",
        *given,
        PAGE if page else None,
        (page - 1) * PAGE if page else 0,
    )
    found = []
    for row in rows:
        own = ranked.get(row["id"]) or Ranked(row["id"])
        found.append(Line(**{**row, "state": ProposalState(row["state"]), "ranked": own}))
    return found, total


def pattern(query: str) -> str:
    """For ILIKE; empty for nothing asked."""
    escaped = query.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%" if query else ""


@dataclass(frozen=True, slots=True)
class Written:
    """A review as those read it who decide. apart: it does not count, because of a conflict of interest; reason: of one
    that they declared."""

    id: int
    reviewer: str
    phase: str
    state: str
    points: Points
    score: float | None
    comment: str
    reason: str
    apart: bool
    changed_at: datetime


async def of_proposal(call: int, proposal: int) -> list[Written]:
    """Its given reviews and its conflicts of interest, by phase."""
    counting = await measures(call)
    rows = await database.rows(
        f"WITH {APART.format(only='w.call_id = $1')}"  # noqa: S608 - texts of ours
        " SELECT r.id, coalesce(nullif(o.name, ''), m.email, '') AS reviewer, f.name AS phase, r.state, r.scores,"
        " r.comment, r.reason, r.changed_at,"
        " EXISTS (SELECT FROM apart a WHERE a.reviewer = w.id AND a.proposal = r.proposal_id) AS apart"
        " FROM review r JOIN reviewer w ON w.id = r.reviewer_id JOIN person o ON o.id = w.person_id"
        " LEFT JOIN address m ON m.person_id = o.id AND m.is_primary JOIN review_phase f ON f.id = r.phase_id"
        " WHERE w.call_id = $1 AND r.proposal_id = $2 AND r.state IN ('given', 'conflict')"
        " ORDER BY f.opens_at, r.state DESC, r.id",
        call,
        proposal,
    )
    found = []
    for row in rows:
        own = points(row["scores"])
        values = {name: row[name] for name in row.keys() if name != "scores"}  # noqa: SIM118 - a Record iterates values
        found.append(Written(**values, points=own, score=ranking.score(counting, own)))
    return found
