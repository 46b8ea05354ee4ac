"""`colloquy conflicts`, and that it lists what a comparison of all pairs finds."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from events.core import clock, database
from events.schedule import importing, levels, placed
from events.schedule.conflicts import Kind, Level
from events.schedule.importing import Wish
from events.schedule.models import SessionPerson
from tests.commands.test_import_programme import colloquy
from tests.schedule.bookings import naive
from tests.schedule.conftest import Conference, draft
from tests.schedule.programmes import event_xml, schedule_xml

__all__ = ["draft"]
FOSDEM = Path(__file__).parents[3] / "shared" / "data" / "programmes" / "fosdem-2025.xml"
GUID = "fdbc5919-f702-524c-9331-3a2c670f6ff%d"
ADA, ALAN = "<person id='1'>Ada</person>", "<person id='2'>Alan</person>"

Listed = Counter[tuple[str, str, frozenset[int], int]]


def listed(out: str) -> Listed:
    """The lines of --json: kind, level, slots, subject."""
    found: Listed = Counter()
    for line in out.splitlines():
        facts: dict[str, Any] = json.loads(line)
        slots = frozenset(session["slot"] for session in facts["sessions"])
        found[facts["kind"], facts["level"], slots, facts["subject"]] += 1
    return found


async def compared(slug: str) -> Listed:
    """What comparing every pair finds in this event's draft."""
    event = await database.value("SELECT id FROM event WHERE slug = $1", slug)
    found = naive(await placed.bookings(event), await placed.frame(event))
    return Counter((one.kind, one.level, frozenset((one.one, one.other)), one.subject) for one in found)


async def test_they_are_told_in_words_the_serious_ones_first(draft: Conference, database_url: str) -> None:
    assert (await colloquy(database_url, "conflicts", "annual"))[:2] == (0, "No conflicts.\n")
    await SessionPerson.create(session=draft.data, person=draft.ada, role="chair")
    await levels.choose(draft.event.id, {Kind.PERSON: Level.BLOCK})

    code, out, _err = await colloquy(database_url, "conflicts", "annual")

    assert (code, out.splitlines()) == (
        0,
        [
            "Cannot be published: 1",
            "  Needed in two sessions at once: Ada Lovelace – "
            f"{draft.opening.code} “Opening”, 2026-07-09 09:00–10:00 / "
            f"{draft.data.code} “Metadata”, 2026-07-09 09:00–10:00",
            "1 conflict.",
        ],
    )


async def test_an_event_that_is_not_there_is_said_in_words(db: None, database_url: str) -> None:
    code, _out, err = await colloquy(database_url, "conflicts", "nowhere")

    assert (code, err) == (1, "Error: There is no event nowhere.\n")


async def test_a_file_that_was_brought_in_has_the_conflicts_that_all_pairs_have(db: None, database_url: str) -> None:
    sessions = [
        event_xml("One", guid=GUID % 1, more=f"<persons>{ADA}</persons>"),
        event_xml("Two", guid=GUID % 2, more=f"<persons>{ADA}{ALAN}</persons>"),
        event_xml("Three", guid=GUID % 3, more=f"<persons>{ALAN}</persons>"),
    ]
    data = schedule_xml(*sessions)
    await importing.run(data, Wish(), clock.now(), lambda words: None)

    code, out, _err = await colloquy(database_url, "conflicts", "annual-2026", "--json")

    assert code == 0
    assert listed(out) == await compared("annual-2026")
    assert Counter(kind for kind, *_rest in listed(out).elements()) == {"room": 3, "person": 2}


@pytest.mark.skipif(not FOSDEM.exists(), reason=f"the big programme is not beside this checkout: {FOSDEM}")
async def test_fosdem_2025_has_no_conflict_and_both_its_days_on_one_have_those_of_all_pairs(
    db: None, database_url: str
) -> None:
    """Nobody and no room is needed twice in the programme as it was held: a naive look at the file says so too."""
    wish = Wish(event="fosdem", create=True, source=FOSDEM.name)
    await importing.run(FOSDEM.read_bytes(), wish, clock.now(), lambda words: None)
    held = await colloquy(database_url, "conflicts", "fosdem", "--json")
    assert (held, await compared("fosdem")) == ((0, "", ""), Counter())

    await database.execute("UPDATE slot_room SET accepted = true")  # past the constraint
    for table, start, end in (("slot", "starts_at", "ends_at"), ("slot_room", "taken_from", "taken_until")):
        earlier = f"{start} = {start} - interval '1 day', {end} = {end} - interval '1 day'"
        await database.execute(f"UPDATE {table} SET {earlier} WHERE {start} > '2025-02-02'")
    code, out, err = await colloquy(database_url, "conflicts", "fosdem", "--json")

    assert (code, err) == (0, "")
    assert listed(out) == await compared("fosdem")
    assert listed(out).total() > 300
