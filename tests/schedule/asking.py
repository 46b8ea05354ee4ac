"""A unit that asks for sessions in the conference of conftest, its editor, and staff."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from events.people.models import Person, Unit
from events.planning import budgets
from events.planning.budgets import Budget
from events.schedule import requests
from events.schedule.models import Session
from events.schedule.request_decisions import Chosen
from events.schedule.requests import Facts, Hand, Wish
from tests import make
from tests.make import NOON
from tests.schedule.conftest import Conference

FACTS = Facts(
    headcount=80,
    room_set="rounds",
    minutes=75,
    equipment=("projector",),
    needs=("captions",),
    food="Coffee",
    note="Near the lifts",
    wishes=(Wish("preferred", datetime(2026, 7, 10, 14, tzinfo=UTC), datetime(2026, 7, 10, 17, tzinfo=UTC)),),
)


@dataclass
class Asking:
    """teens owns the session zines and has four slots until 1 July; erin edits for it, mary is staff of the event."""

    draft: Conference
    teens: Unit
    erin: Person
    mary: Person

    @property
    def hand(self) -> Hand:
        return Hand(self.erin.id)

    async def submitted(self, session: Session | None = None, facts: Facts = FACTS) -> Chosen:
        held = await requests.save((session or self.draft.zines).id, facts, 0, self.hand, NOON, submit=True)
        assert held.id is not None
        return Chosen(held.id, held.version)


async def asking(draft: Conference) -> Asking:
    teens = await make.unit("Teen Services")
    await Session.filter(id=draft.zines.id).update(unit=teens)
    await budgets.put(draft.event.id, teens.id, None, Budget(4, date(2200, 7, 1), "Four as last year"))
    erin, mary = await make.person("Erin Editor"), await make.person("Mary Manager")
    await make.role(erin, "editor", unit=teens)
    await make.role(mary, "programme_manager", event_id=draft.event.id)
    return Asking(draft, teens, erin, mary)
