"""The times a file gives a session: which of its slots each row means, and where it is to lie. Pure."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4, uuid5
from zoneinfo import ZoneInfo

from events.core.locales import _
from events.core.wall_time import UnknownZone, zone_named
from events.schedule.frab_times import LONGEST
from events.sheets import cells as text_cells
from events.sheets.cells import Wrong
from events.sheets.columns import OF_SLOT, SESSIONS
from events.sheets.draft import Draft, SessionNow, SlotNow
from events.sheets.tables import Fault, Table

Cells = dict[str, str]


@dataclass(slots=True)
class SlotWanted:
    """A time to give, or to lay elsewhere (`now`).

    starts_at, ends_at   aware UTC, both None for the tray
    rooms    ids, or keys of rooms that the file brings
    """

    line: int
    uid: UUID
    starts_at: datetime | None
    ends_at: datetime | None
    timezone: str
    rooms: tuple[int | str, ...]
    setup: int
    teardown: int
    pinned: bool
    now: SlotNow | None = None


_ANY_DAY = date(2000, 1, 1)
"""Where the day cannot be read, the times are looked at all the same."""

_TELLING = ("day", "start", "end", "rooms", "slot")
"""A row with none of these is about no time."""


def read(
    table: Table,
    rows: list[tuple[int, Cells]],
    now: SessionNow | None,
    draft: Draft,
    labels: Mapping[str, int | str],
    taken: Collection[UUID],
    faults: list[Fault],
) -> list[SlotWanted]:
    """The times that are new or differ. taken: all that the draft has."""
    columns = [column.name for column in OF_SLOT if column.name in table.columns]
    telling = [row for row in rows if any(row[1].get(name, "").strip() for name in _TELLING)]
    held = {one.uid: one for one in now.slots} if now else {}
    found: list[SlotWanted] = []
    waiting: list[tuple[int, Cells]] = []
    for line, cells in telling:
        typed = cells.get("slot", "").strip()
        if not typed:
            waiting.append((line, cells))
            continue
        uid = _uid(typed, draft, held)
        slot = held.pop(uid, None)
        if slot is None and uid in taken:
            words = _("This time is another row’s already. Leave the cell empty for a new time.")
            faults.append(Fault("error", SESSIONS, line, "slot", typed, words))
            continue
        _keep(line, cells, columns, slot, uid, draft, labels, faults, found)
    for line, cells in waiting:
        mine = _mine(
            cells, columns, list(held.values()), single=len(telling) == 1 and now is not None and len(now.slots) == 1
        )
        if mine is not None:
            del held[mine.uid]
        _keep(line, cells, columns, mine, mine.uid if mine else uuid4(), draft, labels, faults, found)
    return found


def _uid(typed: str, draft: Draft, held: Mapping[UUID, SlotNow]) -> UUID:
    """The slot's own; in another event than it came from, one that belongs to it there."""
    try:
        own = UUID(typed)
    except ValueError:
        own = None
    if own is not None and own in held:
        return own
    return uuid5(draft.guid, f"slot:{typed.lower()}")


def _mine(cells: Cells, columns: list[str], left: list[SlotNow], *, single: bool) -> SlotNow | None:
    """The slot that a row without a name means: one that lies there already, or the only one there is."""
    places = [name for name in ("day", "start", "end", "rooms") if name in columns]
    for slot in left:
        if all(_plain(cells.get(name, "")) == _plain(slot.cells[name]) for name in places):
            return slot
    return left[0] if single and left else None


def _plain(text: str) -> str:
    """9:30 and 09:30:00 are the same."""
    said = text.strip()
    return (
        f"0{said}" if len(said) == 4 and said[1] == ":" else said[:5] if len(said) == 8 and said[2::3] == "::" else said
    )


