"""From a wish to a published time, in the browser, with a picture of each step: a unit's request, and a proposal."""

import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.house import House
from tests.journeys.pictures import take

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("house")]

ASKED = "Silence as a service"
HANDED_IN = "Letters from the reading room"
ABSTRACT = "Ninety letters that readers left in books, and what a library answers."
SignIn = Callable[[str], Awaitable[Page]]


@pytest.fixture
def sits_down(own_house: House, browser: Browser) -> SignIn:
    """Somebody's own browser."""

    async def sign_in(who: str) -> Page:
        context = await browser.new_context(
            base_url=own_house.url, reduced_motion="reduce", viewport={"width": 1280, "height": 900}
        )
        page = await context.new_page()
        await page.goto("/dev/people")
        await page.get_by_role("button", name=who).click()
        return page

    return sign_in


async def test_from_a_units_request_to_a_published_slot(own_house: House, sits_down: SignIn, tmp_path: Path) -> None:
    [event] = await own_house.ask("SELECT id, slug FROM event WHERE kind = 'conference'")
    root = f"/organize/events/{event['slug']}"
    beatriz = await sits_down("Beatriz Costa")
    code = await the_unit_asks(beatriz, root)
    await take(beatriz, tmp_path / "1-request.png", full_page=True)

    carla = await sits_down("Carla Nowak")
    await staff_grant_it(carla, root, tmp_path)
    await it_is_laid_in_the_editor(carla, root, ASKED, tmp_path)
    await the_impact_is_read_and_published(carla, root, ASKED, tmp_path)
    await everybody_reads(own_house, carla, event["slug"], code, ASKED)


async def test_from_a_call_through_blind_review_to_a_published_slot(
    own_house: House, sits_down: SignIn, tmp_path: Path
) -> None:
    [event] = await own_house.ask("SELECT id, slug FROM event WHERE kind = 'conference'")
    [call] = await own_house.ask("SELECT slug FROM call ORDER BY id LIMIT 1")
    root, address = f"/organize/events/{event['slug']}", f"/events/{event['slug']}/calls/{call['slug']}"
    amal = await sits_down("Amal Haddad")
    proposal = await somebody_hands_in(amal, address, tmp_path)

    beatriz = await sits_down("Beatriz Costa")
    await it_is_reviewed_without_a_name(beatriz, event["slug"], call["slug"], proposal, tmp_path)

    carla = await sits_down("Carla Nowak")
    await it_is_ranked_and_accepted(carla, f"{root}/calls/{call['slug']}", tmp_path)
    await expect_state(amal, proposal, "Accepted")
    await amal.get_by_role("button", name="I come").click()
    await expect_state(amal, proposal, "Confirmed")

    await it_is_laid_in_the_editor(carla, root, HANDED_IN, tmp_path)
    await the_impact_is_read_and_published(carla, root, HANDED_IN, tmp_path)
    [made] = await own_house.ask("SELECT code FROM session WHERE title = $1", HANDED_IN)
    await everybody_reads(own_house, carla, event["slug"], made["code"], HANDED_IN)


async def everybody_reads(house: House, page: Page, slug: str, code: str, title: str) -> None:
    """Somebody without an account, on the session's page and in its calendar."""
    browser = page.context.browser
    assert browser is not None
    nobody = await (await browser.new_context(base_url=house.url)).new_page()
    await nobody.goto(f"/events/{slug}/sessions/{code}")
    await expect(nobody.get_by_role("heading", level=1)).to_contain_text(title)
    [slot] = await house.ask(
        "SELECT t.starts_at FROM slot t JOIN session s ON s.id = t.session_id WHERE s.code = $1", code
    )
    await expect(nobody.locator(f'time[datetime^="{slot["starts_at"]:%Y-%m-%d}"]').first).to_be_visible()
    feed = await (await nobody.request.get(f"/events/{slug}/sessions/{code}.ics")).text()
    assert f"SUMMARY:{title}" in feed


async def somebody_hands_in(page: Page, address: str, folder: Path) -> str:
    """Returns the path of the proposal."""
    await page.goto(address)
    await page.get_by_role("button", name="Begin a proposal").click()
    await page.get_by_label("Title", exact=True).fill(HANDED_IN)
    await page.get_by_label("Abstract", exact=True).fill(ABSTRACT)
    for choice in ("Track", "Type"):
        await page.get_by_label(choice, exact=True).select_option(index=1)
    await page.get_by_role("group", name=re.compile("more than a projector")).get_by_label("No").check()
    await page.get_by_role("button", name="Hand in").click()
    await take(page, folder / "1-proposal.png", full_page=True)
    await expect(page.locator("main").get_by_text("Handed in", exact=True).first).to_be_visible()
    return page.url


async def expect_state(page: Page, proposal: str, state: str) -> None:
    await page.goto(proposal)
    await expect(page.locator("main").get_by_text(state, exact=True).first).to_be_visible()


