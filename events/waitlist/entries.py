"""Getting in line, leaving it, and where somebody stands."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import asyncpg

from events.core import database
from events.core.errors import DomainError, NotFound
from events.core.locales import _
from events.registration import orders
from events.waitlist.states import MOVES, EntryState

LINE = "priority DESC, joined_at, id"


class InLineAlready(DomainError):
    """The same address waits for the same; `entry` is its place in line."""

    status = 409

    def __init__(self, entry: int) -> None:
        super().__init__(_("This address is in line for these tickets already. The link is in its mail."))
        self.entry = entry

    @property
    def title(self) -> str:
        return _("In line already")


class NotWaiting(DomainError):
    status = 409

    def __init__(self) -> None:
        super().__init__(_("This place in line is over. Look at its page again."))

    @property
    def title(self) -> str:
        return _("Too late for that")


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody waits for."""

    event: int
    name: str
    email: str
    person: int | None
    locale: str
    ticket_types: tuple[int, ...]
    party: int = 1
    together: bool = True


@dataclass(frozen=True, slots=True)
class Entry:
    """A place in line with what its page shows. tickets: the names of those that would do."""

    id: int
    event: int
    slug: str
    title: str
    zone: str
    starts_on: date
    contact: str
    person: int | None
    name: str
    email: str
    locale: str
    ticket_types: tuple[int, ...]
    tickets: tuple[str, ...]
    party: int
    together: bool
    priority: int
    reason: str
    state: EntryState
    joined_at: datetime
    changed_at: datetime
    offered_until: datetime | None
    order: str
    order_state: str
    part_of: int | None


@dataclass(frozen=True, slots=True)
class Standing:
    """place: 1 for the first; of: how many wait for any of the same."""

    place: int
    of: int


def secret(entry: int, key: str) -> str:
    """What opens an entry's page: a MAC of its number. Nothing secret is stored."""
    return hmac.new(key.encode(), f"waitlist {entry}".encode(), hashlib.sha256).hexdigest()[:32]


def opens(given: str, entry: int, key: str) -> bool:
    return hmac.compare_digest(given.encode(), secret(entry, key).encode())


_QUOTAS = """
SELECT id FROM quota q WHERE event_id = $1 AND (waiting > 0 OR EXISTS (
    SELECT FROM ticket_type_quota l JOIN waitlist_entry w ON l.ticket_type_id = any(w.ticket_types)
    WHERE l.quota_id = q.id AND w.event_id = $1 AND w.state = 'WAITING'))
ORDER BY id FOR NO KEY UPDATE
"""
_COUNT = """
UPDATE quota SET waiting = found.waiting FROM (
    SELECT q.id, coalesce(sum(w.party), 0)::int AS waiting FROM quota q
    LEFT JOIN waitlist_entry w ON w.event_id = $1 AND w.state = 'WAITING' AND EXISTS (
        SELECT FROM ticket_type_quota l WHERE l.quota_id = q.id AND l.ticket_type_id = any(w.ticket_types))
    WHERE q.id = any($2) GROUP BY q.id
) found WHERE quota.id = found.id AND quota.waiting <> found.waiting
"""


async def recount(event_id: int) -> None:
    """Tell an event's quotas how many people wait for them, after any of them came, went, or was offered something.

    In a transaction that has locked nothing that anybody with quotas waits for: they are locked in the order of their
    ids. Who joins is counted in the transaction that writes them, so that nobody is in line and not counted. Counted in
    a second statement, which sees whoever came while the first waited. Too high for a moment sets aside too much,
    which the next count gives back.
    """
    async with database.transaction():
        quotas = [row["id"] for row in await database.rows(_QUOTAS, event_id)]
        await database.execute(_COUNT, event_id, quotas)


