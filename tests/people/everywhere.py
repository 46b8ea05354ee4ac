"""Rows that point to people, made for any table from what the database says of its columns.

A new table needs nothing here, but values for what its checks want.
"""

import itertools
import json
from typing import Any
from uuid import uuid4

from events.core import database
from events.people.references import Place
from tests.make import NOON

_numbers = itertools.count(1)

WANTED: dict[str, Any] = {
    "address.email": lambda n: f"reader{n}@example.org",
    "accepted_conflict.kind": "person",
    "allotment.party": "presenters",
    "allotted.places": 1,
    "arrangement.state": "waiting",
    "availability.ends_at": "2026-06-25T13:00:00Z",
    "bank_line.state": "unknown",
    "call.closes_at": "2026-06-26T12:00:00Z",
    "call.who": "anyone",
    "call_question.about": "presenter",
    "call_question.kind": "text",
    "calling_off.state": "running",
    "care_case.state": "asked",
    "care_case.words": "x",
    "care_message.kind": "ours",
    "care_message.words": "x",
    "care_move.new": "in_work",
    "change_request.kind": "details",
    "change_request.state": "open",
    "closing.month": lambda n: f"{1000 + n}-01-01",
    "decision.becomes": "accepted",
    "declaration.kind": "student",
    "difference.kind": "payment",
    "difference.theirs": -1,
    "document.ended": True,
    "document.kind": "terms",
    "document.version": lambda n: n,
    "edit.after": {},
    "email_code.purpose": "sign_in",
    "entry.kind": "slot",
    "entry.status": "CONFIRMED",
    "event.kind": "conference",
    "event.mode": "in_person",
    "event.starts_on": "2026-07-09",
    "event.ends_on": "2026-07-12",
    "event.state": "draft",
    "event.timezone": "UTC",
    "event.currency": "USD",
    "event_move.new": "announced",
    "event_move.old": "draft",
    "exchange.back": 0,
    "exchange.state": "open",
    "exempted_line.tax": 1,
    "exemption.answered_at": "2026-06-25T12:00:00Z",
    "exemption.state": "accepted",
    "former_key.kind": "code",
    "import_run.state": "checked",
    "invitation.state": "invited",
    "membership.kind": "member",
    "order_move.new": "CONFIRMED",
    "order_move.old": "HELD",
    "orders.currency": "USD",
    "orders.state": "CONFIRMED",
    "proposal.code": lambda n: f"P{n:05d}",
    "role.name": "reader",
    "receipt.kind": "payment",
    "receipt.way": "check",
    "request_step.what": "said",
    "review_phase.closes_at": "2026-06-26T12:00:00Z",
    "session.code": lambda n: f"S{n:05d}",
    "session_person.role": "speaker",
    "staff_move.new": "invited",
    "staff_move.old": "unassigned",
    "staff_place.state": "unassigned",
    "task.kind": "slides",
    "ticket_change.kind": "details",
    "transfer.state": "offered",
    "unit.kind": "division",
    "venue.timezone": "UTC",
    "voucher.effect": "none",
    "waitlist_entry.party": 1,
    "waitlist_entry.ticket_types": [1],
    "waitlist_rules.hours": 24,
    "write_off.amount": 1,
    "voucher.max_uses": 5,
}

_COLUMNS = """
SELECT a.attname AS name, t.typname AS type, a.atttypmod - 4 AS size, f.confrelid::regclass::text AS target,
    EXISTS (SELECT FROM pg_index i WHERE i.indrelid = a.attrelid AND i.indisunique AND i.indpred IS NULL
        AND i.indnatts = 1 AND i.indkey[0] = a.attnum) AS once
FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_constraint f ON f.conrelid = a.attrelid AND f.contype = 'f' AND f.conkey = ARRAY[a.attnum]
WHERE a.attrelid = $1::text::regclass AND a.attnum > 0 AND NOT a.attisdropped
AND (a.attnotnull AND NOT a.atthasdef OR $1 || '.' || a.attname = any($2)) AND a.attname <> 'id'
"""


async def row(table: str, parents: dict[str, int], **given: Any) -> int:
    """Insert a row; returns its id. parents: the row of each table that it may point to, made when missing."""
    number = next(_numbers)
    values = dict(given)
    for column in await database.rows(_COLUMNS, table, list(WANTED)):
        name = column["name"]
        if name in values:
            continue
        wanted = WANTED.get(f"{table}.{name}")
        if wanted is not None:
            values[name] = wanted(number) if callable(wanted) else wanted
        elif column["target"]:
            parent = row(column["target"], parents) if column["once"] else _parent(column["target"], parents, name)
            values[name] = await parent
        else:
            values[name] = _value(column["type"], column["size"], number)
    return await _insert(table, values)


async def _parent(table: str, parents: dict[str, int], column: str) -> int:
    """What `one_id` points to is another row than what `other_id` does."""
    name = f"one {table}" if column == "one_id" else table
    if name not in parents:
        parents[name] = await row(table, parents)
    return parents[name]


async def at(place: Place, person: int, parents: dict[str, int], **given: Any) -> int:
    """A row of a place that points to the person."""
    return await row(place[0], parents, **({place[1]: person} | given))


def _value(kind: str, size: int, number: int) -> Any:
    words = f"x{number}"
    return {
        "varchar": words if size <= 0 else words[-size:],
        "text": words,
        "int4": number,
        "int8": number,
        "int2": 1,
        "bool": False,
        "timestamptz": NOON.isoformat(),
        "date": NOON.date().isoformat(),
        "uuid": str(uuid4()),
        "jsonb": {},
        "bytea": "\\x" + uuid4().hex,
        "_int4": [],
        "_text": [],
    }[kind]


async def _insert(table: str, values: dict[str, Any]) -> int:
    names = ", ".join(values)
    made: int = await database.value(
        f"INSERT INTO {table} ({names}) SELECT {names} FROM jsonb_populate_record(NULL::{table}, $1::text::jsonb)"
        " RETURNING id",
        json.dumps(values),
    )
    return made


async def dump() -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, by id."""
    tables = await database.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
    found = {}
    for (table,) in tables:
        rows = await database.rows(f"SELECT to_jsonb(t) AS row FROM {table} t")
        found[table] = sorted((json.loads(row["row"]) for row in rows), key=lambda row: str(row.get("id")))
    return found