async def it_is_reviewed_without_a_name(page: Page, event: str, call: str, proposal: str, folder: Path) -> None:
    """The reviewer looks for it by its title; its writer's name is on no page they get, and finds nothing."""
    await page.goto("/review")
    await page.get_by_role("link", name="Papers and panels").first.click()
    await page.get_by_label(re.compile("^Title, abstract")).fill("haddad")
    await page.get_by_role("button", name="Show").click()
    await expect(page.get_by_role("link", name=HANDED_IN)).to_have_count(0)
    await page.get_by_label(re.compile("^Title, abstract")).fill("reading room")
    await page.get_by_role("button", name="Show").click()
    await page.get_by_role("link", name=HANDED_IN).click()
    await expect(page.get_by_text(ABSTRACT)).to_be_visible()
    assert "Haddad" not in await page.content()
    for criterion in await page.get_by_role("radio", name="5", exact=True).all():
        await criterion.check()
    await page.get_by_label("Comment").fill("I would go.")
    await take(page, folder / "2-review.png", full_page=True)
    await page.get_by_role("button", name="Give the review").click()
    await expect(page.get_by_role("button", name="Next proposal")).to_be_visible()


async def it_is_ranked_and_accepted(page: Page, root: str, folder: Path) -> None:
    """Best first; the mail waits until somebody sends it."""
    await page.goto(f"{root}/review/ranking")
    await expect(page.get_by_role("row", name=re.compile(HANDED_IN))).to_contain_text("100")
    await take(page, folder / "2-ranking.png", full_page=True)
    await page.goto(f"{root}/decisions?q=letters")
    await page.get_by_role("checkbox", name=re.compile(HANDED_IN)).check()
    await page.get_by_role("button", name="Accept", exact=True).click()
    await page.goto(f"{root}/decisions?q=letters")
    await page.get_by_role("checkbox", name=re.compile(HANDED_IN)).check()
    await page.get_by_role("button", name=re.compile("^Send their mails")).click()
    await take(page, folder / "2-decision.png", full_page=True)
    await page.get_by_role("button", name=re.compile("^Send this mail")).click()


async def the_unit_asks(page: Page, root: str) -> str:
    """Its editor types the session and what it needs; returns the session's code."""
    await page.goto(f"{root}/requests")
    await page.locator("main header, main .head").get_by_role("link").first.click()
    await page.get_by_label("Title of the session").fill(ASKED)
    await page.get_by_role("button", name="Go on to what it needs").click()
    await page.get_by_label("People expected").fill("30")
    await page.get_by_label("Room set").select_option("theatre")
    await page.get_by_label("Sign-language interpreters").check()
    await page.get_by_label("Note to staff").fill("Away from the exhibits, please.")
    await page.get_by_role("button", name="Submit to staff").click()
    await expect(page.get_by_text("Submitted. Staff answer here")).to_be_visible()
    code = page.url.split("/")[-2]
    await page.get_by_role("link", name="Words, people and times").click()
    await page.get_by_label("Name, or code").fill("Noor Quiet")
    await page.get_by_role("button", name="Put into the session").click()
    await expect(page.get_by_role("group", name="Noor Quiet")).to_be_visible()
    await page.go_back()
    return code


async def staff_grant_it(page: Page, root: str, folder: Path) -> None:
    await page.goto(f"{root}/requests?state=submitted")
    await page.get_by_label("Title, code or unit").fill("silence")
    await page.get_by_role("button", name="Show").click()
    await page.get_by_label(re.compile(f"Tick: {ASKED}")).check()
    await take(page, folder / "2-requests.png", full_page=True)
    await page.get_by_role("button", name="Grant").click()
    await expect(page.get_by_text("1 request is granted.")).to_be_visible()


async def it_is_laid_in_the_editor(page: Page, root: str, title: str, folder: Path) -> None:
    """Out of the tray by keys alone, into a time; then given a room."""
    await page.goto(f"{root}/timetable")
    await expect(page.locator("timetable-editor[data-ready] .te-slot").first).to_be_visible()
    item = page.locator("[data-part=tray-list] button", has_text=title)
    await item.focus()
    for key in ("Enter", "ArrowRight", "Enter"):
        await page.keyboard.press(key)
    await expect(page.locator("[data-part=said]")).to_contain_text("now lies at")
    await take(page, folder / "3-editor.png")


async def the_impact_is_read_and_published(page: Page, root: str, title: str, folder: Path) -> None:
    await page.goto(f"{root}/publish")
    await expect(page.get_by_role("rowheader", name=title, exact=True)).to_be_visible()
    await take(page, folder / "4-impact.png", full_page=True)
    await page.get_by_role("button", name=re.compile("^Publish")).first.click()
    await expect(page.get_by_text(re.compile("[Pp]ublished")).first).to_be_visible()
