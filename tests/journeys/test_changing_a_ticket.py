"""Somebody changes a ticket twice, pays more and gets some back; our books agree with Stripe's at the end."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.house import House
from tests.journeys.journey import AMAL, soon
from tests.journeys.visits import Visits, pay

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("house")]


async def test_a_ticket_is_changed_for_more_and_for_less_and_the_books_agree(
    own_house: House, browser: Browser, tmp_path: Path
) -> None:
    journey = Visits(own_house, tmp_path, browser)
    [event] = await own_house.ask("SELECT slug FROM event WHERE kind = 'conference'")
    page = await journey.as_("Amal Haddad")
    await buy_friday(page, event["slug"])
    await a_dearer_one_is_paid_first(journey, page)
    await a_cheaper_one_gives_some_back(journey, page)
    await the_books_agree(journey)

    async def audited() -> str:
        return journey.command("audit").stdout.strip()

    await soon(audited, "Everything adds up.")


async def buy_friday(page: Page, slug: str) -> None:
    await page.goto(f"/events/{slug}/register")
    await page.get_by_role("radio", name=re.compile("^Friday only")).check()
    await page.get_by_role("button", name="Go on").click()
    await pay(page)
    await expect(page.get_by_role("heading", name="You are registered")).to_be_visible()


async def choose(journey: Visits, page: Page, ticket: str, picture: str) -> str:
    """Another ticket for the one of this order. Returns what the page says it costs."""
    await page.get_by_role("link", name="Change it, or give it to somebody").click()
    await page.get_by_role("link", name="See what it can become").click()
    radio = page.get_by_role("radio", name=re.compile(f"^{ticket}"))
    await radio.check()
    await journey.picture(page, picture)
    costs = await page.locator(".choice", has=radio).inner_text()
    await page.get_by_role("button", name="Change the ticket").click()
    return costs


async def a_dearer_one_is_paid_first(journey: Visits, page: Page) -> None:
    order = page.url
    assert "$65.00 more" in await choose(journey, page, "Full registration", "1-dearer")
    await page.wait_for_url("**/pay/**")
    await page.goto(order)  # thought better of it for a moment: the ticket is as it was
    await expect(page.get_by_text("Full registration")).to_have_count(0)
    await page.get_by_role("link", name="Change it, or give it to somebody").click()
    await page.get_by_role("link", name="See what it can become").click()
    await expect(page.get_by_text("Full registration is held for you")).to_be_visible()
    await journey.picture(page, "2-held")
    await pay(page)
    await expect(page.locator("main").get_by_text("Full registration").first).to_be_visible()
    await journey.picture(page, "3-changed")
    await journey.mail(AMAL, lambda mail: "ticket was changed" in mail["subject"] and "Full" in mail["text"])


async def a_cheaper_one_gives_some_back(journey: Visits, page: Page) -> None:
    assert "$115.00 comes back" in await choose(journey, page, "Exhibits only", "4-cheaper")
    await expect(page.get_by_text("The ticket is changed.")).to_be_visible()
    mail = await journey.mail(AMAL, lambda mail: "ticket was changed" in mail["subject"] and "Exhibits" in mail["text"])
    assert "$115.00 goes back to the card" in mail["text"]

    async def back() -> list[tuple[int, str]]:
        return [tuple(row) for row in await journey.house.ask("SELECT amount, state FROM refund ORDER BY id")]

    await soon(back, [(11500, "succeeded")])
    await page.reload()
    await journey.picture(page, "5-changed-again")


async def the_books_agree(journey: Visits) -> None:
    page = await journey.as_("Daniel Osei")
    await page.goto("/organize/books/stripe")
    await page.get_by_role("button", name="Compare now").click()

    async def read() -> int:
        return int((await journey.house.ask("SELECT count(*) AS n FROM stripe_line"))[0]["n"])

    async def agreed() -> int:
        await page.reload()
        return await page.get_by_text("Both sides agree").count()

    await soon(read, 3)
    await soon(agreed, 1)
    await journey.picture(page, "6-both-sides-agree")
