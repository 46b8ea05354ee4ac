"""The mail that tells somebody in a programme what a release changed for them. Written by the worker, from ids."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from events.core import calendars, database, locales, mail
from events.core.mail import Sealed
from events.core.outbox import Message
from events.schedule.roles import ROLES
from events.settings import Settings

MAIL = "agenda/programme_changed"
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class When:
    """zone: the IANA name of the zone it was typed in."""

    starts_at: datetime
    ends_at: datetime
    zone: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One session, or one time of it.

    what   new, changed, back, off, left; `before` is told of what is changed or off
    role   the reader's, in words; "" where it does not matter any more
    link   the link to join is another one
    """

    what: str
    code: str
    title: str
    path: str
    role: str = ""
    now: When | None = None
    before: When | None = None
    link: bool = False

    @property
    def lies_elsewhere(self) -> bool:
        return self.what == "changed" and self.now != self.before

    def as_(self, role: str) -> "Line":
        """The same for a reader of that role."""
        return replace(self, role=role)


@dataclass(frozen=True, slots=True)
class Reader:
    name: str
    email: str
    locale: str


async def letter(message: Message, settings: Settings, at: datetime) -> Sealed | None:
    """The mail of a `mail.programme_changed`. None when there is no address any more, or nothing of it is ahead."""
    event = await database.row("SELECT id, slug, title FROM event WHERE id = $1", message.number("event"))
    if event is None:
        return None
    person = message.number("person")
    reader = await _reader(person)
    if reader is None:
        return None
    slots, joined, left = (_ids(message, name) for name in ("slots", "joined", "left"))
    lines = [
        *await _new(event["slug"], joined),
        *await _changed(event["slug"], message.number("release"), slots),
        *await _left(event["slug"], left),
    ]
    lines = [line for line in lines if line.what == "left" or _ends(line) > at]
    if not lines:
        return None
    locales.speak(reader.locale)
    roles = await _roles(event["id"], person)
    told = [line.as_(roles.get(line.code, "")) for line in lines]
    return mail.compose(
        settings,
        MAIL,
        reader.email,
        at,
        locale=reader.locale,
        to_name=reader.name,
        **context(settings.base_url, event["slug"], event["title"], told),
    )


def context(base_url: str, slug: str, title: str, lines: Iterable[Line]) -> dict[str, Any]:
    """What the mail's templates need. The page before publishing shows the same mail.

    slug, title   of the event
    """
    return {
        "lines": sorted(lines, key=lambda line: (line.now or line.before or When(_NEVER, _NEVER, "")).starts_at),
        "event_title": title,
        "programme_url": f"{base_url}/events/{slug}/schedule",
    }


def line_of(slug: str, change: Mapping[str, Any], title: str = "") -> Line:
    """A change, as a release keeps it, as somebody in the session is told of it.

    title   of the session, where readers see none
    """
    what = set(change["what"])
    before, now = _when(change["before"]), _when(change["after"])
    if not what.isdisjoint({"removed", "cancelled"}):
        kind, now = "off", None
    else:
        kind = "back" if "restored" in what else "new" if "added" in what else "changed"
    return Line(
        kind,
        change["code"],
        change["title"] or title or locales._("Closed session"),
        f"/events/{slug}/sessions/{change['code']}",
        now=now,
        before=before if kind in ("off", "changed") else None,
        link="join" in what,
    )


def _when(view: Mapping[str, Any] | None) -> When | None:
    if view is None:
        return None
    starts_at, ends_at = (datetime.fromisoformat(view[name]) for name in ("starts_at", "ends_at"))
    return When(starts_at, ends_at, view["timezone"], view["place"])


def _ends(line: Line) -> datetime:
    return max(when.ends_at for when in (line.now, line.before) if when)


def _ids(message: Message, name: str) -> list[int]:
    stored = message.body[name]
    return [int(number) for number in stored] if isinstance(stored, list) else []


async def _reader(person: int) -> Reader | None:
    """At their own address; without one, where they were invited to present and said yes."""
    row = await database.row(
        "SELECT p.name, p.locale, coalesce(d.email, w.email) AS email FROM person p"
        " LEFT JOIN address d ON d.person_id = p.id AND d.is_primary LEFT JOIN LATERAL ("
        "  SELECT email FROM proposal_person WHERE person_id = p.id AND state = 'accepted' AND email <> ''"
        "  ORDER BY id DESC LIMIT 1) w ON true"
        " WHERE p.id = $1 AND p.erased_at IS NULL AND coalesce(d.email, w.email) IS NOT NULL",
        person,
    )
    return Reader(**row) if row else None


async def _new(slug: str, sessions: list[int]) -> list[Line]:
    """Sessions as the programme has them now."""
    rows = await database.rows(
        "SELECT s.code, s.title, en.starts_at, en.ends_at, en.ics, coalesce(l.timezone, e.timezone) AS zone"
        " FROM session s JOIN event e ON e.id = s.event_id"
        " JOIN entry en ON en.event_id = s.event_id AND en.session_code = s.code AND en.kind = 'slot'"
        " LEFT JOIN slot l ON l.id = en.slot_id WHERE s.id = any($1) AND en.status = 'CONFIRMED'",
        sessions,
    )
    return [
        Line(
            "new",
            row["code"],
            row["title"],
            f"/events/{slug}/sessions/{row['code']}",
            now=When(row["starts_at"], row["ends_at"], row["zone"], calendars.read(row["ics"]).location),
        )
        for row in rows
    ]


async def _changed(slug: str, release: int, slots: list[int]) -> list[Line]:
    """What a release changed of some slots."""
    rows = await database.rows(
        "SELECT one, coalesce(s.title, '') AS title FROM release r"
        " CROSS JOIN LATERAL jsonb_array_elements(r.changes) c (one)"
        " LEFT JOIN session s ON s.id = (one ->> 'session')::bigint"
        " WHERE r.id = $1 AND (one ->> 'slot')::bigint = any($2)",
        release,
        slots,
    )
    return [line_of(slug, json.loads(row["one"]), row["title"]) for row in rows]


async def _left(slug: str, sessions: list[int]) -> list[Line]:
    rows = await database.rows("SELECT code, title FROM session WHERE id = any($1)", sessions)
    return [Line("left", row["code"], row["title"], f"/events/{slug}/sessions/{row['code']}") for row in rows]


async def _roles(event: int, person: int) -> dict[str, str]:
    """By session's code: what the reader is in it, in words of their language."""
    rows = await database.rows(
        "SELECT s.code, r.role FROM session_person r JOIN session s ON s.id = r.session_id"
        " WHERE s.event_id = $1 AND r.person_id = $2 ORDER BY r.position DESC, r.id DESC",
        event,
        person,
    )
    return {row["code"]: str(ROLES.get(row["role"], row["role"])) for row in rows}
