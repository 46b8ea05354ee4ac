"""The timetable editor in real browsers: mouse, keys, refusals, a lost network, and two people at once."""

import asyncio
import re
from itertools import pairwise
from typing import Any

import pytest
from playwright.async_api import expect

from tests.journeys.desks import ELIF, SEEN, Desk, Row, alone, desks

__all__ = ["desks"]
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("house")]


def a_free_day(slots: dict[int, Row], chosen: list[int]) -> tuple[int, int, int]:
    """Two of these, and how many days later their rooms are free at the same hours."""

    def free(slot: int, day: int) -> bool:
        mine, later = slots[slot], 24 * 60 * day
        return not any(
            set(mine["rooms"]) & set(other["rooms"])
            and other["start"] < mine["end"] + later
            and other["end"] > mine["start"] + later
            for other in slots.values()
            if other["start"] is not None
        )

    found = ((one, other, day) for day in range(1, 5) for one, other in pairwise(s for s in chosen if free(s, day)))
    pair = next(found, None)
    assert pair is not None
    return pair


async def test_a_session_is_dragged_stretched_and_taken_back(desks: list[Desk]) -> None:
    desk = desks[0]
    [slot] = await alone(desk, 1)
    before = (await desk.slots())[slot]

    await desk.drag(slot, 0, 69)  # an hour is 69 pixels
    await expect(desk.said).to_contain_text("now lies at")
    hour_later = (await desk.slots())[slot]
    box = await desk.at(slot).bounding_box()
    assert box
    await desk.page.mouse.move(box["x"] + 20, box["y"] + box["height"] - 3)
    await desk.page.mouse.down()
    await desk.page.mouse.move(box["x"] + 20, box["y"] + box["height"] + 20, steps=4)
    await desk.page.mouse.up()
    await desk.settled()
    longer = (await desk.slots())[slot]
    await desk.page.get_by_role("button", name="Undo").click()
    await expect(desk.said).to_have_text("Taken back.")
    await desk.page.keyboard.press("Control+z")
    await expect(desk.page.locator('[data-do="undo"]')).to_be_disabled()
    back = (await desk.slots())[slot]
    await desk.page.get_by_role("button", name="Redo").click()
    await expect(desk.said).to_have_text("Made again.")
    again = (await desk.slots())[slot]
    await desk.page.get_by_role("button", name="Undo").click()
    await expect(desk.said).to_have_text("Taken back.")

    assert (hour_later["start"], hour_later["rooms"]) == (before["start"] + 60, before["rooms"])
    assert (longer["start"], longer["end"]) == (hour_later["start"], hour_later["end"] + 20)
    assert [back[name] for name in ("start", "end", "rooms")] == [before[name] for name in ("start", "end", "rooms")]
    assert again["start"] == before["start"] + 60


async def test_the_keys_alone_move_a_session_into_the_tray_and_out(desks: list[Desk]) -> None:
    desk = desks[0]
    [slot] = await alone(desk, 1)
    before = (await desk.slots())[slot]

    await desk.press(slot, "Enter", "ArrowDown", "ArrowDown", "Alt+ArrowDown")
    await expect(desk.said).to_contain_text(re.compile(r"\d+:\d\d"))
    await desk.page.keyboard.press("Escape")
    await expect(desk.said).to_have_text("Put back. Nothing has changed.")
    untouched = (await desk.slots())[slot]
    await desk.press(slot, "Enter", "ArrowDown", "Shift+ArrowDown", "Enter")
    await expect(desk.said).to_contain_text("now lies at")
    moved = (await desk.slots())[slot]
    await desk.press(slot, "Delete")
    await expect(desk.said).to_contain_text("In the tray")
    tray = (await desk.slots())[slot]
    item = desk.page.locator(f'[data-part=tray-list] [data-slot="{slot}"]')
    await item.focus()
    await desk.page.keyboard.press("Enter")
    await desk.page.keyboard.press("ArrowRight")
    await desk.page.keyboard.press("ArrowLeft")
    await desk.page.keyboard.press("Enter")
    await expect(desk.said).to_contain_text("now lies at")
    out = (await desk.slots())[slot]
    for _ in range(3):
        await desk.page.keyboard.press("Control+z")
    await expect(desk.page.locator('[data-do="undo"]')).to_be_disabled()
    back = (await desk.slots())[slot]

    assert untouched == before
    assert moved["start"] == before["start"] + 65
    assert (tray["start"], tray["end"], tray["rooms"]) == (None, None, [])
    assert out["start"] is not None
    assert out["rooms"] == []
    assert [back[name] for name in ("start", "end", "rooms")] == [before[name] for name in ("start", "end", "rooms")]


async def test_what_is_pinned_stays_and_several_move_together_to_another_day(desks: list[Desk]) -> None:
    desk = desks[0]
    before = await desk.slots()
    one, other, day = a_free_day(before, await alone(desk, 5))

    await desk.press(one, "p")
    await expect(desk.said).to_contain_text("Pinned")
    await desk.press(one, "Enter")
    await expect(desk.said).to_contain_text("is pinned and stays")
    await desk.press(one, "p")
    await expect(desk.said).to_contain_text("No longer pinned")
    await desk.page.keyboard.press("Escape")
    await desk.press(one, " ")
    await desk.press(other, " ")
    await expect(desk.page.locator("[data-part=inspector] h2")).to_have_text("2 sessions are chosen")
    await desk.page.locator(f"[data-part=inspector] [data-do=day-{day}]").click()
    await expect(desk.said).to_have_text("2 sessions moved.", timeout=15_000)
    after = await desk.slots()
    await desk.page.get_by_role("button", name="Undo").click()
    await expect(desk.said).to_have_text("Taken back.")
    back = await desk.slots()

    by = {after[slot]["start"] - before[slot]["start"] for slot in (one, other)}
    assert len(by) == 1
    assert by.pop() >= 24 * 60 - 60
    assert [back[slot]["start"] for slot in (one, other)] == [before[slot]["start"] for slot in (one, other)]


