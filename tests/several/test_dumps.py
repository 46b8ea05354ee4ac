"""What `pg_dump` wrote is a whole installation again: of the version before, and of this one while it runs."""

import asyncio
import lzma
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from soak.house import House, house
from tests.several.proxy import Proxy, Reader
from tests.several.test_processes import Alternating, free_webinar, order_form, told

DUMPS = {
    Path("tests/data/dumps/issue-2.sql.xz"): datetime(2026, 11, 22, 16, 50, tzinfo=UTC),
    Path("tests/data/dumps/issue-3.sql.xz"): datetime(2026, 11, 22, 21, 29, tzinfo=UTC),
    Path("tests/data/dumps/issue-4.sql.xz"): datetime(2026, 11, 23, 7, 39, tzinfo=UTC),
}
"""The small demo of an earlier version, made up from end to end, and when it was dumped.

Made by `colloquy demo small` and `pg_dump --no-owner --no-privileges` of that version's checkout, without the lines
that only the newest psql reads (\\restrict, \\unrestrict, SET transaction_timeout), and xz.
"""

AUDIT = """
import asyncio, sys
from datetime import datetime
from events import audit
from events.core import database

async def findings(url, at):
    await database.connect(url)
    for one in await audit.audit(datetime.fromisoformat(at)):
        print(one)
    await database.close()

asyncio.run(findings(*sys.argv[1:]))
"""
"""`colloquy audit` at another time: what was due when a dump was made is late today."""


def restore(opened: House, sql: bytes) -> None:
    """Into its empty database, as docs/deploy.md says."""
    psql: list[str | Path] = [
        opened.programs / "psql",
        "--quiet",
        "--no-psqlrc",
        "--set=ON_ERROR_STOP=1",
        "--dbname",
        opened.dsn,
    ]
    subprocess.run(psql, input=sql, check=True, stdout=subprocess.DEVNULL)


def dump(running: House) -> bytes:
    command: list[str | Path] = [running.programs / "pg_dump", "--no-owner", "--no-privileges", "--dbname", running.dsn]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout


@pytest.mark.parametrize("kept", DUMPS, ids=lambda path: path.name)
def test_a_dump_of_an_earlier_version_migrates_and_its_audit_is_clean(kept: Path, tmp_path: Path) -> None:
    def fill(opened: House) -> None:
        restore(opened, lzma.decompress(kept.read_bytes()))
        done = opened.command("migrate")
        assert done.returncode == 0, done.stderr

    with house(tmp_path, webs=1, workers=0, prepare=fill) as opened:
        audit = subprocess.run(
            [sys.executable, "-c", AUDIT, opened.dsn, DUMPS[kept].isoformat()],
            capture_output=True,
            text=True,
            check=True,
        )
        events = asyncio.run(opened.ask("SELECT slug, kind FROM event WHERE state <> 'draft' ORDER BY slug"))
        [talk] = asyncio.run(
            opened.ask(
                "SELECT s.code, e.slug FROM session s JOIN event e ON e.id = s.event_id"
                " WHERE e.kind = 'conference' AND s.visibility = 'public' ORDER BY s.id LIMIT 1"
            )
        )
        paths = ["/", "/events", "/celebrations", f"/events/{talk['slug']}/sessions/{talk['code']}"]
        paths += [f"/events/{row['slug']}" for row in events if row["kind"] != "celebration"]
        paths += [f"/events/{talk['slug']}/schedule{ending}" for ending in ("", ".ics", ".json", ".xml")]
        with httpx.Client(base_url=opened.url, timeout=30) as reader:
            answers = {path: reader.get(path).status_code for path in paths}
        errors = opened.errors()

    assert audit.stdout == ""
    assert len(events) > 10
    assert answers == dict.fromkeys(paths, 200)
    assert errors == []


async def test_a_backup_of_a_running_house_opens_elsewhere_with_the_same_key(
    installation: House, proxy: Proxy, tmp_path: Path
) -> None:
    """Every address that was given to somebody still leads there: feeds, orders, sign-ins."""
    await told(installation)
    await installation.ask("UPDATE quota SET capacity = capacity + 10")
    await asyncio.sleep(1)
    slug = await free_webinar(installation)
    async with Alternating(installation, proxy) as reader:
        await reader.look_as("Amal Haddad")
        await reader.open("/my/schedule")
        if "/calendars/my/" not in reader.text:
            await reader.press("Make a calendar address")
        [feed] = set(re.findall(r"/calendars/my/[^\s\"<]+\.ics", reader.text))
        cookies = dict(reader.client.cookies)
    async with Reader(installation, proxy) as buyer:
        form = await order_form(buyer, slug, "kept@example.org")
        order = (await buyer.post(f"/events/{slug}/register", data=form)).url.raw_path.decode()
    await told(installation)

    dumped = await asyncio.to_thread(dump, installation)

    def fill(opened: House) -> None:
        restore(opened, dumped)

    with house(tmp_path, webs=1, workers=0, prepare=fill, secret_key=installation.secret_key) as opened:
        audit = opened.command("audit")
        async with httpx.AsyncClient(base_url=opened.url, timeout=30) as there:
            fed = await there.get(feed)
            ordered = await there.get(order, follow_redirects=True)
            there.cookies.update(cookies)
            signed_in = await there.get("/my/schedule")

    assert (audit.stdout, audit.returncode) == ("Everything adds up.\n", 0)
    assert (fed.status_code, fed.text.startswith("BEGIN:VCALENDAR")) == (200, True)
    assert (ordered.status_code, "Grace Hopper" in ordered.text) == (200, True)
    assert signed_in.status_code == 200
