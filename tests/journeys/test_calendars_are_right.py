"""Every calendar of a running house is looked at as an app would, by `colloquy calendar-check`."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Browser

from tests.house import House
from tests.journeys.visits import Visits

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("house")]


async def test_all_of_ours_are_right_to_the_last_line(own_house: House, browser: Browser, tmp_path: Path) -> None:
    journey = Visits(own_house, tmp_path, browser)
    [row] = await own_house.ask(
        "SELECT e.slug, (SELECT slug FROM track WHERE event_id = e.id ORDER BY id LIMIT 1) AS track,"
        " (SELECT session_code FROM entry WHERE event_id = e.id AND kind = 'slot' AND audience = 'public'"
        " LIMIT 1) AS code,"
        " (SELECT slug FROM unit WHERE kind = 'division' ORDER BY id LIMIT 1) AS unit,"
        " (SELECT slug FROM event WHERE kind = 'course' ORDER BY id LIMIT 1) AS course,"
        " (SELECT slug FROM event WHERE kind = 'celebration' ORDER BY id LIMIT 1) AS celebration"
        " FROM event e WHERE e.kind = 'conference'"
    )
    schedule = f"/events/{row['slug']}/schedule.ics"
    paths = [
        "/calendars/all.ics",
        *(f"/calendars/{kind}s.ics" for kind in ("conference", "forum", "webinar", "course", "celebration")),
        f"/calendars/units/{row['unit']}.ics",
        schedule,
        f"{schedule}?track={row['track']}&kind=Meeting&kind=Programme&language=en",
        f"{schedule}?tz=utc",
        f"/events/{row['slug']}/sessions/{row['code']}.ics",
        f"/events/{row['course']}/event.ics",
        await amals_own(journey, row["slug"], row["code"]),
    ]

    done = journey.command("calendar-check", "--strict", *(f"{own_house.url}{path}" for path in paths))

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("Nothing is wrong.") + done.stdout.count("note") >= len(paths)


async def amals_own(journey: Visits, slug: str, code: str) -> str:
    """The address of a personal feed with a saved session and a seat in it."""
    page = await journey.as_("Amal Haddad")
    await page.goto(f"/events/{slug}/sessions/{code}")
    await page.get_by_role("button", name="Save in my schedule").click()
    await page.goto("/my/schedule")
    found = re.search(r"/calendars/my/[^\s\"'<]+\.ics", await page.content())
    assert found is not None
    return found[0]
