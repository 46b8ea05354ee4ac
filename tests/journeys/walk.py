"""The journey by links, forms and mail: from the catalogue to a seat, a moved session, and everybody's calendar."""

import re
from datetime import timedelta

from tests.journeys import calendar_clients
from tests.journeys.journey import AMAL, Journey, reminders, soon, starts_in_feed, talks, utc
from tests.journeys.text_browser import TextBrowser


async def walk(journey: Journey, reader: TextBrowser, organizer: TextBrowser) -> None:
    await reader.open("/events")
    await reader.follow("Annual Conference")
    slug = reader.url.rpartition("/")[2]
    programme = talks(journey, slug)
    workshop = next(talk for talk in programme if talk.type == "Pre-conference")
    last = max(talk.starts for talk in programme).date()
    kept = next(talk for talk in programme if talk.starts.date() == last and talk.type == "Programme")

    await reader.open(f"/events/{slug}/sessions/{kept.code}")
    await reader.press("Save in my schedule")
    await reader.open("/sign-in?next=/my/schedule")
    await reader.press("Send me a link and a code", email=AMAL)
    mail = await journey.mail(AMAL, lambda mail: "/sign-in/" in mail["text"])
    [link] = re.findall(r"http://\S+/sign-in/\S+", mail["text"])
    await reader.open(link)
    await reader.press("Sign in")
    await reader.open("/my/schedule")
    assert reader.says(kept.title)

    await reader.open(f"/events/{slug}/register")
    full, extra = reader.value_of("Full registration"), reader.value_of(workshop.title)
    await reader.press("Go on", p0__main=full, p0__extra=[extra], p0__name="Amal Haddad", p0__email=AMAL)
    assert reader.says("Your places are held")
    await reader.press("Pay ")
    await reader.press("Pay ")
    assert reader.says("You are registered")
    invited = await journey.mail(AMAL, lambda mail: bool(mail["calendar"]))
    [before] = calendar_clients.read(invited["calendar"])

    await reader.open("/my/schedule")
    if "/calendars/my/" not in reader.text:
        await reader.press("Make a calendar address")
    [feed] = set(re.findall(r"http://\S+?/calendars/my/[^\s\"<]+\.ics", reader.text))
    [mine] = calendar_clients.read(journey.fetch(feed).decode())
    assert (mine["starts"], mine["sequence"]) == (utc(kept.starts), 0)

    await organizer.open("/dev/people")
    await organizer.press("Look as them Carla Nowak")
    moved = workshop.starts + timedelta(hours=1)
    evening = kept.starts.replace(hour=18, minute=0)
    for talk, starts, hours in ((workshop, moved, 7), (kept, evening, 1)):
        await organizer.open(f"/organize/events/{slug}/sessions/{talk.code}")
        [slot] = set(re.findall(rf"/organize/events/{slug}/sessions/{talk.code}/slots/\d+", organizer.text))
        await organizer.open(slot)
        ends = starts + timedelta(hours=hours)
        await organizer.press("Move it", start=f"{starts:%H:%M}", end=f"{ends:%H:%M}")
    await organizer.open(f"/organize/events/{slug}/publish")
    assert organizer.says("Whom it touches")
    await organizer.press("Publish release 2")

    await soon(lambda: starts_in_feed(journey, f"/events/{slug}/schedule.ics", kept), utc(evening))
    await soon(lambda: starts_in_feed(journey, feed, kept), utc(evening))
    update = await journey.mail(AMAL, lambda mail: bool(mail["calendar"]), since=invited["n"])
    [after] = calendar_clients.read(update["calendar"])
    assert (after["uid"], after["starts"]) == (before["uid"], utc(moved))
    assert after["sequence"] > before["sequence"]
    due = [moved - timedelta(minutes=1440), moved - timedelta(minutes=30)]
    await soon(lambda: reminders(journey.house, workshop, AMAL), due)
