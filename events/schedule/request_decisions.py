"""Staff's answers to requests, one or many at once: all or none, and each with its step."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from events.core import database
from events.core.errors import DomainError, NotFound
from events.core.locales import _
from events.people.permissions import EDIT_PROGRAMME, ROLES
from events.schedule import requests
from events.schedule.requests import MOVES, WORDS, RequestState

TOPIC = "mail.request_answered"
_EDITORS = [name for name, allowed in ROLES.items() if EDIT_PROGRAMME in allowed]


@dataclass(frozen=True, slots=True)
class Chosen:
    """A request as its row in the table showed it."""

    id: int
    version: int


class Overtaken(DomainError):
    """Some were changed since the table was shown. Nothing was done; `titles` name them."""

    status = 409

    def __init__(self, titles: Sequence[str]) -> None:
        self.titles = titles
        words = _("Changed since you opened this table: %(titles)s. Nothing was done; look at what they say now.")
        super().__init__(words % {"titles": _named(titles)})


class NotReady(DomainError):
    """Some cannot become that. Nothing was done; `titles` name them."""

    status = 409

    def __init__(self, titles: Sequence[str], new: RequestState) -> None:
        self.titles = titles
        words = _("These cannot become %(state)s as they are: %(titles)s. Nothing was done.")
        super().__init__(words % {"state": str(WORDS[new]).lower(), "titles": _named(titles)})


def _named(titles: Sequence[str]) -> str:
    more = len(titles) - 5
    named = ", ".join(f"“{title}”" for title in titles[:5])
    return _("%(titles)s and %(count)s more") % {"titles": named, "count": more} if more > 0 else named


async def decide(event_id: int, chosen: Sequence[Chosen], new: RequestState, words: str, by: int, at: datetime) -> int:
    """Grant, decline or ask back requests of an event; their units' editors get one mail each. Returns how many.

    A planned session whose request is granted is confirmed: once it has a time, the next release has it.
    Raises NotFound for one of another event, Overtaken, NotReady.
    """
    async with database.transaction():
        held = await _locked(event_id, chosen)
        if refused := [row["title"] for row in held if new not in MOVES[RequestState(row["state"])]]:
            raise NotReady(refused, new)
        ids = [row["id"] for row in held]
        await database.execute(
            "UPDATE session_request SET state = $2, version = version + 1, changed_at = $3 WHERE id = any($1)",
            ids,
            new.value,
            at,
        )
        if new is RequestState.GRANTED:
            await database.execute(_CONFIRM, ids, at)
        await tell(await _record(ids, [{}] * len(ids), by, new.value, words, at), by, at)
    return len(ids)


_CONFIRM = """
UPDATE session SET state = 'confirmed', version = version + 1, changed_at = $2
WHERE state = 'planned' AND id IN (SELECT session_id FROM session_request WHERE id = any($1))
"""


async def change(
    event_id: int, chosen: Sequence[Chosen], headcount: int | None, room_set: str, by: int, at: datetime
) -> int:
    """Give requests another headcount or room set; None and "" leave what is. Returns how many changed.

    Raises NotFound for one of another event, Overtaken.
    """
    async with database.transaction():
        found: dict[int, Mapping[str, object]] = {}
        for row in await _locked(event_id, chosen):
            wanted = {"headcount": headcount if headcount is not None else row["headcount"]}
            wanted |= {"room_set": room_set or row["room_set"]}
            if changes := {name: [row[name], value] for name, value in wanted.items() if row[name] != value}:
                found[row["id"]] = changes
        await database.execute(
            "UPDATE session_request SET headcount = coalesce($2, headcount), room_set = coalesce(nullif($3, ''),"
            " room_set), version = version + 1, changed_at = $4 WHERE id = any($1)",
            list(found),
            headcount,
            room_set,
            at,
        )
        await _record(list(found), list(found.values()), by, "changed", "", at)
    return len(found)


async def say(session_id: int, words: str, by: int, at: datetime, *, staff: bool) -> None:
    """Write into a request's conversation; what staff write goes to the unit's editors by mail. Raises NotFound."""
    async with database.transaction():
        request_id = await database.value("SELECT id FROM session_request WHERE session_id = $1", session_id)
        if request_id is None:
            raise NotFound
        made = await requests.record(request_id, by, "said", words, at)
        await database.execute("UPDATE session_request SET changed_at = $2 WHERE id = $1", request_id, at)
        if staff:
            await tell([made], by, at)


async def tell(steps: Sequence[int], by: int, at: datetime) -> None:
    """One message for each editor whom these steps concern, whatever their number; nobody is told what they did."""
    await database.execute(_TELL, list(steps), _EDITORS, by, TOPIC, at)


# A unit without an editor is looked after by the nearest above it that has one.
_TELL = """
WITH RECURSIVE about AS (
    SELECT t.id AS step, u.unit_id FROM request_step t
    JOIN session_request r ON r.id = t.request_id JOIN session s ON s.id = r.session_id
    CROSS JOIN LATERAL (
        SELECT s.unit_id WHERE s.unit_id IS NOT NULL
        UNION SELECT x.unit_id FROM session_unit x WHERE x.session_id = s.id
    ) u
    WHERE t.id = any($1)
), climb AS (
    SELECT DISTINCT unit_id AS unit, unit_id AS above FROM about
    UNION
    SELECT c.unit, u.parent_id FROM climb c JOIN unit u ON u.id = c.above
    WHERE u.parent_id IS NOT NULL
      AND NOT EXISTS (SELECT FROM role r WHERE r.unit_id = c.above AND r.name = any($2::text[]))
)
INSERT INTO outbox_message (topic, body, created_at, due_at)
SELECT $4, jsonb_build_object('person', r.person_id, 'steps', jsonb_agg(DISTINCT a.step)), $5, $5
FROM about a JOIN climb c ON c.unit = a.unit_id JOIN role r ON r.unit_id = c.above AND r.name = any($2::text[])
WHERE r.person_id <> $3 GROUP BY r.person_id ORDER BY r.person_id
"""


async def _locked(event_id: int, chosen: Sequence[Chosen]) -> list[asyncpg.Record]:
    """The requests, held until the transaction ends; their sessions before them, as `requests.save` does.

    Raises NotFound, Overtaken.
    """
    seen = {one.id: one.version for one in chosen}
    await database.execute(
        "SELECT s.id FROM session s WHERE s.event_id = $1"
        " AND s.id IN (SELECT session_id FROM session_request WHERE id = any($2)) ORDER BY s.id FOR UPDATE",
        event_id,
        list(seen),
    )
    rows = await database.rows(
        "SELECT r.id, r.version, r.state, r.headcount, r.room_set, s.title FROM session_request r"
        " JOIN session s ON s.id = r.session_id WHERE r.id = any($2) AND s.event_id = $1 ORDER BY r.id"
        " FOR UPDATE OF r",
        event_id,
        list(seen),
    )
    if len(rows) != len(seen):
        raise NotFound
    if overtaken := [row["title"] for row in rows if row["version"] != seen[row["id"]]]:
        raise Overtaken(overtaken)
    return rows


async def _record(
    ids: Sequence[int], changes: Sequence[Mapping[str, object]], by: int, what: str, words: str, at: datetime
) -> list[int]:
    rows = await database.rows(
        "INSERT INTO request_step (request_id, at, by_id, what, words, changes)"
        " SELECT n.id, $3, $4, $5, $6, n.changes FROM unnest($1::bigint[], $2::jsonb[]) AS n (id, changes)"
        " RETURNING id",
        list(ids),
        [json.dumps(one) for one in changes],
        at,
        by,
        what,
        words,
    )
    return [row["id"] for row in rows]
