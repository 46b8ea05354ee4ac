"""Two states of a draft side by side: what an import made and changed, field by field. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from events.sheets.columns import OF_REQUEST, OF_SESSION, PEOPLE, PERSON_COLUMNS, ROOM_COLUMNS, ROOMS, SESSIONS
from events.sheets.draft import Draft, SlotNow, text_of

SHOWN = 400
"""Letters of a value that a preview keeps."""


@dataclass(frozen=True, slots=True)
class Line:
    """Something that is made, changed, or not in the file. fields: (column, before, after)."""

    kind: str
    sheet: str
    key: str
    title: str
    fields: list[tuple[str, str, str]] = field(default_factory=list)

    def plain(self) -> dict[str, object]:
        return asdict(self)


Rows = dict[str, tuple[str, str, dict[str, str]]]
"""By id: the key people know it by, its title, its cells."""


def differences(
    before: Draft | None, after: Draft, codes: frozenset[str] | None, newest: Mapping[str, int]
) -> list[Line]:
    """What changed, sheet by sheet.

    codes    of the sessions the file has; the others are `missing`; None: not asked
    newest   the last id of people and rooms before: who was there already and is named here now is not new
    """
    found: list[Line] = []
    for name, read in ((SESSIONS, _sessions), (PEOPLE, _people), (ROOMS, _rooms)):
        old = read(before) if before else {}
        for number, (key, title, cells) in read(after).items():
            if number not in old:
                if int(number) > newest.get(name, 0):
                    found.append(Line("created", name, key, title))
            elif changed := _fields(old[number][2], cells):
                found.append(Line("changed", name, key, title, changed))
    if before is not None and codes is not None:
        missing = [one for one in before.sessions.values() if one.code not in codes]
        found += [Line("missing", SESSIONS, one.code, one.values["title"][:SHOWN]) for one in missing]
    return found


def _fields(old: Mapping[str, str], new: Mapping[str, str]) -> list[tuple[str, str, str]]:
    names = dict.fromkeys([*old, *new])
    return [
        (name.partition("\n")[0], *_cut(old.get(name, ""), new.get(name, "")))
        for name in names
        if old.get(name, "") != new.get(name, "")
    ]


def _cut(old: str, new: str) -> tuple[str, str]:
    """Both, from shortly before where they part when they are long."""
    if len(old) <= SHOWN and len(new) <= SHOWN:
        return old, new
    same = next(
        (n for n, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), min(len(old), len(new))
    )
    begin = max(0, same - 40)
    return tuple(  # type: ignore[return-value]
        ("…" if begin else "") + text[begin : begin + SHOWN] + ("…" if len(text) > begin + SHOWN else "")
        for text in (old, new)
    )


def _sessions(draft: Draft) -> Rows:
    return {
        str(one.id): (
            one.code,
            one.values["title"],
            text_of((*OF_SESSION, *OF_REQUEST), one.values) | {f"time\n{slot.id}": place(slot) for slot in one.slots},
        )
        for one in draft.sessions.values()
    }


def place(slot: SlotNow) -> str:
    """2026-07-09 09:00–10:30, Ballroom A; with what else there is to a time."""
    cells = slot.cells
    when = (
        f"{cells['day']} {cells['start']}–{(cells['last day'] + ' ' + cells['end']).strip()}" if cells["day"] else "–"
    )
    more = (
        [f"+{cells['set-up']}/{cells['tear-down']} min"] if (cells["set-up"], cells["tear-down"]) != ("0", "0") else []
    )
    more += ["pinned"] if cells["pinned"] == "yes" else []
    return ", ".join([when, *([cells["rooms"]] if cells["rooms"] else []), *more])


def _people(draft: Draft) -> Rows:
    return {
        str(one.id): (one.code, one.values["name"], text_of(PERSON_COLUMNS[1:4], one.values))
        for one in draft.people.values()
    }


def _rooms(draft: Draft) -> Rows:
    return {
        str(one.id): (one.label, one.values["name"], text_of(ROOM_COLUMNS, one.values)) for one in draft.rooms.values()
    }
