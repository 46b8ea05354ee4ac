"""The whole demo association, in order: rows first, in one transaction, then published like any other programme."""

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import asyncpg

from events.catalogue import entries, feeds, observances
from events.core import database
from events.demo import (
    arrangement,
    association,
    books,
    cases,
    catalogue,
    duplicates,
    frame,
    imports,
    institutions,
    interest,
    places,
    programme,
    proposals,
    requests,
    reviews,
    selling,
    tasks,
    tickets,
)
from events.demo.catalogue import Draft, moment, next_weekday
from events.demo.loading import Loader
from events.demo.size import Size
from events.schedule import releases

CHICAGO = "America/Chicago"
Say = Callable[[str], object]


async def exists() -> bool:
    """Whether this database has events already: a demo is only ever made in an empty one."""
    return bool(await database.value("SELECT EXISTS (SELECT FROM event)"))


async def build(url: str, size: Size, at: datetime, say: Say, names: list[str]) -> None:
    """Make the association.

    at      today, aware UTC: every date is relative to it
    names   more full names to mix in
    """
    connection = await asyncpg.connect(**database.credentials(url))
    try:
        async with connection.transaction():
            made = await _rows(Loader(connection), random.Random(2013), size, at, names, say)
        await connection.execute("ANALYZE")
    finally:
        await connection.close()
    await duplicates.build(at)
    say("Celebrations, years ahead …")
    await observances.establish(made[0], at)
    await tasks.cast()
    for number in made[1:]:
        await releases.publish(number, None, "The demo’s first release.", at, "Preliminary programme")
        await entries.write_event_entry(number, at)
    # Else three thousand invented presenters would be written to first of all.
    await database.execute("DELETE FROM outbox_message WHERE topic = 'release.published'")
    await requests.build(at)
    await proposals.build(at)
    await reviews.build(at)
    await books.build(at)
    await tasks.build(at)
    await arrangement.build(at)
    await imports.build(at)
    await cases.build(at)
    await institutions.build(at)
    await selling.build(at)
    say("Public feeds …")
    await feeds.refresh_all(at)
    await database.execute("ANALYZE")  # again: what was published filled tables that were empty


async def _rows(loader: Loader, dice: random.Random, size: Size, at: datetime, names: list[str], say: Say) -> list[int]:
    """Everything that is rows. Returns the association's unit, then the events to publish."""
    today = at.date()
    say(f"People and units: {max(size.presenters, size.attendees + size.exhibitors):,} people …")
    people = await association.build(loader, dice, size, at, names)
    lakeside = await places.centre(
        loader, dice, "lakeside", "Lakeside Convention Center", "Chicago", CHICAGO, size.rooms
    )
    forum_place = await places.centre(
        loader, dice, "harbor-forum", "Harbor Forum", "Portland", "America/Los_Angeles", 10
    )

    start = next_weekday(today + timedelta(days=96), 3)
    days = [start + timedelta(days=n) for n in range(5)]
    forum_start = next_weekday(today + timedelta(days=47), 3)
    forum_days = [forum_start + timedelta(days=n) for n in range(3)]
    annual = f"annual-{start.year}"
    forum = f"public-libraries-forum-{forum_start.year}"
    ids = await catalogue.events(loader, _drafts(people, lakeside, forum_place, days, forum_days, size, today), at)

    say(f"The Annual Conference: {size.sessions:,} sessions in {size.rooms} rooms …")
    presenters = people.crowd[5 : 5 + size.presenters]
    main = await programme.build(
        loader,
        dice,
        ids[annual],
        zone=CHICAGO,
        days=days,
        rooms=lakeside.rooms,
        count=size.sessions,
        tracks=12,
        units=people.units,
        presenters=presenters,
        preconferences=3 if size.rooms < 100 else 24,
        at=at,
    )
    await frame.build(
        loader,
        ids[annual],
        zone=CHICAGO,
        days=days,
        rooms=lakeside.rooms,
        sessions=main.sessions,
        late=presenters[0],
    )
    side = await programme.build(
        loader,
        dice,
        ids[forum],
        zone="America/Los_Angeles",
        days=forum_days,
        rooms=forum_place.rooms,
        count=size.forum_sessions,
        tracks=5,
        units=people.units[:9],
        presenters=presenters[: max(40, size.forum_sessions)],
        preconferences=0,
        at=at,
    )
    for slug in ids:
        if slug.startswith("webinar-"):
            await programme.online(loader, ids[slug], presenters[ids[slug] % len(presenters)], at)

    say(f"Orders: {size.attendees + size.exhibitors:,} …")
    kinds = tickets.conference(days, main.preconferences, main.luncheon, places=size.attendees + size.exhibitors + 400)
    sold = await tickets.sell(loader, ids[annual], kinds, start, windows=True)
    mains = ["Full registration", *(one.name for one in kinds if one.kind == "one_day")]
    extras = [one.name for one in kinds if one.requires]
    buyers = people.crowd[5 : 5 + size.attendees]
    staff = people.crowd[5 + size.attendees : 5 + size.attendees + size.exhibitors]
    made = tickets.purchases(dice, sold, buyers, mains, extras, at)
    made += tickets.purchases(dice, sold, staff, ["Exhibits only"], [], at)
    await tickets.order(loader, ids[annual], sold, made)
    await tickets.codes(loader, ids[annual], sold, at)
    await tickets.sell(
        loader, ids[forum], [tickets.Kind("Forum registration", "full", tickets.FORUM, 300)], forum_start, False
    )
    for slug, number in ids.items():
        if slug.startswith("webinar-"):
            price = tickets.FREE if number % 3 == 0 else tickets.WEBINAR
            await tickets.sell(loader, number, [tickets.Kind("A place online", "virtual", price, 500)], start, False)
        elif slug.startswith("course-"):
            await tickets.sell(
                loader,
                number,
                [tickets.Kind("Course place", "virtual", {"member": 175, "nonmember": 215}, 40)],
                start,
                False,
            )
    await loader.copy(
        "document",
        "event_id kind title text version required since",
        [(ids[annual], "recording_consent", "Being recorded", tickets.RECORDING, 1, False, at)],
    )
    numbers = await loader.ids("question", 4)
    await loader.copy(
        "question",
        "id event_id label kind options required ticket_type_ids position only_if_id only_answers",
        _questions(ids[annual], numbers),
    )

    say(f"Personal schedules: {size.schedules:,} …")
    await interest.save(loader, dice, people.crowd[5 : 5 + size.schedules], main.sessions + side.sessions[:10], at)
    return [people.units[0].id, *ids.values()]


