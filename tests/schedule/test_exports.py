import pytest

from events.schedule import exports, feeds
from tests.schedule.conftest import Conference


@pytest.mark.parametrize(
    ("kind", "begin"),
    [("xml", b"<?xml"), ("json", b'{"$schema"'), ("ics", b"BEGIN:VCALENDAR"), ("csv", b"\xef\xbb\xbfcode,")],
)
async def test_every_format_is_written(conference: Conference, kind: str, begin: bytes) -> None:
    assert (await exports.export("annual", kind, "https://events.example.org")).startswith(begin)


async def test_the_calendar_is_the_stored_feed(conference: Conference) -> None:
    stored = await feeds.stored(conference.event.id)

    assert stored is not None
    assert await exports.export("annual", "ics", "") == stored.body


async def test_what_is_not_there_says_so(draft: Conference) -> None:
    with pytest.raises(exports.NotThere, match="no event “nowhere”"):
        await exports.export("nowhere", "xml", "")
    with pytest.raises(exports.NotThere, match="not published yet"):
        await exports.export("annual", "xml", "")


def test_the_formats_are_those_of_the_command() -> None:
    assert exports.FORMATS == ("xml", "json", "ics", "csv")
