"""Sessions as pretalx gives them away: a list of submissions with speakers, and slots where they have some. Pure.

The shape is that of its API and of the files conferences publish of it: `code`, `title`, `speakers` with `code`,
`name` and `biography`, `submission_type`, `track`, `state`, `abstract`, `description`, `duration`, `slot` or `slots`.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from events.core.locales import _
from events.core.wall_time import zone_named
from events.schedule import frab_times
from events.schedule.frab import (
    TEXT_LENGTH,
    TITLE_LENGTH,
    Conference,
    PersonRead,
    Problem,
    Programme,
    RoomRead,
    SessionRead,
    SlotRead,
    TrackRead,
    clean,
    clean_text,
    free,
    slug,
)
from events.schedule.frab_times import NotATime
from events.schedule.frab_xml import Element, NotReadable

_TAKEN = frozenset({"", "confirmed", "accepted"})
_HOLDERS = ("results", "talks", "sessions", "submissions")
_MOST = 50_000


def sessions_of(whole: object) -> list[dict[str, Any]] | None:
    """The submissions of a file that was read as JSON; None when it is none of this shape."""
    if isinstance(whole, dict):
        whole = next((whole[name] for name in _HOLDERS if isinstance(whole.get(name), list)), None)
    if not isinstance(whole, list):
        return None
    found = [one for one in whole if isinstance(one, dict)]
    return found if found and all("title" in one and "speakers" in one for one in found) else None


def read(text: str, timezone: str) -> Programme:
    """The sessions that are accepted or confirmed. timezone: of times that name none. Raises NotReadable."""
    try:
        found = sessions_of(json.loads(text))
    except RecursionError:
        raise NotReadable(_("values lie too deep inside each other")) from None
    except ValueError as error:
        raise NotReadable(f"JSON: {error}") from None
    if found is None or len(found) > _MOST:
        raise NotReadable(_("there are no sessions in it"))
    return _Reading(text, timezone).programme(found)


class _Reading:
    def __init__(self, text: str, timezone: str) -> None:
        self.timezone = timezone or "UTC"
        self.zone = zone_named(self.timezone)
        self.lines = _lines(text)
        self.problems: list[Problem] = []
        self.rooms: dict[str, RoomRead] = {}
        self.tracks: dict[str, TrackRead] = {}
        self.seen: dict[str, int] = {}
        self.left: dict[str, int] = {}

    def programme(self, found: Sequence[dict[str, Any]]) -> Programme:
        sessions = [one for session in found if (one := self._session(session))]
        for state, count in self.left.items():
            why = _("%(count)s are %(state)s; they are left out") % {"count": count, "state": state}
            self.problems.append(Problem("warning", _("sessions"), 0, why))
        conference = Conference("", "", "", "", "", None, None, self.timezone)
        tracks, rooms = list(self.tracks.values()), list(self.rooms.values())
        return Programme(conference, tracks, rooms, sessions, self.problems)

    def _session(self, one: Mapping[str, Any]) -> SessionRead | None:
        title, code = clean(_words(one.get("title"))), _words(one.get("code")).strip().upper()
        line = self.lines.get(code, 0)
        what = _("session “%(title)s”") % {"title": title[:60]} if title else _("a session without a title")
        state = _words(one.get("state")).lower()
        if state not in _TAKEN:
            self.left[state[:30]] = self.left.get(state[:30], 0) + 1
            return None
        key = f"code:{code}" if re.fullmatch("[A-Z0-9]{3,12}", code) else f"title:{slug(title)[:150] or title[:60]}"
        reasons = list(_refusals(one, title, code))
        if key in self.seen:
            reasons.append(_("it is there twice (line %(line)s)") % {"line": self.seen[key]})
        slots = self._slots(one, key, what, line, reasons)
        self.problems += [Problem("error", what, line, why) for why in reasons]
        if reasons:
            return None
        self.seen[key] = line
        return SessionRead(
            key=key,
            guid=None,
            code=code if re.fullmatch("[A-Z0-9]{6,12}", code) else "",
            line=line,
            title=title,
            subtitle="",
            abstract=clean_text(_words(one.get("abstract"))),
            description=clean_text(_words(one.get("description"))),
            language=clean(_words(one.get("content_locale") or one.get("language")))[:12],
            track=self._track(_words(one.get("track"))),
            type=clean(_words(one.get("submission_type") or one.get("type")))[:200],
            do_not_record=one.get("do_not_record") is True,
            people=tuple(self._people(one, what, line)),
            links=(),
            attachments=(),
            slots=tuple(slots),
        )

    def _people(self, one: Mapping[str, Any], what: str, line: int) -> Iterator[PersonRead]:
        seen: set[str] = set()
        for person in _dicts(one.get("speakers")):
            name, code = clean(_words(person.get("name")))[:200], _words(person.get("code")).strip().upper()[:40]
            if not name:
                self.problems.append(Problem("warning", what, line, _("a speaker without a name is left out")))
                continue
            key = f"code:{code}" if code else f"name:{slug(name)[:80] or name[:40]}"
            if key not in seen:
                seen.add(key)
                yield PersonRead(key, name, None, clean_text(_words(person.get("biography")))[:TEXT_LENGTH])

    def _track(self, name: str) -> str:
        name = clean(name)[:200]
        if name and name not in self.tracks:
            taken = {track.slug for track in self.tracks.values()}
            self.tracks[name] = TrackRead(free(slug(name)[:76] or "track", taken), name)
        return name

    def _slots(self, one: Mapping[str, Any], key: str, what: str, line: int, reasons: list[str]) -> list[SlotRead]:
        found: list[SlotRead] = []
        given = one["slots"] if isinstance(one.get("slots"), list) else [one.get("slot")]
        for slot in _dicts(given):
            if not slot.get("start"):
                continue
            try:
                starts_at, ends_at = self._span(slot, one)
            except NotATime as error:
                reasons.append(str(error))
                continue
            room = clean(_words(_name(slot.get("room"))))[:120]
            if room:
                self.rooms.setdefault(room, RoomRead(room))
            else:
                self.problems.append(Problem("warning", what, line, _("it has no room")))
            found.append(SlotRead(f"{key}#{len(found) + 1}" if found else key, room, starts_at, ends_at, line))
        return found

    def _span(self, slot: Mapping[str, Any], one: Mapping[str, Any]) -> tuple[datetime, datetime]:
        event = Element("event", {}, 0)
        minutes = _words(slot.get("duration") or one.get("duration"))
        for name, value in (("start", slot.get("start")), ("end", slot.get("end")), ("duration", minutes)):
            if said := _words(value):
                if name == "duration" and slot.get("end"):
                    continue
                child = Element(name, {}, 0)
                child.pieces.append(said.replace("Z", "+00:00") if name != "duration" else said)
                event.children.append(child)
        return frab_times.span(event, Element("day", {}, 0), self.zone, (0, 0))


def _refusals(one: Mapping[str, Any], title: str, code: str) -> Iterator[str]:
    if not title:
        yield _("it has no title")
    elif len(title) > TITLE_LENGTH:
        yield _("its title has %(count)s characters; %(most)s is the most") % {
            "count": len(title),
            "most": TITLE_LENGTH,
        }
    if code and not re.fullmatch("[A-Z0-9]{3,12}", code):
        yield _("“%(code)s” is no code: 3 to 12 letters and digits") % {"code": code[:40]}
    for name in ("abstract", "description"):
        if len(_words(one.get(name))) > TEXT_LENGTH:
            yield _("its %(field)s is too long") % {"field": name}


def _lines(text: str) -> dict[str, int]:
    """The line on which each code first stands."""
    found: dict[str, int] = {}
    place, line = 0, 1
    for one in re.finditer(r'"code"\s*:\s*"([^"\\]{1,40})"', text):
        line += text.count("\n", place, one.start())
        place = one.start()
        found.setdefault(one[1].upper(), line)
    return found


def _name(value: object) -> object:
    """A room is its name, or an object that has one."""
    return value.get("name") if isinstance(value, dict) and "name" in value else value


def _words(value: object) -> str:
    if isinstance(value, dict):  # {"en": …, "de": …}, or an object with such a name
        return _words(value.get("name") or value.get("en") or next(iter(value.values()), ""))
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value).encode("utf-8", "replace").decode()


def _dicts(values: object) -> list[dict[str, Any]]:
    return [value for value in values if isinstance(value, dict)] if isinstance(values, list) else []
