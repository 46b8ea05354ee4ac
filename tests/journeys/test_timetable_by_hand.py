"""The timetable editor in a browser: finger, frame, filters, blocks, problems, further times; all taken back again."""

import re

import pytest
from playwright.async_api import Browser, expect

from tests.house import House
from tests.journeys.desks import CARLA, Desk, alone, desk, desks, get_up, sit_down

__all__ = ["desk", "desks"]
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("house")]


async def undo_all(desk: Desk) -> None:
    """Everything this person did here is taken back, so that the next test finds the house as it was."""
    button = desk.page.locator('[data-do="undo"]')
    for _time in range(20):
        await desk.settled()
        if await button.is_disabled():
            return
        said = await desk.said.text_content()
        await desk.said.evaluate("(part) => { part.textContent = ''; }")
        await button.click()
        await expect(desk.said).to_have_text("Taken back.")
        assert said is not None
    raise AssertionError("there is always something more to undo")


async def test_a_finger_that_holds_still_takes_a_session_up_and_one_that_moves_on_scrolls(
    house: House, browser: Browser
) -> None:
    desk = await sit_down(house, browser, CARLA, has_touch=True)
    line = await desk.page.context.new_cdp_session(desk.page)
    slots = await desk.slots()
    [slot] = await alone(desk, 1)

    async def touch(kind: str, *points: tuple[float, float]) -> None:
        told = {"type": kind, "touchPoints": [{"x": at[0], "y": at[1]} for at in points]}
        await line.send("Input.dispatchTouchEvent", told)

    async def swipe(hold: int) -> None:
        """Down an hour, from where the session lies in sight."""
        await desk.at(slot).evaluate("(one) => one.scrollIntoView({block: 'center', inline: 'center'})")
        box = await desk.at(slot).bounding_box()
        assert box
        x, y = box["x"] + 20, box["y"] + 12
        await touch("touchStart", (x, y))
        await desk.page.wait_for_timeout(hold)
        for step in range(1, 5):
            await touch("touchMove", (x, y + step * 69 / 4))
            await desk.page.wait_for_timeout(30)
        await touch("touchEnd")

    await swipe(0)
    await desk.page.wait_for_timeout(450)
    scrolled = (await desk.slots())[slot]
    await swipe(450)
    await expect(desk.said).to_contain_text("now lies at")
    moved = (await desk.slots())[slot]
    await undo_all(desk)

    assert scrolled == slots[slot]
    assert (moved["start"], moved["rooms"]) == (slots[slot]["start"] + 60, slots[slot]["rooms"])
    await get_up(desk)


async def test_a_frame_chooses_several_two_change_places_and_a_tab_takes_one_to_another_day(desk: Desk) -> None:
    mouse = desk.page.mouse
    before = await desk.slots()
    one, other = await alone(desk, 2)

    for slot in (one, other):
        box = await desk.at(slot).bounding_box()
        assert box
        if slot == other:
            await desk.page.keyboard.down("Shift")
        await mouse.move(box["x"] + 5, box["y"] - 10)
        await mouse.down()
        await mouse.move(box["x"] + 30, box["y"] + 10)
        await expect(desk.page.locator(".te-frame")).to_be_visible()
        await mouse.up()
    await desk.page.keyboard.up("Shift")
    await expect(desk.page.locator("[data-part=inspector] h2")).to_have_text("2 sessions are chosen")
    await desk.page.get_by_role("button", name="Change places").click()
    await expect(desk.said).to_have_text("The two have changed places.")
    swapped = await desk.slots()
    await undo_all(desk)
    await desk.page.keyboard.press("Escape")
    await desk.drag(one, 30, 10, drop=False)
    tab = await desk.page.locator(".te-day").nth(1).bounding_box()
    assert tab
    await mouse.move(tab["x"] + 10, tab["y"] + 10)
    await expect(desk.page.locator(".te-day").nth(1)).to_have_attribute("aria-pressed", "true")
    field = await desk.page.locator("[data-part=field]").bounding_box()
    assert field
    await mouse.move(field["x"] + 60, field["y"] + 40)  # the column without a room
    await expect(desk.page.locator("[data-part=why]")).to_contain_text("No room yet")
    await mouse.up()
    await expect(desk.said).to_contain_text("now lies at")
    day_later = (await desk.slots())[one]
    await undo_all(desk)

    assert [swapped[one]["start"], swapped[one]["rooms"]] == [before[other]["start"], before[other]["rooms"]]
    assert [swapped[other]["start"], swapped[other]["rooms"]] == [before[one]["start"], before[one]["rooms"]]
    assert day_later["rooms"] == []
    assert day_later["start"] - before[one]["start"] > 12 * 60


