"""Somebody waits for a place that is sold out, gets the one that is given back, and nobody faster does."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.house import House
from tests.journeys.journey import soon
from tests.journeys.visits import Visits, pay

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("house")]
GRACE = "grace.waits@example.org"


async def test_a_waitlisted_person_gets_in(own_house: House, browser: Browser, tmp_path: Path) -> None:
    journey = Visits(own_house, tmp_path, browser)
    [found] = await own_house.ask(
        "UPDATE quota q SET capacity = 1 FROM event e, ticket_type_quota l, price p WHERE e.id = q.event_id"
        " AND l.quota_id = q.id AND p.ticket_type_id = l.ticket_type_id AND p.amount > 0 AND e.kind = 'webinar'"
        " AND e.id = (SELECT min(e.id) FROM event e JOIN ticket_type t ON t.event_id = e.id"
        " JOIN price p ON p.ticket_type_id = t.id WHERE e.kind = 'webinar' AND e.state = 'on_sale' AND p.amount > 0)"
        " RETURNING e.slug"
    )
    slug = found["slug"]
    first = await the_last_place_is_sold(journey, slug)
    grace = await grace_gets_in_line(journey, slug)
    await first.get_by_role("link", name=re.compile("^Cancel")).first.click()
    await first.get_by_role("button", name=re.compile("^Cancel")).first.click()

    mail = await journey.mail(GRACE, lambda mail: "A place for you" in mail["subject"])
    await somebody_faster_is_told(journey, slug)
    [link] = re.findall(r"https?://\S+/waitlist/\S+", mail["text"])
    await grace.goto(link)
    await expect(grace.get_by_role("heading", name="There is a place for you")).to_be_visible()
    await journey.picture(grace, "3-offered")
    await grace.get_by_role("link", name="Take it").click()
    await journey.picture(grace, "4-held-until")
    await pay(grace)
    await expect(grace.get_by_role("heading", name="You are registered")).to_be_visible()
    await the_registrar_sees_it(journey, slug)

    async def audited() -> str:
        return journey.command("audit").stdout.strip()

    await soon(audited, "Everything adds up.")


async def the_last_place_is_sold(journey: Visits, slug: str) -> Page:
    page = await journey.as_("Amal Haddad")
    await page.goto(f"/events/{slug}/register")
    await page.get_by_role("button", name="Go on").click()
    await page.wait_for_url("**/orders/**")
    await pay(page)
    await expect(page.get_by_role("heading", name="You are registered")).to_be_visible()
    return page


async def grace_gets_in_line(journey: Visits, slug: str) -> Page:
    page = await (await journey.browser.new_context(base_url=journey.house.url)).new_page()
    await page.goto(f"/events/{slug}/register")
    await page.get_by_role("link", name=re.compile("^Get in line for")).click()
    await page.get_by_label("Your name").fill("Grace Hopper")
    await page.get_by_label("E-mail").fill("grace at home")
    await page.get_by_role("button", name="Get in line").click()
    await expect(page.get_by_label("Your name")).to_have_value("Grace Hopper")
    await journey.picture(page, "1-what-was-typed-stays")
    await page.get_by_label("E-mail").fill(GRACE)
    await page.get_by_role("button", name="Get in line").click()
    await expect(page.get_by_text("Number 1 of 1")).to_be_visible()
    await journey.picture(page, "2-in-line")
    await journey.mail(GRACE, lambda mail: "You are in line" in mail["subject"])
    return page


async def somebody_faster_is_told(journey: Visits, slug: str) -> None:
    page = await (await journey.browser.new_context(base_url=journey.house.url)).new_page()
    await page.goto(f"/events/{slug}/register")
    await expect(page.get_by_role("link", name=re.compile("^Get in line for"))).to_be_visible()


async def the_registrar_sees_it(journey: Visits, slug: str) -> None:
    page = await journey.as_("Daniel Osei")
    await page.goto(f"/organize/events/{slug}/waitlist?q=grace")

    async def taken() -> bool:
        await page.reload()
        return await page.get_by_text("Got a place").count() > 1

    await soon(taken, True)
    await journey.picture(page, "5-the-registrars-list")
