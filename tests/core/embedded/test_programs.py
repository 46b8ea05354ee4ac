import os
import shutil
from pathlib import Path

import pytest

from events.core.embedded import Home, leash, programs


def test_the_newest_postgres_is_taken_unless_the_data_asks_for_another(home: Home) -> None:
    newest, version = programs.postgres(home, None)
    older, sixteen = programs.postgres(home, 16)

    assert (newest / "bin" / "postgres").exists()
    assert (older / "bin" / "postgres").exists()
    assert version > sixteen


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to copy for somebody else")
def test_programs_the_servers_cannot_reach_are_copied_to_where_they_can(home: Home, tmp_path: Path) -> None:
    hidden = tmp_path / "hidden"
    hidden.mkdir(mode=0o700)
    shutil.copy(programs.redis(home), hidden / "redis-server")

    copy = programs._reachable(home, hidden, Path("redis-server"), only="redis-server")

    assert copy.parent == Path("/var/lib/colloquy/programs")
    assert leash.run([copy / "redis-server", "--version"], account=home.account, directory=Path("/")).returncode == 0
    assert programs._reachable(home, hidden, Path("redis-server"), only="redis-server") == copy
    shutil.rmtree(copy)
