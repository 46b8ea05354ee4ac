"""A call under review: a phase, two criteria, and people who review for it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from events.calls import criteria, review_phases, reviewers, reviewing
from events.calls.criteria import CriterionValues
from events.calls.models import Proposal
from events.calls.review_phases import PhaseRow, PhaseValues
from events.calls.reviewers import ReviewerRow, ReviewerValues
from events.calls.reviewing import ReviewValues
from events.core import clock, database
from events.people.models import Person
from tests import make
from tests.calls.conftest import World


def phase_values(**changes: object) -> PhaseValues:
    """A blind phase that is open today."""
    now = clock.now()
    given: dict[str, object] = {
        "name": "First round",
        "opens_at": now - timedelta(days=1),
        "closes_at": now + timedelta(days=1),
        "blind": True,
        "sees_others": "never",
        "per_proposal": 3,
    }
    return PhaseValues(**(given | changes))  # type: ignore[arg-type]


@dataclass
class Round:
    """clear and new: the ids of the criteria; clear has 5 points and weighs 3, new has 10 and weighs 1."""

    world: World
    phase: PhaseRow
    clear: int
    new: int

    @property
    def call(self) -> int:
        return self.world.call.id

    @property
    def path(self) -> str:
        return "/review/annual/papers"

    async def reviewer(self, name: str, *, chair: bool = False, tracks: tuple[int, ...] = ()) -> ReviewerRow:
        person = await make.person(name, f"{name.lower()}@example.org")
        return await self.reviews(person, chair=chair, tracks=tracks)

    async def reviews(self, person: Person, *, chair: bool = False, tracks: tuple[int, ...] = ()) -> ReviewerRow:
        address = await database.value("SELECT email FROM address WHERE person_id = $1", person.id)
        await reviewers.add(self.call, address, "", ReviewerValues(tracks, chair), clock.now())
        found = await reviewers.of_person(self.call, person.id)
        assert found is not None
        return found

    async def give(
        self,
        reviewer: ReviewerRow,
        proposal: Proposal | str,
        clear: int | None = 3,
        new: int | None = 5,
        comment: str = "",
        at: datetime | None = None,
    ) -> None:
        """Give a first review."""
        code = proposal if isinstance(proposal, str) else proposal.code
        values = ReviewValues({self.clear: clear, self.new: new}, comment)
        await reviewing.save(self.call, reviewer, code, values, 0, at or clock.now(), give=True)

    async def follow_with(self, **changes: object) -> PhaseRow:
        """The first phase is over, and another one is open."""
        now = clock.now()
        await database.execute(
            "UPDATE review_phase SET opens_at = $1, closes_at = $2", now - timedelta(days=9), now - timedelta(days=5)
        )
        await review_phases.create(self.call, phase_values(**({"name": "Second round"} | changes)))
        return (await review_phases.of(self.call))[-1]


async def begin(world: World, **changes: object) -> Round:
    await review_phases.create(world.call.id, phase_values(**changes))
    await criteria.create(world.call.id, CriterionValues("Clear", "Is it well said?", 5, 3))
    await criteria.create(world.call.id, CriterionValues("New", "", 10, 1))
    (phase,) = await review_phases.of(world.call.id)
    clear, new = await criteria.of(world.call.id)
    return Round(world, phase, clear.id, new.id)
