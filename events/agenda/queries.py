"""What is in a person's schedule, read from published entries: SQL, no ORM objects."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from events.agenda.cookie import Pick
from events.core import calendars, database


@dataclass(frozen=True, slots=True)
class Item:
    """One published slot in somebody's schedule.

    status     CONFIRMED or CANCELLED
    seat       they hold a seat in it; invited: and its invitation is in their calendar
    place      rooms with their building, as the calendar entry says it; only for mails
    """

    event_id: int
    event_slug: str
    event_title: str
    code: str
    title: str
    zone: str
    starts_at: datetime
    ends_at: datetime
    rooms: tuple[str, ...] = ()
    track: str = ""
    track_colour: int | None = None
    status: str = "CONFIRMED"
    saved: bool = False
    seat: bool = False
    invited: bool = False
    entry_id: int = 0
    place: str = ""

    @property
    def on(self) -> bool:
        return self.status == "CONFIRMED"

    @property
    def path(self) -> str:
        return f"/events/{self.event_slug}/sessions/{self.code}"


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A saved session that is in no programme any more, or not yet."""

    event_id: int
    event_slug: str
    event_title: str
    code: str
    title: str


@dataclass(frozen=True, slots=True)
class Schedule:
    items: tuple[Item, ...] = ()
    withdrawn: tuple[Withdrawn, ...] = ()


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody we may write to."""

    id: int
    name: str
    email: str
    locale: str
    timezone: str


_ITEM = """
SELECT en.id AS entry_id, en.event_id, e.slug AS event_slug, e.title AS event_title, en.session_code AS code, en.title,
       coalesce(sl.timezone, e.timezone) AS zone, en.starts_at, en.ends_at, en.room_names AS rooms, en.status,
       coalesce(t.name, '') AS track, t.colour AS track_colour, {more}
FROM {kept}
JOIN event e ON e.id = s.event_id
JOIN entry en ON en.event_id = s.event_id AND en.session_code = s.code AND en.kind = 'slot'
LEFT JOIN slot sl ON sl.id = en.slot_id
LEFT JOIN track t ON t.event_id = en.event_id AND t.slug = en.track
WHERE {which} ORDER BY en.starts_at, en.id
"""

_OF_PERSON = _ITEM.format(
    more="""
       EXISTS (SELECT FROM saved v WHERE v.person_id = $1 AND v.session_id = s.id) AS saved,
       EXISTS (SELECT FROM seat st WHERE st.person_id = $1 AND st.session_id = s.id) AS seat,
       EXISTS (
           SELECT FROM invitation i WHERE i.person_id = $1 AND i.entry_id = en.id AND i.state = 'invited'
       ) AS invited""",
    kept="kept k JOIN session s ON s.id = k.session_id AND k.person_id = $1",
    which="{which}",
)
_ALL_OF_PERSON = _OF_PERSON.format(which="true")
_SOME_OF_PERSON = _OF_PERSON.format(which="en.id = any($2)")

_OF_PICKS = _ITEM.format(
    more="true AS saved, false AS seat, false AS invited",
    kept="unnest($1::int[], $2::text[]) p (event, code) JOIN session s ON s.event_id = p.event AND s.code = p.code",
    which="true",
)

_WITHDRAWN = """
SELECT s.event_id, e.slug AS event_slug, e.title AS event_title, s.code, s.title
FROM {kept} JOIN event e ON e.id = s.event_id
WHERE NOT EXISTS (SELECT FROM entry en WHERE en.event_id = s.event_id AND en.session_code = s.code)
ORDER BY s.title, s.id
"""
_WITHDRAWN_OF_PERSON = _WITHDRAWN.format(kept="saved v JOIN session s ON s.id = v.session_id AND v.person_id = $1")
_WITHDRAWN_OF_PICKS = _WITHDRAWN.format(
    kept="unnest($1::int[], $2::text[]) p (event, code) JOIN session s ON s.event_id = p.event AND s.code = p.code"
)


async def schedule_of(person: int) -> Schedule:
    rows = await database.rows(_ALL_OF_PERSON, person)
    gone = await database.rows(_WITHDRAWN_OF_PERSON, person)
    return Schedule(_items(rows), tuple(Withdrawn(**dict(row)) for row in gone))


async def schedule_of_picks(picks: Sequence[Pick]) -> Schedule:
    """The same for a cookie."""
    if not picks:
        return Schedule()
    args = [pick.event for pick in picks], [pick.code for pick in picks]
    rows = await database.rows(_OF_PICKS, *args)
    gone = await database.rows(_WITHDRAWN_OF_PICKS, *args)
    return Schedule(_items(rows), tuple(Withdrawn(**dict(row)) for row in gone))


async def by_entries(person: int, entries: list[int]) -> list[Item]:
    """Some slots with their places, as far as they are still in this person's schedule."""
    rows = await database.rows(_SOME_OF_PERSON, person, entries)
    stored = await database.rows("SELECT id, ics FROM entry WHERE id = any($1)", entries)
    places = {row["id"]: calendars.read(row["ics"]).location for row in stored}
    return [replace(item, place=places[item.entry_id]) for item in _items(rows)]


async def reader(person: int) -> Reader | None:
    """Somebody to write to; None without an address, or erased."""
    row = await database.row(
        "SELECT p.id, p.name, a.email, p.locale, p.timezone FROM person p"
        " JOIN address a ON a.person_id = p.id AND a.is_primary WHERE p.id = $1 AND p.erased_at IS NULL",
        person,
    )
    return Reader(**dict(row)) if row else None


def _items(rows: Iterable[Any]) -> tuple[Item, ...]:
    return tuple(Item(**(dict(row) | {"rooms": tuple(row["rooms"])})) for row in rows)


async def event_of(slug: str) -> int | None:
    """The event of a slug it has or once had."""
    found: int | None = await database.value("SELECT event_id FROM event_slug WHERE slug = $1", slug)
    return found
