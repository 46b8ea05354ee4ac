import asyncio
import json
from datetime import timedelta

import pytest

from events.core import database
from events.schedule import levels, moves, queries, releases, slots
from events.schedule.conflicts import Kind, Level
from events.schedule.diffs import What
from events.schedule.models import Release, Session, SessionPerson
from events.schedule.releases import Blocked, NothingToPublish
from events.schedule.slots import Place
from tests import make
from tests.make import NOON
from tests.schedule.conftest import Conference
from tests.schedule.programmes import NINE
from tests.schedule.rows import slot_of


async def entry(session: Session) -> dict[str, object]:
    row = await database.row("SELECT * FROM entry WHERE session_code = $1", session.code)
    assert row is not None
    return dict(row)


async def test_the_first_release_is_number_one_with_an_entry_a_slot_and_a_feed(draft: Conference) -> None:
    release = await draft.publish()

    assert (release.number, release.published_at) == (1, NOON)
    assert await database.value("SELECT count(*) FROM entry WHERE kind = 'slot' AND status = 'CONFIRMED'") == 3
    assert await database.value("SELECT revision FROM feed WHERE event_id = $1", draft.event.id) == 1
    row = await database.row("SELECT body FROM outbox_message WHERE topic = 'release.published'")
    assert row is not None
    assert json.loads(row["body"]) == {"event": draft.event.id, "release": release.id}


async def test_nothing_changed_is_no_release(conference: Conference) -> None:
    with pytest.raises(NothingToPublish):
        await conference.publish(5)

    assert await Release.all().count() == 1


async def test_a_moved_session_keeps_its_uid_and_raises_its_sequence(conference: Conference) -> None:
    before = await entry(conference.opening)
    others = await entry(conference.zines)
    await make.move(conference.opening, NINE + timedelta(hours=5))

    release = await conference.publish(5)

    after = await entry(conference.opening)
    assert (release.number, [change.what for change in release.changes.changes]) == (2, [(What.TIME,)])
    assert (after["uid"], after["sequence"]) == (before["uid"], 1)
    assert after["last_modified"] == NOON + timedelta(minutes=5)
    assert b"SEQUENCE:1\r\n" in bytes(after["ics"])  # type: ignore[call-overload]
    assert await entry(conference.zines) == others


async def test_new_words_change_the_entry_and_not_its_sequence(conference: Conference) -> None:
    await Session.filter(id=conference.opening.id).update(title="Grand opening")

    await conference.publish(5)

    after = await entry(conference.opening)
    assert (after["title"], after["sequence"], after["last_modified"]) == (
        "Grand opening",
        0,
        NOON + timedelta(minutes=5),
    )


async def test_back_where_it_was_the_sequence_still_grows(conference: Conference) -> None:
    for minutes, hours in ((5, 5), (10, 0)):
        await make.move(conference.opening, NINE + timedelta(hours=hours))
        await conference.publish(minutes)

    assert (await entry(conference.opening))["sequence"] == 2


async def test_what_is_cancelled_stays_as_a_tombstone_and_may_come_back(conference: Conference) -> None:
    await Session.filter(id=conference.opening.id).update(state="cancelled")
    await conference.publish(5)
    gone = await entry(conference.opening)
    await Session.filter(id=conference.opening.id).update(state="confirmed")
    await conference.publish(10)
    back = await entry(conference.opening)

    assert (gone["status"], gone["sequence"]) == ("CANCELLED", 1)
    assert (back["status"], back["sequence"], back["uid"]) == ("CONFIRMED", 2, gone["uid"])


async def _take_out(conference: Conference, how: str) -> None:
    match how:
        case "deleted":
            await Session.filter(id=conference.opening.id).delete()
        case "internal":
            await Session.filter(id=conference.opening.id).update(visibility="internal")
        case "planned":
            await Session.filter(id=conference.opening.id).update(state="planned")
        case _:
            slot = await slots.slot((await slot_of(conference.opening)).id)
            await moves.move(slot.id, Place(None, None, "America/Chicago"), slot.version, NOON)


