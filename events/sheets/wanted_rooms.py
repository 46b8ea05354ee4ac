"""The rooms a file describes, and which room a session's cell names. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from events.core.locales import _
from events.schedule.frab import slug
from events.sheets.cells import Wrong
from events.sheets.columns import ROOM_COLUMNS, ROOMS
from events.sheets.draft import Draft, RoomNow, Values
from events.sheets.tables import Fault, Table


@dataclass(slots=True)
class RoomWanted:
    """A room to make, or to change (`now`). venue: its name; "" for the event's, which may be made with it."""

    venue: str
    name: str
    values: Values
    now: RoomNow | None = None

    @property
    def key(self) -> str:
        return f"{self.venue}\n{self.name}"


def read(table: Table, draft: Draft, elsewhere: Mapping[int, RoomNow], faults: list[Fault]) -> list[RoomWanted]:
    """The rows that make or change a room."""
    held = {(one.values["venue"], one.values["name"]): one for one in (*elsewhere.values(), *draft.rooms.values())}
    found: list[RoomWanted] = []
    rows: list[tuple[int, dict[str, str], RoomWanted]] = []
    seen: dict[tuple[str, str], int] = {}
    for line, cells in table.rows:
        one = _row(table, line, cells, draft, held, faults)
        if one is None:
            continue
        if (before := seen.setdefault((one.venue, one.name), line)) != line:
            words = _("This room is in line %(line)s already.") % {"line": before}
            faults.append(Fault("error", ROOMS, line, "name", one.name[:80], words))
            continue
        rows.append((line, cells, one))
        if one.now is None or one.values:
            found.append(one)
    parts = {place: one.values["parts"] for place, one in held.items()}
    parts |= {(one.venue, one.name): one.values["parts"] for *_row_, one in rows if "parts" in one.values}
    for line, cells, one in rows:
        if "parts" not in one.values or not one.values["parts"]:
            continue
        known = {(one.venue, name) for name in one.values["parts"]}
        words = ""
        if any(place not in parts or parts[place] for place in known) or (one.venue, one.name) in known:
            words = _("A combined room is made of rooms of this venue that are not combined themselves.")
        elif len(known) == 1:
            words = _("A combined room has two parts or more.")
        if words:
            faults.append(Fault("error", ROOMS, line, "parts", cells.get("parts", "")[:80], words))
    return found


def _row(
    table: Table,
    line: int,
    cells: dict[str, str],
    draft: Draft,
    held: Mapping[tuple[str, str], RoomNow],
    faults: list[Fault],
) -> RoomWanted | None:
    wrong = len(faults)
    values: Values = {}
    for column in ROOM_COLUMNS:
        try:
            values[column.name] = column.read(cells.get(column.name, ""), draft.known)
        except Wrong as error:
            faults.append(Fault("error", ROOMS, line, column.name, cells.get(column.name, "")[:80], str(error)))
    if len(faults) == wrong and not values["name"]:
        faults.append(Fault("error", ROOMS, line, "name", "", _("Give the room a name.")))
    if len(faults) > wrong:
        return None
    venue = values.pop("venue") or draft.venue[1]
    now = held.get((venue, values["name"]))
    if now is None:
        return RoomWanted(venue, values["name"], values)
    differing = {
        column.name: values[column.name]
        for column in ROOM_COLUMNS[2:]
        if column.name in table.columns
        and cells[column.name] != column.write(now.values[column.name])
        and _plain(values[column.name]) != _plain(now.values[column.name])
    }
    return RoomWanted(venue, values["name"], differing, now)


def _plain(value: object) -> object:
    """Several values in any order are the same."""
    return frozenset(value) if isinstance(value, tuple) else value


def labels(draft: Draft, elsewhere: Mapping[int, RoomNow], new: list[RoomWanted]) -> dict[str, int | str]:
    """What a session's cell may say: the id of each room's label, or the key of one that the file brings."""
    found: dict[str, int | str] = {}
    for one in new:
        if one.now is None:
            found[one.name if one.venue == draft.venue[1] else f"{one.name} @ {slug(one.venue)}"] = one.key
    return found | {room.label: room.id for room in (*elsewhere.values(), *draft.rooms.values())}
