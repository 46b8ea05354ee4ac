"""Commands that change or look at a database, typed as a person would."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, STDOUT

import pytest

from events.core import database
from tests import make

pytestmark = pytest.mark.usefixtures("db")


async def run(database_url: str, *words: str) -> tuple[int | None, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "events.cli",
        *words,
        env=os.environ | {"COLLOQUY_DATABASE_URL": database_url},
        stdout=PIPE,
        stderr=STDOUT,
    )
    said = (await process.communicate())[0].decode()
    return process.returncode, said


async def test_somebody_becomes_an_administrator_once(database_url: str) -> None:
    for _time in range(2):
        assert await run(database_url, "create-admin", " Grace@Example.org ") == (
            0,
            "grace@example.org is an administrator.\n",
        )

    rows = await database.rows("SELECT a.email, r.name FROM role r JOIN address a ON a.person_id = r.person_id")
    assert [tuple(row) for row in rows] == [("grace@example.org", "administrator")]


async def test_who_is_known_already_stays_one_person(database_url: str) -> None:
    ada = await make.person(email="ada@example.org")

    await run(database_url, "create-admin", "ada@example.org")

    assert await database.value("SELECT person_id FROM role") == ada.id


async def test_what_is_no_address_is_refused_in_words(database_url: str) -> None:
    code, said = await run(database_url, "create-admin", "grace")

    assert code == 2
    assert "has an @ in it" in said


async def test_an_audit_says_what_is_wrong_and_ends_with_one(database_url: str) -> None:
    assert await run(database_url, "audit") == (0, "Everything adds up.\n")

    await database.execute(
        "INSERT INTO webhook_event (id, kind, body, received_at) VALUES ('evt_1', 'x', '{}', now() - interval '1 day')"
    )
    code, said = await run(database_url, "audit")

    assert code == 1
    assert "webhook event evt_1" in said
    assert said.endswith("1 finding.\n")
