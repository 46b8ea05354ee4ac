"""What a reviewer does: take the next proposal, write a review and give it, say that they have a conflict of interest.

Whoever writes holds the call's row against organizers who change its phases and criteria, and the reviewer's own
against another window of theirs. Who takes the next one does it in the phase's turn, after everybody before.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import asyncpg

from events.calls import criteria, review_phases
from events.calls.criteria import CriterionRow
from events.calls.ranking import Points
from events.calls.review_phases import PhaseRow
from events.calls.review_reach import APART, REACHED, REVIEWABLE, WRITTEN
from events.calls.reviewers import ReviewerRow
from events.core import database
from events.core.errors import DomainError, NotFound, StaleWrite, Unreadable
from events.core.locales import _

HELD = timedelta(hours=4)
"""How long a proposal that was handed to somebody counts as theirs while they write nothing; then it is free again."""

COMMENT = 5_000
REASON = 300


class NotReviewing(DomainError):
    """No phase is open, or this proposal is decided."""

    status = 409

    @property
    def title(self) -> str:
        return _("There is no review now")


@dataclass(frozen=True, slots=True)
class ReviewValues:
    """points: by criterion, None for “cannot say”; what was not answered is left out."""

    points: Points
    comment: str


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """state: open, given, conflict. begun: something was written in it."""

    id: int
    state: str
    points: Points
    comment: str
    reason: str
    version: int
    changed_at: datetime

    @property
    def begun(self) -> bool:
        return self.state == "open" and bool(self.points or self.comment)


def _row(row: asyncpg.Record) -> ReviewRow:
    given = {name: row[name] for name in ReviewRow.__dataclass_fields__ if name != "points"}
    stored = json.loads(row["scores"] or "{}")
    return ReviewRow(**given, points={int(one): points for one, points in stored.items()})


_OWN = "SELECT * FROM review WHERE proposal_id = $1 AND phase_id = $2 AND reviewer_id = $3"
_OWN_LOCKED = _OWN + " FOR UPDATE"


async def own(proposal: int, phase: int, reviewer: int, *, lock: bool = False) -> ReviewRow | None:
    row = await database.row(_OWN_LOCKED if lock else _OWN, proposal, phase, reviewer)
    return _row(row) if row else None


_NEXT = f"""
WITH {APART.format(only="w.id = $1")}, taken AS MATERIALIZED (
    SELECT r.proposal_id, count(*) AS n FROM review r JOIN reviewer v ON v.id = r.reviewer_id
    WHERE r.phase_id = $2 AND v.id <> $1 AND (r.state = 'given'
        OR r.state = 'open' AND v.left_at IS NULL AND ({WRITTEN} OR r.changed_at > $3)) GROUP BY 1
)
SELECT p.id, p.code FROM reviewer w JOIN proposal p ON p.call_id = w.call_id
LEFT JOIN taken n ON n.proposal_id = p.id
LEFT JOIN review r ON r.proposal_id = p.id AND r.phase_id = $2 AND r.reviewer_id = $1
WHERE w.id = $1 AND {REVIEWABLE} AND {REACHED} AND p.code <> $5 AND coalesce(n.n, 0) < $4
  AND (r.id IS NULL OR r.state = 'open' AND NOT {WRITTEN})
