"""Two calendar clients that nobody here wrote: vdirsyncer subscribes to an address, ical.js reads what it got."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).parents[2]
CONFIG = """\
[general]
status_path = "{folder}/status"

[pair feed]
a = "remote"
b = "local"
collections = null
conflict_resolution = "a wins"

[storage remote]
type = "http"
url = "{url}"

[storage local]
type = "filesystem"
path = "{folder}/items"
fileext = ".ics"
"""


def subscribe(url: str, folder: Path) -> list[str]:
    """What vdirsyncer has after one more synchronization of this feed into this folder: an item an event."""
    (folder / "items").mkdir(parents=True, exist_ok=True)
    config = folder / "config"
    config.write_text(CONFIG.format(folder=folder, url=url), "utf-8")
    for command in (["discover"], ["sync"]):
        done = subprocess.run(
            [str(Path(sys.executable).with_name("vdirsyncer")), "--config", str(config), *command],
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
    return [path.read_text("utf-8") for path in sorted((folder / "items").iterdir())]


def read(calendar: str) -> list[dict[str, Any]]:
    """The events of an iCalendar text as ical.js understands them; times as UTC."""
    done = subprocess.run(
        [str(CHECKOUT / "tools" / "node"), str(Path(__file__).with_name("read_calendar.mjs"))],
        input=calendar,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found
