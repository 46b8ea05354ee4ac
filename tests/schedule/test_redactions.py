from datetime import timedelta

import httpx
import pytest

from events.core import database
from events.core.errors import NotFound
from events.schedule import feeds, queries, redactions
from events.schedule.models import Redaction, Session
from tests import make
from tests.make import NOON
from tests.schedule.conftest import Conference
from tests.schedule.programmes import NINE

AT = NOON + timedelta(hours=1)


async def everything_stored(conference: Conference) -> str:
    """All that is kept of the programme, as text."""
    parts = [
        await database.value("SELECT string_agg(public::text || registrants::text || changes::text, '') FROM release"),
        await database.value("SELECT string_agg(convert_from(ics, 'UTF8') || title, '') FROM entry"),
        await database.value("SELECT string_agg(title || abstract, '') FROM session"),
        (await feeds.stored(conference.event.id)).body.decode(),  # type: ignore[union-attr]
    ]
    return " ".join(parts).replace("\r\n ", "")


async def test_a_text_is_gone_from_every_release_entry_and_feed(conference: Conference) -> None:
    await Session.filter(id=conference.opening.id).update(abstract="Something libellous")
    await conference.publish(5)
    await make.move(conference.opening, NINE + timedelta(hours=4))
    await conference.publish(10)
    assert "libellous" in await everything_stored(conference)

    await redactions.redact_text(conference.event.id, conference.opening.code, "abstract", "A court said so", None, AT)

    assert "libellous" not in await everything_stored(conference)
    assert (await Redaction.get()).what == f"session {conference.opening.code}: abstract"


async def test_a_title_is_gone_from_the_lists_of_changes_as_well(conference: Conference) -> None:
    await make.move(conference.opening, NINE + timedelta(hours=4))
    await conference.publish(5)

    await redactions.redact_text(conference.event.id, conference.opening.code, "title", "Wrong", None, AT)

    assert "Opening" not in await everything_stored(conference)
    assert "[withdrawn]" in await everything_stored(conference)


async def test_a_person_is_gone_from_the_programme(conference: Conference, client: httpx.AsyncClient) -> None:
    page = f"/events/annual/speakers/{conference.ada.code}"
    assert (await client.get(page)).status_code == 200

    await redactions.redact_person(conference.event.id, conference.ada.code, "They asked", None, AT)

    assert "Ada Lovelace" not in await everything_stored(conference)
    assert (await client.get(page)).status_code == 404
    assert "Ada Lovelace" not in (await client.get("/events/annual/schedule")).text


async def test_it_moves_the_feed_and_no_sequence(conference: Conference) -> None:
    await redactions.redact_person(conference.event.id, conference.ada.code, "They asked", None, AT)

    feed = await feeds.stored(conference.event.id)
    assert feed is not None
    assert (feed.revision, feed.last_modified) == (2, AT)
    assert await database.value("SELECT max(sequence) FROM entry") == 0
    assert await database.value("SELECT count(*) FROM entry WHERE last_modified = $1", AT) == 1


async def test_a_tombstone_loses_its_words(conference: Conference) -> None:
    await Session.filter(id=conference.opening.id).delete()
    await conference.publish(5)

    await redactions.redact_person(conference.event.id, conference.ada.code, "They asked", None, AT)

    stored = await everything_stored(conference)
    assert ("Ada Lovelace" not in stored, "STATUS:CANCELLED" in stored) == (True, True)


async def test_the_next_release_compares_with_the_blanked_one(conference: Conference) -> None:
    await redactions.redact_text(conference.event.id, conference.opening.code, "abstract", "Wrong", None, AT)
    await make.move(conference.zines, NINE + timedelta(hours=4))

    release = await conference.publish(120)

    assert [change.code for change in release.changes.changes] == [conference.zines.code]
    assert (await queries.last(conference.event.id)).number == 2  # type: ignore[union-attr]


async def test_what_is_not_there_is_not_redacted(conference: Conference) -> None:
    with pytest.raises(NotFound):
        await redactions.redact_person(conference.event.id, "NOBODY", "", None, AT)
    with pytest.raises(NotFound):
        await redactions.redact_text(conference.event.id, "NOBODY", "title", "", None, AT)
    assert await Redaction.all().count() == 0
