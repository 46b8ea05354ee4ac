"""A journey in browsers: each person has a context of their own, and every step may leave a picture."""

import re
from dataclasses import dataclass

from playwright.async_api import Browser, Page

from tests.journeys.journey import Journey
from tests.journeys.pictures import take


@dataclass
class Visits(Journey):
    browser: Browser

    async def as_(self, who: str) -> Page:
        """A browser of somebody of the demo, signed in."""
        context = await self.browser.new_context(base_url=self.house.url, viewport={"width": 1280, "height": 900})
        page = await context.new_page()
        await page.goto("/dev/people")
        await page.get_by_role("button", name=who).first.click()
        return page

    async def picture(self, page: Page, name: str) -> None:
        await take(page, self.folder / f"{name}.png", full_page=True)


async def pay(page: Page) -> None:
    """From the order, by the sandbox's page, and back."""
    await page.get_by_role("button", name=re.compile("^Pay ")).first.click()
    await page.wait_for_url("**/pay/**")
    await page.get_by_role("button", name=re.compile("^Pay ")).click()
    await page.wait_for_url("**/orders/**")