@pytest.mark.parametrize("how", ["deleted", "internal", "planned", "tray"])
async def test_however_a_session_goes_its_entry_becomes_a_tombstone(conference: Conference, how: str) -> None:
    await _take_out(conference, how)

    release = await conference.publish(5)

    assert [change.what for change in release.changes.changes] == [(What.REMOVED,)]
    after = await entry(conference.opening)
    assert (after["status"], after["sequence"]) == ("CANCELLED", 1)
    assert b"SUMMARY:Cancelled: Opening" in bytes(after["ics"])  # type: ignore[call-overload]
    current = await queries.current(conference.event.id)
    assert current is not None
    assert conference.opening.code not in current.by_code


async def test_a_session_cancelled_before_anybody_knew_is_never_shown(draft: Conference) -> None:
    await Session.filter(id=draft.opening.id).update(state="cancelled")

    await draft.publish()

    assert await database.value("SELECT count(*) FROM entry WHERE session_code = $1", draft.opening.code) == 0


async def test_the_public_view_has_no_word_of_what_is_not_public(draft: Conference) -> None:
    await Session.filter(id=draft.opening.id).update(visibility="registrants", title="For registrants")
    await Session.filter(id=draft.zines.id).update(visibility="closed", title="Secret board")
    await Session.filter(id=draft.data.id).update(visibility="internal", title="Set up")

    await draft.publish()

    row = await database.row("SELECT public::text, registrants::text FROM release")
    assert row is not None
    for words in ("For registrants", "Secret board", "Set up", "Ada", "Grace"):
        assert words not in row["public"]
    assert "For registrants" in row["registrants"]
    assert "Secret board" not in row["registrants"]
    feed = bytes(await database.value("SELECT body FROM feed"))
    assert feed.count(b"BEGIN:VEVENT") == 1
    assert b"SUMMARY:Closed session" in feed


async def test_a_join_link_is_noticed_and_never_stored(conference: Conference) -> None:
    await Session.filter(id=conference.opening.id).update(join_link="https://meet.example.org/secret")

    release = await conference.publish(5)

    assert [change.what for change in release.changes.changes] == [(What.JOIN,)]
    assert (await entry(conference.opening))["sequence"] == 1
    assert "meet.example.org" not in await database.value(
        "SELECT string_agg(public::text || registrants::text, '') FROM release"
    )


async def test_the_preview_says_what_publishing_would_and_writes_nothing(conference: Conference) -> None:
    await make.move(conference.opening, NINE + timedelta(hours=5))

    changes = await releases.preview(conference.event.id)

    assert (changes.since, [change.code for change in changes.rescheduled]) == (1, [conference.opening.code])
    assert await Release.all().count() == 1
    assert (await conference.publish(5)).changes == changes


async def test_a_room_booked_twice_stops_the_release(draft: Conference) -> None:
    slot = await slot_of(draft.zines)
    await database.execute("UPDATE slot_room SET accepted = true WHERE slot_id = $1", slot.id)
    await make.move(draft.zines, NINE)

    with pytest.raises(Blocked) as error:
        await draft.publish()

    assert len(error.value.conflicts) == 1
    assert await Release.all().count() == 0


async def test_a_conflict_of_any_kind_stops_the_release_when_the_event_says_so(draft: Conference) -> None:
    await SessionPerson.create(session=draft.data, person=draft.ada, role="chair")
    await levels.choose(draft.event.id, {Kind.PERSON: Level.BLOCK})

    with pytest.raises(Blocked) as error:
        await draft.publish()

    assert "Needed in two sessions at once: 1" in error.value.words
    assert await Release.all().count() == 0


async def test_two_who_publish_at_once_make_one_release(draft: Conference) -> None:
    done = await asyncio.gather(draft.publish(), draft.publish(1), return_exceptions=True)

    assert sorted(type(one).__name__ for one in done) == ["NothingToPublish", "Release"]
    assert await Release.all().count() == 1
