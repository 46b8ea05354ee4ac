"""What there is to ask for: every route with its path filled, and every form of every page."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from starlette.applications import Starlette
from starlette.routing import Match, Route

from tests.routes import TABLE
from tests.security import forms
from tests.security.conftest import House
from tests.security.forms import Form

PLACE = re.compile(r"{(\w+)(?::\w+)?}")


@dataclass(frozen=True)
class Door:
    """One method of one route."""

    name: str
    method: str
    path: str

    @property
    def places(self) -> tuple[str, ...]:
        return tuple(PLACE.findall(self.path))

    def thing(self, place: str) -> str:
        """The name in the world of what stands in a place."""
        return TABLE[self.name].things.get(place, place)

    def filled(self, things: Mapping[str, str]) -> str:
        """The path; `things` are by place."""
        return PLACE.sub(lambda found: quote(things[found[1]], safe=""), self.path)

    def meant(self, things: Mapping[str, str]) -> dict[str, str]:
        return {place: things[self.thing(place)] for place in self.places}


def doors(app: Starlette) -> Iterator[Door]:
    for route in app.routes:
        assert isinstance(route, Route), route
        for method in sorted(route.methods or ()):
            yield Door(route.name, method, route.path)


def route_of(app: Starlette, method: str, path: str) -> str:
    """The name of the route that answers, or ""."""
    scope = {"type": "http", "method": method, "path": path, "root_path": "", "headers": []}
    return next(
        (route.name for route in app.routes if isinstance(route, Route) and route.matches(scope)[0] is Match.FULL), ""
    )


async def forms_here(
    house: House, roles: tuple[str, ...] = ("anonymous", "attendee", "editor", "administrator")
) -> dict[str, list[tuple[str, Form]]]:
    """Route → (role, form) of every form that leads there, as these roles see it."""
    if house.forms:
        return house.forms
    found = house.forms
    seen = set()
    for door in doors(house.app):
        if door.method != "GET":
            continue
        url = door.filled(door.meant(house.world.here))
        for role in roles:
            answer = await house.ask("GET", url, role)
            if answer.status_code != 200 or "html" not in answer.headers["content-type"]:
                continue
            for form in forms.forms_of(answer.text, url):
                names = (form.action, form.method, tuple(sorted({field.name for field in form.fields})))
                leads = route_of(house.app, form.method.upper(), urlsplit(form.action).path)
                if leads and names not in seen:
                    seen.add(names)
                    found.setdefault(leads, []).append((role, form))
    return found