ORDER BY r.id IS NULL, coalesce(n.n, 0), md5(format('%s %s %s', $2::int, $1::int, p.id)) LIMIT 1
"""  # noqa: S608 - texts of ours


async def take_next(call: int, reviewer: ReviewerRow, at: datetime, besides: str = "") -> str | None:
    """Hand them the proposal with the fewest reviews, given or in somebody's hand; returns its code.

    besides   a proposal they have in hand and leave
    None when everything they may review has as many reviews as the phase wants. Among equals each reviewer has an
    order of their own. Raises NotReviewing.
    """
    async with database.transaction():
        phase = await _open_phase(call, at)
        await database.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", f"reviews of {phase.id}")
        await database.execute("SELECT FROM reviewer WHERE id = $1 FOR UPDATE", reviewer.id)
        row = await database.row(_NEXT, reviewer.id, phase.id, at - HELD, phase.values.per_proposal, besides[:12])
        await _put_down(reviewer.id, phase.id)
        if row is None:
            return None
        await database.execute(
            "INSERT INTO review (proposal_id, phase_id, reviewer_id, scores, changed_at) VALUES ($1, $2, $3, '{}', $4)",
            row["id"],
            phase.id,
            reviewer.id,
            at,
        )
        return str(row["code"])


async def _put_down(reviewer: int, phase: int) -> None:
    """What they have in hand and did not write in is free again: nobody holds two."""
    await database.execute(
        "DELETE FROM review r WHERE r.reviewer_id = $1 AND r.phase_id = $2 AND r.state = 'open'"  # noqa: S608
        f" AND NOT {WRITTEN}",
        reviewer,
        phase,
    )


async def save(
    call: int, reviewer: ReviewerRow, code: str, values: ReviewValues, version: int, at: datetime, *, give: bool
) -> int:
    """Keep a review, or give it; returns its new version. One that is given has to stay whole.

    version   of the review the form was opened with, 0 for none. Raises NotFound, NotReviewing, StaleWrite, Unreadable.
    """
    async with database.transaction():
        phase = await _open_phase(call, at)
        await database.execute("SELECT FROM reviewer WHERE id = $1 FOR UPDATE", reviewer.id)
        proposal = await _reached(reviewer, code)
        held = await own(proposal, phase.id, reviewer.id, lock=True)
        if held is not None and (held.begun or held.state == "given") and held.version != version:
            words = _("You saved this review in another window.")
            raise StaleWrite(words, _told(held.points, held.comment), _told(values.points, values.comment))
        give = give or (held is not None and held.state == "given")
        asked = await criteria.of(call)
        left = {one.id for one in asked}  # an organizer may have taken one away meanwhile
        values = replace(values, points={one: points for one, points in values.points.items() if one in left})
        if errors := problems(asked, values, whole=give):
            raise Unreadable(errors)
        saved: int = await database.value(
            "INSERT INTO review (proposal_id, phase_id, reviewer_id, state, scores, comment, changed_at)"
            " VALUES ($1, $2, $3, $4, $5::jsonb, $6, $7) ON CONFLICT (proposal_id, phase_id, reviewer_id) DO UPDATE"
            " SET (state, scores, comment, changed_at, version) = ($4, $5::jsonb, $6, $7, review.version + 1)"
            " RETURNING version",
            proposal,
            phase.id,
            reviewer.id,
            "given" if give else "open",
            json.dumps({str(one): points for one, points in values.points.items()}),
            values.comment,
            at,
        )
    return saved


async def declare(call: int, reviewer: ReviewerRow, code: str, reason: str, at: datetime) -> None:
    """A conflict of interest: what they wrote about it goes, and it is never shown to them again.

    Raises NotFound, NotReviewing, Unreadable.
    """
    if not 2 <= len(reason) <= REASON:
        raise Unreadable({"reason": _("Say in a few words what it is. Only organizers and chairs read it.")})
    async with database.transaction():
        phase = await _open_phase(call, at)
        await database.execute("SELECT FROM reviewer WHERE id = $1 FOR UPDATE", reviewer.id)
        proposal = await _reached(reviewer, code)
        await database.execute(
            "INSERT INTO review (proposal_id, phase_id, reviewer_id, state, scores, reason, changed_at)"
            " VALUES ($1, $2, $3, 'conflict', '{}', $4, $5) ON CONFLICT (proposal_id, phase_id, reviewer_id) DO UPDATE"
            " SET (state, scores, comment, reason, changed_at, version)"
            " = ('conflict', '{}', '', $4, $5, review.version + 1)",
            proposal,
            phase.id,
            reviewer.id,
            reason,
            at,
        )


async def lift(call: int, proposal: int, review: int) -> None:
    """A declared conflict of interest was a mistake: it goes, and the proposal is shown to them again.

    Raises NotFound.
    """
    done = await database.execute(
        "DELETE FROM review r USING reviewer w WHERE w.id = r.reviewer_id AND w.call_id = $1"
        " AND r.proposal_id = $2 AND r.id = $3 AND r.state = 'conflict'",
        call,
        proposal,
        review,
    )
    if not done:
        raise NotFound


async def _open_phase(call: int, at: datetime) -> PhaseRow:
    """The phase that is open, held with its call until the transaction ends. Raises NotReviewing."""
    await database.execute("SELECT FROM call WHERE id = $1 FOR SHARE", call)
    found = next((one for one in await review_phases.of(call) if one.is_open(at)), None)
    if found is None:
        raise NotReviewing(_("No phase of review is open now. What was saved before stays."))
    return found


async def _reached(reviewer: ReviewerRow, code: str) -> int:
    """The id of a proposal they may review now. Raises NotFound; NotReviewing when it is decided."""
    row = await database.row(
        f"WITH {APART.format(only='w.id = $1')}"  # noqa: S608 - texts of ours
        f" SELECT p.id, {REVIEWABLE} AS reviewable FROM reviewer w JOIN proposal p ON p.call_id = w.call_id"
        f" WHERE w.id = $1 AND p.code = $2 AND p.state NOT IN ('draft', 'withdrawn') AND {REACHED} FOR SHARE OF p",
        reviewer.id,
        code[:12],
    )
    if row is None:
        raise NotFound
    if not row["reviewable"]:
        raise NotReviewing(_("This proposal is decided, so its reviews do not change any more."))
    found: int = row["id"]
    return found


def problems(asked: Sequence[CriterionRow], values: ReviewValues, *, whole: bool) -> dict[str, str]:
    """What is wrong with a review, by the name of its field; `whole`: it is to be given. Pure."""
    found: dict[str, str] = {}
    for one in asked:
        points = values.points.get(one.id)
        if points is not None and not 0 <= points <= one.values.most:
            found[f"c-{one.id}"] = _("Points go from 0 to %(most)s.") % {"most": one.values.most}
        elif whole and one.id not in values.points:
            found[f"c-{one.id}"] = _("Give points, or say that you cannot.")
    if len(values.comment) > COMMENT:
        found["comment"] = _("This is longer than %(num)s characters.") % {"num": COMMENT}
    if whole and not found and not values.comment and not any(one is not None for one in values.points.values()):
        found["comment"] = _("Without any points, say here what you think of it.")
    return found


def _told(points: Points, comment: str) -> Mapping[str, object]:
    given = ", ".join("–" if one is None else str(one) for _criterion, one in sorted(points.items()))
    return {_("Points"): given, _("Comment"): comment}
