"""A library buys five places by purchase order, gives four to its staff and one later; they come, and one invoice is
to be paid."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, ViewportSize, expect

from tests.house import House
from tests.journeys.journey import soon
from tests.journeys.visits import Visits

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("house")]

STAFF = [f"{name}@springfield.example.org" for name in ("grace", "alan", "mary", "katherine")]
PHONE: ViewportSize = {"width": 360, "height": 780}


async def test_a_library_buys_five_places_and_its_staff_take_them(
    own_house: House, browser: Browser, tmp_path: Path
) -> None:
    journey = Visits(own_house, tmp_path, browser)
    [event] = await own_house.ask("SELECT slug FROM event WHERE kind = 'conference'")
    await the_event_takes_purchase_orders(journey, event["slug"])
    page = await buy(journey, event["slug"])
    await one_mail_has_everything(journey, page)
    await give_four(journey, page)
    for number, email in enumerate(STAFF):
        await take(journey, browser, email, number)
    await the_last_goes_by_the_staff_link(journey, browser, page)
    await all_are_taken_and_there_is_one_invoice(journey, page)

    async def audited() -> str:
        return journey.command("audit").stdout.strip()

    await soon(audited, "Everything adds up.")


async def the_event_takes_purchase_orders(journey: Visits, slug: str) -> None:
    page = await journey.as_("Daniel Osei")
    await page.goto(f"/organize/events/{slug}/invoices/terms")
    await page.locator("[name=ways][value=purchase_order]").check()
    await page.locator("[name=pay_to]").fill("First Bank\nIBAN XX00")
    await page.locator("main form .primary").first.click()


async def buy(journey: Visits, slug: str) -> Page:
    """Somebody without an account."""
    context = await journey.browser.new_context(base_url=journey.house.url, viewport={"width": 1280, "height": 900})
    page = await context.new_page()
    await page.goto(f"/events/{slug}/register")
    await page.get_by_role("link", name="For a library or group: buy places for your staff").click()
    await page.get_by_label("Full registration").fill("5")
    await page.get_by_label("Name of the library or group").fill("Springfield Public Library")
    await page.get_by_label("Who looks after the places").fill("Head Librarian")
    await page.get_by_label("Their e-mail").fill("head@springfield.example.org")
    await page.get_by_label("Your domains").fill("springfield.example.org")
    await page.get_by_label("By purchase order").check()
    await page.get_by_label("Number of the purchase order").fill("PO-77")
    await page.get_by_label("Name and address on the invoice").fill("1 Main St\nSpringfield")
    await page.get_by_role("button", name="Bring the sum up to date").click()
    await expect(page.get_by_text("5 × Full registration")).to_be_visible()
    await journey.picture(page, "1-five-places")
    await page.get_by_role("button", name="Order these places").click()
    await expect(page.get_by_role("heading", name="The places are yours")).to_be_visible()
    await journey.picture(page, "2-ordered")
    return page


async def one_mail_has_everything(journey: Visits, page: Page) -> None:
    mail = await journey.mail("head@springfield.example.org", lambda mail: "Your places" in mail["subject"])
    assert len(re.findall(r"/institutions/\w+/places/\w+\?key=", mail["text"])) == 5
    [link] = re.findall(r"http\S+/institutions/\w+\?key=\w+", mail["text"])
    await page.goto(link)


async def give_four(journey: Visits, page: Page) -> None:
    people = [f"Person {number} <{email}>" for number, email in enumerate(STAFF)]
    await page.get_by_label("People").fill("\n".join([*people, "nobody at all", STAFF[0]]))
    await page.get_by_role("button", name="Look at the list").click()
    await expect(page.get_by_text("Left out")).to_have_count(2)
    await journey.picture(page, "3-looked-at-first")
    await page.get_by_role("button", name="Invite 4 people").click()
    await expect(page.locator("main td").get_by_text("Invited", exact=True)).to_have_count(4)
    await journey.picture(page, "4-invited")


async def take(journey: Visits, browser: Browser, email: str, number: int) -> None:
    mail = await journey.mail(email, lambda mail: "A place for you" in mail["subject"])
    [link] = re.findall(r"http\S+/places/\S+", mail["text"])
    context = await browser.new_context(base_url=journey.house.url, viewport=PHONE, color_scheme="dark")
    page = await context.new_page()
    await page.goto(link)
    if not number:
        await journey.picture(page, "5-a-place-for-you")
    await page.get_by_label("Your name, as it goes on the ticket").fill(f"Person {number}")
    await page.get_by_role("button", name="Take this place").click()
    await expect(page.get_by_role("heading", name="Your ticket")).to_be_visible()
    if not number:
        await journey.picture(page, "6-their-ticket")
    await journey.mail(email, lambda mail: "Your ticket" in mail["subject"])
    await context.close()


async def the_last_goes_by_the_staff_link(journey: Visits, browser: Browser, page: Page) -> None:
    await page.reload()
    link = await page.get_by_label("Link for your staff").input_value()
    context = await browser.new_context(base_url=journey.house.url, viewport=PHONE, color_scheme="dark")
    visitor = await context.new_page()
    await visitor.goto(link)
    await visitor.get_by_label("Your e-mail at work").fill("dorothy@springfield.example.org")
    await journey.picture(visitor, "7-the-staff-link")
    await visitor.get_by_role("button", name="Send me the mail").click()
    mail = await journey.mail("dorothy@springfield.example.org", lambda mail: "Take your place" in mail["subject"])
    [address] = re.findall(r"http\S+/staff-places/\S+", mail["text"])
    await visitor.goto(address)
    await visitor.get_by_label("Your name, as it goes on the ticket").fill("Dorothy Vaughan")
    await visitor.get_by_role("button", name="Take this place").click()
    await expect(visitor.get_by_role("heading", name="Your ticket")).to_be_visible()
    await visitor.goto(link)
    await expect(visitor.get_by_text("All places are taken.")).to_be_visible()
    await context.close()


async def all_are_taken_and_there_is_one_invoice(journey: Visits, page: Page) -> None:
    await page.reload()
    await expect(page.locator("main td").get_by_text("Taken", exact=True)).to_have_count(5)
    await journey.picture(page, "8-all-taken")
    await page.get_by_role("link", name="The order, its payment and invoice").click()
    await page.get_by_role("link", name="How to pay, and the invoice").click()
    papers = page.locator("a[href*='.pdf']")
    await expect(papers).to_have_count(1)
    paper = await page.request.get(str(await papers.get_attribute("href")))
    assert (await paper.body())[:5] == b"%PDF-"
    await journey.picture(page, "9-one-invoice")
