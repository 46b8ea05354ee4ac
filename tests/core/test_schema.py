"""A migrated database has exactly the rules that are meant, and may be migrated by two processes at once."""

import asyncio
import os
import re
import sys
from asyncio.subprocess import PIPE, STDOUT
from pathlib import Path

import asyncpg
import pytest

from events.core import database

MEANT = Path(__file__).with_name("schema.txt")
EVENTS = Path(database.__file__).parents[1]

LIVE = """
SELECT conrelid::regclass || ' ' || CASE contype WHEN 'c' THEN 'check' WHEN 'x' THEN 'exclude' WHEN 'u' THEN 'unique'
       WHEN 'f' THEN 'foreign' END || ' ' || conname || ': ' || pg_get_constraintdef(oid) AS line
FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype IN ('c', 'x', 'u', 'f')
UNION ALL
SELECT tablename || ' index ' || indexname || ': ' || regexp_replace(indexdef, '^.* USING ', '')
FROM pg_indexes WHERE schemaname = 'public' AND indexname NOT IN (SELECT conname FROM pg_constraint)
ORDER BY 1
"""


CASTS = re.compile(r"::(?:character varying|text)(?:\[\])?")


def plain(line: str) -> str:
    """A rule without the casts and parentheses that PostgreSQL adds differently after a dump."""
    head, sep, rest = line.partition(": ")
    if " check " not in head and " WHERE " not in rest:
        return line
    return head + sep + CASTS.sub("", rest).replace("(", "").replace(")", "")


async def live() -> list[str]:
    lines = [plain(row["line"]) for row in await database.rows(LIVE)]
    return [line for line in lines if not line.startswith("tortoise_migrations")]


@pytest.mark.usefixtures("db")
async def test_the_live_constraints_and_indexes_are_those_we_mean() -> None:
    """When a rule changes on purpose: `python -m tests.core.write_schema` writes the list anew; read its diff."""
    assert await live() == MEANT.read_text("utf-8").splitlines()


@pytest.mark.usefixtures("db")
async def test_every_foreign_key_that_is_searched_by_has_an_index() -> None:
    bare = await database.rows(
        "SELECT c.conrelid::regclass || '.' || a.attname AS line FROM pg_constraint c"
        " JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]"
        " WHERE c.contype = 'f' AND NOT EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = c.conrelid"
        "   AND i.indkey[0] = c.conkey[1]) ORDER BY 1"
    )

    assert [row["line"] for row in bare] == [
        # Who did it: shown beside the row, never searched by, and people are not deleted in bulk.
        "accepted_conflict.accepted_by_id",
        "allotted.given_by_id",
        "arrangement.asked_by_id",
        "bank_line.changed_by_id",
        "bank_statement.sent_by_id",
        "calling_off.started_by_id",
        "change_request.answered_by_id",
        "closing.closed_by_id",
        "decision.decided_by_id",
        "declaration.answered_by_id",
        "difference.settled_by_id",
        "document.saved_by_id",
        "edit.by_id",
        "edit_request.answered_by_id",
        "event_move.moved_by_id",
        "exchange.started_by_id",
        "exemption.answered_by_id",
        "free_places.granted_by_id",
        "free_places.unit_id",  # units are not deleted in bulk either
        "gl_code.given_by_id",
        "lobby.changed_by_id",
        "order_move.moved_by_id",
        "posting.unit_id",  # a closed month is read by its closing
        "question.only_if_id",  # an event asks a dozen
        "quota_change.changed_by_id",
        "receipt.booked_by_id",
        "redaction.made_by_id",
        "refund_policy.saved_by_id",
        "release.published_by_id",
        "request_step.by_id",
        "saved_list.owner_id",
        "staff_move.moved_by_id",
        "tax_rule.saved_by_id",
        "ticket_change.changed_by_id",
        "ticket_change.old_person_id",
        "transfer.offered_by_id",
        "voucher.window_id",  # asked when a window is taken away, which is rare
        "voucher_change.changed_by_id",
        "waitlist_entry.changed_by_id",
        "write_off.written_by_id",
    ]


async def test_two_processes_may_migrate_at_once(empty_database: str) -> None:
    command = (sys.executable, "-m", "events.cli", "migrate")
    environment = os.environ | {"COLLOQUY_DATABASE_URL": empty_database}

    both = [
        await asyncio.create_subprocess_exec(*command, env=environment, stdout=PIPE, stderr=STDOUT) for _ in range(2)
    ]
    said = [(await process.communicate())[0].decode() for process in both]

    assert [process.returncode for process in both] == [0, 0], said
    connection = await asyncpg.connect(**database.credentials(empty_database))
    steps = await connection.fetch("SELECT app, name FROM tortoise_migrations ORDER BY id")
    await connection.close()
    assert sorted(tuple(step) for step in steps) == sorted(
        (name, step.stem) for name in database.SLICES for step in EVENTS.glob(f"{name}/migrations/0*.py")
    )
