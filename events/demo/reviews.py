"""A blind phase of review of the demo's call: a chair and a reviewer, some reviews given, one conflict of interest."""

from datetime import datetime, timedelta

from events.calls import criteria, review_phases, reviewers, reviewing
from events.calls.criteria import CriterionValues
from events.calls.review_phases import PhaseValues
from events.calls.reviewers import ReviewerRow
from events.calls.reviewing import ReviewValues
from events.core import database

_CRITERIA = (
    CriterionValues("Others can do it too", "5: somebody could begin on Monday. 0: it works only there.", 5, 2),
    CriterionValues("It is new here", "5: nobody told us yet. 0: every year.", 5, 1),
)
_GIVEN = (
    ((5, 4), "Three people, and still a catalogue. Please ask for the shelving plan."),
    ((4, None), ""),
    ((3, 2), "Good numbers; the stories could be one instead of four."),
)
"""Of the chair, to the first proposals in turn; the others have no review yet."""


_WHO = ("Carla Nowak", "Beatriz Costa")
"""The chair, and the reviewer who sees no names."""


async def build(at: datetime) -> None:
    """Into the conference's call."""
    call: int = await database.value("SELECT id FROM call ORDER BY id LIMIT 1")
    for one in _CRITERIA:
        await criteria.create(call, one)
    phase = PhaseValues("First round", at - timedelta(days=2), at + timedelta(days=60), True, "scores", 2)
    await review_phases.create(call, phase)
    chair, other = await _reviewers(call)
    first, second = await criteria.of(call)
    codes = await database.rows(
        "SELECT code FROM proposal WHERE call_id = $1 AND state = 'submitted' ORDER BY id LIMIT $2", call, len(_GIVEN)
    )
    for row, ((clear, new), comment) in zip(codes, _GIVEN, strict=True):
        values = ReviewValues({first.id: clear, second.id: new}, comment)
        await reviewing.save(call, chair, row["code"], values, 0, at, give=True)
    values = ReviewValues({first.id: 2, second.id: 4}, "I would hear it as a poster.")
    await reviewing.save(call, other, codes[0]["code"], values, 0, at, give=True)
    await reviewing.declare(call, other, codes[1]["code"], "We run this garden together.", at)


async def _reviewers(call: int) -> tuple[ReviewerRow, ReviewerRow]:
    """Their rows are made here and not asked for by mail: nobody gets a letter from a demo."""
    people = await database.rows(
        "SELECT min(id) AS id FROM person WHERE name = any($1) GROUP BY name ORDER BY array_position($1, name::text)",
        list(_WHO),
    )
    found = []
    for row, chair in zip(people, (True, False), strict=True):
        await database.execute(
            "INSERT INTO reviewer (call_id, person_id, track_ids, chair) VALUES ($1, $2, '{}', $3)",
            call,
            row["id"],
            chair,
        )
        found.append(await reviewers.of_person(call, row["id"]))
    chair_row, other = found
    assert chair_row is not None
    assert other is not None
    return chair_row, other
