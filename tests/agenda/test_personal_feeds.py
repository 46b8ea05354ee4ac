"""A person's calendar: true, cheap to ask for, and nobody else's."""

import asyncio
import gzip
from datetime import timedelta

import httpx
import icalendar
import pytest
import pytest_asyncio

from events.agenda import changes, freshness, personal_feeds, saves
from events.agenda.personal_feeds import EMPTY_FOR, TOGETHER, Feed, Gone
from events.core.errors import NotFound
from events.people.models import Person
from events.schedule.models import Session
from events.settings import Settings
from tests import make
from tests.agenda.conftest import MORNING, Programme
from tests.make import NOON


@pytest_asyncio.fixture
async def ada(programme: Programme) -> Person:
    """Somebody who keeps two sessions."""
    ada = await make.person()
    for session in (programme.early, programme.late):
        await saves.save(ada.id, programme.event.id, session.code, NOON)
    return ada


@pytest.fixture
def key(settings: Settings) -> bytes:
    return settings.secret_key.get_secret_value().encode()


async def feed_of(person: Person) -> Feed:
    feed = await personal_feeds.of_person(person.id)
    assert feed is not None
    return feed


async def path_of(person: Person, key: bytes) -> str:
    return personal_feeds.address(await feed_of(person), key, "")


def summaries(body: bytes) -> list[str]:
    return [str(event["summary"]) for event in icalendar.Calendar.from_ical(body).walk("VEVENT")]


async def test_the_feed_holds_what_the_person_keeps_and_no_more(
    client: httpx.AsyncClient, ada: Person, key: bytes
) -> None:
    answer = await client.get(await path_of(ada, key), headers={"accept-encoding": "identity"})

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert summaries(answer.content) == ["Cataloguing for everyone", "Zines in the stacks"]
    assert b"METHOD" not in answer.content
    assert b"ATTENDEE" not in answer.content
    assert b"TZID:America/Chicago" in answer.content
    assert "set-cookie" not in answer.headers


async def test_the_compressed_feed_is_the_same_feed(client: httpx.AsyncClient, ada: Person, key: bytes) -> None:
    path = await path_of(ada, key)
    plain = await client.get(path, headers={"accept-encoding": "identity"})

    async with client.stream("GET", path, headers={"accept-encoding": "gzip"}) as answer:
        raw = b"".join([part async for part in answer.aiter_raw()])

    assert answer.headers["content-encoding"] == "gzip"
    assert gzip.decompress(raw) == plain.content


async def test_who_has_it_gets_a_304_until_something_changes(
    client: httpx.AsyncClient, ada: Person, key: bytes, programme: Programme
) -> None:
    path = await path_of(ada, key)
    first = await client.get(path)

    again = await client.get(path, headers={"if-none-match": f'"other", W/{first.headers["etag"]}'})
    since = await client.get(path, headers={"if-modified-since": first.headers["last-modified"]})
    assert (again.status_code, again.content, since.status_code) == (304, b"", 304)

    await make.move(programme.late, MORNING + timedelta(hours=2))
    await programme.publish(NOON + timedelta(hours=1))
    moved = await client.get(path, headers={"if-none-match": first.headers["etag"]})
    assert moved.status_code == 200
    assert moved.headers["etag"] != first.headers["etag"]
    assert moved.headers["last-modified"] > first.headers["last-modified"]


async def test_head_has_the_headers_and_no_body(client: httpx.AsyncClient, ada: Person, key: bytes) -> None:
    path = await path_of(ada, key)
    got = await client.get(path)
    head = await client.head(path)

    assert head.content == b""
    assert head.headers["etag"] == got.headers["etag"]
    assert head.headers["content-length"] == got.headers["content-length"]


async def test_a_guess_at_another_persons_address_finds_nothing(
    client: httpx.AsyncClient, ada: Person, key: bytes, programme: Programme
) -> None:
    grace = await make.person("Grace Hopper")
    await saves.save(grace.id, programme.event.id, programme.late.code, NOON)
    own, hers = await path_of(ada, key), await path_of(grace, key)
    name = own.removeprefix("/calendars/my/").removesuffix(".ics")
    other = hers.removeprefix("/calendars/my/").removesuffix(".ics")

    guesses = [
        name[:22] + other[22:],
        other[:22] + name[22:],
        name[:-1] + "!",
        name[:22],
        name + "A",
        "é" * 44,
        "A" * 44,
    ]
    for guess in guesses:
        answer = await client.get(f"/calendars/my/{guess}.ics")
        assert answer.status_code == 404, guess


async def test_rotating_gives_another_address_and_forgets_the_old(
    client: httpx.AsyncClient, ada: Person, key: bytes
) -> None:
    old = await path_of(ada, key)
    await personal_feeds.rotate(ada.id, NOON)
    new = await path_of(ada, key)

    assert old != new
    assert (await client.get(old)).status_code == 404
    assert len(summaries((await client.get(new)).content)) == 2


