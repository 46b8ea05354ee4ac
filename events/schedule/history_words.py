"""What an edit did, in words: which session went from where to where, what was pinned, laid, accepted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from events.core import database, pages
from events.core.locales import _, ngettext
from events.schedule import accepting
from events.schedule.conflict_lists import WORDS
from events.schedule.history import Change, EditRow, State


@dataclass(frozen=True, slots=True)
class Names:
    """Titles by session and by slot, names by room; of what is gone, the session is known by its edit."""

    sessions: Mapping[int, str]
    slots: Mapping[int, str]
    rooms: Mapping[int, str]


async def told(edits: Iterable[EditRow], zone: ZoneInfo) -> dict[int, str]:
    """A sentence for each edit, by its number; times in the event's zone."""
    held = list(edits)
    names = await _names([one.change for one in held])
    return {one.number: words(one.change, names, zone) for one in held}


def words(change: Change, names: Names, zone: ZoneInfo) -> str:
    if change.what == "block":
        return _block(change, names, zone)
    if change.what == "accept":
        return _acceptance(change, names)
    values = {"title": names.sessions.get(change.session or 0, _("A session that is gone"))}
    if change.what == "pin":
        pinned = change.after is not None and change.after["pinned"]
        return (_("Pinned “%(title)s”") if pinned else _("Let “%(title)s” go again")) % values
    places = {"before": _place(change.before, names, zone), "after": _place(change.after, names, zone)}
    if change.what == "add":
        return _("Gave “%(title)s” a time: %(after)s") % (values | places)
    if change.what == "remove":
        return _("Took a time of “%(title)s” away: %(before)s") % (values | places)
    if _has_time(change.before) and not _has_time(change.after):
        return _("Put “%(title)s” into the tray, from %(before)s") % (values | places)
    if not _has_time(change.before):
        return _("Laid “%(title)s”: %(after)s") % (values | places)
    return _("Moved “%(title)s” from %(before)s to %(after)s") % (values | places)


def _block(change: Change, names: Names, zone: ZoneInfo) -> str:
    kept = change.after or change.before or {}
    before, after = (_place(one, names, zone) for one in _both(change))
    values = {"title": kept["title"], "before": before, "after": after}
    if change.before is None:
        return _("Laid the block “%(title)s”: %(after)s") % values
    if change.after is None:
        return _("Took the block “%(title)s” away: %(before)s") % values
    return _("Changed the block “%(title)s” from %(before)s to %(after)s") % values


def _acceptance(change: Change, names: Names) -> str:
    kept = change.after or change.before or {}
    kind, one, other, _subject = accepting.accepted(kept)
    titles = [names.slots.get(slot, _("A session that is gone")) for slot in dict.fromkeys((one, other))]
    about = {"what": WORDS[kind], "titles": _list(titles), "reason": kept["reason"]}
    if change.after is not None:
        return _("Let it stand: %(what)s, %(titles)s. “%(reason)s”") % about
    return _("Made it a conflict again: %(what)s, %(titles)s") % about


def _list(titles: list[str]) -> str:
    return _(" and ").join(f"“{title}”" for title in titles)


def _both(change: Change) -> tuple[State | None, State | None]:
    return change.before, change.after


def _has_time(state: State | None) -> bool:
    return state is not None and bool(state["starts_at"])


def _place(state: State | None, names: Names, zone: ZoneInfo) -> str:
    """Day, hours and rooms."""
    if state is None or not state["starts_at"]:
        return _("the tray")
    start, end = (datetime.fromisoformat(state[name]) for name in ("starts_at", "ends_at"))
    when = f"{pages.short_day(start, zone.key)} {pages.time(start, zone.key, False)}–{pages.time(end, zone.key, False)}"
    rooms = [names.rooms.get(room, "?") for room in state["rooms"]]
    if beyond := len(rooms) - 3 if len(rooms) > 3 else 0:
        rooms[3:] = [ngettext("%(num)s more", "%(num)s more", beyond) % {"num": beyond}]
    return ", ".join([when, *rooms])


async def _names(changes: list[Change]) -> Names:
    states = [state for one in changes for state in _both(one) if state is not None]
    accepted = [accepting.accepted(state) for one in changes for state in _both(one) if state and one.what == "accept"]
    slots = {slot for _kind, one, other, _subject in accepted for slot in (one, other)}
    sessions = {one.session for one in changes if one.session is not None}
    titles = await database.rows("SELECT id, title FROM session WHERE id = any($1)", list(sessions))
    lying = await database.rows(
        "SELECT l.id, s.title FROM slot l JOIN session s ON s.id = l.session_id WHERE l.id = any($1)", list(slots)
    )
    rooms = await database.rows(
        "SELECT id, name FROM room WHERE id = any($1)", list({room for one in states for room in one.get("rooms", ())})
    )
    return Names(
        {row["id"]: row["title"] for row in titles},
        {row["id"]: row["title"] for row in lying},
        {row["id"]: row["name"] for row in rooms},
    )
