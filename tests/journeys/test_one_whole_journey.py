"""One person through every room of the house, as the README promises it, with a picture of each step.

Those that the README shows go to docs/pictures when COLLOQUY_PICTURES is set (`make pictures`).
"""

import json
import os
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.house import House
from tests.journeys import calendar_clients, programme_file
from tests.journeys.journey import (
    AMAL,
    Journey,
    Talk,
    assert_mime_is_what_calendars_accept,
    reminders,
    soon,
    starts_in_feed,
    talks,
    utc,
)
from tests.journeys.pictures import take

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
SHOWN = {"1-catalogue", "3-timetable", "4-register", "4-ticket", "5-feed", "6-impact"}

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("house")]


@dataclass
class Walk(Journey):
    """A journey in a real browser, with pictures."""

    browser: Browser

    async def context(self, **options: Any) -> BrowserContext:
        return await self.browser.new_context(
            base_url=self.house.url, viewport={"width": 1280, "height": 900}, **options
        )

    async def picture(self, page: Page, name: str) -> None:
        place = PICTURES if os.environ.get("COLLOQUY_PICTURES") and name in SHOWN else self.folder
        place.mkdir(exist_ok=True)
        await take(page, place / f"{name}.png")


async def test_from_an_empty_machine_to_a_calendar_that_keeps_itself_true(
    new_house: House, browser: Browser, tmp_path: Path
) -> None:
    journey = Walk(new_house, tmp_path, browser)
    slug = await the_catalogue_shows_all_kinds(journey)
    await a_programme_is_imported_and_published(journey)
    visitor, kept = await a_visitor_saves_three_sessions_and_signs_in(journey, slug)
    workshop, invitation = await they_register_and_pay(journey, slug, visitor)
    feed = await their_calendar_subscribes(journey, visitor, kept)
    await an_organizer_moves_two_sessions(journey, slug, workshop, kept[0])
    await everything_follows(journey, slug, feed, invitation, workshop, kept)
    audit = journey.command("audit")
    assert (audit.returncode, audit.stdout.strip()) == (0, "Everything adds up."), audit.stdout


async def the_catalogue_shows_all_kinds(journey: Walk) -> str:
    """1. Returns the slug of the Annual Conference."""
    page = await (await journey.context()).new_page()
    await page.goto("/")
    await page.get_by_role("link", name="Events", exact=True).first.click()
    for kind in ("Conference", "Forum", "Webinar", "Course"):
        await expect(page.locator("main").get_by_text(kind, exact=True).first).to_be_visible()
    await expect(page.get_by_role("link", name="Library Card Sign-up Month")).to_be_visible()
    await journey.picture(page, "1-catalogue")
    await page.get_by_role("link", name=re.compile("^Annual Conference")).click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Annual Conference")
    await journey.picture(page, "1-event")
    slug = page.url.rstrip("/").rpartition("/")[2]
    await page.context.close()
    return slug


