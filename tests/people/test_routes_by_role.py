"""Every route × every role, compared with the table in tests/routes.py. A route that is missing there fails.

Each request is asked inside a transaction that is rolled back afterwards, so that none sees what another has done.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
from starlette.applications import Starlette
from starlette.routing import Route

from events import app
from events.core import clock, database
from events.people.models import Person
from events.settings import Settings
from tests import make, routes
from tests.routes import TABLE, Line

GIVEN = {"reader", "other_editor", "editor", "programme_manager", "registrar", "administrator", "care"}


class Undone(Exception):
    """Rolls a request back."""


@dataclass(frozen=True)
class World:
    """An event of a unit, with one of everything that routes ask for, and a token for each role."""

    tokens: dict[str, str]
    things: dict[str, str]


def walked(settings: Settings) -> Iterator[tuple[str, str, str]]:
    """(name, method, path pattern) of every route there is."""
    for route in app.routes(settings):
        assert isinstance(route, Route), route
        for method in sorted((route.methods or set()) - {"HEAD", "OPTIONS"}):
            yield route.name, method, route.path


async def world(key: bytes) -> World:
    division, other = await make.unit("Division"), await make.unit("Other division")
    event = await make.event("annual", unit=division)
    people: dict[str, Person] = {role: await make.person(role) for role in ("attendee", *sorted(GIVEN))}
    for role in ("reader", "editor"):
        await make.role(people[role], role, unit=division)
    await make.role(people["other_editor"], "editor", unit=other)
    for role in ("programme_manager", "registrar", "administrator", "care"):
        await make.role(people[role], role)
    return World(
        {role: await make.sign_in(person) for role, person in people.items()},
        await routes.things(event, people, key, clock.now()),
    )


def filled(path: str, line: Line, things: dict[str, str]) -> str:
    """The path with a real thing in every place; a line may name another one than the place's own name says."""

    def thing(place: re.Match[str]) -> str:
        name = place[1].partition(":")[0]
        return things[line.things.get(name, name)]

    return re.sub(r"{([^}]+)}", thing, path) + (f"?{line.query}" if line.query else "")


def outcome(answer: httpx.Response, line: Line) -> str:
    if answer.status_code == 401 or answer.headers.get("location", "").startswith("/sign-in?"):
        return "sign in"
    if line.hidden and answer.status_code == 404:
        return "no"
    return "no" if answer.status_code == 403 else "yes"


def test_every_route_has_a_name_of_its_own(settings: Settings) -> None:
    names = [route.name for route in app.routes(settings) if isinstance(route, Route)]

    assert [name for name, count in Counter(names).items() if count > 1] == []


def test_every_route_is_in_the_table_and_the_table_has_no_others(settings: Settings) -> None:
    names = {name for name, _method, _path in walked(settings)}

    assert sorted(names - set(TABLE)) == [], "add these routes to tests/routes.py, with who may use them"
    assert sorted(set(TABLE) - names) == []


async def test_every_role_gets_through_where_the_table_says_and_nowhere_else(
    application: Starlette, settings: Settings
) -> None:
    here = await world(settings.secret_key.get_secret_value().encode())
    wrong: list[str] = []
    for name, method, path in walked(settings):
        line = TABLE.get(name)
        if line is None:
            continue
        url = filled(path, line, here.things)
        for role in routes.ROLES:
            answer = await asked(application, method, url, here.tokens.get(role), line)
            expected = "yes" if role in line.who else "sign in" if role == "anonymous" else "no"
            if outcome(answer, line) != expected:
                wrong.append(f"{method} {url} ({name}) as {role}: {answer.status_code}, expected {expected}")
            elif answer.status_code >= 500 and answer.status_code != line.fails:
                wrong.append(f"{method} {url} ({name}) as {role}: {answer.status_code}")
            elif expected == "yes" and answer.status_code in {404, 405} and not line.may_be_absent:
                wrong.append(f"{method} {url} ({name}) as {role}: nothing is there, so nothing was tested")

    assert not wrong, "\n".join(["", *wrong])


async def asked(application: Starlette, method: str, url: str, token: str | None, line: Line) -> httpx.Response:
    cookies = {"signin": token} if token else {}
    headers = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}
    transport = httpx.ASGITransport(application)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://testserver", headers=headers, cookies=cookies
    ) as client:
        try:
            async with database.transaction():
                answer = await client.request(method, url, data=line.form if method == "POST" else None)
                raise Undone
        except Undone:
            return answer
