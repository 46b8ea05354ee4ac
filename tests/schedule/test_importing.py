from pathlib import Path

import pytest

from events.catalogue.models import Event, Room, Venue
from events.core import database
from events.people.models import Address, Person, Unit
from events.schedule import importing
from events.schedule.importing import NotImported, Report, Wish
from events.schedule.models import AcceptedOverlap, Release, Session, SessionPerson, Slot, Track
from tests import make
from tests.make import NOON
from tests.schedule.programmes import event_xml, schedule_xml

FOSDEM = Path(__file__).parents[3] / "shared" / "data" / "programmes" / "fosdem-2025.xml"
ADA = "<persons><person id='4'>Ada Lovelace</person></persons><track>Teens</track><type>Panel</type>"
OPENING = event_xml("Opening", more=ADA)
CLOSING = event_xml("Closing", guid="33333333-f702-524c-9331-3a2c670f6ff3", date="2026-07-09T17:00:00-05:00", more=ADA)


async def bring(*events: str, **wish: object) -> Report:
    return await importing.run(schedule_xml(*events), Wish(**{"source": "annual.xml"} | wish), NOON)  # type: ignore[arg-type]


def counts(report: Report) -> tuple[int, int, int, int]:
    return (report.created, report.changed, report.unchanged, report.refused)


async def test_a_file_alone_makes_the_event_its_acronym_names(db: None) -> None:
    report = await bring(OPENING, CLOSING)

    assert (report.event, counts(report)) == ("annual-2026", (2, 0, 0, 0))
    event = await Event.get(slug="annual-2026").prefetch_related("venue", "unit")
    assert (event.kind, event.state, event.timezone, event.unit.kind) == (
        "conference",
        "draft",
        "America/Chicago",
        "association",
    )
    assert [one.name for one in await Room.filter(venue_id=event.venue.id)] == ["Ballroom A"]  # type: ignore[union-attr]
    session = await Session.get(title="Opening").prefetch_related("track", "type")
    assert (session.track.name, session.type.name) == ("Teens", "Panel")  # type: ignore[union-attr]
    slot = await Slot.get(session=session)
    assert (slot.local_start, slot.local_end, slot.timezone) == (
        "2026-07-09T09:00",
        "2026-07-09T10:00",
        "America/Chicago",
    )


async def test_imported_people_are_one_each_and_have_no_address(db: None) -> None:
    await bring(OPENING, CLOSING)

    assert [one.name for one in await Person.all()] == ["Ada Lovelace"]
    assert await SessionPerson.all().count() == 2
    assert await Address.all().count() == 0


async def test_the_same_file_again_changes_nothing(db: None) -> None:
    await bring(OPENING, CLOSING, publish=True)
    before = await database.rows("SELECT id, version, changed_at FROM session ORDER BY id")
    rooms = await database.rows("SELECT id FROM slot_room ORDER BY id")

    report = await bring(OPENING, CLOSING, publish=True)

    assert (counts(report), report.release) == ((0, 0, 2, 0), 0)
    assert await database.rows("SELECT id, version, changed_at FROM session ORDER BY id") == before
    assert await database.rows("SELECT id FROM slot_room ORDER BY id") == rooms
    assert await Release.all().count() == 1


@pytest.mark.parametrize(
    "changed",
    [
        OPENING.replace("Opening", "Grand opening"),
        OPENING.replace("09:00:00-05:00", "11:00:00-05:00"),
        OPENING.replace("<duration>01:00", "<duration>00:45"),
        OPENING.replace("Ballroom A", "Ballroom B"),
        OPENING.replace("</persons>", "<person id='5'>Grace Hopper</person></persons>"),
        OPENING.replace("<track>Teens", "<track>Data"),
        OPENING.replace("<type>Panel", "<type>Talk"),
        OPENING.replace(ADA, "<abstract>New</abstract>"),
    ],
)
async def test_a_changed_file_changes_what_changed(db: None, changed: str) -> None:
    await bring(OPENING, CLOSING)
    codes = await Session.all().order_by("id").values_list("id", "code")
    uids = await Slot.all().order_by("id").values_list("id", "uid")

    report = await bring(changed, CLOSING)

    assert counts(report) == (0, 1, 1, 0)
    assert await Session.all().order_by("id").values_list("id", "code") == codes
    assert await Slot.all().order_by("id").values_list("id", "uid") == uids


async def test_a_session_that_is_gone_from_its_file_is_cancelled_and_may_return(db: None) -> None:
    await bring(OPENING, CLOSING)

    gone = await bring(OPENING)
    back = await bring(OPENING, CLOSING)

    assert (counts(gone), gone.cancelled) == ((0, 1, 1, 0), ["Closing"])
    assert counts(back) == (0, 1, 1, 0)
    assert {one.state for one in await Session.all()} == {"confirmed"}


async def test_another_file_leaves_the_first_ones_sessions_alone(db: None) -> None:
    await bring(OPENING)
    other = schedule_xml(CLOSING).replace(b"annual-2026", b"fringe")

    report = await importing.run(other, Wish(event="annual-2026"), NOON)

    assert counts(report) == (1, 0, 0, 0)
    assert await Session.filter(state="confirmed").count() == 2