async def join(wish: Wish, at: datetime) -> int:
    """Get in line, with a mail that says where. Returns the entry's number. Raises InLineAlready."""
    try:
        async with database.transaction():
            entry: int = await database.value(
                "INSERT INTO waitlist_entry (event_id, person_id, name, email, locale, ticket_types, party, together,"
                " joined_at, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9) RETURNING id",
                wish.event,
                wish.person,
                wish.name,
                wish.email.lower(),
                wish.locale,
                list(wish.ticket_types),
                wish.party,
                wish.together,
                at,
            )
            await tell(entry, "mail.waitlist_joined", at)
            await recount(wish.event)
    except asyncpg.UniqueViolationError as error:
        same: int = await database.value(
            "SELECT id FROM waitlist_entry WHERE event_id = $1 AND lower(email) = lower($2) AND ticket_types = $3"
            " AND state IN ('WAITING', 'OFFERED') AND part_of_id IS NULL",
            wish.event,
            wish.email,
            list(wish.ticket_types),
        )
        raise InLineAlready(same) from error
    return entry


async def tell(entry: int, topic: str, at: datetime) -> None:
    await database.execute(
        "INSERT INTO outbox_message (topic, body, created_at, due_at)"
        " VALUES ($1, jsonb_build_object('entry', $2::bigint), $3, $3)",
        topic,
        entry,
        at,
    )


async def move(entry: int, new: EntryState, at: datetime, by: int | None = None, **columns: Any) -> EntryState:
    """In a transaction: take an entry to another state; `recount` after it. Raises NotWaiting."""
    found = await database.value("SELECT state FROM waitlist_entry WHERE id = $1 FOR UPDATE", entry)
    if found is None:
        raise NotFound
    old = EntryState(found)
    if new not in MOVES[old]:
        raise NotWaiting
    given = {"state": new.value, "changed_at": at, "changed_by_id": by} | columns
    sets = ", ".join(f"{name} = ${place}" for place, name in enumerate(given, 2))
    await database.execute(f"UPDATE waitlist_entry SET {sets} WHERE id = $1", entry, *given.values())  # noqa: S608
    return old


async def leave(entry: Entry, at: datetime, by: int | None = None) -> None:
    """Out of the line, or an offer given back: its places go to the next; nothing the second time.

    What holds is the row as it is when locked: it may have been offered something since it was read. Raises NotWaiting,
    TooLate.
    """
    async with database.transaction():
        row = await database.row("SELECT state, order_id FROM waitlist_entry WHERE id = $1 FOR UPDATE", entry.id)
        if row is not None and row["state"] == EntryState.LEFT:
            return
        if row is not None and row["state"] == EntryState.OFFERED:
            await orders.give_up(row["order_id"], at, by)
        await move(entry.id, EntryState.LEFT, at, by)
    await recount(entry.event)


async def remove(entry: Entry, reason: str, at: datetime, by: int) -> None:
    """By staff, with a reason that the person gets by mail."""
    async with database.transaction():
        await move(entry.id, EntryState.CLOSED, at, by, reason=reason)
        await tell(entry.id, "mail.waitlist_closed", at)
    await recount(entry.event)


async def prefer(entry: int, priority: int, reason: str, at: datetime, by: int) -> None:
    """Staff move somebody up or down the line, and say why. Raises NotWaiting."""
    done = await database.execute(
        "UPDATE waitlist_entry SET priority = $2, reason = $3, changed_at = $4, changed_by_id = $5"
        " WHERE id = $1 AND state = 'WAITING'",
        entry,
        priority,
        reason,
        at,
        by,
    )
    if not done:
        raise NotWaiting


_ENTRY = """
SELECT w.id, w.event_id AS event, e.slug, e.title, e.timezone AS zone, e.starts_on, e.contact_email AS contact,
    w.person_id AS person, w.name, w.email, w.locale, w.ticket_types, w.party, w.together, w.priority, w.reason,
    w.state, w.joined_at, w.changed_at, w.offered_until, w.part_of_id AS part_of,
    coalesce(o.code, '') AS order, coalesce(o.state, '') AS order_state,
    ARRAY(SELECT t.name FROM unnest(w.ticket_types) WITH ORDINALITY wanted (id, n)
        JOIN ticket_type t ON t.id = wanted.id ORDER BY wanted.n) AS tickets
FROM waitlist_entry w JOIN event e ON e.id = w.event_id LEFT JOIN orders o ON o.id = w.order_id
"""


