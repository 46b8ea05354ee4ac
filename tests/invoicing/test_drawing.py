"""Papers are drawn by a process of its own, which may die."""

import asyncio
import os
import signal
import subprocess
import sys
from datetime import timedelta

import pytest

from events.core.money import Money
from events.invoicing import drawing
from events.invoicing.drawing import NotDrawn
from events.invoicing.invoices import Invoice
from tests.invoicing.test_paper import BODY
from tests.make import NOON


def invoice(number: int = 1) -> Invoice:
    return Invoice(number, f"2026-{number:05d}", "invoice", Money(10000, "USD"), NOON + timedelta(days=number), BODY)


async def test_many_at_once_each_get_their_own() -> None:
    drawn = await asyncio.gather(*(drawing.draw([invoice(number)]) for number in (1, 2, 1, 2)))

    assert drawn[0] == drawn[2] != drawn[1] == drawn[3]
    assert all(one.startswith(b"%PDF-") for one in drawn)


async def test_a_child_that_dies_is_started_once_more() -> None:
    first = await drawing.draw([invoice()])
    process = drawing._children[asyncio.get_running_loop()]._process
    assert process is not None
    os.kill(process.pid, signal.SIGKILL)
    await process.wait()

    assert await drawing.draw([invoice()]) == first


async def test_what_cannot_be_drawn_is_said_and_the_next_one_is(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = Invoice(1, "2026-00001", "invoice", Money(1, "USD"), NOON, {"locale": "en"})

    with pytest.raises(NotDrawn):
        await drawing.draw([broken])

    assert (await drawing.draw([invoice()])).startswith(b"%PDF-")


def test_no_web_process_carries_what_draws() -> None:
    check = "import sys, events.app; sys.exit(any(one in sys.modules for one in ('fpdf', 'fontTools', 'numpy')))"

    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0