async def test_a_revoked_feed_is_empty_for_thirty_days_and_then_gone(ada: Person, key: bytes) -> None:
    name = (await path_of(ada, key)).removeprefix("/calendars/my/").removesuffix(".ics")
    await changes.revoke_feed(ada.id, NOON)

    feed = await personal_feeds.find(name, key, NOON + EMPTY_FOR - timedelta(seconds=1))
    built = await personal_feeds.build(feed, "My schedule", "")
    assert summaries(built.plain()) == []
    assert icalendar.Calendar.from_ical(gzip.decompress(built.gzip()))["version"] == "2.0"
    with pytest.raises(Gone):
        await personal_feeds.find(name, key, NOON + EMPTY_FOR)


async def test_a_revoked_feed_comes_back_under_a_new_address(ada: Person, key: bytes) -> None:
    old = (await path_of(ada, key)).removeprefix("/calendars/my/").removesuffix(".ics")
    await changes.revoke_feed(ada.id, NOON)
    await personal_feeds.rotate(ada.id, NOON)

    with pytest.raises(NotFound):
        await personal_feeds.find(old, key, NOON)
    assert (await feed_of(ada)).revoked_at is None


async def test_the_same_revision_gives_the_same_bytes(ada: Person) -> None:
    feed = await feed_of(ada)
    one = await personal_feeds.build(feed, "My schedule", "")
    other = await personal_feeds.build(feed, "My schedule", "")

    assert one.plain() == other.plain()
    assert gzip.decompress(one.gzip()) == one.plain()


async def test_feeds_asked_for_in_one_turn_show_each_its_own(ada: Person, programme: Programme) -> None:
    crowd = [await make.person() for _n in range(TOGETHER)]
    for person in crowd:
        await saves.save(person.id, programme.event.id, programme.side.code, NOON)
    feeds = [await feed_of(person) for person in (ada, *crowd)]

    built = await asyncio.gather(*(personal_feeds.build(feed, "", "") for feed in feeds))

    assert summaries(built[0].plain()) == ["Cataloguing for everyone", "Zines in the stacks"]
    assert [summaries(one.plain()) for one in built[1:]] == [["Grant writing"]] * TOGETHER


async def test_an_entry_that_says_something_else_is_seen_though_the_process_knew_it(
    ada: Person, programme: Programme
) -> None:
    await personal_feeds.build(await feed_of(ada), "", "")
    await Session.filter(id=programme.late.id).update(title="Zines after dark")
    await programme.publish(NOON + timedelta(hours=1))

    shown = await personal_feeds.build(await feed_of(ada), "", "")

    assert summaries(shown.plain()) == ["Cataloguing for everyone", "Zines after dark"]


async def test_a_tombstone_stays_until_a_day_after_and_its_going_moves_the_revision(
    ada: Person, programme: Programme
) -> None:
    await Session.filter(id=programme.late.id).update(state="cancelled")
    await programme.publish(NOON + timedelta(hours=1))
    during = await feed_of(ada)
    assert summaries((await personal_feeds.build(during, "", "")).plain()) == [
        "Cataloguing for everyone",
        "Cancelled: Zines in the stacks",
    ]

    over = MORNING + timedelta(hours=2, days=1)
    assert await personal_feeds.drop_tombstones(over - timedelta(seconds=1)) == 0
    assert await personal_feeds.drop_tombstones(over) == 1
    assert await personal_feeds.drop_tombstones(over + timedelta(hours=1)) == 0

    after = await feed_of(ada)
    assert after.revision > during.revision
    assert summaries((await personal_feeds.build(after, "", "")).plain()) == ["Cataloguing for everyone"]


async def test_who_hides_cancelled_sessions_does_not_see_them(ada: Person, programme: Programme) -> None:
    await changes.choose_feed(ada.id, seats_here=False, hide_cancelled=True, at=NOON)
    await Session.filter(id=programme.late.id).update(state="cancelled")
    await programme.publish(NOON + timedelta(hours=1))

    built = await personal_feeds.build(await feed_of(ada), "", "")
    assert summaries(built.plain()) == ["Cataloguing for everyone"]


async def test_a_session_for_registrants_is_in_the_feeds_of_registrants_alone(programme: Programme) -> None:
    closed = await make.session(programme.event, MORNING + timedelta(days=1), title="Members", visibility="registrants")
    await programme.publish(NOON + timedelta(hours=1))
    ada, grace = await make.person(), await make.person("Grace Hopper")
    for person in (ada, grace):
        await saves.save(person.id, programme.event.id, closed.code, NOON)
    await make.seat(grace, programme.workshop)

    async def shown(person: Person) -> list[str]:
        return summaries((await personal_feeds.build(await feed_of(person), "", "")).plain())

    assert await shown(ada) == []
    assert "Members" in await shown(grace)


async def test_every_fetch_is_in_the_ledger_and_a_304_counts(
    client: httpx.AsyncClient, ada: Person, key: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(freshness, "ledger", freshness.Ledger())
    path, app = await path_of(ada, key), {"user-agent": "Google-Calendar-Importer"}
    first = await client.get(path, headers=app)
    await client.get(path, headers=app | {"if-none-match": first.headers["etag"]})
    await client.get(path, headers={"user-agent": "Mozilla/5.0 Firefox/130.0"})
    await client.head(path, headers={"user-agent": "Thunderbird"})

    assert await freshness.ledger.flush() == 1

    [seen] = await freshness.apps_of((await feed_of(ada)).id, NOON)
    assert (seen.client, seen.fresh) == ("Google Calendar", True)