def _questions(event: int, numbers: list[int]) -> list[tuple[Any, ...]]:
    """The third depends on the second."""
    meals = ["Everything", "Vegetarian", "Vegan", "Halal", "Kosher"]
    badge, first, mentor, meal = numbers
    return [
        (badge, event, "What should stand on your badge under your name?", "text", [], False, [], 0, None, []),
        (first, event, "Is this your first Annual Conference?", "yes_no", [], False, [], 1, None, []),
        (mentor, event, "Shall somebody who knows it write to you?", "yes_no", [], False, [], 2, first, ["yes"]),
        (meal, event, "What do you eat?", "choice", meals, False, [], 3, None, []),
    ]


def _drafts(
    people: association.Association,
    lakeside: places.Venue,
    forum_place: places.Venue,
    days: list[date],
    forum_days: list[date],
    size: Size,
    today: date,
) -> list[Draft]:
    root, first = people.units[0].id, people.divisions[0].id
    drafts = [
        Draft(
            f"annual-{days[0].year}",
            "conference",
            "hybrid",
            f"Annual Conference {days[0].year}",
            "Five days of programmes, meetings and exhibits, for everyone who makes libraries work.",
            root,
            CHICAGO,
            days[0],
            days[-1],
            lakeside.id,
            topics=["advocacy", "collections", "technology", "leadership"],
            description="The association’s year in one place. Ticketed pre-conferences open on the first day; the exhibits follow.",
        ),
        Draft(
            f"public-libraries-forum-{forum_days[0].year}",
            "forum",
            "in_person",
            f"Public Libraries Forum {forum_days[0].year}",
            "Three days and five content tracks for people in public libraries.",
            first,
            "America/Los_Angeles",
            forum_days[0],
            forum_days[-1],
            forum_place.id,
            topics=["outreach", "literacy"],
            accent="teal",
        ),
    ]
    drafts += [
        _webinar(place, people.divisions[place % len(people.divisions)].id, today) for place in range(size.webinars)
    ]
    drafts += [_course(place, people.divisions[(place + 3) % len(people.divisions)].id, today) for place in range(2)]
    return drafts


WEBINARS = (
    ("Patron privacy when the vendor knows more than you do", "privacy"),
    ("Storytime in two languages", "literacy"),
    ("Grant writing for people with no time", "fundraising"),
    ("Weeding without tears", "collections"),
    ("Artificial intelligence at the reference desk", "technology"),
    ("Reading lists for new citizens", "outreach"),
)


def _webinar(place: int, unit: int, today: date) -> Draft:
    """75 minutes in the afternoon, Eastern time; the first one was two weeks ago."""
    day = next_weekday(today + timedelta(days=11 * place - 16), 2 + place % 2)
    title, topic = WEBINARS[place % len(WEBINARS)]
    starts = moment(day, 14, "America/New_York")
    part = place // len(WEBINARS)
    return Draft(
        f"webinar-{place + 1}-{day.year}",
        "webinar",
        "virtual",
        f"{title}, part {part + 1}" if part else title,
        "A 75-minute session online, captioned live. The recording follows within a week.",
        unit,
        "America/New_York",
        day,
        day,
        starts_at=starts,
        ends_at=starts + timedelta(minutes=75),
        topics=[topic],
        accent="plum",
        join_link="https://meet.colloquy.example/room",
        state="on_sale" if day >= today else "closed",
        reminders=(1440, 15),
    )


def _course(place: int, unit: int, today: date) -> Draft:
    """Four and six weeks, from a Monday, without fixed hours."""
    start = next_weekday(today + timedelta(days=20 + 45 * place), 0)
    title = ("Cataloguing for people who never meant to", "Managing a small library’s budget")[place]
    weeks = (4, 6)[place]
    return Draft(
        f"course-{place + 1}-{start.year}",
        "course",
        "asynchronous",
        title,
        f"{weeks} weeks online, four hours a week, in your own time, with weekly modules and a tutor.",
        unit,
        CHICAGO,
        start,
        start + timedelta(days=7 * weeks - 3),
        topics=["cataloguing" if place == 0 else "leadership"],
        accent="moss",
        level="beginner",
        reminders=(),
    )
