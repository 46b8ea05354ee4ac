"""Publishing exactly what somebody looked at: a draft that changed meanwhile is noticed, and nothing is published."""

import json
from dataclasses import dataclass
from datetime import datetime

from events.core import database
from events.core.errors import StaleWrite
from events.core.locales import _
from events.core.pages import fingerprint
from events.schedule import diffs, queries, releases
from events.schedule.diffs import Changes
from events.schedule.releases import Release


@dataclass(frozen=True, slots=True)
class Said:
    """What an organizer says of a release, for everybody to read. Neither is needed."""

    name: str = ""
    note: str = ""


NOTHING_SAID = Said()


async def version_of(event: int, changes: Changes) -> str:
    """What the page shows, as a short text: the changes, and the versions of everything in the draft."""
    row = await database.row(
        "SELECT count(*) AS sessions, sum(s.version) AS versions, max(s.changed_at) AS changed,"
        " (SELECT sum(l.version) FROM slot l JOIN session x ON x.id = l.session_id WHERE x.event_id = $1) AS slots,"
        " (SELECT array_agg((b.id, b.version) ORDER BY b.id)::text FROM block b"
        "  WHERE b.event_id = $1 AND b.kind = 'break') AS breaks"
        " FROM session s WHERE s.event_id = $1",
        event,
    )
    assert row is not None
    return fingerprint(json.dumps(diffs.to_json(changes)), str(changes.since), *(str(value) for value in row))


async def publish(event: int, seen: str, actor: int, said: Said, at: datetime) -> Release:
    """Publish the draft, if it still is the one of version `seen`.

    Raises StaleWrite when it is not; then nothing happened. Else as `schedule.releases.publish`.
    """
    async with database.transaction():
        release = await releases.publish(event, actor, said.note, at, said.name)
        if await version_of(event, release.changes) != seen:
            raise StaleWrite(
                _("The draft changed since you opened this page. Nothing was published; here is what it is now."),
                {},
                {},
            )
    queries.forget(event)
    return release
