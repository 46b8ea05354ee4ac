"""The organizers' forms: text that was typed into values the domain can trust, or Unreadable naming each field."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from starlette.datastructures import FormData

from events.core.errors import Unreadable
from events.core.locales import _
from events.core.wall_time import AmbiguousTime, NoSuchTime, moment, read_clock, read_day, wall, zone_named
from events.schedule.editing import Values
from events.schedule.frab import clean, clean_text
from events.schedule.roles import ROLES
from events.schedule.slots import Place
from events.schedule.states import SessionState

VISIBILITIES = ("public", "registrants", "closed", "internal")
_LENGTHS = {"title": 300, "subtitle": 300, "language": 12, "level": 20, "join_link": 500}
_TEXT = 100_000
_TOPICS, _TOPIC = 10, 60


@dataclass(frozen=True, slots=True)
class Choices:
    """What the selects offer: (id, words); topics: those of the event and of its other sessions."""

    tracks: list[tuple[int, str]]
    types: list[tuple[int, str]]
    units: list[tuple[int, str]]
    rooms: list[tuple[int, str]]
    topics: Sequence[str] = ()


def typed(form: FormData) -> dict[str, str]:
    """What stood in the form, to show it again; topics, ticked and typed, with commas between."""
    found = {name: value for name, value in form.items() if isinstance(value, str)}
    topics = [value for value in form.getlist("topics") if isinstance(value, str) and value.strip()]
    return found | ({"topics": ", ".join(topics)} if topics else {})


def session_values(form: Mapping[str, str], choices: Choices) -> Values:
    """Raises Unreadable."""
    errors: dict[str, str] = {}
    words = {name: clean(form.get(name, "")) for name in _LENGTHS}
    for name, most in _LENGTHS.items():
        if len(words[name]) > most:
            errors[name] = _("%(most)s characters are the most; this has %(count)s.") % {
                "most": most,
                "count": len(words[name]),
            }
    texts = {name: clean_text(form.get(name, "")) for name in ("abstract", "description")}
    errors |= {name: _("This is too long.") for name, text in texts.items() if len(text) > _TEXT}
    if not words["title"]:
        errors["title"] = _("Give the session a title.")
    if words["join_link"] and not re.match(r"https?://\S+$", words["join_link"]):
        errors["join_link"] = _("A link begins with https://")
    ids = {
        name: _chosen(form, name, offered, errors)
        for name, offered in (("track_id", choices.tracks), ("type_id", choices.types), ("unit_id", choices.units))
    }
    topics = _topics(form.get("topics", ""), choices.topics, errors)
    visibility = form.get("visibility", "public")
    if visibility not in VISIBILITIES:
        errors["visibility"] = _("Choose who may see it.")
    state = form.get("state", "confirmed")
    if state not in list(SessionState):
        errors["state"] = _("Choose a state.")
    capacity = _number(form, "capacity", 1_000_000, errors)
    if errors:
        raise Unreadable(errors)
    return Values(
        title=words["title"],
        subtitle=words["subtitle"],
        language=words["language"],
        level=words["level"],
        join_link=words["join_link"],
        abstract=texts["abstract"],
        description=texts["description"],
        track_id=ids["track_id"],
        type_id=ids["type_id"],
        unit_id=ids["unit_id"],
        visibility=visibility,
        state=state,
        capacity=capacity,
        ticketed=form.get("ticketed") == "1",
        do_not_record=form.get("do_not_record") == "1",
        topics=topics,
    )


def _topics(typed: str, known: Iterable[str], errors: dict[str, str]) -> tuple[str, ...]:
    """Each once, spelled as the event has it already: two spellings of one topic would hide that sessions share it."""
    spelled = {topic.casefold(): topic for topic in known}
    words = (clean(word) for word in typed.split(","))
    found = {word.casefold(): spelled.get(word.casefold(), word) for word in words if word}
    if len(found) > _TOPICS or any(len(topic) > _TOPIC for topic in found.values()):
        errors["topics"] = _("%(most)s topics are the most, each of %(length)s characters at most.") % {
            "most": _TOPICS,
            "length": _TOPIC,
        }
    return tuple(found.values())


def place(form: Mapping[str, str], choices: Choices, timezone: str) -> Place:
    """A time and a room in an event's zone; an empty day takes the slot off the timetable. Raises Unreadable."""
    errors: dict[str, str] = {}
    room = _chosen(form, "room", choices.rooms, errors)
    setup = _number(form, "setup_minutes", 24 * 60, errors) or 0
    teardown = _number(form, "teardown_minutes", 24 * 60, errors) or 0
    starts_at = ends_at = None
    if form.get("day", "").strip():
        starts_at, ends_at = _span(form, timezone, errors)
    if errors:
        raise Unreadable(errors)
    return Place(starts_at, ends_at, timezone, (room,) if room else (), setup, teardown)


