"""Whatever a session, a person or a room is called: a file of it, read again, asks for nothing."""

from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.schedule.frab import clean, clean_text
from events.schedule.roles import ROLES
from events.sheets import cells, csv_tables, exports, tables, wanted, workbook_writing, workbooks
from events.sheets.columns import COLUMNS, Part
from events.sheets.draft import Draft, PersonNow, RoomNow, SessionNow, SlotNow, Values
from events.sheets.kinds import Known
from events.sheets.tables import Table

ZONE = "America/Chicago"
NASTY = st.sampled_from(
    ["=1+1", "@x", "+1", "-", "'=", "''", '"', ";", "\\", "\\;", ",", "\t", "_x000D_", "\u202eabc", "واحد", "📚", "“”"]
)
WORD = st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12) | NASTY, max_size=4).map("".join)
LINE = WORD.map(clean)
TEXT = st.lists(WORD, max_size=4).map("\n".join).map(clean_text)
NAME = LINE.map(lambda text: text or "Ada [B] (chair)")
ITEM = LINE.filter(bool)


@st.composite
def drafts(draw: st.DrawFn) -> Draft:
    """A small draft in which every text may be anything that a form takes."""
    people = {
        code: PersonNow(
            n,
            code,
            False,
            True,
            {"code": code, "name": draw(NAME), "affiliation": draw(LINE), "biography": draw(TEXT), "e-mail": ""},
        )
        for n, code in enumerate(["ADA222", "GRACE2", "ALAN22"], 1)
    }
    names = draw(st.lists(ITEM, min_size=2, max_size=3, unique_by=str.casefold))
    rooms = {n: RoomNow(n, 1, name, _room(draw, name)) for n, name in enumerate(names, 1)}
    known = Known(ZoneInfo(ZONE), {"teens": "teens", "data": "data"}, frozenset(["Crew"]))
    draft = Draft(1, UUID(int=1), ZONE, (1, "Centre"), known, people=people, rooms=rooms)
    for n in range(draw(st.integers(1, 3))):
        slots = [_slot(draw, 10 * n + m, rooms) for m in range(draw(st.integers(0, 2)))]
        draft.sessions[f"CODE{n}"] = SessionNow(n, f"CODE{n}", frozenset(), _session(draw, people), None, slots)
    return draft


def _session(draw: st.DrawFn, people: dict[str, PersonNow]) -> Values:
    parts = draw(
        st.lists(st.tuples(st.sampled_from(sorted(people)), st.sampled_from(sorted(ROLES))), unique=True, max_size=4)
    )
    link = st.tuples(ITEM, st.just("https://example.org/a?b=1;c=2"))
    return {
        "title": draw(ITEM),
        **{name: draw(LINE) for name in ("subtitle", "type", "track")},
        "unit": draw(st.sampled_from(["", "teens"])),
        "co-sponsors": draw(st.sampled_from([(), ("data",)])),
        "people": tuple(Part(code, people[code].values["name"], role) for code, role in parts),
        "state": draw(st.sampled_from(["planned", "confirmed", "cancelled"])),
        "visibility": draw(st.sampled_from(["public", "registrants", "closed", "internal"])),
        "language": "en",
        "level": "",
        "topics": tuple(draw(st.lists(ITEM, max_size=3, unique=True))),
        "abstract": draw(TEXT),
        "description": draw(TEXT),
        "seats": draw(st.none() | st.integers(0, 1000)),
        "ticketed": draw(st.booleans()),
        "do not record": draw(st.booleans()),
        "join link": "",
        "links": tuple(draw(st.lists(link, max_size=2))),
        "attachments": (),
        "resources": draw(st.sampled_from([(), ("Crew",)])),
        "request": "",
        "headcount": None,
        "room set": "",
        "minutes": None,
        "equipment": (),
        "needs": (),
        "food": "",
        "note": "",
        "preferred times": (),
        "impossible times": (),
    }


def _slot(draw: st.DrawFn, number: int, rooms: dict[int, RoomNow]) -> SlotNow:
    starts = datetime(2026, 10, 31, 12, tzinfo=UTC) + timedelta(minutes=15 * draw(st.integers(0, 200)))
    ends = starts + timedelta(minutes=15 * draw(st.integers(1, 200)))
    zone, room = ZoneInfo(ZONE), draw(st.sampled_from(sorted(rooms)))
    first, last = starts.astimezone(zone).date(), ends.astimezone(zone).date()
    start, end = cells.clock(starts, zone), cells.clock(ends, zone)
    implied = first + timedelta(days=cells.midnight_after(start, end))
    shown = {"day": str(first), "start": start, "end": end, "last day": "" if implied == last else str(last)}
    shown |= {"time zone": ZONE, "rooms": cells.joined([rooms[room].label]), "set-up": "15", "tear-down": "0"}
    shown |= {"pinned": "no", "slot": str(UUID(int=number + 100))}
    return SlotNow(number, UUID(int=number + 100), starts, ends, (room,), shown)


def _room(draw: st.DrawFn, name: str) -> Values:
    values: Values = {column.name: column.empty for column in COLUMNS["Rooms"]}
    return values | {
        "venue": "Centre",
        "name": name,
        "building": draw(LINE),
        "kind": "room",
        "step-free": draw(st.none() | st.booleans()),
    }


def as_csv(sheets: list[Table]) -> list[Table]:
    return [tables.read([csv_tables.read(b"".join(csv_tables.write(table)), "x")])[0] for table in sheets]


def as_workbook(sheets: list[Table]) -> list[Table]:
    return tables.read(workbooks.read(workbook_writing.write(sheets)))


@pytest.mark.parametrize("write", [as_csv, as_workbook])
def test_a_file_of_a_draft_asks_for_nothing_of_it(write: object) -> None:
    assert callable(write)

    @settings(max_examples=20, deadline=None)
    @given(drafts())
    def check(draft: Draft) -> None:
        asked = wanted.compare(write(exports.sheets(draft, emails=False)), draft, {}, {}, emails=False)

        assert asked.faults == []
        assert [one for one in asked.sessions if one.differs] == []
        assert (asked.people, asked.rooms) == ([], [])
        assert asked.codes == frozenset(draft.sessions)

    check()


@pytest.mark.parametrize("write", [as_csv, as_workbook])
def test_a_file_of_a_draft_asks_for_all_of_it_in_an_empty_one(write: object) -> None:
    assert callable(write)

    @settings(max_examples=20, deadline=None)
    @given(drafts())
    def check(draft: Draft) -> None:
        empty = Draft(2, UUID(int=2), ZONE, (None, "Centre"), draft.known)
        asked = wanted.compare(write(exports.sheets(draft, emails=False)), empty, {}, {}, emails=False)

        assert asked.faults == []
        names = [name for name in next(iter(draft.sessions.values())).values if name != "people"]
        assert [{name: one.values[name] for name in names} for one in asked.sessions] == [
            {name: one.values[name] for name in names} for one in draft.sessions.values()
        ]
        assert [one.parts for one in asked.sessions] == [
            [(part.code, part.role) for part in one.values["people"]] for one in draft.sessions.values()
        ]
        lying = [(slot.starts_at, slot.ends_at, slot.setup) for one in asked.sessions for slot in one.slots]
        assert lying == [(slot.starts_at, slot.ends_at, 15) for one in draft.sessions.values() for slot in one.slots]
        assert [one.values["name"] for one in asked.people] == [one.values["name"] for one in draft.people.values()]
        assert [one.name for one in asked.rooms] == [one.values["name"] for one in draft.rooms.values()]

    check()