def _keep(
    line: int,
    cells: Cells,
    columns: list[str],
    slot: SlotNow | None,
    uid: UUID,
    draft: Draft,
    labels: Mapping[str, int | str],
    faults: list[Fault],
    found: list[SlotWanted],
) -> None:
    told = {name: cells[name] for name in columns if name != "slot"}
    if slot is not None and all(_plain(text) == slot.cells[name] for name, text in told.items()):
        return
    told |= _parted(told)
    texts = {column.name: told.get(column.name, slot.cells[column.name] if slot else "") for column in OF_SLOT}
    wrong = len(faults)

    def no(column: str, words: str) -> None:
        faults.append(Fault("error", SESSIONS, line, column, texts[column][:80], words))

    values = {}
    for column in OF_SLOT[4:-1]:
        try:
            values[column.name] = column.read(texts[column.name], draft.known)
        except Wrong as error:
            no(column.name, str(error))
    zone = ZoneInfo(draft.timezone)
    try:
        zone = zone_named(texts["time zone"].strip() or draft.timezone)
    except UnknownZone as error:
        no("time zone", error.words)
    starts_at, ends_at = _span(texts, zone, no)
    rooms: list[int | str] = []
    for name in values.get("rooms", ()):
        if name in labels:
            rooms.append(labels[name])
        elif draft.venue[0] is None:
            rooms.append(f"\n{name}")
        else:
            words = _("There is no room “%(room)s” in %(venue)s. Add it to the venue, or to a sheet Rooms.")
            no("rooms", words % {"room": name[:60], "venue": draft.venue[1]})
    if len(faults) > wrong:
        return
    wanted = SlotWanted(
        line,
        uid,
        starts_at,
        ends_at,
        zone.key,
        tuple(dict.fromkeys(rooms)),
        values["set-up"],
        values["tear-down"],
        values["pinned"],
        slot,
    )
    if slot is None or _differs(wanted, slot):
        found.append(wanted)


def _parted(told: Cells) -> Cells:
    """The day and the time of day of cells that have both, as spreadsheets and other programs write a moment."""
    found: Cells = {}
    for name, of_day in (("start", "day"), ("end", "last day")):
        both = re.fullmatch(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[ T]+(\S.*)", told.get(name, "").strip())
        if both and not told.get(of_day, "").strip():
            found |= {of_day: both[1], name: both[2]}
    if found.get("last day") and found["last day"] == (found.get("day") or told.get("day", "").strip()):
        found["last day"] = ""
    return found


def _differs(wanted: SlotWanted, slot: SlotNow) -> bool:
    return (
        wanted.starts_at,
        wanted.ends_at,
        wanted.timezone,
        set(wanted.rooms),
        wanted.setup,
        wanted.teardown,
        wanted.pinned,
    ) != (
        slot.starts_at,
        slot.ends_at,
        slot.cells["time zone"],
        set(slot.rooms),
        int(slot.cells["set-up"]),
        int(slot.cells["tear-down"]),
        slot.cells["pinned"] == "yes",
    )


def _span(texts: Cells, zone: ZoneInfo, no: Callable[[str, str], None]) -> tuple[datetime | None, datetime | None]:
    """From and until; both None without a day. What is wrong is told to `no`."""
    if not texts["day"].strip():
        for name in ("start", "end"):
            if texts[name].strip():
                no("day", _("A time needs its day."))
                break
        return None, None
    found: list[datetime | None] = []
    first = last = None
    try:
        first = text_cells.day(texts["day"])
    except Wrong as error:
        no("day", str(error))
    try:
        last = text_cells.day(texts["last day"]) if texts["last day"].strip() else None
    except Wrong as error:
        no("last day", str(error))
    wrong = first is None
    first = first or _ANY_DAY
    if last is None:
        last = first + timedelta(days=text_cells.midnight_after(texts["start"], texts["end"]))
    for name, on in (("start", first), ("end", last)):
        try:
            found.append(text_cells.at(on, texts[name], zone))
        except Wrong as error:
            no(name, str(error))
            found.append(None)
    starts_at, ends_at = found
    if wrong or starts_at is None or ends_at is None:
        return None, None
    if ends_at <= starts_at:
        no("end", _("It has to end after it starts."))
    elif ends_at - starts_at > LONGEST:
        no(
            "end",
            _("It lasts %(days)s days; %(most)s is the most.")
            % {"days": (ends_at - starts_at).days, "most": LONGEST.days},
        )
    return starts_at, ends_at
