"""The people a file names: who they are here, who is new, and what of them changes. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from events.core.locales import _
from events.sheets.cells import Wrong
from events.sheets.columns import EMAIL, PEOPLE, PERSON_COLUMNS, Part
from events.sheets.draft import Draft, PersonNow, Values
from events.sheets.tables import Fault, Table

_KEPT = tuple(column for column in PERSON_COLUMNS[1:] if column is not EMAIL)


@dataclass(slots=True)
class PersonWanted:
    """Somebody to make, or to change (`now`). key: by which parts of sessions name who is new."""

    key: str
    code: str
    values: Values
    now: PersonNow | None = None


@dataclass
class Book:
    """Who is who: the people of the event, those of the file, and those of the association that the file names."""

    draft: Draft
    others: Mapping[str, PersonNow]
    emails: bool
    brought: dict[str, PersonWanted] = field(default_factory=dict)
    named: list[PersonWanted] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.by_name: dict[str, list[PersonNow]] = {}
        for one in self.draft.people.values():
            self.by_name.setdefault(one.values["name"].casefold(), []).append(one)

    def find(self, code: str, name: str, email: str = "") -> PersonNow | None:
        """Somebody of the association by code, by address, or by a name that one person of this event has.

        Raises Wrong when the code is somebody else's, or the name is several people's.
        """
        if code:
            if code in self.draft.people:
                return self.draft.people[code]
            other = self.others.get(code)
            if other and other.code != code:  # merged into them
                return self.draft.people.get(other.code, other)
            if other and name and other.values["name"].casefold() != name.casefold():
                raise Wrong(_("The code %(code)s is somebody else’s. Leave it out for a new person.") % {"code": code})
            return other
        if email and self.emails and email in self.others:
            found = self.others[email]
            return self.draft.people.get(found.code, found)
        here = self.by_name.get(name.casefold(), [])
        if len(here) > 1:
            codes = ", ".join(one.code for one in here)
            raise Wrong(_("Several people here have this name: %(codes)s. Write the code.") % {"codes": codes})
        return here[0] if here else None

    def part(self, part: Part) -> tuple[int | str, str]:
        """(id, or the key of somebody new, role) of somebody in a session. Raises Wrong."""
        key = part.code or part.name.casefold()
        if key in self.brought:
            now = self.brought[key].now
            return (now.id if now else key), part.role
        now = self.find(part.code, part.name)
        if now is not None:
            return now.id, part.role
        if not part.name:
            raise Wrong(_("Nobody has the code %(code)s. Write the name too.") % {"code": part.code})
        values: Values = {"name": part.name, "affiliation": "", "biography": ""}
        self.brought[key] = PersonWanted(key, part.code, values)
        self.named.append(self.brought[key])
        return key, part.role


def read(table: Table, book: Book, faults: list[Fault]) -> list[PersonWanted]:
    """The rows that make or change somebody."""
    found: list[PersonWanted] = []
    seen: dict[str, int] = {}
    for line, cells in table.rows:
        one = _row(table, line, cells, book, faults)
        if one is None:
            continue
        who = f"#{one.now.id}" if one.now else one.key
        if (before := seen.setdefault(who, line)) != line:
            words = _("This person is in line %(line)s already.") % {"line": before}
            faults.append(Fault("error", PEOPLE, line, "name", cells.get("name", "")[:80], words))
            continue
        if one.code:
            book.brought[one.code] = one
        if one.now is None:
            book.brought.setdefault(one.key, one)
        if one.now is None or one.values:
            found.append(one)
    return found


def _row(table: Table, line: int, cells: dict[str, str], book: Book, faults: list[Fault]) -> PersonWanted | None:
    wrong = len(faults)
    values: Values = {}
    for column in PERSON_COLUMNS:
        try:
            values[column.name] = column.read(cells.get(column.name, ""), book.draft.known)
        except Wrong as error:
            faults.append(_fault("error", line, column.name, cells, str(error)))
    if len(faults) > wrong:
        return None
    now = None
    try:
        now = book.find(values["code"], values["name"], values["e-mail"].lower())
    except Wrong as error:
        faults.append(_fault("error", line, "code" if values["code"] else "name", cells, str(error)))
        return None
    name = values["name"]
    if not name and (now is None or "name" in table.columns):
        faults.append(_fault("error", line, "name", cells, _("Say who it is.")))
        return None
    if values["e-mail"] and (now is None or now.values["e-mail"] != values["e-mail"].lower()):
        words = _("An address becomes somebody’s when they prove that they read it; it is left out.")
        faults.append(_fault("warning", line, "e-mail", cells, words))
    given = {column.name: values[column.name] for column in _KEPT if column.name in table.columns}
    key = values["code"] or name.casefold()
    if now is None:
        return PersonWanted(key, values["code"], {"affiliation": "", "biography": ""} | given | {"name": name})
    differing = {
        column.name: given[column.name]
        for column in _KEPT
        if column.name in given
        and cells[column.name] != column.write(now.values[column.name])
        and given[column.name] != now.values[column.name]
    }
    if differing and (now.own or not now.here):
        words = (
            _("They have an account and look after their own page; it is left as it is.")
            if now.own
            else _("They belong to another event; they are left as they are.")
        )
        faults += [_fault("warning", line, name, cells, words) for name in differing]
        differing = {}
    return PersonWanted(key, now.code, differing, now)


def _fault(level: str, line: int, column: str, cells: Mapping[str, str], words: str) -> Fault:
    return Fault(level, PEOPLE, line, column, cells.get(column, "")[:80], words)