async def test_filters_dim_what_is_not_asked_for_and_zoom_changes_what_an_hour_is(desk: Desk) -> None:
    page = desk.page
    drawn = await (await page.request.get(f"{desk.root}/picture.json")).json()
    sessions = {row[0]: row for row in drawn["sessions"]}
    buildings = {row[0]: row[2] for row in drawn["rooms"]}
    slots = await desk.slots()

    def of(name: str, slot: int) -> list[str]:
        place = {"track": 3, "type": 4, "unit": 5}
        if name == "building":
            return [buildings[room] for room in slots[slot]["rooms"]]
        return [str(sessions[slots[slot]["session"]][place[name]])]

    await page.get_by_role("button", name="Filter").click()
    offered = []
    for name in ("unit", "track", "type", "building"):
        select = page.locator(f'[data-filter="{name}"]')
        if not await select.is_visible():
            continue
        offered.append(name)
        value = await select.locator("option").nth(1).get_attribute("value")
        assert value
        await select.select_option(value)
        lit = await page.locator(".te-slot:not(.dimmed)").evaluate_all("all => all.map(one => +one.dataset.slot)")
        seen = await page.locator(".te-slot").evaluate_all("all => all.map(one => +one.dataset.slot)")
        assert set(lit) == {slot for slot in seen if value in of(name, slot)}, name
        await page.get_by_role("button", name="Show everything").click()
        await expect(page.locator(".te-slot.dimmed")).to_have_count(0)
    [slot] = await alone(desk, 1)
    sizes = []
    for button in ("Larger", "Smaller", "Smaller"):
        await page.get_by_role("button", name=button, exact=True).click()
        box = await desk.at(slot).bounding_box()
        assert box
        sizes.append(round(box["height"] / (slots[slot]["end"] - slots[slot]["start"]) / 1.15, 1))

    assert {"track", "type"} <= set(offered)
    assert sizes == [1.3, 1.0, 0.8]


async def test_a_break_is_laid_on_two_days_its_conflict_accepted_and_others_see_both(desks: list[Desk]) -> None:
    desk, other = desks
    page = desk.page
    [slot] = await alone(desk, 1)
    held = (await desk.slots())[slot]
    zone = await page.locator("timetable-editor").get_attribute("data-zone")
    start, end = await page.evaluate(
        """([zone, ...minutes]) => minutes.map((at) => new Date(at * 60000).toLocaleTimeString("en-GB",
            {timeZone: zone, hour: "2-digit", minute: "2-digit"}))""",
        [zone, held["start"], held["end"]],
    )
    dialog = page.get_by_role("dialog", name="Block or break")

    await page.get_by_role("button", name="Block or break").click()
    await dialog.get_by_label("Starts").fill(start)
    await dialog.get_by_label("Ends").fill(end)
    await dialog.get_by_role("checkbox").nth(1).check()
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog.get_by_role("alert")).to_have_text("Please fill this in.")
    assert await dialog.get_by_label("Starts").input_value() == start  # nothing typed is lost
    await dialog.get_by_label("Title").fill("Long lunch")
    await dialog.get_by_role("button", name="Save").click()
    await expect(desk.said).to_contain_text("“Long lunch” is laid")
    await expect(desk.at(slot)).to_have_class(re.compile("level-warn"))
    await expect(other.page.locator(".te-block button", has_text="Long lunch")).to_be_visible()
    await expect(other.at(slot)).to_have_class(re.compile("level-warn"))

    await page.locator("[data-part=problem-count]").click()
    title = await desk.at(slot).locator(".te-title").text_content()
    problem = page.locator(".te-problem", has_text=f"{title}: In a block or break (Long lunch)")
    await problem.click()
    await expect(problem).to_have_attribute("aria-pressed", "true")
    inspector = page.locator("[data-part=inspector]")
    await inspector.get_by_role("button", name="Accept: In a block or break (Long lunch)").click()
    asked = page.get_by_role("dialog", name="Let it stand")
    await asked.get_by_label("Why this may be").fill("They eat there")
    await asked.get_by_role("button", name="Accept it").click()
    await expect(desk.said).to_contain_text("Accepted: In a block or break")
    await expect(desk.at(slot)).not_to_have_class(re.compile("level-warn"))
    await expect(inspector.locator(".te-note")).to_have_text("They eat there")
    await expect(other.at(slot)).not_to_have_class(re.compile("level-warn"))
    await inspector.get_by_role("button", name="Take back: In a block or break (Long lunch)").click()
    await expect(desk.at(slot)).to_have_class(re.compile("level-warn"))

    await page.locator(".te-block button", has_text="Long lunch").click()
    await dialog.get_by_label("All that were made with it").check()
    await dialog.get_by_label("Title").fill("Supper")
    await dialog.get_by_label("Starts").fill("23:00")
    await dialog.get_by_label("Ends").fill("23:30")
    await dialog.get_by_role("button", name="Save").click()
    await expect(desk.said).to_contain_text("“Supper” is laid")
    await expect(desk.at(slot)).not_to_have_class(re.compile("level-warn"))
    await page.locator(".te-block button", has_text="Supper").click()
    await dialog.get_by_label("All that were made with it").check()
    await dialog.get_by_role("button", name="Take away").click()
    await expect(desk.said).to_have_text("Taken away: Supper.")
    await expect(page.locator(".te-block button", has_text="Supper")).to_have_count(0)
    drawn = await (await page.request.get(f"{desk.root}/picture.json")).json()
    assert [row for row in drawn["blocks"] if row[2] == "Supper"] == []
    await undo_all(desk)
    await expect(other.page.locator(".te-block button", has_text="Long lunch")).to_have_count(0)


