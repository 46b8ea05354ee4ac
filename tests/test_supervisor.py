import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from events import supervisor
from events.supervisor import CannotRun, Part, port_for
from tests.house import House


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with House(tmp_path_factory.mktemp("supervisor") / "var") as house:
        yield house


def ready(house: House) -> bool:
    try:
        return bool(httpx.get(f"{house.url}/readyz").json() == {"database": "ok", "redis": "ok"})
    except httpx.TransportError:
        return False


def wait_until_ready(house: House) -> None:
    for _ in range(600):
        if ready(house):
            return
        time.sleep(0.05)
    raise AssertionError(house.words())


def test_it_says_where_to_look_once_the_first_page_answers(house: House) -> None:
    assert ready(house)
    assert f"{house.url}/dev/mail" in house.words()


def test_it_listens_on_the_loopback_only(house: House) -> None:
    listening = [
        line.laddr.ip for part in house.family() for line in part.net_connections("inet") if line.status == "LISTEN"
    ]

    assert set(listening) == {"127.0.0.1"}


def test_its_key_its_mail_and_its_logs_are_for_their_owner_only(house: House) -> None:
    modes = {name: stat.S_IMODE((house.var / name).stat().st_mode) for name in ("secret-key", "mail", "log")}

    assert modes == {"secret-key": 0o600, "mail": 0o700, "log": 0o700}


def test_it_never_sends_mail_and_serves_the_development_pages_with_the_sandbox(house: House) -> None:
    [web] = [child for child in psutil.Process(house.process.pid).children() if "web" in child.cmdline()]
    told = web.environ()

    assert (told["COLLOQUY_SMTP_URL"], told["COLLOQUY_DEV"]) == ("", "true")
    assert told["COLLOQUY_MAIL_DIR"] == str(house.var / "mail")
    assert told["COLLOQUY_STRIPE_URL"].startswith("http://127.0.0.1:")


def test_a_second_one_on_the_same_directory_says_so(house: House) -> None:
    command: list[str | Path] = [sys.executable, "-m", "events.cli", "run", "--port", "0", "--var", house.var]
    second = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    assert second.returncode == 1
    assert second.stderr.startswith(f"Error: Another `colloquy run` is using {house.var}. ")
    assert ready(house)


@pytest.mark.parametrize("name", ["postgres", "redis-server"])
def test_a_server_that_was_killed_comes_back(house: House, name: str) -> None:
    [server] = [child for child in psutil.Process(house.process.pid).children() if child.name() == name]

    server.kill()
    house.wait_for(f"{name} ended; starting it again.")

    wait_until_ready(house)


def test_a_program_that_was_killed_comes_back(house: House) -> None:
    [web] = [child for child in psutil.Process(house.process.pid).children() if "web" in child.cmdline()]

    web.kill()
    house.wait_for("web ended (SIGKILL); again in 1 s.")

    wait_until_ready(house)


def test_stopped_it_leaves_nothing_behind_and_started_again_it_goes_on(house: House) -> None:
    family = house.family()
    key = (house.var / "secret-key").read_text()

    assert house.stop() == 0
    assert [part for part in family if part.is_running()] == []

    house.start()
    assert (house.var / "secret-key").read_text() == key
    assert ready(house)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the watcher stands between, see test_leash")
def test_killed_it_takes_everything_with_it_and_the_next_one_starts(house: House) -> None:
    family = house.family()

    os.kill(house.process.pid, signal.SIGKILL)
    house.process.wait()

    assert psutil.wait_procs(family, timeout=20)[1] == []
    house.start()
    assert ready(house)


def test_a_port_in_use_is_told_with_the_command_that_helps() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]

        with pytest.raises(CannotRun) as error:
            port_for(taken)

    assert str(error.value) == (
        f"Port {taken} is in use by another program. This helps: colloquy run --port {taken + 1}"
    )


def test_a_program_that_keeps_dying_is_started_less_and_less_often(tmp_path: Path) -> None:
    said: list[str] = []
    part = Part("web", ["false"], tmp_path / "web.log")

    for _ in range(3):
        part.due = 0.0
        part.look({}, said.append)
        assert part.child is not None
        part.child.wait()
        part.look({}, said.append)

    assert [words.split(".")[0] for words in said] == [f"web ended (exit 1); again in {pause} s" for pause in (1, 2, 4)]


def test_a_program_that_does_not_listen_is_killed_with_what_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "PATIENCE", 0.2)
    part = Part("web", ["sh", "-c", "trap '' TERM; sleep 600 & sleep 600"], tmp_path / "web.log")
    part.start({"PATH": "/bin:/usr/bin"})
    assert part.child is not None
    shell = psutil.Process(part.child.pid)
    while len(shell.children()) < 2:
        time.sleep(0.01)
    family = [shell, *shell.children()]

    part.stop()

    assert psutil.wait_procs(family, timeout=5)[1] == []


def test_the_key_is_made_once(tmp_path: Path) -> None:
    key = supervisor.secret(tmp_path / "key")

    assert len(key) >= 32
    assert supervisor.secret(tmp_path / "key") == key
