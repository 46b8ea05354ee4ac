"""Pictures that strangers send, written anew: no larger than they are shown, and without where and with what they were
taken. The decoding is done by a process of its own (picture_child.py), one at a time for each of ours."""

import asyncio
import subprocess
import sys
from pathlib import Path

from events.core import file_kinds
from events.core.errors import Unreadable
from events.core.file_kinds import Kind
from events.core.locales import _

MOST_PIXELS = 50_000_000
"""What a good camera takes; more is a bomb, or a scan that somebody has to make smaller."""
PATIENCE = 40.0

_FORMATS = {file_kinds.JPEG: "JPEG", file_kinds.PNG: "PNG", file_kinds.WEBP: "WEBP"}
_CHILD = Path(__file__).with_name("picture_child.py")
_turns = asyncio.Semaphore(1)


async def write_anew(source: Path, into: Path, kind: Kind, side: int) -> None:
    """Write the picture at `source` to `into`, its longer side at most `side` dots. Raises Unreadable (field "")."""
    async with _turns:
        code = await asyncio.to_thread(_run, source, into, _FORMATS[kind], side)
    if code == 3:
        raise Unreadable(
            {"": _("This picture has more than %(num)s million dots. Make it smaller.") % {"num": MOST_PIXELS // 10**6}}
        )
    if code != 0:
        raise Unreadable({"": _("This picture cannot be read. Save it again as JPEG or PNG, and send that.")})


def _run(source: Path, into: Path, format_: str, side: int) -> int:
    command = [sys.executable, "-I", str(_CHILD), str(source), str(into), format_, str(side), str(MOST_PIXELS)]
    try:
        return subprocess.run(command, timeout=PATIENCE, check=False, capture_output=True).returncode
    except subprocess.TimeoutExpired:
        return 2
