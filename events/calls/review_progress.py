"""How far the reviewers of a call are, and how well its proposals are covered."""

from dataclasses import dataclass
from datetime import datetime

from events.calls import review_phases
from events.calls.review_phases import PhaseRow
from events.calls.review_reach import APART, IN_HAND, REACHED, REVIEWABLE, WRITTEN
from events.core import database


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one reviewer is in the phase in hand.

    reach      proposals they may review
    given, begun, held   of them: given, written in, handed to them and empty
    declared, own        conflicts of interest: theirs to say, and ours to see
    """

    reviewer: int
    name: str
    chair: bool
    reach: int
    given: int
    begun: int
    held: int
    declared: int
    own: int

    @property
    def left(self) -> int:
        return max(0, self.reach - self.given)


_PROGRESS = f"""
WITH {APART}
SELECT w.id AS reviewer, coalesce(nullif(o.name, ''), m.email, '') AS name, w.chair,
    (SELECT count(*) FROM proposal p WHERE p.call_id = w.call_id AND {REVIEWABLE} AND {REACHED}) AS reach,
    count(r.id) FILTER (WHERE r.state = 'given' AND a.proposal IS NULL) AS given,
    count(r.id) FILTER (WHERE r.state = 'open' AND {WRITTEN} AND a.proposal IS NULL) AS begun,
    count(r.id) FILTER (WHERE r.state = 'open' AND NOT {WRITTEN} AND a.proposal IS NULL) AS held,
    (SELECT count(*) FROM apart a WHERE a.reviewer = w.id AND NOT a.own) AS declared,
    (SELECT count(*) FROM apart a JOIN proposal p ON p.id = a.proposal AND p.state NOT IN ('draft', 'withdrawn')
     WHERE a.reviewer = w.id AND a.own) AS own
FROM reviewer w JOIN person o ON o.id = w.person_id LEFT JOIN address m ON m.person_id = o.id AND m.is_primary
LEFT JOIN {IN_HAND} ON true
LEFT JOIN (review r JOIN proposal p ON p.id = r.proposal_id AND {REVIEWABLE})
    ON r.reviewer_id = w.id AND r.phase_id = f.id
LEFT JOIN (SELECT DISTINCT reviewer, proposal FROM apart) a ON a.reviewer = w.id AND a.proposal = r.proposal_id
WHERE {{only}} AND w.left_at IS NULL GROUP BY w.id, o.id, m.id ORDER BY w.chair DESC, lower(o.name), w.id
""".replace("{at}", "$2")  # noqa: S608 - texts of ours


async def of(call: int, at: datetime) -> list[Progress]:
    """Of every reviewer of a call."""
    found = await database.rows(_PROGRESS.replace("{only}", "w.call_id = $1"), call, at)
    return [Progress(**row) for row in found]


async def of_reviewer(reviewer: int, at: datetime) -> Progress:
    row = await database.row(_PROGRESS.replace("{only}", "w.id = $1"), reviewer, at)
    assert row is not None
    return Progress(**row)


@dataclass(frozen=True, slots=True)
class Desk:
    """A call somebody reviews for, in the list of theirs. zone: the event's."""

    slug: str
    event: str
    zone: str
    call: str
    title: str
    phases: tuple[PhaseRow, ...]
    progress: Progress


async def desks(person: int, at: datetime) -> list[Desk]:
    """The calls somebody reviews for, the event that comes first on top."""
    rows = await database.rows(
        "SELECT w.id, e.slug, e.title AS event, e.timezone AS zone, c.id AS call_id, c.slug AS call, c.title"
        " FROM reviewer w JOIN call c ON c.id = w.call_id JOIN event e ON e.id = c.event_id"
        " WHERE w.person_id = $1 AND w.left_at IS NULL ORDER BY e.starts_on, e.id, c.id",
        person,
    )
    found = await database.rows(_PROGRESS.replace("{only}", "w.person_id = $1"), person, at)
    known = {row["reviewer"]: Progress(**row) for row in found}
    return [
        Desk(
            **{name: row[name] for name in ("slug", "event", "zone", "call", "title")},
            phases=tuple(await review_phases.of(row["call_id"])),
            progress=known[row["id"]],
        )
        for row in rows
    ]


async def reviews_anything(person: int) -> bool:
    found: bool = await database.value(
        "SELECT EXISTS (SELECT FROM reviewer WHERE person_id = $1 AND left_at IS NULL)", person
    )
    return found


async def coverage(call: int, phase: int, at_least: int) -> list[tuple[int, int]]:
    """How many of a call's proposals have 0, 1, … given reviews in a phase; the last number is `at_least` or more."""
    found = await database.rows(
        "SELECT least(n, $3) AS reviews, count(*) AS proposals FROM (SELECT p.id, count(r.id) AS n FROM proposal p"  # noqa: S608
        " LEFT JOIN review r ON r.proposal_id = p.id AND r.phase_id = $2 AND r.state = 'given'"
        f" WHERE p.call_id = $1 AND {REVIEWABLE} GROUP BY p.id) one GROUP BY 1",
        call,
        phase,
        at_least,
    )
    numbers = {row["reviews"]: row["proposals"] for row in found}
    return [(number, numbers.get(number, 0)) for number in range(at_least + 1)]
