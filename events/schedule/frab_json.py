"""Reading schedule.json as if it were schedule.xml: the same elements, so that one reading understands both. Pure.

JSON has no lines once it is read; an event's line is found by looking for its guid or title in the text.
"""

import json
import re
from typing import Any

from events.schedule.frab_xml import MAX_BYTES, Element, NotReadable

_MOST_EVENTS = 100_000
_MOST_HOLDERS = 500_000
"""Objects and lists in one file; the largest programmes have some 50,000. Each costs a hundred times its bytes."""
_NAMED = re.compile(r'"(?:guid|title)"\s*:\s*("[^"\\]*(?:\\.[^"\\]*)*")')
"""A loop without a choice in it: a choice for every letter takes a gigabyte for ten million of them."""


def read(data: bytes) -> Element:
    """A <schedule> element of a schedule.json file. Raises NotReadable."""
    if len(data) > MAX_BYTES:
        raise NotReadable(f"larger than {MAX_BYTES // 1024 // 1024} MB")
    try:
        text = data.decode("utf-8-sig")
        if (count := text.count("{") + text.count("[")) > _MOST_HOLDERS:
            raise NotReadable(f"{count:,} objects and lists, where {_MOST_HOLDERS:,} are the most")
        whole = json.loads(text)
    except UnicodeDecodeError as error:
        raise NotReadable("not UTF-8", data[: error.start].count(b"\n") + 1) from None
    except json.JSONDecodeError as error:
        raise NotReadable(f"not JSON: {error.msg}", error.lineno) from None
    except ValueError as error:  # a number of a million digits
        raise NotReadable(f"not JSON: {error}") from None
    except RecursionError:
        raise NotReadable("values lie too deep inside each other") from None
    schedule = whole.get("schedule") if isinstance(whole, dict) else None
    if not isinstance(schedule, dict) or not isinstance(schedule.get("conference"), dict):
        raise NotReadable("there is no schedule with a conference in it")
    return _Lines(text).schedule(schedule)


class _Lines:
    def __init__(self, text: str) -> None:
        self.places = {found.group(1): found.start() for found in _NAMED.finditer(text)}
        self.text = text
        self.counted = (0, 1)

    def line(self, value: object) -> int:
        place = self.places.get(json.dumps(value, ensure_ascii=False), self.places.get(json.dumps(value), -1))
        if place < 0:
            return 0
        before, number = self.counted
        if place < before:
            before, number = 0, 1
        number += self.text.count("\n", before, place)
        self.counted = (place, number)
        return number

    def schedule(self, schedule: dict[str, Any]) -> Element:
        conference = schedule["conference"]
        root = Element("schedule", {}, 1)
        head = _of_words("conference", conference, 1)
        for name in ("tracks", "rooms"):
            holder = Element(name, {}, 1)
            for one in _dicts(conference.get(name)):
                element = Element(name[:-1], {key: _words(value) for key, value in one.items()}, 1)
                if name == "tracks":
                    element.pieces.append(_words(one.get("name")))
                holder.children.append(element)
            head.children.append(holder)
        root.children.append(head)
        for day in _dicts(conference.get("days")):
            root.children.append(self.day(day))
        return root

    def day(self, day: dict[str, Any]) -> Element:
        element = Element("day", {"date": _words(day.get("date")), "start": _words(day.get("day_start"))}, 1)
        rooms = day.get("rooms")
        for name, events in rooms.items() if isinstance(rooms, dict) else ():
            room = Element("room", {"name": _words(name)}, 1)
            room.children = [self.event(event) for event in _dicts(events)[:_MOST_EVENTS]]
            element.children.append(room)
        return element

    def event(self, event: dict[str, Any]) -> Element:
        line = self.line(event.get("guid")) or self.line(event.get("title"))
        element = _of_words("event", event, line)
        element.attributes = {name: _words(event.get(name)) for name in ("guid", "id", "code") if event.get(name)}
        for holder_name, name in (("persons", "person"), ("links", "link"), ("attachments", "attachment")):
            holder = Element(holder_name, {}, line)
            for one in _dicts(event.get(holder_name)):
                child = Element(name, {key: _words(value) for key, value in one.items()}, line)
                title = one.get("name") or one.get("public_name") or one.get("full_public_name") or one.get("title")
                child.pieces.append(_words(title))
                holder.children.append(child)
            element.children.append(holder)
        return element


def _of_words(name: str, values: dict[str, Any], line: int) -> Element:
    """An element with a child for every value that is a word, a number or yes and no."""
    element = Element(name, {}, line)
    for key, value in values.items():
        if isinstance(value, str | int | float | bool):
            child = Element(key, {}, line)
            child.pieces.append(_words(value))
            element.children.append(child)
    return element


def _words(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):  # texts by language: {"en": …, "de": …}
        return _words(value.get("en") or next(iter(value.values()), ""))
    if not isinstance(value, str | int | float):
        return ""
    return str(value).encode("utf-8", "replace").decode()  # half a letter (\ud800) can be said in JSON and nowhere else


def _dicts(values: object) -> list[dict[str, Any]]:
    return [value for value in values if isinstance(value, dict)] if isinstance(values, list) else []
