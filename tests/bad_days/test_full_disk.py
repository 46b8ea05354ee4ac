"""A full disk: what could not be written is tried again, and nothing that was written half is taken for whole.

The disk is a limit on the size of a file (RLIMIT_FSIZE), which ends a write just as a full disk does: with an OSError.
PostgreSQL's own disk is its own matter: a statement fails, its transaction is undone, a page says that it is our fault.
"""

import contextlib
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from events.core import clock, database, outbox
from events.core.mail import Mailer, Sealed
from events.registration.sandbox.ledger import Ledger
from events.settings import Settings
from workers.job import tell
from workers.tools import Tools

FULL = 300
"""Bytes a file may have on the full disk."""


@contextmanager
def full_disk() -> Iterator[None]:
    """In this process, until the end of the block. Python ignores SIGXFSZ, so that a write fails instead."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    assert signal.getsignal(signal.SIGXFSZ) == signal.SIG_IGN
    resource.setrlimit(resource.RLIMIT_FSIZE, (FULL, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


LETTER = Sealed("events@example.org", "ada@example.org", b"Subject: Hello\r\n\r\n" + b"a" * 4000)


async def test_a_mail_that_did_not_fit_is_sent_when_there_is_room(db: None, settings: Settings, tmp_path: Path) -> None:
    told = settings.model_copy(update={"mail_dir": tmp_path / "mail"})
    tools = Tools(told)

    full = True

    async def job(message: outbox.Message, tools: Tools) -> None:
        with full_disk() if full else contextlib.nullcontext():
            await tools.mailer.send(LETTER)

    context = {"tools": tools, "topics": {"mail.test": job}, "batches": {}}
    await outbox.write("mail.test", {})
    at = clock.now() + timedelta(seconds=1)
    [first] = await outbox.claim(1, at, timedelta(minutes=5))
    await tell(context, [(first.id, first.attempt)])
    assert list((tmp_path / "mail").glob("[0-9]*.eml")) == []
    assert "OSError" in await database.value("SELECT error FROM outbox_message")

    full = False
    [again] = await outbox.claim(1, at + timedelta(minutes=10), timedelta(minutes=5))
    await tell(context, [(again.id, again.attempt)])

    [kept] = (tmp_path / "mail").glob("[0-9]*.eml")
    assert kept.read_bytes() == LETTER.body
    assert await database.value("SELECT done_at IS NOT NULL FROM outbox_message")


async def test_half_a_mail_does_not_stay_on_the_full_disk(settings: Settings, tmp_path: Path) -> None:
    mailer = Mailer(settings.model_copy(update={"mail_dir": tmp_path}))

    with full_disk(), pytest.raises(OSError, match="File too large"):
        await mailer.send(LETTER)

    assert list(tmp_path.iterdir()) == []


def test_stripes_ledger_forgets_what_it_could_not_write_and_reads_the_rest_again(tmp_path: Path) -> None:
    file = tmp_path / "stripe.jsonl"
    ledger = Ledger(file)
    ledger.keep({"id": "cs_1", "object": "checkout.session", "status": "open"})
    with full_disk(), pytest.raises(OSError, match="File too large"):
        ledger.keep({"id": "cs_2", "object": "checkout.session", "words": "a" * 1000})
    assert ledger.find("checkout.session", "cs_2") is None
    ledger.keep({"id": "cs_3", "object": "checkout.session"})
    ledger.close()

    again = Ledger(file)

    assert sorted(again.objects) == ["cs_1", "cs_3"]
    again.close()


LOG = """
import resource
from events.core import logs
resource.setrlimit(resource.RLIMIT_FSIZE, (300, 300))
logs.start("INFO")
for number in range(100):
    logs.log.info("a line that may be lost", number=number)
print("still here")
"""


def test_a_log_on_a_full_disk_loses_lines_and_nothing_else(tmp_path: Path) -> None:
    with (tmp_path / "log").open("wb") as log:
        done = subprocess.run([sys.executable, "-c", LOG], stdout=subprocess.PIPE, stderr=log, text=True)

    assert done.stdout == "still here\n"
    assert done.returncode in {0, 120}  # 120: nor could the rest be written at the end
    assert "a line that may be lost" in (tmp_path / "log").read_text()
