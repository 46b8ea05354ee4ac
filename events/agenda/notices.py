"""When something changes soon before it starts: who must be told by mail, because no calendar of theirs has shown it.

A release notes every change for everybody who keeps the session, with what they knew before; a second change before the
decision keeps the first `before`, and one that is taken back is told to nobody. The decision falls 48 hours before the
start, or a quarter of an hour after the change when that is later. Whoever's calendar apps of the last 14 days have all
fetched the new revision by then knows; everybody else gets a mail. No app means not known.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from events.agenda import queries
from events.agenda.freshness import REMEMBERED
from events.agenda.keepers import keepers
from events.agenda.queries import Item
from events.core import database, mail
from events.core.mail import Sealed
from events.core.outbox import Message
from events.settings import Settings

TOPIC = "mail.changes"
SOON = timedelta(hours=48)
GRACE = timedelta(minutes=15)
URGENT = timedelta(hours=3)
"""What starts so soon is told without waiting for anybody's calendar."""

TOLD = frozenset({"time", "room", "join", "cancelled", "restored", "removed"})
"""Kinds of change worth a mail; new words and people are in the feed and on the page."""


@dataclass(frozen=True, slots=True)
class Change:
    """One line of a mail: what it is now, and what the reader knew."""

    item: Item
    starts_at: datetime
    ends_at: datetime
    place: str
    was_on: bool

    @property
    def moved(self) -> bool:
        return (self.starts_at, self.ends_at) != (self.item.starts_at, self.item.ends_at)

    @property
    def elsewhere(self) -> bool:
        return self.place != self.item.place

    @property
    def real(self) -> bool:
        return self.was_on != self.item.on or (self.item.on and (self.moved or self.elsewhere))


def decide_at(starts: Sequence[datetime], at: datetime) -> datetime | None:
    """When it is decided who is told, from the old and the new start. None when both are over."""
    ahead = [start for start in starts if start > at]
    if not ahead:
        return None
    first = min(ahead)
    if first - at <= URGENT:
        return at
    return max(first - SOON, at + GRACE)


_NOTE = f"""
INSERT INTO notice (person_id, entry_id, before, revision, due_at)
SELECT DISTINCT ON (k.person_id, en.id) k.person_id, en.id, c.before, coalesce(f.revision, 0), c.due_at
FROM unnest($2::bigint[], $3::text[], $4::bigint[], $5::timestamptz[], $6::jsonb[], $7::timestamptz[])
    c (session_id, code, slot, starts_at, before, due_at)
JOIN entry en ON en.event_id = $1 AND en.session_code = c.code AND en.kind = 'slot'
    AND (en.slot_id = c.slot OR (en.slot_id IS NULL AND en.starts_at = c.starts_at))
JOIN ({keepers("$2::bigint[]")}) k ON k.session_id = c.session_id
LEFT JOIN personal_feed f ON f.person_id = k.person_id
WHERE NOT EXISTS (SELECT FROM invitation i WHERE i.person_id = k.person_id AND i.entry_id = en.id
    AND (i.state = 'invited' OR i.sequence >= 0))
AND NOT EXISTS (SELECT FROM session_person r WHERE r.person_id = k.person_id AND r.session_id = k.session_id)
ON CONFLICT (person_id, entry_id) DO UPDATE SET revision = excluded.revision,
    due_at = least(notice.due_at, excluded.due_at)
"""  # noqa: S608 - words of ours


async def note(event: int, changes: Sequence[Mapping[str, Any]], at: datetime) -> int:
    """Note the changes of a release for everybody who keeps one of the sessions and gets no new invitation for it.

    Who is in it was told at once (`presenters`).
    """
    lines = []
    for change in changes:
        before, after = change["before"], change["after"]
        if before is None or TOLD.isdisjoint(change["what"]):
            continue
        starts = [datetime.fromisoformat(view["starts_at"]) for view in (before, after) if view]
        if due := decide_at(starts, at):
            told = json.dumps(before | {"on": "restored" not in change["what"]})
            lines.append((change["session"], change["code"], change["slot"], starts[0], told, due))
    return await database.execute(_NOTE, event, *zip(*lines, strict=True)) if lines else 0


_RING = """
WITH due AS (
    DELETE FROM notice WHERE id IN (
        SELECT id FROM notice WHERE due_at <= $1 ORDER BY due_at LIMIT 5000 FOR UPDATE SKIP LOCKED
    ) RETURNING person_id, entry_id, before, revision
), stale AS (
    SELECT d.* FROM due d WHERE NOT EXISTS (
        SELECT FROM personal_feed f JOIN feed_fetch x ON x.feed_id = f.id AND x.fetched_at > $2
        WHERE f.person_id = d.person_id AND f.revoked_at IS NULL HAVING min(x.revision) >= d.revision
    )
)
INSERT INTO outbox_message (topic, body, created_at, due_at)
SELECT $3, jsonb_build_object('person', person_id, 'changes',
    jsonb_agg(jsonb_build_object('entry', entry_id, 'before', before) ORDER BY entry_id)), $1, $1
FROM stale GROUP BY person_id
"""


async def ring_due(at: datetime) -> int:
    """Decide what is due: drop what their calendars have shown, write one message to each person for the rest."""
    return await database.execute(_RING, at, at - REMEMBERED, TOPIC)


async def letter(message: Message, settings: Settings, at: datetime) -> Sealed | None:
    """The mail of a `mail.changes`. None when all was taken back or is over, or there is no address to write to."""
    reader = await queries.reader(message.number("person"))
    stored = message.body["changes"]
    if reader is None or not isinstance(stored, list):
        return None
    befores = {int(one["entry"]): one["before"] for one in stored}
    items = await queries.by_entries(reader.id, list(befores))
    changes = [change for item in items if (change := _change(item, befores[item.entry_id])).real]
    changes = [change for change in changes if max(change.starts_at, change.item.starts_at) > at]
    if not changes:
        return None
    off = all(not change.item.on for change in changes)
    return mail.compose(
        settings,
        "agenda/session_cancelled" if off else "agenda/session_moved",
        reader.email,
        at,
        locale=reader.locale,
        to_name=reader.name,
        **context(settings.base_url, changes),
    )


def context(base_url: str, changes: Sequence[Change]) -> dict[str, Any]:
    """What the mails' templates need. The page before publishing shows the same mails."""
    return {"changes": changes, "schedule_url": f"{base_url}/my/schedule"}


def _change(item: Item, before: Mapping[str, Any]) -> Change:
    return Change(
        item,
        datetime.fromisoformat(before["starts_at"]),
        datetime.fromisoformat(before["ends_at"]),
        before["place"],
        bool(before["on"]),
    )
