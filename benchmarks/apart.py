"""A crowd in a process of its own, so that what it costs is not taken for the server's."""

import json
import subprocess
import sys
from typing import Any


def run(module: str, wish: dict[str, Any]) -> dict[str, Any]:
    """`python -m module` with a wish as JSON; returns what it printed. Raises RuntimeError with its last words."""
    done = subprocess.run(
        [sys.executable, "-m", module], input=json.dumps(wish), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stderr.strip()[-3000:])
    found: dict[str, Any] = json.loads(done.stdout)
    return found
