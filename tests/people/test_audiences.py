"""Which prices somebody may have."""

import asyncio
from datetime import UTC, date, datetime

from events.people.audiences import NONMEMBER, audience_of
from tests import make
from tests.make import NOON


async def test_nobody_and_somebody_without_a_membership_are_nonmembers(db: None) -> None:
    ada = await make.person()
    await make.membership(None, email="ada@example.org")

    assert await audience_of(None, NOON, None) == NONMEMBER
    assert await audience_of(ada.id, NOON, None) == NONMEMBER


async def test_a_divisions_members_have_its_price_at_its_events_and_those_of_units_below(db: None) -> None:
    ada = await make.person()
    root = await make.unit("Association", kind="association")
    division = await make.unit("Division", root)
    committee = await make.unit("Committee", division, "committee")
    other = await make.unit("Other", root)
    await make.membership(ada, number="M1")
    await make.membership(ada, number="M1", unit=division)

    names = [(await audience_of(ada.id, NOON, unit.id)).name for unit in (division, committee, other, root)]

    assert names == ["division_member", "division_member", "member", "member"]


async def test_those_who_ask_together_have_their_own_prices(db: None) -> None:
    ada, alan, grace = await make.person("Ada"), await make.person("Alan"), await make.person("Grace")
    division, other = await make.unit("Division"), await make.unit("Other")
    await make.membership(ada, number="M1", unit=division)
    await make.membership(grace, number="S3", kind="student")

    found = await asyncio.gather(
        *(audience_of(one.id, NOON, unit.id) for one in (ada, alan, grace) for unit in (division, other))
    )

    assert [one.name for one in found] == [
        "division_member", "nonmember", "nonmember", "nonmember", "student", "student",
    ]  # fmt: skip
    assert [one.membership and one.membership["number"] for one in found] == ["M1", None, None, None, "S3", "S3"]


async def test_students_and_retired_members_have_their_own_price_and_the_row_is_kept_for_the_order(db: None) -> None:
    ada = await make.person()
    await make.membership(ada, number="M1", kind="retired")

    audience = await audience_of(ada.id, NOON, None)

    assert audience.name == "retired"
    assert audience.membership == {
        "number": "M1",
        "kind": "retired",
        "valid_from": "2026-01-01",
        "valid_to": "2026-12-31",
    }


async def test_the_last_day_of_a_membership_counts_until_it_is_over_everywhere(db: None) -> None:
    ada = await make.person()
    await make.membership(ada, valid_from=date(2026, 1, 1), valid_to=date(2026, 6, 30))

    in_time = await audience_of(ada.id, datetime(2026, 7, 1, 11, 59, tzinfo=UTC), None)
    late = await audience_of(ada.id, datetime(2026, 7, 1, 12, tzinfo=UTC), None)

    assert (in_time.name, late.name) == ("member", "nonmember")
