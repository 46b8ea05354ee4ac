"""What cells ask for, and the words for those that cannot be taken: read from CSV against the draft of `full`."""

import csv
import io

import pytest

from events.core import database
from events.people.models import FormerKey
from events.schedule.importing import Wish
from events.schedule.models import Session, SessionPerson, Slot
from events.sheets import bringing, draft, exports
from events.sheets.bringing import Ask, Outcome, Rights
from events.sheets.columns import PEOPLE, SESSIONS
from tests import make
from tests.make import NOON
from tests.schedule.rows import a_room, somebody_in
from tests.sheets.conftest import Full


async def bring(*rows: dict[str, str], event: str = "annual", **values: object) -> Outcome:
    """Import rows as one CSV; the columns are those of the first."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    data = out.getvalue().encode()
    return await bringing.bring(data, Ask(Wish(event=event, source="x.csv"), **values), NOON)  # type: ignore[arg-type]


async def exported(full: Full, sheet: str = SESSIONS, **changes: str) -> list[dict[str, str]]:
    """The rows of an export; changes: of every row that has this code."""
    data = b"".join(await exports.csv(full.event.id, sheet, emails=False)).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(data)))


def wrong(outcome: Outcome) -> list[tuple[int, str, str]]:
    return [(one.line, one.column, one.words) for one in outcome.faults if one.level == "error"]


def warned(outcome: Outcome) -> list[tuple[int, str, str]]:
    return [(one.line, one.column, one.words) for one in outcome.faults if one.level == "warning"]


@pytest.mark.parametrize(
    ("column", "typed", "words"),
    [
        ("title", "", "Give the session a title"),
        ("title", "x" * 301, "300 characters are the most; this has 301"),
        ("state", "sure", "One of these: planned, confirmed, cancelled"),
        ("visibility", "secret", "One of these: public, registrants, closed, internal"),
        ("seats", "many", "A whole number from 0 to 1,000,000"),
        ("seats", "-4", "A whole number"),
        ("ticketed", "perhaps", "Write yes or no"),
        ("unit", "Nobody", "There is no unit “Nobody”"),
        ("co-sponsors", "unit-x", "There is no unit “unit-x”"),
        ("resources", "Brass band", "no bookable resource “Brass band”"),
        ("join link", "javascript:alert(1)", "begins with https://"),
        ("links", "javascript:alert(1)", "Write links such as"),
        ("people", "[NOBODY]", "Nobody has the code NOBODY"),
        ("people", "x" * 201, "200 characters are the most"),
        ("equipment", "projector; smoke", "“smoke” is none of these"),
        ("headcount", "lots", "A whole number from 0 to 100,000"),
        ("preferred times", "tomorrow", "Write times such as 2026-07-09 09:00 to 10:30"),
        ("day", "9.7.2026", "Write days as year-month-day"),
        ("day", "", "A time needs its day"),
        ("start", "9 o'clock", "Write times as hours and minutes"),
        ("end", "", "Write times as hours and minutes"),
        ("last day", "2026-07-01", "It has to end after it starts"),
        ("last day", "2027-07-01", "31 is the most"),
        ("time zone", "Mars/Olympus", "“Mars/Olympus” is not a time zone"),
        ("rooms", "Broom cupboard", "There is no room “Broom cupboard” in Convention Center"),
        ("set-up", "1 hour", "A whole number from 0 to 1,440"),
        ("pinned", "sort of", "Write yes or no"),
        ("code", "no code!", "A code has 3 to 12 letters and digits"),
    ],
)
async def test_a_cell_that_cannot_be_taken_says_where_and_what_to_write(
    full: Full, column: str, typed: str, words: str
) -> None:
    rows = await exported(full)
    late = next(n for n, row in enumerate(rows) if row["code"] == full.late.code)
    rows[late][column] = typed
    if column == "title":
        rows[late]["code"] = full.late.code

    outcome = await bring(*rows)

    assert outcome.refused
    assert [(line, name) for line, name, _words in wrong(outcome)] == [
        (late + 2 + _lines_before(rows, late), {"last day": "end"}.get(column, column))
    ]
    assert words in wrong(outcome)[0][2]
    assert await Session.filter(title="Late night 📚").count() == 1


def _lines_before(rows: list[dict[str, str]], row: int) -> int:
    """Lines that cells with line ends take, before a row."""
    return sum(cell.count("\n") for one in rows[:row] for cell in one.values())


async def test_a_column_that_is_missing_is_left_alone_and_an_empty_cell_empties(full: Full) -> None:
    await bring({"code": full.opening.code, "subtitle": "", "seats": ""})

    opening = await Session.get(id=full.opening.id)
    assert (opening.subtitle, opening.capacity, opening.level, opening.title[:8]) == ("", None, "all", "=Opening")
    assert await Slot.filter(session=opening).count() == 2


async def test_a_new_row_is_a_new_session_once(full: Full) -> None:
    row = {"title": "New one", "people": "Ada Lovelace; Someone New (chair)", "day": "2026-07-11", "start": "9:00"}
    row |= {"end": "10:00", "rooms": "Ballroom A", "track": "Новая", "seats": "12.0"}

    first, again = await bring(row), await bring(row)

    assert (first.report.created, again.report.created, again.report.changed) == (1, 0, 0), (first.faults, again.lines)
    made = await Session.get(title="New one").prefetch_related("track")
    assert (made.state, made.capacity, made.track.name) == ("planned", 12, "Новая")  # type: ignore[union-attr]
    people = await SessionPerson.filter(session=made).order_by("position").prefetch_related("person")
    assert [(one.person.name, one.role) for one in people] == [("Ada Lovelace", "speaker"), ("Someone New", "chair")]
    assert people[0].person.id == full.ada.id
    assert [line.kind for line in first.lines if line.sheet == PEOPLE] == ["created"]


async def test_a_time_without_a_name_is_the_one_that_lies_there_or_the_only_one(full: Full) -> None:
    moved = await bring({"code": full.late.code, "day": "2026-07-10", "start": "20:00", "end": "21:00"})
    more = await bring({"code": full.opening.code, "day": "2026-07-12", "start": "20:00", "end": "21:00"})

    assert [[name for name, *_states in line.fields] for line in moved.lines if line.kind == "changed"] == [["time"]]
    assert await Slot.filter(session_id=full.late.id).count() == 1
    assert await Slot.filter(session_id=full.opening.id).count() == 3
    assert more.report.changed == 1


async def test_rows_of_one_session_have_to_agree(full: Full) -> None:
    rows = await exported(full)
    two = [row for row in rows if row["code"] == full.opening.code]
    assert len(two) == 2
    two[1]["track"] = "Another"

    outcome = await bring(*two)

    assert [(column, words[:7]) for _line, column, words in wrong(outcome)] == [("track", "Line 2 ")]
    two[1] |= {name: "" for name in two[1] if name not in ("code", "title", "day", "start", "end", "rooms", "slot")}
    outcome = await bring(
        *[{k: v for k, v in row.items() if k not in ("set-up", "tear-down", "pinned", "time zone")} for row in two]
    )
    assert (wrong(outcome), outcome.lines[0].kind) == ([], "missing")


async def test_a_day_that_is_emptied_takes_the_time_off_the_timetable(full: Full) -> None:
    rows = [row for row in await exported(full) if row["code"] == full.late.code]
    rows[0] |= {"day": "", "start": "", "end": "", "last day": "", "rooms": ""}

    outcome = await bring(*rows)

    assert outcome.refused == ""
    assert (await Slot.get(session_id=full.late.id)).starts_at is None


async def test_a_state_that_may_not_follow_is_refused(full: Full) -> None:
    await Session.filter(id=full.late.id).update(state="cancelled")

    outcome = await bring({"code": full.late.code, "state": "planned"})

    assert [column for _line, column, _words in wrong(outcome)] == ["state"]


async def test_the_answer_of_staff_is_given_on_the_requests_page(full: Full) -> None:
    refused = await bring({"code": full.opening.code, "request": "granted"})
    asked = await bring({"code": full.opening.code, "headcount": "95"})
    first = await bring({"code": full.zines.code, "headcount": "20", "room set": "Rounds"})

    assert [column for _line, column, _words in wrong(refused)] == ["request"]
    assert (asked.report.changed, first.report.changed) == (1, 1)
    rows = await database.rows("SELECT state, headcount, room_set, version FROM session_request ORDER BY id")
    assert [tuple(row) for row in rows] == [("submitted", 95, "rounds", 2), ("draft", 20, "rounds", 1)]
    steps = await database.rows("SELECT what FROM request_step ORDER BY id")
    assert [row["what"] for row in steps] == ["submitted", "changed", "changed"]


async def test_who_has_an_account_looks_after_their_own_page(full: Full) -> None:
    outcome = await bring(
        {"code": full.ada.code, "name": "Ada King", "biography": "New"},
        {"code": full.grace.code, "name": "Grace B. Hopper", "biography": "New"},
    )

    assert [(line, column) for line, column, _words in warned(outcome)] == [(3, "name"), (3, "biography")]
    now = (await draft.load(full.event.id)).people
    assert (now[full.ada.code].values["name"], now[full.grace.code].values["name"]) == ("Ada King", "Grace Hopper")


async def test_people_of_another_event_are_not_changed_and_their_codes_not_taken(full: Full) -> None:
    other = await make.session(await make.event("other"), NOON, title="Elsewhere")
    alan = await somebody_in(other, "Alan Turing")

    taken = await bring({"code": alan.code, "name": "Somebody Else", "affiliation": ""})
    same = await bring({"code": alan.code, "name": "Alan Turing", "affiliation": "Bletchley"})

    assert "somebody else’s" in wrong(taken)[0][2]
    assert "They belong to another event" in warned(same)[0][2]
    assert await database.value("SELECT affiliation FROM person WHERE id = $1", alan.id) == ""


async def test_a_name_that_two_have_needs_a_code(full: Full) -> None:
    await somebody_in(full.zines, "Ada Lovelace")

    outcome = await bring({"title": "New", "people": "Ada Lovelace"})

    assert "Several people here have this name" in wrong(outcome)[0][2]


async def test_an_address_finds_somebody_only_for_who_may_see_addresses(full: Full) -> None:
    email = await database.value("SELECT email FROM address WHERE person_id = $1", full.carla.id)
    row = {"name": "Carla N.", "e-mail": email.upper(), "biography": ""}

    seeing = await bring(row, keep=False)
    blind = await bring(row, keep=False, rights=Rights(emails=False))

    assert [line.kind for line in seeing.lines] == []
    assert [(line.kind, line.title) for line in blind.lines] == [("created", "Carla N.")]


async def test_rooms_are_made_and_changed_with_their_buildings_and_parts(full: Full) -> None:
    outcome = await bring(
        {"name": "Ballroom A", "building": "North", "capacity": "90", "parts": "", "theatre": "70", "kind": "room"},
        {
            "name": "Hall 1+2",
            "building": "New",
            "capacity": "900",
            "parts": "Hall 1; Hall 2",
            "theatre": "",
            "kind": "room",
        },
        {"name": "Hall 1", "building": "New", "capacity": "", "parts": "", "theatre": "", "kind": "hall"},
        {"name": "Hall 2", "building": "New", "capacity": "", "parts": "", "theatre": "", "kind": "hall"},
    )

    assert outcome.refused == "", outcome.faults
    kinds = [(line.kind, line.key) for line in outcome.lines]
    assert sorted(kinds) == [
        ("changed", "Ballroom A"),
        ("created", "Hall 1"),
        ("created", "Hall 1+2"),
        ("created", "Hall 2"),
    ]
    now = {one.label: one.values for one in (await draft.load(full.event.id)).rooms.values()}
    assert (now["Hall 1+2"]["parts"], now["Ballroom A"]["theatre"]) == (("Hall 1", "Hall 2"), 70)
    assert await database.value("SELECT exclusive FROM room WHERE name = 'Hall 1'") is False


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ("Nowhere; Ballroom A", "made of rooms"),
        ("Ballroom A", "two parts"),
        ("Ballroom A+B; Ballroom A", "made of rooms"),
    ],
)
async def test_a_room_cannot_be_made_of_anything(full: Full, parts: str, words: str) -> None:
    outcome = await bring({"name": "New", "capacity": "", "parts": parts})

    assert words in wrong(outcome)[0][2]


async def test_a_room_that_another_event_has_refuses_the_file(full: Full) -> None:
    await make.event("other", venue_id=(await draft.load(full.event.id)).venue[0])
    rows = [row for row in await exported(full) if row["code"] == full.late.code]

    outcome = await bring(rows[0] | {"unit": "", "code": ""}, event="other")

    assert outcome.refused
    assert "of another event has Ballroom A at that time" in wrong(outcome)[0][2]
    assert await Session.filter(title="Late night 📚").count() == 1


async def test_two_sessions_of_one_file_in_one_room_are_taken_and_told(full: Full) -> None:
    row = {"day": "2026-07-11", "start": "09:00", "end": "10:00", "rooms": "Ballroom A"}

    outcome = await bring({"title": "One"} | row, {"title": "Two"} | row)

    assert outcome.report.created == 2
    assert [words[:24] for _line, _column, words in warned(outcome)] == ["Two sessions in one room"]


async def test_a_title_that_two_sessions_have_needs_a_code(full: Full) -> None:
    await Session.filter(id=full.late.id).update(title="Zines in the stacks")

    outcome = await bring({"title": "zines in the stacks", "seats": "4"})

    assert "Several sessions have this title" in wrong(outcome)[0][2]


async def test_a_time_of_another_session_is_not_taken_away_from_it(full: Full) -> None:
    rows = await exported(full)
    slot = next(row["slot"] for row in rows if row["code"] == full.late.code)

    outcome = await bring(
        {"code": full.zines.code, "day": "2026-07-11", "start": "09:00", "end": "10:00", "slot": slot}
    )

    assert outcome.refused == ""
    assert str((await Slot.get(session_id=full.late.id)).uid) == slot
    assert await Slot.filter(session_id=full.zines.id).count() == 1


async def test_only_the_rooms_of_the_venue_are_meant(full: Full) -> None:
    other = await a_room(name="Ballroom Z")

    outcome = await bring({"title": "New", "day": "2026-07-11", "start": "09:00", "end": "10:00", "rooms": other.name})

    assert "There is no room “Ballroom Z”" in wrong(outcome)[0][2]


async def test_a_moment_in_one_cell_is_its_day_and_its_time(full: Full) -> None:
    await bring({"title": "New", "starts": "2026-07-11 09:00", "ends": "2026-07-11T10:30", "room": "Ballroom A"})
    await bring({"title": "Long", "starts": "2026-07-11 22:00", "ends": "2026-07-13 01:00", "room": ""})

    rows = await database.rows(
        "SELECT l.local_start, l.local_end FROM slot l JOIN session s ON s.id = l.session_id"
        " WHERE s.title IN ('New', 'Long') ORDER BY l.id"
    )
    assert [tuple(row) for row in rows] == [
        ("2026-07-11T09:00", "2026-07-11T10:30"),
        ("2026-07-11T22:00", "2026-07-13T01:00"),
    ]


async def test_the_code_of_somebody_who_was_merged_names_the_one_they_are_now(full: Full) -> None:
    await FormerKey.create(kind="code", key="OLD222", person=full.ada)

    outcome = await bring({"title": "New", "people": "Ada Byron [OLD222]"})

    assert outcome.refused == "", outcome.faults
    part = await SessionPerson.get(session__title="New")
    assert part.person_id == full.ada.id  # type: ignore[attr-defined]
