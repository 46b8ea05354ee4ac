"""A member buys a ticket and an extra with a code: what it costs and why is said before, after, in the mail and to the
registrar; and the code has one use fewer."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.house import House
from tests.journeys.journey import AMAL, soon
from tests.journeys.visits import Visits, pay

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("house")]


async def test_a_member_buys_a_ticket_and_an_extra_with_a_code(
    own_house: House, browser: Browser, tmp_path: Path
) -> None:
    journey = Visits(own_house, tmp_path, browser)
    [event] = await own_house.ask("SELECT slug FROM event WHERE kind = 'conference'")
    page = await journey.as_("Amal Haddad")
    await choose(journey, page, event["slug"])
    await pay(page)
    await expect(page.get_by_role("heading", name="You are registered")).to_be_visible()
    await journey.picture(page, "3-registered")
    mail = await journey.mail(AMAL, lambda mail: "Full registration" in mail["text"])
    assert "WELCOME" in mail["text"], mail["text"]
    assert "$211.50" in mail["text"], mail["text"]
    await the_registrar_sees_it(journey, event["slug"])

    async def audited() -> str:
        return journey.command("audit").stdout.strip()

    await soon(audited, "Everything adds up.")


async def choose(journey: Visits, page: Page, slug: str) -> None:
    await page.goto(f"/events/{slug}/register")
    await expect(page.get_by_text("Prices are those of your membership")).to_be_visible()
    await page.get_by_role("radio", name=re.compile("^Full registration")).check()
    await page.get_by_role("checkbox", name=re.compile("^Awards luncheon")).check()
    await page.get_by_role("textbox", name=re.compile("^Code")).fill("wellcome")
    await page.get_by_role("button", name="Use this code").click()
    await expect(page.get_by_text("This event has no code wellcome").first).to_be_visible()
    await journey.picture(page, "1-no-such-code")
    await page.get_by_role("textbox", name=re.compile("^Code")).fill("wel-come")
    await page.get_by_role("button", name="Use this code").click()
    await expect(page.locator("#order-sum").get_by_text("$211.50")).to_be_visible()  # (190 + 45) less a tenth
    await expect(page.locator("#order-sum").get_by_text("WELCOME").first).to_be_visible()
    await expect(page.get_by_role("radio", name=re.compile("^Full registration"))).to_be_checked()
    await journey.picture(page, "2-the-sum")
    await page.get_by_role("button", name="Go on").click()
    await page.wait_for_url("**/orders/**")


async def the_registrar_sees_it(journey: Visits, slug: str) -> None:
    page = await journey.as_("Daniel Osei")
    await page.goto(f"/organize/events/{slug}/vouchers")
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name="WELCOME"))
    await expect(row.get_by_role("cell").nth(1)).to_have_text(
        "4"
    )  # three of the demo, and one person: a ticket and an extra are one use
    await row.get_by_role("link", name="WELCOME").click()
    await journey.picture(page, "4-uses-of-the-code")
    await page.get_by_role("link", name=re.compile("^[0-9A-Z]{8}$")).first.click()
    await expect(page.get_by_text("WELCOME").first).to_be_visible()
    await journey.picture(page, "5-the-order")
