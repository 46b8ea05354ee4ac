"""One conference that sells and is edited, in the database of a house: `python -m soak.shop` as one of its programs.

It prints as JSON what clients need to know, see Shop.
"""

import asyncio
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from events.agenda import personal_feeds, saves
from events.core import clock, database
from events.invoicing import terms
from events.people.models import Person
from events.registration import documents
from events.registration.models import TicketType
from events.schedule import releases
from events.schedule.models import Session
from events.settings import Settings
from soak.house import House
from tests import make

CHECKOUT = Path(__file__).parents[1]
SESSIONS = 12
ZONE = "America/Chicago"
PRICE = 12500
STUDENT = 4500
USES = 60
"""Of the code, which so becomes scarce within minutes."""


@dataclass(frozen=True)
class Shop:
    """slug: the event's; price: of the paid ticket; code: takes half of it off, for a few;
    free, paid, scarce, workshop: ticket types (scarce: free, with few places; workshop: has a
    seat, so an invitation); feeds: paths of personal feeds; editors, people, registrar: tokens for the cookie `signin`;
    slots: (session's code, slot's id) that editors move, each in a room of its own; day: the first one;
    student: what the paid ticket costs who declares to be one; terms: the document that every buyer accepts; treasurer:
    a token of who reads bank statements"""

    slug: str
    price: int
    code: str
    free: int
    paid: int
    scarce: int
    workshop: int
    feeds: list[str]
    editors: list[str]
    people: list[str]
    registrar: str
    slots: list[tuple[str, int]]
    day: str
    student: int
    terms: int
    treasurer: str


async def make_shop(settings: Settings, plenty: int = 100_000, few: int = 20) -> Shop:
    at = clock.now()
    day = at.date() + timedelta(days=40)
    event = await make.event("annual", starts_on=day, ends_on=day + timedelta(days=1), timezone=ZONE)
    venue = await make.venue()
    sessions = []
    for number in range(SESSIONS):
        starts = datetime.combine(day, time(9 + number % 6), ZoneInfo(ZONE))
        room = await make.room(venue)
        sessions.append(await make.session(event, starts, 50, room=room))
    workshop = await make.session(
        event, datetime.combine(day, time(17), ZoneInfo(ZONE)), 120, room=await make.room(venue), ticketed=True
    )
    free = await make.ticket_type(event, "Visitor", places=plenty)
    paid = await make.ticket_type(event, "Full", rates={"everyone": PRICE, "student": STUDENT}, places=plenty)
    scarce = await make.ticket_type(event, "Gala", places=few)
    seat = await make.ticket_type(event, "Workshop", places=plenty, kind="preconference")
    await TicketType.filter(id=seat.id).update(session_id=workshop.id)
    await make.voucher(event, "HALF", effect="percent", value=50, max_uses=USES)
    await terms.save(event.id, terms.Terms(("purchase_order", "check"), pay_to="The association", orders_confirm=False))
    await documents.write(event.id, "terms", "Terms", "Bought is bought.", required=True, seen=0, at=at, by=None)
    await releases.publish(event.id, None, "", at)
    people = [await make.person(f"Reader {number}", at=at) for number in range(6)]
    feeds = [await _feed(person, event.id, sessions[n : n + 4], settings, at) for n, person in enumerate(people)]
    editors = [await make.person(f"Editor {number}", at=at) for number in range(2)]
    for editor in editors:
        await make.role(editor, "programme_manager", event_id=event.id)
    treasurer = await make.person("Treasurer", at=at)
    await make.role(treasurer, "registrar")
    registrar = await make.person("Registrar", at=at)
    await make.role(registrar, "registrar", event_id=event.id)
    slots = await database.rows(
        "SELECT s.code, l.id FROM slot l JOIN session s ON s.id = l.session_id WHERE NOT s.ticketed ORDER BY l.id"
    )
    return Shop(
        slug="annual",
        price=PRICE,
        code="HALF",
        free=free.id,
        paid=paid.id,
        scarce=scarce.id,
        workshop=seat.id,
        feeds=feeds,
        editors=[await make.sign_in(one) for one in editors],
        people=[await make.sign_in(one) for one in people],
        registrar=await make.sign_in(registrar),
        slots=[(row["code"], row["id"]) for row in slots],
        day=str(day),
        student=STUDENT,
        terms=await database.value("SELECT id FROM document"),
        treasurer=await make.sign_in(treasurer),
    )


async def _feed(person: Person, event: int, sessions: Sequence[Session], settings: Settings, at: datetime) -> str:
    for session in sessions:
        await saves.save(person.id, event, session.code, at)
    await personal_feeds.ensure([person.id], at)
    feed = await personal_feeds.of_person(person.id)
    assert feed is not None
    return personal_feeds.address(feed, settings.secret_key.get_secret_value().encode(), "")


def shop_of(house: House, **sizes: int) -> Shop:
    """Make the shop of a house whose servers run; its programs need not."""
    command = [sys.executable, "-m", "soak.shop", json.dumps(sizes)]
    done = subprocess.run(command, env=house.environment, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    made = json.loads(done.stdout.splitlines()[-1])
    return Shop(**made | {"slots": [(code, slot) for code, slot in made["slots"]]})


async def _main(sizes: Mapping[str, int]) -> None:
    settings = Settings()
    await database.connect(settings.database_url)
    try:
        print(json.dumps(asdict(await make_shop(settings, **sizes))))
    finally:
        await database.close()


if __name__ == "__main__":
    asyncio.run(_main(json.loads(sys.argv[1])))
