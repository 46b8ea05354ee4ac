"""Proposals that were handed in, and organizers who decide about them."""

from dataclasses import dataclass
from datetime import datetime

from events.calls import decisions, sending
from events.calls.calls import CallRow
from events.calls.decisions import Chosen
from events.calls.models import Decision, Proposal, ProposalPerson
from events.calls.sending import Seen
from events.calls.states import ProposalState
from events.core import clock
from events.people.models import Person
from events.schedule import codes
from tests import make
from tests.calls.conftest import World


async def handed_in(
    world: World, title: str = "Zines", owner: Person | None = None, state: str = "submitted", **changes: object
) -> Proposal:
    """A whole proposal of Ada's, or of somebody else."""
    owner = owner or world.ada
    at = clock.now()
    given: dict[str, object] = {"abstract": f"All about {title}", "language": "en", "answers": {"1": "no"}}
    made = await Proposal.create(
        call_id=world.call.id,
        code=codes.new(),
        owner=owner,
        title=title,
        state=state,
        created_at=at,
        changed_at=at,
        submitted_at=at,
        **(given | changes),  # type: ignore[arg-type]
    )
    await ProposalPerson.create(proposal=made, person=owner, name=owner.name, state="accepted")
    return made


async def chair(world: World) -> Person:
    """Grace manages programmes: she may decide and send."""
    if there := await Person.filter(name="Grace Hopper").first():
        return there
    grace = await make.person("Grace Hopper", "grace@example.org")
    await make.role(grace, "programme_manager")
    return grace


@dataclass(frozen=True)
class Desk:
    """Somebody who decides, and what they do."""

    call: CallRow
    person: Person

    async def decide(self, becomes: str, *proposals: Proposal) -> list[Seen]:
        """Decide; returns the drafts."""
        drafts = {one.proposal_id: one.id for one in await Decision.filter(state="draft")}  # type: ignore[attr-defined]
        chosen = [Chosen(one.id, drafts.get(one.id, 0)) for one in proposals]
        await decisions.decide(self.call.id, chosen, ProposalState(becomes), self.person.id, clock.now())
        return [
            Seen(one.id, one.version) for one in await decisions.drafts(self.call.id, [one.id for one in proposals])
        ]

    async def send(self, seen: list[Seen], at: datetime | None = None) -> sending.Sent:
        return await sending.send(self.call.id, self.call.event_id, seen, at or clock.now())

    async def tell(self, becomes: str, *proposals: Proposal) -> None:
        """Decide and send."""
        await self.send(await self.decide(becomes, *proposals))


async def desk(world: World) -> Desk:
    return Desk(world.call, await chair(world))


async def states(*proposals: Proposal) -> list[str]:
    found = {one.id: one.state for one in await Proposal.all()}
    return [found[one.id] for one in proposals]