async def test_a_session_gets_one_more_time_where_one_presses_and_loses_it_again(desk: Desk) -> None:
    page = desk.page
    [slot] = await alone(desk, 1)
    before = await desk.slots()
    inspector = page.locator("[data-part=inspector]")

    await desk.at(slot).click()
    await inspector.get_by_role("button", name="One more time").click()
    await expect(desk.said).to_contain_text("is in the hand")
    box = await desk.at(slot).bounding_box()
    assert box
    below = box["y"] + box["height"] + 69 + 8
    await page.mouse.click(box["x"] + 20, below)
    await expect(desk.said).to_contain_text("now lies at")
    await desk.settled()
    after = await desk.slots()
    [new] = set(after) - set(before)
    await desk.at(new).click()
    await inspector.get_by_role("button", name="Take this time away").click()
    await expect(desk.said).to_contain_text("This time was taken away")
    gone = await desk.slots()
    await undo_all(desk)

    assert (after[new]["session"], after[new]["rooms"]) == (before[slot]["session"], before[slot]["rooms"])
    assert after[new]["start"] == before[slot]["end"] + 60
    assert after[new]["end"] - after[new]["start"] == before[slot]["end"] - before[slot]["start"]
    assert set(gone) == set(before)
    assert set(await desk.slots()) == set(before)


async def test_the_mouse_takes_a_session_to_the_tray_and_out_of_it(desk: Desk) -> None:
    page, mouse = desk.page, desk.page.mouse
    [slot] = await alone(desk, 1)
    tray = await page.locator("[data-part=tray]").bounding_box()
    assert tray

    await desk.drag(slot, 20, 20, drop=False)
    await mouse.move(tray["x"] + 60, tray["y"] + 120)
    await expect(page.locator(".over-tray")).to_have_count(1)
    await mouse.up()
    await expect(desk.said).to_contain_text("In the tray")
    title = await page.locator(f'[data-part=tray-list] [data-slot="{slot}"] .te-title').text_content()
    assert title
    await page.get_by_role("searchbox", name="Search sessions without a time").fill(title.upper())
    item = page.locator(f'[data-part=tray-list] [data-slot="{slot}"]')
    await expect(page.locator("[data-part=tray-list] button")).to_have_count(1)
    waiting = await item.bounding_box()
    assert waiting
    await mouse.move(waiting["x"] + 20, waiting["y"] + 10)
    await mouse.down()
    field = await page.locator("[data-part=field]").bounding_box()
    assert field
    await mouse.move(field["x"] + 40, field["y"] + 200)
    await mouse.move(field["x"] + 60, field["y"] + 215)
    await expect(page.locator(".te-ghost").first).to_be_visible()
    await mouse.up()
    await expect(desk.said).to_contain_text("now lies at")
    out = (await desk.slots())[slot]
    await undo_all(desk)

    assert out["start"] is not None
    assert out["rooms"] == []