async def test_what_was_made_by_hand_stays(db: None) -> None:
    await bring(OPENING)
    event = await Event.get(slug="annual-2026")
    session = await Session.get(title="Opening")
    by_hand = await make.session(event, NOON)
    await SessionPerson.create(session=session, person=await make.person("Grace Hopper"), role="speaker")
    await SessionPerson.create(session=session, person=await make.person("Mary"), role="moderator")

    report = await bring(OPENING)

    assert counts(report) == (0, 0, 1, 0)
    assert await SessionPerson.filter(session=session).count() == 3
    assert (await Session.get(id=by_hand.id)).state == "confirmed"


async def test_a_person_who_looks_after_their_own_name_keeps_it(db: None) -> None:
    await bring(OPENING)
    person = await Person.get(name="Ada Lovelace")
    await Address.create(person=person, email="ada@example.org", verified_at=NOON, is_primary=True)
    await Person.filter(id=person.id).update(name="Countess Lovelace")

    await bring(OPENING)

    assert (await Person.get(id=person.id)).name == "Countess Lovelace"


async def test_one_bad_row_and_nothing_is_written(db: None) -> None:
    with pytest.raises(NotImported) as error:
        await bring(OPENING, event_xml("", guid="44444444-f702-524c-9331-3a2c670f6ff3"))

    assert (error.value.report.refused, [str(one) for one in error.value.report.problems]) == (
        1,
        ["line 5: a session without a title: it has no title"],
    )
    assert (await Event.all().count(), await Unit.all().count(), await Venue.all().count()) == (0, 0, 0)


@pytest.mark.parametrize(
    "data", [b"", b"<html/>", b"\x00\x01", b"<schedule><conference/></schedule>", b"<!DOCTYPE a []><a/>"]
)
async def test_a_file_that_is_none_is_refused(db: None, data: bytes) -> None:
    with pytest.raises(NotImported) as error:
        await importing.run(data, Wish(source="x.xml"), NOON)

    assert error.value.report.refused == 1
    assert error.value.why.startswith("x.xml cannot be read")


async def test_strict_takes_warnings_as_errors(db: None) -> None:
    nameless = event_xml("Nameless", guid="")

    with pytest.raises(NotImported):
        await bring(nameless, strict=True)

    assert counts(await bring(nameless)) == (1, 0, 0, 0)


async def test_an_event_that_is_not_there_is_made_only_when_asked(db: None) -> None:
    with pytest.raises(NotImported, match="add --create"):
        await bring(OPENING, event="forum")

    assert (await bring(OPENING, event="forum", create=True)).event == "forum"


async def test_publishing_announces_and_numbers(db: None) -> None:
    report = await bring(OPENING, publish=True)

    assert report.release == 1
    assert (await Event.get(slug="annual-2026")).state == "announced"


async def test_overlaps_that_the_file_brings_are_accepted_by_name(db: None) -> None:
    beside = event_xml("Beside", guid="55555555-f702-524c-9331-3a2c670f6ff3", date="2026-07-09T09:30:00-05:00")

    report = await bring(OPENING, beside, publish=True)

    assert report.accepted == ["Ballroom A, 2026-07-09 14:30 UTC: “Opening” and “Beside”"]
    assert (await AcceptedOverlap.get()).reason == "came with the import of annual.xml"
    assert report.release == 1
    assert counts(await bring(OPENING, beside)) == (0, 0, 2, 0)


async def test_an_overlap_lapses_when_the_file_moves_one_of_them(db: None) -> None:
    beside = event_xml("Beside", guid="55555555-f702-524c-9331-3a2c670f6ff3", date="2026-07-09T09:30:00-05:00")
    await bring(OPENING, beside)

    report = await bring(OPENING, beside.replace("09:30:00", "13:00:00"))

    assert (counts(report), report.accepted) == ((0, 1, 1, 0), [])
    assert await AcceptedOverlap.all().count() == 0
    assert await database.value("SELECT count(*) FROM slot_room WHERE accepted") == 0


async def test_strict_refuses_overlaps(db: None) -> None:
    beside = event_xml("Beside", guid="55555555-f702-524c-9331-3a2c670f6ff3", date="2026-07-09T09:30:00-05:00")

    with pytest.raises(NotImported, match="a room that is taken"):
        await bring(OPENING, beside, strict=True)

    assert await Session.all().count() == 0


async def test_a_room_that_another_event_has_refuses_the_file(db: None) -> None:
    await bring(OPENING)
    first = await Event.get(slug="annual-2026").prefetch_related("venue")
    other = await make.event("forum")
    await Event.filter(id=other.id).update(venue_id=first.venue.id)  # type: ignore[union-attr]

    with pytest.raises(NotImported) as error:
        await bring(CLOSING.replace("T17:00", "T09:00"), event="forum")

    assert [str(problem) for problem in error.value.report.problems] == [
        "session “Closing”: “Opening” of another event has Ballroom A at that time"
    ]
    assert await Session.filter(event=other).count() == 0


async def test_one_file_may_go_into_two_events(db: None) -> None:
    await bring(OPENING)

    report = await bring(OPENING, event="again", create=True)

    assert counts(report) == (1, 0, 0, 0)
    assert await Track.all().count() == 2


@pytest.mark.skipif(not FOSDEM.exists(), reason="the shared programmes are not beside this checkout")
async def test_a_real_programme_comes_in_whole_and_then_changes_nothing(db: None) -> None:
    data = FOSDEM.read_bytes()

    first = await importing.run(data, Wish(publish=True), NOON)
    second = await importing.run(data, Wish(publish=True), NOON)

    assert (first.event, counts(first), first.release) == ("fosdem-2025", (1105, 0, 0, 0), 1)
    assert (counts(second), second.release) == ((0, 0, 1105, 0), 0)
