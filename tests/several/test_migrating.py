"""The next version migrates while this one serves."""

import asyncio
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import asyncpg
import pytest

from events.core.database import credentials
from soak.house import House
from tests.several.proxy import Proxy, Reader
from tests.several.test_processes import annual

CHECKOUT = Path(__file__).parents[2]

NEXT = """
from tortoise import migrations
from tortoise.migrations import operations as ops

class Migration(migrations.Migration):
    dependencies = [("catalogue", "{last}")]
    operations = [ops.RunSQL("ALTER TABLE event ADD COLUMN next_words text NOT NULL DEFAULT ''")]
"""

INDEX = """
from tortoise import migrations
from tortoise.migrations import operations as ops

class Migration(migrations.Migration):
    atomic = False
    dependencies = [("catalogue", "9001_column")]
    operations = [
        ops.RunSQL("SET lock_timeout = 0", atomic=False),
        ops.RunSQL("CREATE INDEX CONCURRENTLY event_next_words ON event (next_words)", atomic=False),
    ]
"""

BAD = """
from tortoise import migrations
from tortoise.migrations import operations as ops

class Migration(migrations.Migration):
    dependencies = [("catalogue", "9002_index")]
    operations = [ops.RunSQL("ALTER TABLE event ALTER COLUMN next_words TYPE varchar(10)")]
"""


@pytest.fixture(scope="module")
def next_version(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout like ours with two migrations more: a column, and an index over it."""
    folder = tmp_path_factory.mktemp("next")
    for room in ("events", "workers"):
        shutil.copytree(CHECKOUT / room, folder / room, ignore=shutil.ignore_patterns("__pycache__"))
    migrations = folder / "events" / "catalogue" / "migrations"
    last = sorted(path.stem for path in migrations.glob("[0-9]*.py"))[-1]
    (migrations / "9001_column.py").write_text(NEXT.format(last=last))
    (migrations / "9002_index.py").write_text(INDEX)
    return folder


def migrate(house: House, folder: Path, *words: str) -> subprocess.Popen[str]:
    """`colloquy migrate` of another version, started."""
    return subprocess.Popen(
        [sys.executable, "-m", "events.cli", "migrate", *words],
        cwd=folder,
        env={**house.environment, "PYTHONPATH": os.fspath(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


async def test_a_migration_that_would_stop_the_old_version_is_named_before_it_runs(
    installation: House, next_version: Path
) -> None:
    bad = next_version / "events" / "catalogue" / "migrations" / "9003_type.py"
    bad.write_text(BAD)
    checking = migrate(installation, next_version, "--check")
    said, _none = await asyncio.to_thread(checking.communicate)
    bad.unlink()

    lines = said.splitlines()
    assert lines[:3] == ["catalogue.9001_column", "catalogue.9002_index", "catalogue.9003_type"]
    assert lines[3].startswith("  event (about ")
    assert lines[3].endswith("next_words TYPE varchar(10): writes every row anew, and nobody can read meanwhile")
    assert lines[4].startswith("Not while the old version serves")
    assert (len(lines), checking.returncode) == (5, 1)


async def test_the_old_version_serves_while_the_new_one_migrates_and_waits_for_nobody(
    installation: House, proxy: Proxy, next_version: Path
) -> None:
    """Somebody's report reads the table all the time, until the migration has said that it would have to wait."""
    slug = await annual(installation)
    paths = ["/events", f"/events/{slug}", f"/events/{slug}/register", f"/events/{slug}/schedule.ics", "/celebrations"]
    report = await asyncpg.connect(**credentials(installation.dsn))
    reading = report.transaction(isolation="repeatable_read", readonly=True)
    await reading.start()
    await report.execute("SELECT count(*) FROM event")
    answers: Counter[int] = Counter()
    over = asyncio.Event()

    async def read(reader: Reader, number: int) -> None:
        while not over.is_set():
            answers[(await reader.get(paths[number % len(paths)])).status_code] += 1
            await asyncio.sleep(0.02)

    async with Reader(installation, proxy) as reader:
        going = [asyncio.create_task(read(reader, number)) for number in range(5)]
        migrating = migrate(installation, next_version)
        assert migrating.stdout is not None
        said = [await asyncio.to_thread(migrating.stdout.readline) for _line in range(2)]
        await reading.rollback()
        said += await asyncio.to_thread(migrating.stdout.readlines)
        code = await asyncio.to_thread(migrating.wait)
        migrating.stdout.close()
        await asyncio.sleep(0.5)
        over.set()
        await asyncio.gather(*going)
    await report.close()

    [row] = await installation.ask("SELECT count(*) AS events, max(next_words) AS words FROM event")
    [index] = await installation.ask("SELECT indisvalid FROM pg_index WHERE indexrelid = 'event_next_words'::regclass")
    assert said[0] == "catalogue.9001_column …\n"
    assert said[1].startswith("It would have to wait: the oldest transaction is ")
    assert said[-1] == "catalogue.9002_index …\n"
    assert code == 0
    assert set(answers) == {200}
    assert (row["events"] > 0, row["words"], index["indisvalid"]) == (True, "", True)


async def test_what_is_done_is_not_pending(installation: House, next_version: Path) -> None:
    checking = migrate(installation, next_version, "--check")
    said, _none = await asyncio.to_thread(checking.communicate)

    assert (said, checking.returncode) == ("Nothing to migrate.\n", 0)


def test_the_old_version_saw_nothing_of_it(installation: House) -> None:
    assert installation.errors() == []
