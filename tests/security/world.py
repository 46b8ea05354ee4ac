"""Two of everything: an event "here" whose people are asked for by role, and one "there" that is not their business.

Ids of what is there begin at 700001, so that one of them is recognised wherever it turns up.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx
from starlette.applications import Starlette

from events.agenda import personal_feeds
from events.catalogue.models import Event
from events.core import clock, database
from events.people.models import Address, Person, SignIn
from events.registration.models import Order, Registration
from events.schedule import releases
from events.schedule.models import Session, SessionPerson, SessionType, Track
from events.settings import Settings
from tests import make, routes

FAR = 700_001
KEY = ("tests" * 8).encode()
UNIT_ROLES = ("reader", "editor")
EVENT_ROLES = ("programme_manager", "registrar", "reader", "care")
HOUSE_ROLES = ("programme_manager", "registrar", "administrator", "care")


@dataclass(frozen=True)
class Texts:
    """What people here wrote, in every place where people write."""

    name: str = "Ada Lovelace"
    title: str = "Cataloguing for everyone"
    long: str = "About **cataloguing**."
    link: str = "https://meet.example.org/room"
    email: str = "ada@example.org"


PLAIN = Texts()


@dataclass(frozen=True)
class World:
    """people: role → person; tokens: role → cookie; here, there: the name of a path's place → what stands in it."""

    people: Mapping[str, Person]
    tokens: Mapping[str, str]
    here: Mapping[str, str]
    there: Mapping[str, str]
    event: Event


async def build(texts: Texts = PLAIN) -> World:
    division, other = await make.unit(texts.name), await make.unit("Other division")
    # A day from now on, so that what stops after the event's end is still there.
    day = clock.now().astimezone(UTC).date() + timedelta(days=30)
    event = await _event("annual", texts, division.id, day)
    people = {"attendee": await make.person(texts.name, email=texts.email)}
    for role in (*UNIT_ROLES, *HOUSE_ROLES):
        people[role] = await make.person(f"{texts.name} {role}"[:200])
        await make.role(people[role], role, unit=division if role in UNIT_ROLES else None)
    people["other_editor"] = await make.person("Other editor")
    await make.role(people["other_editor"], "editor", unit=other)
    for role in EVENT_ROLES:
        people[f"event_{role}"] = await make.person(f"Event {role}")
        await make.role(people[f"event_{role}"], role, event_id=event.id)
    here = await _filled(event, people, texts)
    await _far()
    stranger = {name: await make.person(f"Stranger {name}") for name in ("attendee", "reader", "registrar")}
    await make.role(stranger["reader"], "reader", unit=other)
    there_event = await _event("elsewhere", Texts(title="Foreignness"), other.id, day)
    there = await _filled(there_event, stranger, Texts("Foreign Person", "Foreignness", "Foreignness"))
    await make.sign_in(stranger["attendee"])
    there["browser"] = str((await SignIn.get(person=stranger["attendee"])).id)
    await _far(2 * FAR)
    tokens = {role: await make.sign_in(person) for role, person in people.items()}
    here["browser"] = str((await SignIn.get(person=people["attendee"])).id)
    return World(people, tokens, here, there, event)


async def _event(slug: str, texts: Texts, unit: int, day: object) -> Event:
    assert hasattr(day, "isoformat")
    made = await make.event(slug, title=texts.title[:300], summary=texts.title[:500], description=texts.long, unit=None)
    await Event.filter(id=made.id).update(
        unit_id=unit, starts_on=day, ends_on=day, join_link=texts.link, contact_email=texts.email, topics=[texts.name]
    )
    return await Event.get(id=made.id)


async def _filled(event: Event, people: Mapping[str, Person], texts: Texts) -> dict[str, str]:
    """One of everything in an event, its programme published."""
    found = await routes.things(event, people, KEY, clock.now())
    venue_room = await make.room(await make.venue(texts.name, city=texts.name[:120]), name=texts.name[:120])
    await Event.filter(id=event.id).update(venue_id=venue_room.venue_id)  # type: ignore[attr-defined]
    assert event.starts_on is not None
    track = await Track.create(event=event, slug="track", name=texts.name)
    kind = await SessionType.create(event=event, slug="kind", name=texts.name)
    starts = datetime.combine(event.starts_on, datetime.min.time(), UTC) + timedelta(hours=16)
    talk = await make.session(
        event,
        starts,
        title=texts.title,
        room=venue_room,
        subtitle=texts.title,
        abstract=texts.long,
        description=texts.long,
        join_link=texts.link,
        track=track,
        type=kind,
    )
    workshop = await Session.get(event=event, code=found["code"])
    await make.move(workshop, starts + timedelta(hours=2))
    await Session.filter(id=workshop.id).update(title=texts.title, abstract=texts.long)
    await Person.filter(id=people["attendee"].id).update(biography=texts.long, affiliation=texts.name)
    for session in (talk, workshop):
        await SessionPerson.create(session=session, person=people["attendee"])
    await Order.filter(code=found["order"]).update(name=texts.name, email=texts.email)
    await Registration.filter(code=found["registration"]).update(
        name=texts.name, email=texts.email, answers={found["question"]: texts.name}
    )
    await releases.publish(event.id, people["attendee"].id, texts.title, clock.now())
    await personal_feeds.ensure([people["attendee"].id], clock.now())
    feed = await personal_feeds.of_person(people["attendee"].id)
    assert feed is not None
    address = await Address.filter(person=people["attendee"]).first()
    assert address is not None
    return found | {
        "feed": personal_feeds.name_of(feed.public_id, feed.epoch, KEY),
        "talk": talk.code,
        "track": str(track.id),
        "type": str(kind.id),
        "unit_id": str(event.unit_id),  # type: ignore[attr-defined]
        "session_id": str(talk.id),
    }


async def _far(number: int = FAR) -> None:
    """From here on every new row has a number of its own kind."""
    for row in await database.rows(
        "SELECT format('%I', sequencename) name FROM pg_sequences WHERE schemaname = 'public'"
    ):
        await database.execute(f"SELECT setval('{row['name']}', {number})")


async def contents() -> dict[str, set[str]]:
    """Every row of every table as text, but when a browser was last seen."""
    tables = await database.rows(
        "SELECT tablename name FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'tortoise_migrations'"
    )
    found: dict[str, set[str]] = {table["name"]: set() for table in tables}
    for row in await database.rows(" UNION ALL ".join(_rows_of(name) for name in found)):
        found[row["name"]].add(row["row"])
    return found


def _rows_of(table: str) -> str:
    what = "id, person_id, token_hash" if table == "sign_in" else "*"
    return f"SELECT '{table}' AS name, t::text AS row FROM (SELECT {what} FROM \"{table}\") t"


class Undone(Exception):
    """Rolls back what a request did."""


def browser(application: Starlette, token: str = "", **headers: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(application, raise_app_exceptions=False),
        base_url="http://testserver",
        headers={"Sec-Fetch-Site": "same-origin", "Accept": "text/html"} | headers,
        cookies={"signin": token} if token else {},
    )


def settings_of(application: Starlette) -> Settings:
    found: Settings = application.state.settings
    return found
