"""The sessions a file describes: their rows put together, compared with the draft cell by cell. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from events.core.locales import _
from events.schedule import states
from events.schedule.frab import clean
from events.schedule.states import SessionState
from events.sheets import wanted_slots
from events.sheets.cells import Wrong
from events.sheets.columns import CODE, OF_REQUEST, OF_SESSION, SESSIONS
from events.sheets.draft import Draft, SessionNow, Values
from events.sheets.kinds import Column
from events.sheets.tables import Fault, Table
from events.sheets.wanted_people import Book
from events.sheets.wanted_slots import SlotWanted

_COLUMNS = (*OF_SESSION, *OF_REQUEST)


@dataclass(slots=True)
class SessionWanted:
    """A session to make, or to change (`now`): only the values and times that differ.

    parts   (id of a person, or the key of somebody new; role), in their order; None to leave them
    """

    line: int
    code: str
    values: Values
    now: SessionNow | None = None
    parts: list[tuple[int | str, str]] | None = None
    slots: list[SlotWanted] = field(default_factory=list)

    @property
    def differs(self) -> bool:
        return self.now is None or bool(self.values) or self.parts is not None or bool(self.slots)


Rows = list[tuple[int, dict[str, str]]]


def read(
    table: Table, draft: Draft, book: Book, labels: Mapping[str, int | str], faults: list[Fault]
) -> list[SessionWanted]:
    """Every session of the sheet, also those that stay as they are."""
    found = []
    taken = {slot.uid for one in draft.sessions.values() for slot in one.slots}
    for code, rows in _groups(table, draft, faults):
        now = draft.sessions.get(code) if code else None
        one = _session(table, code, rows, now, draft, book, faults)
        one.slots = wanted_slots.read(table, rows, now, draft, labels, taken, faults)
        found.append(one)
    return found


def _groups(table: Table, draft: Draft, faults: list[Fault]) -> list[tuple[str, Rows]]:
    """The rows of each session together: by code; without one by title, which one session of the draft may have."""
    by_title: dict[str, list[str]] = {}
    for one in draft.sessions.values():
        by_title.setdefault(one.values["title"].casefold(), []).append(one.code)
    groups: dict[str, tuple[str, Rows]] = {}
    for line, cells in table.rows:
        title = clean(cells.get("title", ""))
        try:
            code = CODE.read(cells.get("code", ""), draft.known)
        except Wrong as error:
            faults.append(Fault("error", SESSIONS, line, "code", cells.get("code", "")[:80], str(error)))
            continue
        if not code:
            named = by_title.get(title.casefold(), [])
            if len(named) > 1:
                words = _("Several sessions have this title: %(codes)s. Write the code.")
                said = words % {"codes": ", ".join(named[:5])}
                faults.append(Fault("error", SESSIONS, line, "code", "", said))
                continue
            code = named[0] if named else ""
        key = code or f"\n{title.casefold()}" if title or code else f"\n{line}"
        groups.setdefault(key, (code, []))[1].append((line, cells))
    return list(groups.values())


def _session(
    table: Table, code: str, rows: Rows, now: SessionNow | None, draft: Draft, book: Book, faults: list[Fault]
) -> SessionWanted:
    one = SessionWanted(rows[0][0], code, {}, now)
    saying = [row for row in rows if any(row[1].get(column.name, "").strip() for column in _COLUMNS[1:])] or rows[:1]
    for column in _COLUMNS:
        if column.name not in table.columns:
            if now is None:
                one.values[column.name] = column.empty
            continue
        line, cells = saying[0] if column.name != "title" else rows[0]
        text = cells[column.name].replace("\r\n", "\n")
        for other, told in saying[1:]:
            if told[column.name].replace("\r\n", "\n").strip() != text.strip():
                words = _("Line %(line)s is the same session and says something else here. Write the same in both.")
                faults.append(
                    Fault("error", SESSIONS, other, column.name, told[column.name][:80], words % {"line": line})
                )
        if now is not None and text.strip() == column.write(now.values[column.name]).strip():
            continue
        try:
            _value(one, column, text, draft, book)
        except Wrong as error:
            faults.append(Fault("error", SESSIONS, line, column.name, text[:80], str(error)))
    if now is None:
        one.parts = one.parts or []
        if one.values.get("request") == "" and any(
            one.values.get(column.name) not in (column.empty, None) for column in OF_REQUEST[1:]
        ):
            one.values["request"] = "draft"
    return one


def _value(one: SessionWanted, column: Column, text: str, draft: Draft, book: Book) -> None:
    """Keep a value that differs. Raises Wrong."""
    value = column.read(text, draft.known)
    old = one.now.values[column.name] if one.now else None
    if column.name == "title" and not value:
        raise Wrong(_("Give the session a title."))
    if column.name == "people":
        parts = list(dict.fromkeys(book.part(part) for part in value))
        held = (
            [(book.draft.people[part.code].id, part.role) for part in old if part.code in book.draft.people]
            if old
            else []
        )
        if one.now is None or parts != held or len(held) != len(old or ()):
            one.parts = parts
        return
    if one.now is not None:
        if value == old:
            return
        if column.name == "state":
            try:
                states.step(SessionState(str(old)), SessionState(value))
            except states.IllegalMove as error:
                raise Wrong(error.words) from None
        if column.name == "request" and one.now.request is not None:
            raise Wrong(_("Staff answer a request on its page. Leave this cell as it was."))
    one.values[column.name] = value