def _entry(row: asyncpg.Record) -> Entry:
    values = dict(row)
    return Entry(
        **values
        | {
            "state": EntryState(row["state"]),
            "ticket_types": tuple(row["ticket_types"]),
            "tickets": tuple(row["tickets"]),
        }
    )


async def load(entry: int) -> Entry | None:
    row = await database.row(_ENTRY + "WHERE w.id = $1", entry)
    return _entry(row) if row else None


async def parts(entry: int) -> list[Entry]:
    """What an entry was split into, for those who took a part of the places and wait for the rest."""
    rows = await database.rows(_ENTRY + "WHERE w.part_of_id = $1 ORDER BY w.id", entry)
    return [_entry(row) for row in rows]


async def of_person(person: int, event_id: int) -> list[Entry]:
    rows = await database.rows(
        _ENTRY + "WHERE w.person_id = $1 AND w.event_id = $2 AND w.state IN ('WAITING', 'OFFERED') ORDER BY w.id",
        person,
        event_id,
    )
    return [_entry(row) for row in rows]


async def standing(entry: Entry) -> Standing:
    """Where somebody is among those who wait for any of the same tickets. Offers that stand are not counted."""
    row = await database.row(
        "SELECT count(*) FILTER (WHERE (-o.priority, o.joined_at, o.id) <= (-w.priority, w.joined_at, w.id)) AS place,"
        " count(*) AS of FROM waitlist_entry w JOIN waitlist_entry o ON o.event_id = w.event_id"
        " AND o.state = 'WAITING' AND o.ticket_types && w.ticket_types WHERE w.id = $1",
        entry.id,
    )
    assert row is not None
    return Standing(max(1, row["place"]), max(1, row["of"]))


PAGE = 50
_OF_EVENT = """
WHERE w.event_id = $1 AND ($2 = '' OR w.state = $2) AND ($3::int IS NULL OR $3 = any(w.ticket_types))
    AND ($4 = '' OR o.code = upper($4) OR strpos(lower(w.name || ' ' || w.email), lower($4)) > 0)
"""


async def of_event(event_id: int, state: str, ticket: int | None, words: str, page: int) -> tuple[list[Entry], int]:
    """A page of the organizers' list, those who wait first and in line; and how many in all."""
    total = await database.value(
        "SELECT count(*) FROM waitlist_entry w LEFT JOIN orders o ON o.id = w.order_id" + _OF_EVENT,  # noqa: S608
        event_id,
        state,
        ticket,
        words,
    )
    rows = await database.rows(
        _ENTRY
        + _OF_EVENT
        + " ORDER BY array_position(ARRAY['OFFERED', 'WAITING'], w.state) NULLS LAST, w.priority DESC, w.joined_at,"
        f" w.id LIMIT {PAGE} OFFSET $5",
        event_id,
        state,
        ticket,
        words,
        (page - 1) * PAGE,
    )
    return [_entry(row) for row in rows], int(total)


async def counts(event_id: int) -> dict[str, int]:
    """State → entries."""
    rows = await database.rows(
        "SELECT state, count(*) AS n FROM waitlist_entry WHERE event_id = $1 GROUP BY state", event_id
    )
    return {row["state"]: row["n"] for row in rows}


async def numbers(event_id: int) -> list[tuple[int, str, int, int]]:
    """For each ticket type that somebody waits for: its id and name, entries and people."""
    rows = await database.rows(
        "SELECT t.id, t.name, count(*)::int AS entries, sum(w.party)::int AS people FROM waitlist_entry w"
        " JOIN ticket_type t ON t.id = any(w.ticket_types) WHERE w.event_id = $1 AND w.state = 'WAITING'"
        " GROUP BY t.id ORDER BY t.position, t.id",
        event_id,
    )
    return [(row["id"], row["name"], row["entries"], row["people"]) for row in rows]
