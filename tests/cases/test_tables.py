"""The list of an event's cases, longer than a page."""

from itertools import pairwise

import pytest

from events.cases import cases, messages, tables
from events.cases.cases import Wish
from events.cases.tables import PAGE, SORTS, Filter
from events.core import database
from tests import make
from tests.cases.conftest import Place
from tests.make import NOON

TODAY = NOON.date()


async def crowd(place: Place, count: int) -> None:
    for number in range(count):
        person = await make.person(f"Reader {number:03d}")
        await cases.ask(
            place.event.id, person.id, Wish(("vegan",) if number % 2 else (), "100% cotton_", "event"), NOON
        )


async def test_a_page_holds_fifty_and_the_last_page_is_the_last(place: Place) -> None:
    await crowd(place, PAGE + 3)

    first = await tables.of(place.event.id, Filter(), "name", TODAY)
    last = await tables.of(place.event.id, Filter(), "name", TODAY, 99)

    assert (len(first.rows), first.total, first.pages) == (PAGE, PAGE + 3, 2)
    assert (last.page, [row.name for row in last.rows]) == (2, ["Reader 050", "Reader 051", "Reader 052"])


async def test_names_addresses_and_codes_are_searched_and_letters_are_no_pattern(place: Place) -> None:
    await crowd(place, 3)
    case = await place.ask()

    async def names(query: str) -> list[str]:
        return [row.name for row in (await tables.of(place.event.id, Filter(query=query), "name", TODAY)).rows]

    assert await names("lovelace") == await names("ada@example") == await names(case.code.lower()) == ["Ada Lovelace"]
    assert await names("100%") == await names("_") == await names("cotton") == []


async def test_the_filters_find_what_they_say(place: Place) -> None:
    await crowd(place, 4)
    waiting = await place.ask()
    await messages.write(waiting, place.ada.id, "Hello?", NOON)
    await database.execute("UPDATE care_case SET due_on = '2020-01-01', owner_id = $2 WHERE id = $1",
                           waiting.id, place.frida.id)  # fmt: skip

    async def found(**values: object) -> int:
        return (await tables.of(place.event.id, Filter(**values), "state", TODAY)).total  # type: ignore[arg-type]

    assert await found(kind="vegan") == 2
    assert await found(kind="words") == 2
    assert await found(owner=0) == 4
    assert await found(owner=place.frida.id) == await found(flag="late") == await found(flag="answer") == 1
    assert await found(flag="nobody") == 4
    assert await found(state="closed") == 0


@pytest.mark.parametrize("sort", SORTS)
async def test_every_sort_goes_both_ways(place: Place, sort: str) -> None:
    await crowd(place, 3)
    await database.execute(
        "UPDATE care_case SET due_on = '2026-01-01'::date + id::int, changed_at = changed_at + id * interval '1 hour',"
        " owner_id = person_id, state = (ARRAY['asked', 'in_work', 'arranged'])[id % 3 + 1]"
    )

    up = [row.id for row in (await tables.of(place.event.id, Filter(), sort, TODAY)).rows]
    down = [row.id for row in (await tables.of(place.event.id, Filter(), f"-{sort}", TODAY)).rows]

    assert up == down[::-1]
    assert all(one != other for one, other in pairwise(up))
