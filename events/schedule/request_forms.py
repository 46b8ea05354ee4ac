"""The forms of requests and of units' frames: what was typed into values, or Unreadable naming each field."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from starlette.datastructures import FormData

from events.catalogue.room_sets import EQUIPMENT, SETS
from events.core.errors import Unreadable
from events.core.locales import _
from events.core.wall_time import read_day
from events.planning.budgets import Budget
from events.schedule import spans
from events.schedule.frab import clean, clean_text
from events.schedule.request_decisions import Chosen
from events.schedule.request_lists import SORTS, Filter
from events.schedule.requests import NEEDS, Facts, RequestRow, RequestState, Wish

WISHES_MOST = 20
SPARE = 2
"""Empty rows behind those that are filled: a page without scripts gets more by saving."""
_WORDS_MOST = 5_000


def typed(form: FormData) -> dict[str, Any]:
    """What stood in the form, to show it again; the ticked boxes as lists."""
    found: dict[str, Any] = {name: value for name, value in form.items() if isinstance(value, str)}
    return found | {name: [str(one) for one in form.getlist(name)] for name in ("equipment", "needs")}


def facts(form: Mapping[str, Any], zone: ZoneInfo, *, submit: bool) -> Facts:
    """What a request says. submit: what staff cannot do without has to be there. Raises Unreadable."""
    errors: dict[str, str] = {}
    headcount = number(form, "headcount", 0, 100_000, errors)
    minutes = number(form, "minutes", 5, 1440, errors)
    room_set = form.get("room_set", "")
    if room_set and room_set not in SETS:
        errors["room_set"] = _("Choose one of the list.")
    if not form.get("minutes", "").strip():
        errors["minutes"] = _("Say how long it is to be.")
    if submit and headcount is None:
        errors.setdefault("headcount", _("Say how many people you expect: staff choose the room by it."))
    if submit and not room_set:
        errors["room_set"] = _("Say how the room is to be set.")
    food, note = clean(form.get("food", "")), clean_text(form.get("note", ""))
    if len(food) > 300:
        errors["food"] = _("%(most)s characters are the most; this has %(count)s.") % {"most": 300, "count": len(food)}
    if len(note) > _WORDS_MOST:
        errors["note"] = _("This is too long.")
    wishes = _wishes(form, zone, errors)
    if errors:
        raise Unreadable(errors)
    return Facts(
        headcount,
        room_set,
        minutes or 60,
        tuple(one for one in EQUIPMENT if one in form.get("equipment", ())),
        tuple(one for one in NEEDS if one in form.get("needs", ())),
        food,
        note,
        wishes,
    )


def _wishes(form: Mapping[str, str], zone: ZoneInfo, errors: dict[str, str]) -> tuple[Wish, ...]:
    """The rows `kind-0`, `day-0`, `from-0`, `until-0` …; one without a day and times is no wish."""
    found: list[Wish] = []
    for row in range(WISHES_MOST + SPARE):
        names = (f"day-{row}", f"from-{row}", f"until-{row}")
        if not any(form.get(name, "").strip() for name in names):
            continue
        if len(found) == WISHES_MOST:
            errors[names[0]] = _("%(most)s times are the most.") % {"most": WISHES_MOST}
            break
        kind = form.get(f"kind-{row}", "preferred")
        span = spans.read(form, names, zone, errors)
        if kind not in ("preferred", "impossible"):
            errors[f"kind-{row}"] = _("Choose one of the list.")
        elif span:
            found.append(Wish(kind, *span))
    return tuple(sorted(set(found), key=lambda one: (one.starts_at, one.ends_at, one.kind)))


def fields(request: RequestRow, zone: ZoneInfo) -> dict[str, Any]:
    """A request as its form shows it."""
    asked = request.facts
    shown: dict[str, Any] = {
        "headcount": "" if asked.headcount is None else str(asked.headcount),
        "room_set": asked.room_set,
        "minutes": str(asked.minutes),
        "equipment": list(asked.equipment),
        "needs": list(asked.needs),
        "food": asked.food,
        "note": asked.note,
    }
    for row, wish in enumerate(asked.wishes):
        day, start, end = spans.fields(wish.starts_at, wish.ends_at, zone)
        shown |= {f"kind-{row}": wish.kind, f"day-{row}": day, f"from-{row}": start, f"until-{row}": end}
    return shown


def wish_rows(shown: Mapping[str, Any]) -> list[int]:
    """The numbers of the rows of times that a form shows: those that are filled, and a few more."""
    filled = [row for row in range(WISHES_MOST + SPARE) if any(shown.get(f"{name}-{row}") for name in _ROW)]
    return list(range(min((filled[-1] + 1 if filled else 1) + SPARE, WISHES_MOST + SPARE)))


_ROW = ("day", "from", "until")


def words(form: Mapping[str, str], needed: str = "") -> str:
    """The field `words`. Raises Unreadable with `needed` when it is empty and may not be."""
    said = clean_text(form.get("words", ""))
    if needed and not said:
        raise Unreadable({"words": needed})
    if len(said) > _WORDS_MOST:
        raise Unreadable({"words": _("This is too long.")})
    return said


def answer(form: Mapping[str, str], what: RequestState) -> str:
    """What staff say with an answer: a no and a question need words. Raises Unreadable."""
    needed = {
        RequestState.DECLINED: _("Say why, so that the unit understands."),
        RequestState.ASKED_BACK: _("Say what you need to know."),
    }
    return words(form, needed.get(what, ""))


def chosen(form: FormData) -> list[Chosen]:
    """The ticked rows, `chosen` = "12.3" for version 3 of request 12. Raises Unreadable when there is none."""
    found = {
        int(one[1]): int(one[2])
        for text in form.getlist("chosen")
        if (one := re.fullmatch(r"([0-9]{1,18})\.([0-9]{1,9})", str(text)))
    }
    if not found:
        raise Unreadable({"": _("Tick the requests this is about.")})
    return [Chosen(*one) for one in found.items()]


def change(form: Mapping[str, str]) -> tuple[int | None, str]:
    """A headcount and a room set for many; None and "" leave what is. Raises Unreadable."""
    errors: dict[str, str] = {}
    headcount, room_set = number(form, "headcount", 0, 100_000, errors), form.get("room_set", "")
    if room_set and room_set not in SETS:
        errors["room_set"] = _("Choose one of the list.")
    if not errors and headcount is None and not room_set:
        errors["headcount"] = _("Give a headcount, a room set, or both.")
    if errors:
        raise Unreadable(errors)
    return headcount, room_set


def asked(query: Mapping[str, str], units: frozenset[int] | None) -> tuple[Filter, str]:
    """What a table's address asks for, and how it is sorted. What makes no sense is not asked."""
    state, room_set = query.get("state", ""), query.get("set", "")
    sort = query.get("sort", "")
    found = Filter(
        line(query, "q"),
        state if state in list(RequestState) else "",
        line(query, "unit"),
        room_set if room_set in SETS else "",
        query.get("food") == "1",
        query.get("untimed") == "1",
        units,
    )
    return found, sort if sort.removeprefix("-") in SORTS else "submitted"


