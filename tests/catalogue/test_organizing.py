"""Organizers make and change events of every kind, in plain pages."""

from collections.abc import Awaitable, Callable

import httpx
import pytest

from events.catalogue import queries
from events.catalogue.models import CelebrationYear, Event, Venue
from events.people.models import Person, Unit
from tests import make

pytestmark = pytest.mark.usefixtures("db", "at_noon")
SignedIn = Callable[[Person], Awaitable[httpx.AsyncClient]]


async def manager(signed_in: SignedIn, role: str = "programme_manager", **where: object) -> httpx.AsyncClient:
    person = await make.person("Grace Hopper")
    await make.role(person, role, **where)  # type: ignore[arg-type]
    return await signed_in(person)


def typed(unit: Unit, kind: str, **more: str) -> dict[str, str]:
    return {
        "kind": kind,
        "title": f"A {kind} for everybody",
        "unit": str(unit.id),
        "timezone": "America/Chicago",
        "language": "en",
        "accent": "teal",
        "currency": "USD",
        **more,
    }


async def kinds(unit: Unit, venue: Venue) -> dict[str, dict[str, str]]:
    days = {"starts_on": "2026-09-07", "ends_on": "2026-09-11"}
    return {
        "conference": typed(unit, "conference", mode="hybrid", venue=str(venue.id), **days),
        "forum": typed(unit, "forum", mode="virtual", venue="", **days),
        "webinar": typed(unit, "webinar", day="2026-09-07", begins="13:00", minutes="75"),
        "course": typed(unit, "course", **days),
        "celebration": typed(unit, "celebration", dates="rule", rule="FREQ=YEARLY;BYMONTH=9;BYMONTHDAY=8"),
    }


@pytest.mark.parametrize("kind", ["conference", "forum", "webinar", "course", "celebration"])
async def test_an_event_of_each_kind_is_made_changed_announced_and_seen(signed_in: SignedIn, kind: str) -> None:
    grace = await manager(signed_in)
    form = (await kinds(await make.unit(), await make.venue()))[kind]
    assert (await grace.get("/organize/events/new", params={"kind": kind})).status_code == 200

    made = await grace.post("/organize/events", data=form)
    slug = f"a-{kind}-for-everybody"
    assert (made.status_code, made.headers["location"]) == (303, f"/organize/events/{slug}/edit")
    page = await grace.get(made.headers["location"])
    assert page.status_code == 200
    assert f"A {kind} for everybody" in page.text

    better = {**form, "title": f"A better {kind}", "slug": slug, "version": "1"}
    assert (await grace.post(f"/organize/events/{slug}/edit", data=better)).status_code == 303
    announced = await grace.post(f"/organize/events/{slug}/states", data={"state": "announced", "version": "2"})
    assert announced.status_code == 303

    seen = await grace.get(f"/events/{slug}", follow_redirects=True)
    assert seen.status_code == 200
    assert f"A better {kind}" in seen.text
    assert f"A better {kind}" in (await grace.get("/events", params={"kind": kind})).text


async def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(signed_in: SignedIn) -> None:
    grace = await manager(signed_in)
    form = typed(await make.unit(), "webinar", day="2026-03-08", begins="02:30", minutes="75", summary="Kept <words>")

    answer = await grace.post("/organize/events", data=form)

    assert answer.status_code == 422
    assert "does not exist in America/Chicago" in answer.text
    assert 'value="Kept &lt;words&gt;"' in answer.text
    assert 'value="02:30"' in answer.text
    assert await Event.all().count() == 0


async def test_an_hour_that_happens_twice_is_asked_about_in_the_form(signed_in: SignedIn) -> None:
    grace = await manager(signed_in)
    form = typed(await make.unit(), "webinar", day="2026-11-01", begins="01:30", minutes="75")
    asked = await grace.post("/organize/events", data=form)
    assert asked.status_code == 422
    assert 'name="second" value="1"' in asked.text

    made = await grace.post("/organize/events", data={**form, "second": "1"})

    assert made.status_code == 303
    assert 'name="second" value="1" checked' in (await grace.get(made.headers["location"])).text


async def test_who_saves_second_gets_409_with_both_states_and_may_then_decide(signed_in: SignedIn) -> None:
    grace, ada = await manager(signed_in), await manager(signed_in)
    form = typed(await make.unit(), "course", starts_on="2026-09-07", ends_on="2026-09-11")
    await grace.post("/organize/events", data=form)
    address = "/organize/events/a-course-for-everybody/edit"
    await grace.post(address, data={**form, "title": "Grace’s title", "version": "1"})

    stale = await ada.post(address, data={**form, "title": "Ada’s title", "version": "1"})

    assert stale.status_code == 409
    assert "<td>Grace’s title</td><td>Ada’s title</td>" in stale.text
    assert 'name="version" value="2"' in stale.text
    decided = await ada.post(address, data={**form, "title": "Ada’s title", "version": "2"})
    assert decided.status_code == 303
    assert (await Event.all().first()).title == "Ada’s title"  # type: ignore[union-attr]


