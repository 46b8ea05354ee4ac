"""A published programme as a file: schedule.xml, schedule.json, the calendar feed, or a table."""

from events.core import database
from events.schedule import feeds, frab_writing, queries

FORMATS = ("xml", "json", "ics", "csv")


class NotThere(Exception):
    """No such event, or no release of it yet."""


async def export(slug: str, kind: str, base_url: str) -> bytes:
    """The file of an event's last release. Raises NotThere."""
    event_id: int | None = await database.value("SELECT event_id FROM event_slug WHERE slug = $1", slug)
    if event_id is None:
        raise NotThere(f"There is no event “{slug}”.")
    snapshot = await queries.current(event_id)
    if snapshot is None:
        raise NotThere(f"The programme of “{slug}” is not published yet.")
    if kind == "ics":
        feed = await feeds.stored(event_id)
        assert feed is not None
        return feed.body
    write = {"xml": frab_writing.xml, "json": frab_writing.json_bytes, "csv": frab_writing.table}[kind]
    return write(snapshot, base_url)
