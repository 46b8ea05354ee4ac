"""Organizers' pages of people, roles and units."""

from collections.abc import Awaitable, Callable

import httpx

from events.core import database
from events.people.models import Person
from tests import make

SignIn = Callable[[Person], Awaitable[httpx.AsyncClient]]


async def administrator(signed_in: SignIn) -> httpx.AsyncClient:
    admin = await make.person("Admin", "admin@example.org")
    await make.role(admin, "administrator")
    return await signed_in(admin)


async def test_people_are_found_by_a_part_of_their_name_or_of_any_address(signed_in: SignIn) -> None:
    client = await administrator(signed_in)
    await make.person("Ada Lovelace", "countess@example.org")
    await make.person("Grace 100% Hopper", None)

    by_name = (await client.get("/organize/people?q=lovel")).text
    by_address = (await client.get("/organize/people?q=COUNTESS@")).text
    literally = (await client.get("/organize/people", params={"q": "100%"})).text
    nobody = (await client.get("/organize/people", params={"q": "_%_"})).text

    assert ["Ada Lovelace" in page for page in (by_name, by_address, literally, nobody)] == [True, True, False, False]
    assert "Grace 100% Hopper" in literally
    assert "Nobody by that name" in nobody


async def test_long_lists_come_in_pages_with_one_statement_each(signed_in: SignIn) -> None:
    client = await administrator(signed_in)
    for number in range(60):
        await make.person(f"Person {number:03}")

    first, second = (await client.get("/organize/people")).text, (await client.get("/organize/people?page=2")).text

    assert "1–50 of 61" in first
    assert "51–61 of 61" in second
    assert (await client.get("/organize/people?page=%2D1")).status_code == 200
    assert (await client.get("/organize/people?page=999999999")).status_code == 200


async def test_a_role_is_given_in_a_unit_and_taken_away(signed_in: SignIn) -> None:
    client = await administrator(signed_in)
    ada = await make.person("Ada")
    unit = await make.unit("Public Library Division")

    for _twice in range(2):
        given = await client.post(
            f"/organize/people/{ada.code}/roles", data={"role": "editor", "scope": "unit", "unit": unit.slug}
        )
        assert given.status_code == 303
    page = await client.get(f"/organize/people/{ada.code}")
    role = await database.value("SELECT id FROM role WHERE person_id = $1", ada.id)
    taken = await client.post(f"/organize/people/{ada.code}/roles/{role}/removal")

    assert "Public Library Division" in page.text
    assert taken.status_code == 303
    assert await database.value("SELECT count(*) FROM role WHERE person_id = $1", ada.id) == 0


async def test_an_administrator_of_a_unit_gives_roles_in_it_and_nowhere_else(signed_in: SignIn) -> None:
    division = await make.unit("Division")
    committee = await make.unit("Committee", division)
    other = await make.unit("Other")
    head, ada = await make.person("Head"), await make.person("Ada")
    await make.role(head, "administrator", unit=division)
    client = await signed_in(head)
    url = f"/organize/people/{ada.code}/roles"

    statuses = [
        (await client.post(url, data={"role": "editor", "scope": scope, "unit": slug})).status_code
        for scope, slug in (
            ("unit", division.slug),
            ("unit", committee.slug),
            ("unit", other.slug),
            ("association", ""),
            ("", division.slug),
        )
    ]

    assert statuses == [303, 303, 403, 403, 403]


async def test_a_role_never_counts_in_the_whole_association_by_leaving_something_out(signed_in: SignIn) -> None:
    client = await administrator(signed_in)
    ada = await make.person("Ada")

    statuses = [
        (await client.post(f"/organize/people/{ada.code}/roles", data={"role": "editor"} | form)).status_code
        for form in ({}, {"scope": "unit"}, {"scope": "event", "event": " / "}, {"scope": "everywhere"})
    ]

    assert statuses == [422] * 4
    assert await database.value("SELECT count(*) FROM role WHERE person_id = $1", ada.id) == 0


async def test_the_last_administrator_stays(signed_in: SignIn) -> None:
    client = await administrator(signed_in)
    row = await database.row("SELECT r.id, p.code FROM role r JOIN person p ON p.id = r.person_id")
    assert row is not None

    refused = await client.post(f"/organize/people/{row['code']}/roles/{row['id']}/removal")

    assert (refused.status_code, "last administrator" in refused.text) == (409, True)


async def test_a_role_in_an_event_that_is_not_there_is_said_at_its_field(signed_in: SignIn) -> None:
    client = await administrator(signed_in)
    ada = await make.person("Ada")

    answer = await client.post(
        f"/organize/people/{ada.code}/roles", data={"role": "reader", "scope": "event", "event": "no-such-event"}
    )

    assert answer.status_code == 422
    assert "There is no event with this address" in answer.text
    assert 'value="no-such-event"' in answer.text


async def test_a_unit_is_made_and_hung_somewhere_else(signed_in: SignIn) -> None:
    client = await administrator(signed_in)
    root = await make.unit("Association", kind="association")

    made = await client.post("/organize/units", data={"name": "Knitting Round Table", "kind": "round_table"})
    moved = await client.post(
        "/organize/units/knitting-round-table",
        data={"name": "Knitting", "slug": "knitting", "kind": "round_table", "parent": root.slug},
    )
    cycle = await client.post(
        f"/organize/units/{root.slug}",
        data={"name": "Association", "slug": root.slug, "kind": "association", "parent": "knitting"},
    )

    assert (made.status_code, moved.status_code, cycle.status_code) == (303, 303, 422)
    assert await database.value("SELECT parent_id FROM unit WHERE slug = 'knitting'") == root.id
    assert (await client.get("/organize/units/knitting")).status_code == 200
    assert (await client.get("/organize/units")).status_code == 200