async def test_a_move_from_an_old_page_is_refused_with_409(signed_in: SignedIn) -> None:
    grace = await manager(signed_in)
    event = await make.event(state="announced")

    old = await grace.post(f"/organize/events/{event.slug}/states", data={"state": "on_sale", "version": "9"})
    impossible = await grace.post(f"/organize/events/{event.slug}/states", data={"state": "draft", "version": "1"})
    nonsense = await grace.post(f"/organize/events/{event.slug}/states", data={"state": "gone", "version": "1"})

    assert (old.status_code, impossible.status_code, nonsense.status_code) == (409, 409, 404)
    assert (await Event.get(id=event.id)).state == "announced"


async def test_an_editor_changes_what_their_unit_owns_but_does_not_publish_it(signed_in: SignedIn) -> None:
    unit, other = await make.unit("Mine"), await make.unit("Theirs")
    mine, theirs = await make.event(title="Mine", unit=unit), await make.event(title="Theirs", unit=other)
    editor = await manager(signed_in, "editor", unit=unit)

    listed = await editor.get("/organize/events")

    assert f"/organize/events/{mine.slug}" in listed.text
    assert f"/organize/events/{theirs.slug}" not in listed.text
    assert (await editor.get(f"/organize/events/{mine.slug}/edit")).status_code == 200
    assert (await editor.get(f"/organize/events/{theirs.slug}/edit")).status_code == 403
    move = await editor.post(f"/organize/events/{mine.slug}/states", data={"state": "cancelled", "version": "1"})
    assert move.status_code == 403
    assert (await editor.get("/organize/events/new")).status_code == 403


async def test_an_event_cannot_be_given_to_a_unit_that_is_not_ones_own(signed_in: SignedIn) -> None:
    unit, other = await make.unit("Mine"), await make.unit("Theirs")
    planner = await manager(signed_in, unit=unit)

    refused = await planner.post(
        "/organize/events", data=typed(other, "course", starts_on="2026-09-07", ends_on="2026-09-11")
    )

    assert refused.status_code == 403
    made = await planner.post(
        "/organize/events", data=typed(unit, "course", starts_on="2026-09-07", ends_on="2026-09-11")
    )
    assert made.status_code == 303
    moved = await planner.post(
        made.headers["location"],
        data=typed(other, "course", starts_on="2026-09-07", ends_on="2026-09-11", version="1"),
    )
    assert moved.status_code == 403


async def test_a_unit_or_venue_that_is_not_there_is_said_at_its_field(signed_in: SignedIn) -> None:
    grace = await manager(signed_in)
    form = typed(
        await make.unit(), "forum", mode="in_person", venue="999", starts_on="2026-09-07", ends_on="2026-09-08"
    )

    answer = await grace.post("/organize/events", data={**form, "unit": "998"})

    assert answer.status_code == 403 or "Choose one of the units" in answer.text
    answer = await grace.post("/organize/events", data=form)
    assert answer.status_code == 422
    assert "Choose one of the venues" in answer.text


async def test_a_celebration_decided_every_year_shows_its_dates_again(signed_in: SignedIn) -> None:
    grace = await manager(signed_in)
    form = typed(
        await make.unit(), "celebration", dates="listed", listed="2027-04-04 to 2027-04-10",
        resources="Proclamation https://example.org/p", duration_days="",
    )  # fmt: skip

    made = await grace.post("/organize/events", data=form)

    page = await grace.get(made.headers["location"])
    assert "2027-04-04 to 2027-04-10" in page.text
    assert "Proclamation https://example.org/p" in page.text
    assert (await CelebrationYear.get(year=2027)).source == "listed"


async def test_an_old_slug_in_the_organizers_address_leads_to_todays(signed_in: SignedIn) -> None:
    grace = await manager(signed_in)
    form = typed(await make.unit(), "course", starts_on="2026-09-07", ends_on="2026-09-11")
    made = await grace.post("/organize/events", data=form)
    await grace.post(made.headers["location"], data={**form, "slug": "renamed", "version": "1"})

    answer = await grace.get(made.headers["location"])

    assert answer.headers["location"] == "/organize/events/renamed/edit"
    assert (await queries.event_by_slug("renamed", drafts=True)).slug == "renamed"


async def test_the_list_is_searched_and_paged(signed_in: SignedIn) -> None:
    grace = await manager(signed_in)
    unit = await make.unit()
    for number in range(55):
        await make.event(title=f"Forum {number}", unit=unit)
    await make.event(title="100% zines", unit=unit)

    assert "Page 1 of 2" in (await grace.get("/organize/events")).text
    found = (await grace.get("/organize/events", params={"q": "0% zin"})).text
    assert "100% zines" in found
    assert "Forum 1" not in found
    assert (await grace.get("/organize/events", params={"page": "9999", "q": "\0'"})).status_code == 200
