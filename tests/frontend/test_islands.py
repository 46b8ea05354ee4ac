"""The islands' pure parts, tested in their own language by node's own runner (frontend/tests)."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_pure_parts_of_the_islands_do_what_their_own_tests_say() -> None:
    command = [str(ROOT / "tools" / "npm"), "run", "--silent", "test"]
    done = subprocess.run(command, cwd=ROOT / "frontend", capture_output=True, text=True, check=False, timeout=120)

    said = done.stdout + done.stderr
    assert re.findall(r"^not ok .*$", said, re.MULTILINE) == []
    assert done.returncode == 0, said
    passed = re.findall(r"^# pass (\d+)$", said, re.MULTILINE)
    assert int(passed[0]) > 0
