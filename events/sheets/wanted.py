"""What a file's sheets ask for: only what differs from the draft, and every cell that cannot be taken. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from events.sheets import wanted_people, wanted_rooms, wanted_sessions
from events.sheets.columns import PEOPLE, ROOMS, SESSIONS
from events.sheets.draft import Draft, PersonNow, RoomNow
from events.sheets.tables import Fault, Table
from events.sheets.wanted_people import PersonWanted
from events.sheets.wanted_rooms import RoomWanted
from events.sheets.wanted_sessions import SessionWanted


@dataclass(slots=True)
class Wanted:
    """What is to be written. codes: of the draft's sessions that the file has (None: it has no sheet of sessions)."""

    sessions: list[SessionWanted] = field(default_factory=list)
    people: list[PersonWanted] = field(default_factory=list)
    rooms: list[RoomWanted] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    codes: frozenset[str] | None = None

    @property
    def errors(self) -> list[Fault]:
        return [fault for fault in self.faults if fault.level == "error"]


def compare(
    tables: list[Table],
    draft: Draft,
    others: Mapping[str, PersonNow],
    elsewhere: Mapping[int, RoomNow],
    *,
    emails: bool,
) -> Wanted:
    """What these sheets change in a draft.

    others      people by code and by address, where the file names such ones
    elsewhere   rooms of the venues that the file names
    emails      whether addresses may find people: only for who may see them
    """
    found = Wanted()
    by_name = {table.name: table for table in tables}
    for table in tables:
        found.faults += table.faults
    if rooms := by_name.get(ROOMS):
        found.rooms = wanted_rooms.read(rooms, draft, elsewhere, found.faults)
    book = wanted_people.Book(draft, others, emails)
    if people := by_name.get(PEOPLE):
        found.people = wanted_people.read(people, book, found.faults)
    if sessions := by_name.get(SESSIONS):
        labels = wanted_rooms.labels(draft, elsewhere, found.rooms)
        found.sessions = wanted_sessions.read(sessions, draft, book, labels, found.faults)
        found.people += book.named
        found.codes = frozenset(one.now.code for one in found.sessions if one.now)
    found.faults.sort(key=lambda fault: (fault.level != "error", fault.sheet, fault.line))
    return found
