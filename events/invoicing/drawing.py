"""Invoices as PDF, drawn by a process of its own (paper_child.py): what draws them takes 40 MB and half a second of
every process that knows it, and a hundred papers would stand in the way of pages.

The child is started by the first paper and goes when nobody asked for a while; one that dies is started once more.
"""

import asyncio
import json
import sys
from collections.abc import Sequence

from events.core.errors import DomainError
from events.core.locales import _
from events.core.logs import log
from events.invoicing.invoices import Invoice

IDLE = 120.0
"""Seconds without a paper after which the child goes."""
PATIENCE = 60.0
"""Seconds for one file; 500 invoices take ten."""


class NotDrawn(DomainError):
    """The child did not answer, twice."""

    status = 503

    def __init__(self) -> None:
        super().__init__(_("The paper could not be drawn just now. Try again in a minute."))

    @property
    def title(self) -> str:
        return _("One moment, please")


class _Child:
    """One process, one paper at a time."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None
        self._goes: asyncio.TimerHandle | None = None

    async def draw(self, order: bytes) -> bytes:
        async with self._turn:
            for _try in range(2):
                try:
                    return await asyncio.wait_for(self._ask(order), PATIENCE)
                except (OSError, EOFError, TimeoutError, ValueError) as error:
                    log.warning("a paper was not drawn", reason=repr(error))
                    self._end()
        raise NotDrawn

    async def _ask(self, order: bytes) -> bytes:
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "events.invoicing.paper_child",
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
            )
        if self._goes is not None:
            self._goes.cancel()
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(order + b"\n")
        await self._process.stdin.drain()
        length = int(await self._process.stdout.readline())
        drawn = await self._process.stdout.readexactly(length)
        self._goes = asyncio.get_running_loop().call_later(IDLE, self._end)
        return drawn

    def _end(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
        self._process = None


_children: dict[asyncio.AbstractEventLoop, _Child] = {}


async def draw(invoices: Sequence[Invoice]) -> bytes:
    """One file, in the language the first was issued in; each invoice begins a page. Raises NotDrawn."""
    loop = asyncio.get_running_loop()
    child = _children.get(loop)
    if child is None:
        for old in [one for one in _children if one.is_closed()]:
            del _children[old]
        child = _children[loop] = _Child()
    return await child.draw(json.dumps([_told(one) for one in invoices], ensure_ascii=False).encode())


def _told(one: Invoice) -> dict[str, object]:
    return {
        "number": one.number,
        "kind": one.kind,
        "total": one.total.amount,
        "currency": one.total.currency,
        "issued_at": one.issued_at.isoformat(),
        "body": one.body,
    }