async def a_programme_is_imported_and_published(journey: Walk) -> None:
    """2. A programme file becomes a timetable, a feed and the exports; a second import changes nothing."""
    file = journey.folder / "programme.xml"
    file.write_text(programme_file.write(rooms=6, days=2), "utf-8")
    done = journey.command("import", str(file), "--event", "imported", "--create", "--publish", "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout.splitlines()[-1])
    assert (report["created"], report["refused"]) == (96, 0), report
    again = json.loads(journey.command("import", str(file), "--event", "imported", "--json").stdout.splitlines()[-1])
    assert (again["created"], again["changed"], again["unchanged"]) == (0, 0, 96), again

    page = await (await journey.context()).new_page()
    await page.goto("/events/imported/schedule")
    await expect(page.get_by_text("Session 1 in Room 1").first).to_be_visible()
    await journey.picture(page, "2-timetable")
    read = calendar_clients.read(journey.fetch("/events/imported/schedule.ics").decode())
    assert len(read) == 96
    assert len(talks(journey, "imported")) == 96
    assert journey.fetch("/events/imported/schedule.xml").count(b"<event ") == 96
    await page.context.close()


async def a_visitor_saves_three_sessions_and_signs_in(journey: Walk, slug: str) -> tuple[BrowserContext, list[Talk]]:
    """3. Without scripts, without an account; then with one."""
    context = await journey.context(java_script_enabled=False)
    page = await context.new_page()
    last_day = max(talk.starts.date() for talk in talks(journey, slug))
    chosen = [talk for talk in talks(journey, slug) if talk.type == "Programme" and talk.starts.date() == last_day]
    kept = list({talk.starts: talk for talk in chosen}.values())[:3]
    assert len(kept) == 3
    await page.goto(f"/events/{slug}/schedule?day={last_day:%Y-%m-%d}")
    await journey.picture(page, "3-timetable")
    for talk in kept:
        await page.goto(f"/events/{slug}/schedule?view=list&day={talk.starts:%Y-%m-%d}")
        await page.get_by_role("link", name=talk.title, exact=True).first.click()
        await page.get_by_role("button", name="Save in my schedule").click()
        await expect(page.get_by_role("button", name=re.compile("^Saved"))).to_be_visible()
    await journey.picture(page, "3-session")

    await page.goto("/my/schedule")
    for talk in kept:
        await expect(page.get_by_role("link", name=talk.title).first).to_be_visible()
    await page.get_by_role("link", name="Sign in", exact=True).first.click()
    await page.get_by_label("E-mail address").fill(AMAL)
    await page.get_by_role("button", name="Send me a link and a code").click()
    mail = await journey.mail(AMAL, lambda mail: "/sign-in/" in mail["text"])
    [link] = re.findall(r"http://\S+/sign-in/\S+", mail["text"])
    await page.goto(link)
    await page.get_by_role("button", name="Sign in", exact=True).click()
    await page.goto("/my/schedule")
    for talk in kept:
        await expect(page.get_by_role("link", name=talk.title).first).to_be_visible()
    await journey.picture(page, "3-my-schedule")
    return context, kept


async def they_register_and_pay(journey: Walk, slug: str, visitor: BrowserContext) -> tuple[Talk, dict[str, Any]]:
    """4. Member price, a ticketed pre-conference, the sandbox's card, the ticket, the invitation."""
    workshop = next(talk for talk in talks(journey, slug) if talk.type == "Pre-conference")
    page = await visitor.new_page()
    await page.goto(f"/events/{slug}/register")
    await page.get_by_role("radio", name=re.compile("^Full registration")).check()
    await page.get_by_role("checkbox", name=workshop.title).check()
    await page.get_by_label("Name on the ticket").fill("Amal Haddad")
    await page.get_by_label("E-mail", exact=True).fill(AMAL)
    await page.get_by_role("button", name="Bring the sum up to date").click()
    await expect(page.get_by_text("$260.00").first).to_be_visible()  # 190 as a member, early, and 70
    await journey.picture(page, "4-register")
    await page.get_by_role("button", name="Go on").click()
    await expect(page.get_by_text("Your places are held").first).to_be_visible()
    await journey.picture(page, "4-hold")
    await page.get_by_role("button", name=re.compile("^Pay ")).click()
    await journey.picture(page, "4-sandbox")
    await page.get_by_role("button", name=re.compile("^Pay ")).click()
    await expect(page.get_by_role("heading", name="You are registered")).to_be_visible()
    await journey.picture(page, "4-ticket")

    ticket = await journey.mail(AMAL, lambda mail: "Annual Conference" in mail["subject"] and not mail["calendar"])
    assert "$260.00" in ticket["text"]
    invited = await journey.mail(AMAL, lambda mail: bool(mail["calendar"]))
    [event] = calendar_clients.read(invited["calendar"])
    assert event["starts"] == utc(workshop.starts)
    assert "METHOD:REQUEST" in invited["calendar"]
    assert_mime_is_what_calendars_accept(journey.fetch(f"/dev/mail/{invited['n']}.eml"))
    return workshop, event | {"n": invited["n"]}


async def their_calendar_subscribes(journey: Walk, visitor: BrowserContext, kept: list[Talk]) -> str:
    """5. A feed of their own, read by two clients nobody here wrote. Returns its address."""
    page = await visitor.new_page()
    await page.goto("/my/schedule")
    make = page.get_by_role("button", name="Make a calendar address")
    if await make.count():
        await make.click()
    address = re.search(r"http://\S+?/calendars/my/[^\s\"<]+\.ics", await page.content())
    assert address, "no feed address on /my/schedule"
    feed = address[0]
    await journey.picture(page, "5-feed")
    items = calendar_clients.subscribe(feed, journey.folder / "vdirsyncer")
    assert len(items) == len(kept)
    read = calendar_clients.read(journey.fetch(feed).decode())
    assert {event["starts"] for event in read} == {utc(talk.starts) for talk in kept}
    assert all(event["sequence"] == 0 for event in read)
    return feed


async def an_organizer_moves_two_sessions(journey: Walk, slug: str, workshop: Talk, saved: Talk) -> None:
    """6. Sees the impact before publishing, then publishes."""
    context = await journey.context()
    page = await context.new_page()
    await page.goto("/dev/people")
    await page.get_by_role("button", name=re.compile("Carla Nowak")).click()
    hour = timedelta(hours=1)
    await move(page, slug, workshop, workshop.starts + hour, workshop.starts + 8 * hour)
    evening = saved.starts.replace(hour=18, minute=0)
    await move(page, slug, saved, evening, evening + hour)
    await page.goto(f"/organize/events/{slug}")
    await expect(page.get_by_text("2 sessions were edited since release 1.")).to_be_visible()
    await journey.picture(page, "6-organizers-home")
    await page.get_by_role("link", name="See what publishing would do").click()
    await expect(page.get_by_role("heading", name="Whom it touches")).to_be_visible()
    await expect(page.get_by_text(re.compile(r"\d+ seats? (is|are) held in them"))).to_be_visible()
    await journey.picture(page, "6-impact")
    await page.get_by_role("button", name="Publish release 2").click()
    await page.wait_for_url(re.compile(rf"/organize/events/{slug}$|/publish$"))
    await context.close()


async def move(page: Page, slug: str, talk: Talk, starts: datetime, ends: datetime) -> None:
    await page.goto(f"/organize/events/{slug}/sessions/{talk.code}")
    await page.locator("a[href*='/slots/']").first.click()
    await page.get_by_label("Starts").fill(f"{starts:%H:%M}")
    await page.get_by_label("Ends").fill(f"{ends:%H:%M}")
    await page.get_by_role("button", name="Move it").click()
    await expect(page.get_by_text(f"{starts:%-I:%M}").first).to_be_visible()


async def everything_follows(
    journey: Walk, slug: str, feed: str, invitation: dict[str, Any], workshop: Talk, kept: list[Talk]
) -> None:
    """The page, the feed and the invitation change: same UID, higher SEQUENCE. The reminder follows."""
    moved = kept[0]
    evening = moved.starts.replace(hour=18, minute=0)
    await soon(lambda: starts_in_feed(journey, f"/events/{slug}/schedule.ics", moved), utc(evening))

    page = await (await journey.context()).new_page()
    await page.goto(f"/events/{slug}/sessions/{moved.code}")
    await expect(page.get_by_text("6:00").first).to_be_visible()
    await journey.picture(page, "6-moved")
    await page.context.close()

    [mine] = [event for event in calendar_clients.read(journey.fetch(feed).decode()) if event["summary"] == moved.title]
    assert (mine["starts"], mine["sequence"]) == (utc(evening), 1)
    items = calendar_clients.subscribe(feed, journey.folder / "vdirsyncer")
    assert len(items) == len(kept)  # vdirsyncer names items by their content: a changed one replaces, none is doubled
    assert ["SEQUENCE:1" in item for item in items].count(True) == 1
    assert [f"{evening:%Y%m%dT%H%M%S}" in item for item in items].count(True) == 1

    update = await journey.mail(AMAL, lambda mail: bool(mail["calendar"]), since=invitation["n"])
    [event] = calendar_clients.read(update["calendar"])
    assert event["uid"] == invitation["uid"]
    assert event["sequence"] > invitation["sequence"]
    assert event["starts"] == utc(workshop.starts + timedelta(hours=1))

    starts = workshop.starts + timedelta(hours=1)
    await soon(
        lambda: reminders(journey.house, workshop, AMAL),
        [starts - timedelta(minutes=1440), starts - timedelta(minutes=30)],
    )