async def test_a_room_that_is_taken_is_given_for_a_reason_or_the_session_put_back(desks: list[Desk]) -> None:
    desk = desks[0]
    mover, sitting = await alone(desk, 2)
    slots = await desk.slots()
    step = {"slot": mover, "version": slots[mover]["version"], "rooms": slots[sitting]["rooms"]}
    away = {**step, "start": slots[sitting]["end"] + 5, "end": slots[sitting]["end"] + 65}
    status = await desk.page.evaluate(
        """([url, body]) => fetch(url, {method: "POST", body: JSON.stringify(body), headers: {
            accept: "application/json", "content-type": "application/json"}}).then((answer) => answer.status)""",
        [f"{desk.root}/commands", {"do": "move", "steps": [away]}],
    )
    assert status == 200
    await desk.page.reload()
    await expect(desk.page.locator("timetable-editor[data-ready] .te-slot").first).to_be_visible()
    up = ["Enter", *["ArrowUp"] * 3, "Enter"]
    dialog = desk.page.get_by_role("dialog", name="The room is taken")

    await desk.press(mover, *up)
    await dialog.get_by_role("button", name="Put it back").click()
    await expect(desk.said).to_have_text("Put back. Nothing has changed.")
    put_back = (await desk.slots())[mover]
    await desk.press(mover, *up)
    await dialog.get_by_label("Why may it overlap?").fill("They share the room")
    await dialog.get_by_role("button", name="Let it overlap").click()
    await expect(desk.said).to_contain_text("now lies at")
    overlapping = (await desk.slots())[mover]
    await desk.press(mover, "Control+z")
    await expect(desk.said).to_have_text("Taken back.")

    assert put_back["start"] == away["start"]
    assert overlapping["start"] == away["start"] - 15


async def test_a_network_that_drops_mid_drag_loses_nothing(desks: list[Desk]) -> None:
    desk = desks[0]
    [slot] = await alone(desk, 1)
    before = (await desk.slots())[slot]

    await desk.drag(slot, 0, 69, drop=False)
    await desk.page.context.set_offline(True)
    await desk.page.mouse.up()
    await expect(desk.said).to_contain_text("The network is away")
    await expect(desk.at(slot)).to_have_class(re.compile("waiting"))
    await desk.page.context.set_offline(False)
    await expect(desk.said).to_contain_text("now lies at")
    after = (await desk.slots())[slot]
    await desk.page.get_by_role("button", name="Undo").click()
    await expect(desk.said).to_have_text("Taken back.")

    assert after["start"] == before["start"] + 60
    assert after["version"] == before["version"] + 1


async def test_an_answer_that_is_lost_moves_nothing_twice(desks: list[Desk]) -> None:
    desk = desks[0]
    [slot] = await alone(desk, 1)
    before = (await desk.slots())[slot]
    sent = []

    async def swallow(route: Any) -> None:
        sent.append(await route.fetch())
        await route.abort()

    await desk.page.route("**/commands", swallow, times=1)
    await desk.drag(slot, 0, 69)
    await expect(desk.page.locator('[data-do="undo"]')).to_be_enabled()
    await desk.settled()
    after = (await desk.slots())[slot]
    await desk.page.get_by_role("button", name="Undo").click()
    await expect(desk.said).to_have_text("Taken back.")

    assert [one.status for one in sent] == [200]
    assert (after["start"], after["version"]) == (before["start"] + 60, before["version"] + 1)


async def test_two_at_one_timetable_end_with_one_picture_and_no_lost_move(desks: list[Desk]) -> None:
    carla, elif_ = desks
    chosen = await alone(carla, 5)
    shared, own = chosen[0], (chosen[1:3], chosen[3:5])
    before = await carla.slots()

    async def work(desk: Desk, slots: list[int], hour: str) -> None:
        for slot in slots:
            await desk.press(slot, "Enter", hour, "Enter")
        await desk.settled()

    await asyncio.gather(work(carla, own[0], "Shift+ArrowDown"), work(elif_, own[1], "ArrowDown"))
    await carla.press(shared, "Enter", "ArrowDown")
    await elif_.press(shared, "Enter", "ArrowDown", "ArrowDown", "ArrowDown")
    await carla.page.keyboard.press("Enter")
    await expect(carla.said).to_contain_text("now lies at")
    await elif_.page.keyboard.press("Enter")
    dialog = elif_.page.get_by_role("dialog", name="Somebody else changed this meanwhile")
    await expect(dialog.get_by_role("row", name=re.compile("Starts"))).to_be_visible()
    await dialog.get_by_role("button", name="Lay it as I did").click()
    await elif_.settled()
    await expect(elif_.said).to_contain_text("now lies at")
    after = await carla.slots()
    await expect(carla.page.locator("[data-part=here] .te-initials")).to_have_attribute("aria-label", f"{ELIF} is here")
    await expect(carla.at(shared)).to_have_class(re.compile("visited"))

    async def same() -> bool:
        drawn = [await desk.page.evaluate(SEEN) for desk in desks]
        places = [[row[:5] for row in rows] for rows in drawn]
        return bool(places[0] == places[1])

    for _ in range(50):
        if await same():
            break
        await asyncio.sleep(0.1)
    assert await same()
    assert {slot: after[slot]["start"] - before[slot]["start"] for slot in chosen} == (
        {shared: 15} | dict.fromkeys(own[0], 60) | dict.fromkeys(own[1], 5)
    )
