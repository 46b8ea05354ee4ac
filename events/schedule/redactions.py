"""Taking words or a person out of what was published: the one way in which a release ever changes.

Everything that holds them is blanked in one transaction: the draft, every release with its list of changes, the
entries, the feed. It is recorded what was blanked, when, by whom and why, but not the words themselves. What processes
remember is read again within a second, because the number of redactions is part of what they look at.
"""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from events.core import database
from events.core.errors import NotFound
from events.schedule import feeds, queries, stored_entries
from events.schedule.releases import LOCK

BLANK = stored_entries.WITHDRAWN
TEXTS = ("title", "subtitle", "abstract", "description")

Stored = dict[str, Any]
"""A stored view, as `snapshots.to_json` writes it."""


async def redact_text(event_id: int, code: str, field: str, reason: str, actor_id: int | None, at: datetime) -> None:
    """Blank a text of a session (one of TEXTS) everywhere. Raises NotFound."""
    if field not in TEXTS:
        raise ValueError(field)
    words = BLANK if field == "title" else ""

    def blank(view: Stored) -> None:
        for session in view["sessions"]:
            if session["code"] == code and session.get(field):
                session[field] = words

    async with database.transaction():
        await _lock(event_id)
        known = await database.execute(
            f"UPDATE session SET {field} = $3, version = version + 1, changed_at = $4"  # noqa: S608 - one of TEXTS
            " WHERE event_id = $1 AND code = $2",
            event_id,
            code,
            words,
            at,
        )
        if field == "title":
            await _blank_changes(event_id, code)
        touched = await _blank_releases(event_id, blank)
        if not known and not touched:
            raise NotFound
        await _record(event_id, f"session {code}: {field}", reason, actor_id, at)
    queries.forget(event_id)


async def redact_person(event_id: int, code: str, reason: str, actor_id: int | None, at: datetime) -> None:
    """Take a person out of an event's programme, draft and releases, everywhere. Raises NotFound.

    The person's own row stays: what the association keeps of people is another question (`people`).
    """

    def blank(view: Stored) -> None:
        view["people"] = [person for person in view["people"] if person["code"] != code]
        for session in view["sessions"]:
            if "people" in session:
                session["people"] = [pair for pair in session["people"] if pair[0] != code]

    async with database.transaction():
        await _lock(event_id)
        gone = await database.execute(
            "DELETE FROM session_person r USING session s, person p WHERE s.id = r.session_id AND p.id = r.person_id"
            " AND s.event_id = $1 AND p.code = $2",
            event_id,
            code,
        )
        touched = await _blank_releases(event_id, blank)
        if not gone and not touched:
            raise NotFound
        await _record(event_id, f"person {code}", reason, actor_id, at)
    queries.forget(event_id)


async def _lock(event_id: int) -> None:
    await database.execute("SELECT pg_advisory_xact_lock($1, $2)", LOCK, event_id)


async def _blank_releases(event_id: int, blank: Callable[[Stored], None]) -> int:
    """Apply to every stored view; returns how many releases changed."""
    touched = 0
    rows = await database.rows("SELECT id FROM release WHERE event_id = $1 ORDER BY number", event_id)
    for row in rows:  # one at a time: a release is megabytes
        views = await database.row("SELECT public, registrants FROM release WHERE id = $1", row["id"])
        assert views is not None
        blanked = [_blanked(views[name], blank) for name in ("public", "registrants")]
        if blanked != [views["public"], views["registrants"]]:
            touched += 1
            await database.execute(
                "UPDATE release SET public = $2, registrants = $3 WHERE id = $1", row["id"], blanked[0], blanked[1]
            )
    return touched


def _blanked(stored: str, blank: Callable[[Stored], None]) -> str:
    """The JSON with the words gone, or the very same text when they were not in it."""
    view: Stored = json.loads(stored)
    before = json.dumps(view)
    blank(view)
    return stored if json.dumps(view) == before else json.dumps(view, ensure_ascii=False)


async def _blank_changes(event_id: int, code: str) -> None:
    """Changes name sessions by their title."""
    await database.execute(
        "UPDATE release SET changes = (SELECT coalesce(jsonb_agg(CASE WHEN one ->> 'code' = $2"
        " THEN jsonb_set(one, '{title}', to_jsonb($3::text)) ELSE one END ORDER BY place), '[]')"
        " FROM jsonb_array_elements(changes) WITH ORDINALITY AS c (one, place)) WHERE event_id = $1",
        event_id,
        code,
        BLANK,
    )


async def _record(event_id: int, what: str, reason: str, actor_id: int | None, at: datetime) -> None:
    """Write entries and feed anew from the blanked release, and the record of it."""
    await database.execute(
        "INSERT INTO redaction (event_id, what, reason, made_at, made_by_id) VALUES ($1, $2, $3, $4, $5)",
        event_id,
        what[:120],
        reason,
        at,
        actor_id,
    )
    last = await queries.last(event_id)
    if last is not None:
        await stored_entries.rewrite(event_id, last, at)
        await feeds.write(event_id, at)
