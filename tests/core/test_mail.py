"""A mail from its three files to the mailbox."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiosmtpd.smtp import SMTP, Envelope, Session

from events.core import mail
from events.core.mail import Mailer, Sealed
from events.settings import Settings
from tests.letterbox import Letterbox, opened
from tests.make import NOON


class Slow(Letterbox):
    """Takes the mails to `slow` only after `go`."""

    def __init__(self) -> None:
        super().__init__()
        self.slow = ""
        self.connections: set[Session] = set()
        self.transports: list[asyncio.Transport] = []
        self.begun, self.go = asyncio.Event(), asyncio.Event()

    def hang_up(self) -> None:
        for transport in self.transports:
            transport.abort()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.connections.add(session)
        assert isinstance(server.transport, asyncio.Transport)
        self.transports.append(server.transport)
        if envelope.rcpt_tos == [self.slow]:
            self.begun.set()
            await self.go.wait()
        return await super().handle_DATA(server, session, envelope)


@pytest_asyncio.fixture
async def box() -> AsyncIterator[Slow]:
    async with Slow() as letterbox:
        yield letterbox
        letterbox.go.set()


@pytest_asyncio.fixture
async def mailer(box: Slow) -> AsyncIterator[Mailer]:
    made = Mailer(Settings(smtp_url=box.url, mail_from="events@example.org"))
    yield made
    await made.close()


def letter(to: str = "ada@example.org") -> Sealed:
    settings = Settings(mail_from="events@example.org", base_url="https://events.example.org")
    context: dict[str, Any] = {
        "code": "123456",
        "link": "https://events.example.org/sign-in/x",
        "minutes": 15,
        "asker": "",
    }
    return mail.compose(settings, "people/sign_in", to, NOON, to_name="Ada", **context)


def test_a_mail_has_its_subject_its_text_and_the_same_in_html() -> None:
    read = opened(letter().named("<message-7@example.org>"))

    assert read["From"].addresses[0].addr_spec == "events@example.org"
    assert str(read["To"]) == "Ada <ada@example.org>"
    assert read["Subject"].endswith("code 123456")
    assert read["Message-ID"] == "<message-7@example.org>"
    assert read["Auto-Submitted"] == "auto-generated"
    assert [part.get_content_type() for part in read.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    text, html = (part.get_content() for part in read.iter_parts())
    assert "123456" in text
    assert 'style="' in html, "mail programs do not read style sheets"


async def test_mails_pass_by_one_that_the_server_takes_its_time_over(mailer: Mailer, box: Slow) -> None:
    box.slow = "slow@example.org"
    slow = asyncio.create_task(mailer.send(letter("slow@example.org")))
    await asyncio.wait_for(box.begun.wait(), 5)

    await asyncio.wait_for(mailer.send(letter("ada@example.org")), 5)

    assert [one.recipients for one in box.letters] == [["ada@example.org"]]
    box.go.set()
    await slow


async def test_a_connection_is_used_again_and_there_are_only_a_few(mailer: Mailer, box: Slow) -> None:
    await mailer.send(letter())
    await mailer.send(letter())
    assert len(box.connections) == 1

    await asyncio.gather(*(mailer.send(letter(f"reader-{n}@example.org")) for n in range(30)))

    assert len(box.letters) == 32
    assert len(box.connections) <= mail.LINES


@pytest.mark.parametrize("fresh", [0.0, 60.0])
async def test_a_kept_connection_that_died_is_replaced(
    mailer: Mailer, box: Slow, monkeypatch: pytest.MonkeyPatch, fresh: float
) -> None:
    monkeypatch.setattr(mail, "FRESH", fresh)
    await mailer.send(letter())
    box.hang_up()
    await asyncio.sleep(0.05)

    await mailer.send(letter())

    assert len(box.letters) == 2


async def test_an_address_of_other_letters_is_reached(mailer: Mailer, box: Slow) -> None:
    await mailer.send(letter("ädä@exämple.org"))

    assert box.letters[0].recipients == ["ädä@exämple.org"]


async def test_without_a_server_mails_are_files(tmp_path: Path) -> None:
    await Mailer(Settings(mail_dir=tmp_path)).send(letter())

    [kept] = tmp_path.glob("*.eml")
    assert kept.read_bytes() == letter().body