def line(query: Mapping[str, str], name: str) -> str:
    return " ".join(query.get(name, "").replace("\0", "").split())[:100]


def new_session(form: Mapping[str, str]) -> str:
    """The title of a session a unit asks for. Raises Unreadable."""
    title = clean(form.get("title", ""))
    if not title:
        raise Unreadable({"title": _("Give the session a title.")})
    if len(title) > 300:
        most = {"most": 300, "count": len(title)}
        raise Unreadable({"title": _("%(most)s characters are the most; this has %(count)s.") % most})
    return title


def budget(form: Mapping[str, str], prefix: str = "") -> Budget:
    """A budget. prefix: "seen_" for the one its form was opened with. Raises Unreadable."""
    errors: dict[str, str] = {}
    slots = number(form, prefix + "slots", 0, 10_000, errors)
    due_on = _date(form.get(prefix + "due_on", ""), prefix + "due_on", errors)
    note = clean(form.get(prefix + "note", ""))
    if slots is None:
        errors.setdefault(prefix + "slots", _("Say how many; 0 for none."))
    if len(note) > 300:
        most = {"most": 300, "count": len(note)}
        errors[prefix + "note"] = _("%(most)s characters are the most; this has %(count)s.") % most
    if errors:
        raise Unreadable(errors)
    return Budget(slots or 0, due_on, note)


def seen_budget(form: Mapping[str, str]) -> Budget | None:
    """The budget a form was opened with, None when there was none."""
    try:
        return budget(form, "seen_")
    except Unreadable:
        return None


def protected(form: Mapping[str, str], zone: ZoneInfo) -> tuple[str, spans.Span]:
    """A protected time. Raises Unreadable."""
    errors: dict[str, str] = {}
    title = clean(form.get("title", ""))
    if not title or len(title) > 200:
        errors["title"] = _("Say what it is, in at most 200 characters.")
    span = spans.read(form, ("day", "from", "until"), zone, errors)
    if errors or span is None:
        raise Unreadable(errors)
    return title, span


def number(form: Mapping[str, str], name: str, least: int, most: int, errors: dict[str, str]) -> int | None:
    text = form.get(name, "").strip()
    if not text:
        return None
    if not re.fullmatch("[0-9]{1,7}", text) or not least <= int(text) <= most:
        errors[name] = _("A whole number from %(least)s to %(most)s.") % {"least": least, "most": f"{most:,}"}
        return None
    return int(text)


def _date(text: str, name: str, errors: dict[str, str]) -> date | None:
    if not text.strip():
        return None
    found = read_day(text)
    if found is None:
        errors[name] = _("A day such as 2026-06-25.")
    return found