def _span(form: Mapping[str, str], timezone: str, errors: dict[str, str]) -> tuple[datetime | None, datetime | None]:
    day = _day(form, errors)
    start, end = _clock(form, "start", errors), _clock(form, "end", errors)
    if day is None or start is None or end is None:
        return None, None
    last = day if end > start else day + timedelta(days=1)
    starts_at = _moment(datetime.combine(day, start), timezone, "start", form, errors)
    ends_at = _moment(datetime.combine(last, end), timezone, "end", form, errors)
    if starts_at and ends_at and ends_at <= starts_at:
        errors["end"] = _("It has to end after it starts.")
    return starts_at, ends_at


def _moment(
    local: datetime, timezone: str, name: str, form: Mapping[str, str], errors: dict[str, str]
) -> datetime | None:
    """`second` = "first" or "second" answers for a time the clocks show twice."""
    answer = {"first": False, "second": True}.get(form.get("second", ""))
    try:
        return moment(local, zone_named(timezone), timezone, second=answer)
    except NoSuchTime as error:
        errors[name] = error.words
    except AmbiguousTime as error:
        errors[name] = error.words
        errors["second"] = _("Say which of the two you mean.")
    return None


def place_fields(slot: Place) -> dict[str, str]:
    """A place as the form shows it."""
    zone = zone_named(slot.timezone)
    starts = wall(slot.starts_at, zone) if slot.starts_at else ""
    ends = wall(slot.ends_at, zone) if slot.ends_at else ""
    return {
        "day": starts[:10],
        "start": starts[11:],
        "end": ends[11:],
        "room": str(slot.rooms[0]) if slot.rooms else "",
        "setup_minutes": str(slot.setup_minutes or ""),
        "teardown_minutes": str(slot.teardown_minutes or ""),
    }


def session_fields(values: Values) -> dict[str, Any]:
    """A session as the form shows it."""
    found = {name: getattr(values, name) for name in Values.__slots__} | {"topics": ", ".join(values.topics)}
    return {name: "" if value is None else "1" if value is True else value or "" for name, value in found.items()}


def person(form: Mapping[str, str]) -> tuple[str, str]:
    """A name (or a code) and a role. Raises Unreadable."""
    name, role = clean(form.get("name", "")), form.get("role", "speaker")
    errors: dict[str, str] = {}
    if not name or len(name) > 200:
        errors["name"] = _("Say who it is.")
    if role not in ROLES:
        errors["role"] = _("Choose a role.")
    if errors:
        raise Unreadable(errors)
    return name, role


NEW = "new"
"""Of the people who may be meant: none of them."""


def meant(form: Mapping[str, str], codes: Collection[str], name: str) -> str:
    """Which of the people with such a name is meant: a code of theirs, or the name when it is somebody new.

    Raises Unreadable when nobody has said it yet.
    """
    who = form.get("who", "")
    if who in codes:
        return who
    if codes and who != NEW:
        words = _("Such a name is known already. Choose who it is, so that nobody is in the programme twice.")
        raise Unreadable({"who": words})
    return name


def unit(form: Mapping[str, str], choices: Choices) -> int | None:
    """A unit that is to sponsor a session, None for none. Raises Unreadable."""
    errors: dict[str, str] = {}
    found = _chosen(form, "unit_id", choices.units, errors)
    if errors:
        raise Unreadable(errors)
    return found


def roles(form: Mapping[str, str]) -> tuple[dict[int, str], list[int]]:
    """{row: role} of those who stay, and the rows of those who go: fields `role-12`, `gone-12`."""
    kept: dict[int, str] = {}
    gone: list[int] = []
    for name, value in form.items():
        kind, _dash, number = name.partition("-")
        if not number.isdecimal() or len(number) > 18:
            continue
        if kind == "gone":
            gone.append(int(number))
        elif kind == "role" and value in ROLES:
            kept[int(number)] = value
    return {row: role for row, role in kept.items() if row not in gone}, gone


def numbers(ticked: Iterable[str]) -> list[int]:
    """The rows of boxes that are ticked; -1, which none has, for what is no number."""
    return sorted({int(text) if text.isdecimal() and len(text) <= 9 else -1 for text in ticked})


def version(form: Mapping[str, str]) -> int:
    """The version the form was opened with; 0, which is always stale, when somebody took it out."""
    text = form.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 9 else 0


def _chosen(form: Mapping[str, str], name: str, offered: list[tuple[int, str]], errors: dict[str, str]) -> int | None:
    text = form.get(name, "").strip()
    if not text:
        return None
    if not text.isdecimal() or len(text) > 9 or int(text) not in {key for key, _words in offered}:
        errors[name] = _("Choose one of the list.")
        return None
    return int(text)


def _number(form: Mapping[str, str], name: str, most: int, errors: dict[str, str]) -> int | None:
    text = form.get(name, "").strip()
    if not text:
        return None
    if not text.isdecimal() or len(text) > 7 or int(text) > most:
        errors[name] = _("A whole number up to %(most)s.") % {"most": f"{most:,}"}
        return None
    return int(text)


def _day(form: Mapping[str, str], errors: dict[str, str]) -> date | None:
    found = read_day(form.get("day", ""))
    if found is None:
        errors["day"] = _("A day such as 2026-06-25.")
    return found


def _clock(form: Mapping[str, str], name: str, errors: dict[str, str]) -> time | None:
    found = read_clock(form.get(name, ""))
    if found is None:
        errors[name] = _("A time such as 09:30.")
    return found
