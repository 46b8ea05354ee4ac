"""From a unit's wish to a published time, in the browser, with a picture of each step."""

import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.house import House

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("house")]

TITLE = "Silence as a service"
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
    await beatriz.screenshot(path=tmp_path / "1-request.png", full_page=True)

    carla = await sits_down("Carla Nowak")
    await staff_grant_it(carla, root, tmp_path)
    await it_is_laid_in_the_editor(carla, root, tmp_path)
    await the_impact_is_read_and_published(carla, root, tmp_path)

    nobody = await (await carla.context.browser.new_context(base_url=own_house.url)).new_page()  # type: ignore[union-attr]
    await nobody.goto(f"/events/{event['slug']}/sessions/{code}")
    await expect(nobody.get_by_role("heading", level=1)).to_contain_text(TITLE)
    [slot] = await own_house.ask(
        "SELECT t.starts_at FROM slot t JOIN session s ON s.id = t.session_id WHERE s.code = $1", code
    )
    await expect(nobody.locator(f'time[datetime^="{slot["starts_at"]:%Y-%m-%d}"]').first).to_be_visible()
    feed = await (await nobody.request.get(f"/events/{event['slug']}/sessions/{code}.ics")).text()
    assert f"SUMMARY:{TITLE}" in feed
    await nobody.screenshot(path=tmp_path / "5-published.png")


async def the_unit_asks(page: Page, root: str) -> str:
    """Its editor types the session and what it needs; returns the session's code."""
    await page.goto(f"{root}/requests")
    await page.locator("main header, main .head").get_by_role("link").first.click()
    await page.get_by_label("Title of the session").fill(TITLE)
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
    await page.get_by_label(re.compile(f"Tick: {TITLE}")).check()
    await page.screenshot(path=folder / "2-requests.png", full_page=True)
    await page.get_by_role("button", name="Grant").click()
    await expect(page.get_by_text("1 request is granted.")).to_be_visible()


async def it_is_laid_in_the_editor(page: Page, root: str, folder: Path) -> None:
    """Out of the tray by keys alone, into a time; then given a room."""
    await page.goto(f"{root}/timetable")
    await expect(page.locator("timetable-editor[data-ready] .te-slot").first).to_be_visible()
    item = page.locator("[data-part=tray-list] button", has_text=TITLE)
    await item.focus()
    for key in ("Enter", "ArrowRight", "Enter"):
        await page.keyboard.press(key)
    await expect(page.locator("[data-part=said]")).to_contain_text("now lies at")
    await page.screenshot(path=folder / "3-editor.png")


async def the_impact_is_read_and_published(page: Page, root: str, folder: Path) -> None:
    await page.goto(f"{root}/publish")
    await expect(page.get_by_text(TITLE).first).to_be_visible()
    await page.screenshot(path=folder / "4-impact.png", full_page=True)
    await page.get_by_role("button", name=re.compile("^Publish")).first.click()
    await expect(page.get_by_text(re.compile("[Pp]ublished")).first).to_be_visible()
