"""What moved between two versions of a programme. Pure: two snapshots in, changes out, slot by slot."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from operator import attrgetter
from typing import Any

from events.schedule.snapshots import SessionView, SlotView, Snapshot


class What(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CANCELLED = "cancelled"
    RESTORED = "restored"
    TIME = "time"
    ROOM = "room"
    JOIN = "join"
    VISIBILITY = "visibility"
    PEOPLE = "people"
    WORDS = "words"


RESCHEDULING = frozenset({What.REMOVED, What.CANCELLED, What.RESTORED, What.TIME, What.ROOM, What.JOIN})
"""What raises an entry's SEQUENCE: somebody who keeps the session has to know."""


@dataclass(frozen=True, slots=True)
class Change:
    """One slot before and after; `before` None: it is new, `after` None: it is gone.

    title    as its readers knew it last; places in words beside the rooms' ids
    session_id, slot_id   for those who look up who saved it or holds a seat in it
    public   False for a session that only registrants see: it stays out of the Atom feed
    """

    session_id: int
    slot_id: int
    code: str
    title: str
    what: tuple[What, ...]
    before: SlotView | None
    after: SlotView | None
    place_before: str = ""
    place_after: str = ""
    people: tuple[str, ...] = ()
    public: bool = True

    @property
    def rescheduled(self) -> bool:
        return not RESCHEDULING.isdisjoint(self.what)


@dataclass(frozen=True, slots=True)
class Changes:
    """All changes since release `since` (0: there was none, and everything is new).

    breaks   whether a break is new, gone, or at another time: shown with the timetable, and told to nobody
    """

    since: int
    changes: tuple[Change, ...]
    breaks: bool = False

    def of(self, *what: What) -> list[Change]:
        return [change for change in self.changes if not frozenset(what).isdisjoint(change.what)]

    @property
    def rescheduled(self) -> list[Change]:
        return [change for change in self.changes if change.rescheduled]

    def __bool__(self) -> bool:
        return bool(self.changes) or self.breaks

    def __len__(self) -> int:
        return len(self.changes)


def compare(old: Snapshot | None, new: Snapshot) -> Changes:
    """What changed for those who see the registrants' view, in order of the time it has or had."""
    if old is None:
        return Changes(0, tuple(_added(new, session, slot) for session in new.sessions for slot in session.slots))
    found: list[Change] = []
    same_rooms = old.rooms == new.rooms
    for slot_id, (session, slot) in new.by_slot.items():
        if slot_id not in old.by_slot:
            if not session.cancelled:
                found.append(_added(new, session, slot))
            continue
        was, before = old.by_slot[slot_id]
        if same_rooms and (was, before) == (session, slot):
            continue
        what = tuple(_differences(was, before, session, slot, old, new))
        if what:
            place = old.place(before)
            found.append(_change(session, slot_id, what, before, slot, place, new.place(slot), session.title))
    for slot_id, (session, slot) in old.by_slot.items():
        if slot_id not in new.by_slot and not session.cancelled:
            found.append(_change(session, slot_id, (What.REMOVED,), slot, None, old.place(slot), "", session.title))
    found.sort(key=lambda change: ((change.before or change.after or _none()).starts_at, change.code, change.slot_id))
    return Changes(old.number, tuple(found), old.breaks != new.breaks)


def _added(new: Snapshot, session: SessionView, slot: SlotView) -> Change:
    return _change(session, slot.id, (What.ADDED,), None, slot, "", new.place(slot), session.title)


def _change(
    session: SessionView,
    slot_id: int,
    what: tuple[What, ...],
    before: SlotView | None,
    after: SlotView | None,
    place_before: str,
    place_after: str,
    title: str,
) -> Change:
    people = tuple(dict.fromkeys(code for code, _role in session.people))
    return Change(
        session.id,
        slot_id,
        session.code,
        title,
        what,
        before,
        after,
        place_before,
        place_after,
        people,
        session.visibility != "registrants",
    )


def _differences(
    was: SessionView, before: SlotView, now: SessionView, after: SlotView, old: Snapshot, new: Snapshot
) -> Iterable[What]:
    if now.cancelled != was.cancelled:
        yield What.CANCELLED if now.cancelled else What.RESTORED
    if (before.starts_at, before.ends_at) != (after.starts_at, after.ends_at):
        yield What.TIME
    if before.rooms != after.rooms or old.place(before) != new.place(after):
        yield What.ROOM
    if was.join != now.join:
        yield What.JOIN
    if was.visibility != now.visibility:
        yield What.VISIBILITY
    if was.people != now.people:
        yield What.PEOPLE
    if _words(was) != _words(now):
        yield What.WORDS


_words = attrgetter(
    "title",
    "subtitle",
    "abstract",
    "description",
    "language",
    "level",
    "track",
    "type",
    "unit",
    "links",
    "attachments",
    "do_not_record",
    "ticketed",
    "capacity",
)


def _none() -> SlotView:
    raise ValueError("a change has a before or an after")


def to_json(changes: Changes) -> list[dict[str, Any]]:
    """As a release keeps them; a first release keeps none, for everything in it is new."""
    if changes.since == 0:
        return []
    return [
        {
            "session": change.session_id,
            "slot": change.slot_id,
            "code": change.code,
            "title": change.title,
            "what": list(change.what),
            "public": change.public,
            "before": _slot_json(change.before, change.place_before),
            "after": _slot_json(change.after, change.place_after),
        }
        for change in changes.changes
    ]


def from_json(since: int, stored: Iterable[Mapping[str, Any]]) -> Changes:
    """Without rooms' ids and people: those are in the release itself."""
    return Changes(
        since,
        tuple(
            Change(
                one["session"],
                one["slot"],
                one["code"],
                one["title"],
                tuple(What(what) for what in one["what"]),
                _slot(one["slot"], one["before"]),
                _slot(one["slot"], one["after"]),
                (one["before"] or {}).get("place", ""),
                (one["after"] or {}).get("place", ""),
                public=one["public"],
            )
            for one in stored
        ),
    )


def _slot_json(slot: SlotView | None, place: str) -> dict[str, str] | None:
    if slot is None:
        return None
    return {
        "starts_at": slot.starts_at.isoformat(),
        "ends_at": slot.ends_at.isoformat(),
        "timezone": slot.timezone,
        "place": place,
    }


def _slot(identity: int, stored: Mapping[str, str] | None) -> SlotView | None:
    if stored is None:
        return None
    return SlotView(
        identity,
        "",
        datetime.fromisoformat(stored["starts_at"]),
        datetime.fromisoformat(stored["ends_at"]),
        stored["timezone"],
    )
