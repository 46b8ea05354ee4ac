import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import asyncpg
import psutil
import pytest

from events.core.embedded import EmbeddedError, Home, Postgres, leash


async def ask(postgres: Postgres, sql: str) -> object:
    connection = await asyncpg.connect(postgres.dsn)
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


async def test_it_speaks_utf_8_in_utc_and_sorts_the_same_everywhere(postgres: Postgres) -> None:
    assert await ask(postgres, "SHOW server_encoding") == "UTF8"
    assert await ask(postgres, "SHOW timezone") == "UTC"
    assert await ask(postgres, "SELECT lower('ÉCOLE') || ('a' < 'B')") == "écolefalse"


async def test_it_listens_on_a_private_socket_only(postgres: Postgres) -> None:
    process = psutil.Process(postgres.process.pid)

    assert await ask(postgres, "SHOW listen_addresses") == ""
    assert [line for line in process.net_connections("inet") if line.status == "LISTEN"] == []
    assert (postgres.home.sockets / ".s.PGSQL.5432").stat().st_mode & 0o777 == 0o700
    assert process.uids().real == postgres.home.root.stat().st_uid


async def test_data_is_kept_over_a_stop_and_a_start(postgres: Postgres) -> None:
    await ask(postgres, "CREATE TABLE kept AS SELECT 42 AS answer")

    postgres.stop()
    assert not postgres.running
    postgres.start()

    assert await ask(postgres, "SELECT answer FROM kept") == 42
    await ask(postgres, "DROP TABLE kept")


async def test_it_starts_again_after_a_kill(postgres: Postgres) -> None:
    await ask(postgres, "CREATE TABLE kept AS SELECT 42 AS answer")
    await ask(postgres, "CHECKPOINT")
    assert postgres.process.pid is not None

    os.kill(postgres.process.pid, signal.SIGKILL)
    while postgres.running:
        time.sleep(0.01)
    assert (postgres.data / "postmaster.pid").exists()
    postgres.start()

    assert await ask(postgres, "SELECT answer FROM kept") == 42
    await ask(postgres, "DROP TABLE kept")


async def test_a_process_number_used_again_by_somebody_else_is_no_hindrance(postgres: Postgres) -> None:
    postgres.stop()
    stranger = leash.spawn(["sleep", "600"], account=postgres.home.account)
    lock = f"{stranger.pid}\n{postgres.data}\n1\n5432\n{postgres.home.sockets}\n"
    (postgres.data / "postmaster.pid").write_text(lock)
    (postgres.home.sockets / ".s.PGSQL.5432.lock").write_text(lock)

    postgres.start()

    assert await ask(postgres, "SELECT 1") == 1
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


KILLED = """
import sys, time
from pathlib import Path
from events.core.embedded import Home, Postgres, Redis
home = Home(Path(sys.argv[1]))
postgres, redis = Postgres(home), Redis(home)
postgres.start(), redis.start()
print(postgres.process.pid, redis.process.pid, flush=True)
time.sleep(600)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the watcher stands between, see test_leash")
async def test_when_we_are_killed_the_servers_end_and_the_next_one_starts(tmp_path: Path) -> None:
    ours = subprocess.Popen([sys.executable, "-c", KILLED, tmp_path], stdout=subprocess.PIPE)
    assert ours.stdout is not None
    servers = [psutil.Process(int(number)) for number in ours.stdout.readline().split()]

    ours.kill()
    ours.wait()
    ours.stdout.close()

    with Home(tmp_path) as home:
        postgres = Postgres(home)
        postgres.start()
        assert psutil.wait_procs(servers, timeout=5)[1] == []
        assert await ask(postgres, "SELECT 1") == 1
        postgres.stop()
    Home(tmp_path).discard()


def test_data_of_a_version_we_do_not_bring_is_left_alone(tmp_path: Path) -> None:
    home = Home(tmp_path)
    data = home.directory("postgres")
    (data / "PG_VERSION").write_text("9\n")

    with pytest.raises(EmbeddedError, match="is of PostgreSQL 9"):
        Postgres(home).start()

    assert [path.name for path in data.iterdir()] == ["PG_VERSION"]
    home.discard()


def test_a_server_that_does_not_start_says_why(postgres: Postgres) -> None:
    postgres.stop()
    settings = postgres.data / "postgresql.auto.conf"
    settings.write_text("shared_buffers = nonsense\n")

    with pytest.raises(EmbeddedError, match="nonsense"):
        postgres.start()

    settings.write_text("")
