"""Who presents, moderates, chairs or interprets is told of what a release changed for them: one mail a person.

A release's message has this room write one message to each person, under a key of the release and the person, so that
following it twice tells nobody twice. Told is what somebody who has to be there must know: a session is theirs now, its
time, room or link is another, it is cancelled or back on, or is theirs no more. New words are for readers.

Who has no account is told at the address by which they were invited to present, and said yes. Whoever was redacted is
in no session any more, and hears nothing. Bookable resources have nobody to write to; the page before publishing names
them.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from events.core import database

TOPIC = "mail.programme_changed"

TOLD = frozenset({"added", "time", "room", "join", "cancelled", "restored", "removed"})
"""Kinds of change that everybody in a session is told of."""


@dataclass(slots=True)
class Told:
    """What one person is told: slots that changed; sessions that are theirs since this release, and no more."""

    slots: set[int] = field(default_factory=set)
    joined: set[int] = field(default_factory=set)
    left: set[int] = field(default_factory=set)

    def body(self) -> dict[str, list[int]]:
        return {name: sorted(getattr(self, name)) for name in ("slots", "joined", "left")}


REACHABLE = """p.erased_at IS NULL AND (
    EXISTS (SELECT FROM address d WHERE d.person_id = p.id AND d.is_primary)
    OR EXISTS (SELECT FROM proposal_person w WHERE w.person_id = p.id AND w.state = 'accepted' AND w.email <> ''))"""
"""SQL: whether a person p has an address to write to about their part."""


async def note(event: int, release: int, changes: Sequence[Mapping[str, Any]], at: datetime) -> int:
    """Write the messages of a release; of the first one, when everything is new, to everybody who is in it.

    changes   as the release keeps them, in which a first release has none
    """
    people: dict[int, Told] = defaultdict(Told)
    number = await database.value("SELECT number FROM release WHERE id = $1", release)
    if number == 1:
        for session, person in await _reached(await _ahead(event, at)):
            people[person].joined.add(session)
        return await _write(event, release, people, at)
    ahead = [change for change in changes if _ends(change) > at]
    in_it = [change for change in ahead if not TOLD.isdisjoint(change["what"])]
    by_session: dict[int, set[int]] = defaultdict(set)
    for change in in_it:
        by_session[change["session"]].add(change["slot"])
    for session, person in await _reached(by_session):
        people[person].slots |= by_session[session]
    await _note_comers_and_goers(event, number, ahead, people)
    return await _write(event, release, people, at)


async def _note_comers_and_goers(
    event: int, number: int, changes: Sequence[Mapping[str, Any]], people: dict[int, Told]
) -> None:
    """Who came into a session, left it, or was in one that the draft has no more."""
    wanted = {change["code"]: change for change in changes if not {"people", "removed"}.isdisjoint(change["what"])}
    if not wanted:
        return
    for row in await database.rows(_PEOPLE_OF_BOTH, event, number, list(wanted)):
        change, told = wanted[row["code"]], people[row["person"]]
        slots = {one["slot"] for one in changes if one["code"] == row["code"]}
        if "removed" in change["what"]:
            told.slots |= slots
        elif row["now"]:
            told.joined.add(change["session"])
            told.slots -= slots
        else:
            told.left.add(change["session"])


_PEOPLE_OF_BOTH = f"""
WITH told AS MATERIALIZED (
    SELECT r.number = $2 AS now, s ->> 'code' AS code, p ->> 0 AS person
    FROM release r
    CROSS JOIN LATERAL jsonb_array_elements((r.public -> 'sessions') || coalesce(r.registrants -> 'sessions', '[]')) s
    CROSS JOIN LATERAL jsonb_array_elements(s -> 'people') p
    WHERE r.event_id = $1 AND r.number IN ($2, $2 - 1) AND s ->> 'code' = any($3)
)
SELECT t.code, p.id AS person, bool_or(t.now) AS now FROM told t
JOIN person p ON p.code = t.person AND {REACHABLE}
GROUP BY 1, 2 HAVING count(DISTINCT t.now) = 1
"""  # noqa: S608 - words of ours
"""People who are in a session of one of two releases and not of the other."""

_REACHED = f"""
SELECT DISTINCT r.session_id, r.person_id FROM session_person r JOIN person p ON p.id = r.person_id
WHERE r.session_id = any($1) AND {REACHABLE}
"""  # noqa: S608 - words of ours


async def _reached(sessions: Collection[int]) -> list[tuple[int, int]]:
    """Who is in some sessions and can be written to: session and person."""
    rows = await database.rows(_REACHED, list(sessions)) if sessions else []
    return [(row["session_id"], row["person_id"]) for row in rows]


async def _ahead(event: int, at: datetime) -> list[int]:
    """The sessions of the programme that are not over."""
    rows = await database.rows(
        "SELECT DISTINCT s.id FROM entry en JOIN session s ON s.event_id = en.event_id AND s.code = en.session_code"
        " WHERE en.event_id = $1 AND en.kind = 'slot' AND en.status = 'CONFIRMED' AND en.ends_at > $2",
        event,
        at,
    )
    return [row["id"] for row in rows]


def _ends(change: Mapping[str, Any]) -> datetime:
    return max(datetime.fromisoformat(view["ends_at"]) for view in (change["before"], change["after"]) if view)


async def _write(event: int, release: int, people: Mapping[int, Told], at: datetime) -> int:
    bodies = {
        f"release-{release}-person-{person}": {"event": event, "release": release, "person": person, **told.body()}
        for person, told in people.items()
        if told.slots or told.joined or told.left
    }
    if not bodies:
        return 0
    return await database.execute(
        "INSERT INTO outbox_message (topic, key, body, created_at, due_at)"
        " SELECT $1, n.key, n.body, $2, $2 FROM unnest($3::text[], $4::jsonb[]) n (key, body)"
        " ON CONFLICT (key) DO NOTHING",
        TOPIC,
        at,
        list(bodies),
        [json.dumps(body) for body in bodies.values()],
    )
