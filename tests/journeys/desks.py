"""Browsers at the timetable editor of the house's conference, and what its tests ask of them."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest_asyncio
from playwright.async_api import Browser, Error, Locator, Page, expect

from events.editor import picture
from tests.house import House

CARLA = "Carla Nowak"  # a programme manager
ELIF = "Elif Çelik"  # an administrator

SEEN = """() => [...document.querySelectorAll(".te-slot")].map((one) =>
    [one.dataset.slot, one.dataset.room, one.style.left, one.style.top, one.style.height, one.ariaLabel]).sort()"""
"""What is drawn, as values; the window is so large that the whole day is in sight."""

Row = dict[str, Any]


@dataclass
class Desk:
    """One person's browser at the timetable."""

    page: Page
    root: str
    complaints: list[str] = field(default_factory=list)

    def complain(self, error: Error) -> None:
        self.complaints.append(str(error))

    async def slots(self) -> dict[int, Row]:
        """Every slot as the server has it."""
        drawn = await (await self.page.request.get(f"{self.root}/picture.json")).json()
        return {row[0]: dict(zip(picture.SLOT, row, strict=True)) for row in drawn["slots"]}

    def at(self, slot: int) -> Locator:
        return self.page.locator(f'.te-slot[data-slot="{slot}"]').first

    async def press(self, slot: int, *keys: str) -> None:
        await self.at(slot).focus()
        for key in keys:
            await self.page.keyboard.press(key)

    async def drag(self, slot: int, x: float, y: float, *, drop: bool = True) -> None:
        """By so many pixels."""
        box = await self.at(slot).bounding_box()
        assert box
        await self.page.mouse.move(box["x"] + 20, box["y"] + 10)
        await self.page.mouse.down()
        await self.page.mouse.move(box["x"] + 20 + x / 2, box["y"] + 10 + y / 2)
        await self.page.mouse.move(box["x"] + 20 + x, box["y"] + 10 + y)
        await expect(self.page.locator(".te-ghost").first).to_be_visible()
        if drop:
            await self.page.mouse.up()

    async def settled(self) -> None:
        await expect(self.page.locator(".te-slot.waiting")).to_have_count(0)

    @property
    def said(self) -> Locator:
        return self.page.locator("[data-part=said]")


async def sit_down(house: House, browser: Browser, who: str, **like: Any) -> Desk:
    """Somebody's own browser, at the timetable; on its first day."""
    slug = (await house.ask("SELECT slug FROM event WHERE kind = 'conference'"))[0]["slug"]
    like = {"viewport": {"width": 4200, "height": 2600}} | like
    context = await browser.new_context(base_url=house.url, reduced_motion="reduce", **like)
    page = await context.new_page()
    await page.goto("/dev/people")
    await page.get_by_role("button", name=who).click()
    desk = Desk(page, f"/organize/events/{slug}/timetable")
    page.on("pageerror", desk.complain)
    await page.goto(desk.root)
    await expect(page.locator("timetable-editor[data-ready] .te-slot").first).to_be_visible()
    return desk


async def get_up(desk: Desk) -> None:
    assert desk.complaints == []
    await desk.page.context.close()


@pytest_asyncio.fixture
async def desks(house: House, browser: Browser) -> AsyncIterator[list[Desk]]:
    """Two browsers at the same timetable."""
    found = [await sit_down(house, browser, who) for who in (CARLA, ELIF)]
    yield found
    for desk in found:
        await get_up(desk)


@pytest_asyncio.fixture
async def desk(house: House, browser: Browser) -> AsyncIterator[Desk]:
    found = await sit_down(house, browser, CARLA)
    yield found
    await get_up(found)


async def alone(desk: Desk, count: int) -> list[int]:
    """Slots of the drawn day that alone lie in their one room, with two free hours after them, unpinned."""
    slots = await desk.slots()
    drawn = {int(row[0]) for row in await desk.page.evaluate(SEEN)}
    laid = [row for row in slots.values() if row["id"] in drawn]
    found = [
        row["id"]
        for row in sorted(laid, key=lambda row: row["id"])
        if len(row["rooms"]) == 1
        and not row["pinned"]
        and not any(
            other["id"] != row["id"]
            and row["rooms"][0] in other["rooms"]
            and other["start"] < row["end"] + 150
            and other["end"] > row["start"] - 30
            for other in laid
        )
    ]
    assert len(found) >= count, (len(found), len(laid))
    return found[:count]
