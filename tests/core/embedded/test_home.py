import os
import stat
from pathlib import Path

import pytest

from events.core.embedded import EmbeddedError, Home, Taken
from events.core.embedded import home as homes


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_no_directory_that_was_there_changes_its_mode(tmp_path: Path) -> None:
    var = tmp_path / "theirs" / "var"
    var.mkdir(parents=True)
    for path in (tmp_path / "theirs", var):
        path.chmod(0o750)
    parents = [path for path in (var, *var.parents, Path("/var/lib")) if path.exists()]
    before = {path: (mode(path), path.stat().st_uid) for path in parents}

    home = Home(var)

    assert {path: (mode(path), path.stat().st_uid) for path in parents} == before
    home.discard()


def test_only_the_servers_can_enter_their_directories(home: Home) -> None:
    directories = [home.root, home.sockets, home.directory("data")]

    assert [mode(path) for path in directories] == [0o700, 0o700, 0o700]
    assert len({path.stat().st_uid for path in directories}) == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="what root does")
def test_under_root_the_servers_are_a_user_of_their_own_outside_home(home: Home) -> None:
    assert home.account == "colloquy"
    assert home.root.parent == Path("/var/lib/colloquy")
    assert (home.var / "servers").readlink() == home.root


@pytest.mark.skipif(os.geteuid() == 0, reason="what an ordinary user does")
def test_an_ordinary_user_keeps_them_in_var(home: Home) -> None:
    assert home.account is None
    assert home.root == (home.var / "servers").resolve()


def test_a_second_one_is_told_who_is_there(home: Home) -> None:
    with pytest.raises(Taken) as error:
        Home(home.var)

    assert str(error.value).startswith(f"Another `colloquy run` is using {home.var}. ")


def test_after_the_first_has_left_the_second_comes_in(tmp_path: Path) -> None:
    with Home(tmp_path) as first:
        root = first.root
    with Home(tmp_path) as second:
        assert second.root == root
    Home(tmp_path).discard()


def test_a_path_too_long_for_a_socket_gets_a_private_directory_elsewhere(tmp_path: Path) -> None:
    root = tmp_path / ("long" * 30)
    root.mkdir()

    sockets = homes._sockets(root, os.geteuid())

    assert len(os.fsencode(sockets / ".s.PGSQL.5432")) <= 103
    assert mode(sockets) == 0o700
    assert homes._sockets(root, os.geteuid()) == sockets
    sockets.rmdir()


def test_a_socket_directory_others_can_enter_is_refused(tmp_path: Path) -> None:
    (tmp_path / "sockets").mkdir()
    (tmp_path / "sockets").chmod(0o755)
    root = tmp_path if len(str(tmp_path)) < 80 else Path("/nowhere")

    with pytest.raises(EmbeddedError, match="only we can enter"):
        homes._sockets(root, os.geteuid())


def test_a_log_that_grew_large_is_put_aside(home: Home) -> None:
    home.log("postgres").write_bytes(b"x" * 10_000_001)

    assert not home.log("postgres").exists()
    assert home.log("postgres").with_suffix(".old").stat().st_size == 10_000_001
