"""What goes out comes in again: into the same event, and into an empty one."""

from collections.abc import Awaitable, Callable

import pytest

from events.catalogue.models import Event
from events.core import database
from events.people.models import Address, Person
from events.planning.models import Resource
from events.schedule.importing import Wish
from events.sheets import bringing, draft, exports
from events.sheets.bringing import Ask, Outcome
from events.sheets.columns import PEOPLE, ROOMS, SESSIONS
from tests import make
from tests.make import NOON
from tests.sheets.conftest import Full

Export = Callable[[int], Awaitable[list[bytes]]]


async def as_workbook(event_id: int) -> list[bytes]:
    return [await exports.workbook(event_id, emails=True)]


async def as_csv(event_id: int) -> list[bytes]:
    return [b"".join(await exports.csv(event_id, name, emails=True)) for name in (ROOMS, PEOPLE, SESSIONS)]


async def bring(data: bytes, event: str = "annual", **values: object) -> Outcome:
    return await bringing.bring(data, Ask(Wish(event=event, source="file.csv"), **values), NOON)  # type: ignore[arg-type]


def said(outcome: Outcome) -> object:
    """What is worth reading when a test fails."""
    return outcome.refused, [(one.line, one.column, one.words) for one in outcome.faults], outcome.lines


def counts(outcome: Outcome) -> tuple[int, int, int, int]:
    report = outcome.report
    return report.created, report.changed, report.unchanged, report.refused


async def content(event: Event) -> object:
    """All that an export says, but for the names of times, which are an event's own."""
    now = await draft.load(event.id)
    return [
        (table.name, [{name: cell for name, cell in cells.items() if name != "slot"} for _line, cells in table.rows])
        for table in exports.sheets(now, emails=True)
    ]


@pytest.mark.parametrize("export", [as_workbook, as_csv])
async def test_what_was_exported_changes_nothing_in_the_same_event(full: Full, export: Export) -> None:
    before = await content(full.event)

    outcomes = [await bring(data) for data in await export(full.event.id)]

    for outcome in outcomes:
        assert (outcome.refused, outcome.faults, outcome.lines) == ("", [], []), said(outcome)
        assert counts(outcome)[:2] == (0, 0)
    assert outcomes[-1].report.unchanged == 3
    assert await content(full.event) == before


async def an_empty_event(full: Full) -> Event:
    """Another event at the same venue, from which the first one is gone."""
    venue = (await Event.get(id=full.event.id)).venue_id  # type: ignore[attr-defined]
    await Event.filter(id=full.event.id).delete()
    empty = await make.event("empty", venue_id=venue)
    await Resource.create(event=empty, kind="crew", name="Crew; one")
    return empty


@pytest.mark.parametrize("export", [as_workbook, as_csv])
async def test_an_empty_event_gets_the_same_programme(full: Full, export: Export) -> None:
    files, wanted = await export(full.event.id), await content(full.event)
    empty = await an_empty_event(full)

    outcomes = [await bring(data, "empty") for data in files]

    assert [outcome.refused for outcome in outcomes] == [""] * len(files), [said(one) for one in outcomes]
    assert counts(outcomes[-1]) == (3, 0, 0, 0)
    assert await content(empty) == wanted
    again = [await bring(data, "empty") for data in files]
    assert [(counts(one)[:2], one.lines) for one in again] == [((0, 0), [])] * len(files)


@pytest.mark.parametrize("export", [as_workbook, as_csv])
async def test_another_house_gets_the_same_programme_with_its_people_and_rooms(full: Full, export: Export) -> None:
    await Address.all().delete()  # whose they are is proved, and not brought
    files, wanted = await export(full.event.id), await content(full.event)
    empty = await an_empty_event(full)
    await Event.filter(id=empty.id).update(venue_id=None)
    for table in ("room", "building", "zone", "venue"):
        await database.execute(f"DELETE FROM {table}")
    await Person.filter(id__in=[full.ada.id, full.grace.id]).delete()

    outcomes = [await bring(data, "empty") for data in files]

    assert [outcome.refused for outcome in outcomes] == [""] * len(files), [said(one) for one in outcomes]
    assert await content(empty) == wanted
