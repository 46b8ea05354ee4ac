"""A mail server that refuses, is slow, hangs up or dies: every mail arrives or is given up in sight, none at the wrong
address."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from aiosmtpd.smtp import SMTP, Envelope, Session

from events import audit
from events.core import clock, database, mail, outbox
from events.registration import holds
from events.settings import Settings
from tests import make
from tests.letterbox import Letterbox
from workers import job
from workers.relay import LEASE
from workers.settings import BATCHES, TOPICS
from workers.tools import Tools

pytestmark = pytest.mark.usefixtures("db")


class Moody(Letterbox):
    """A mail server that does something else with the mails to some addresses.

    hang   reads the mail, keeps it, and does not answer until `go`
    hang_up   reads the mail, keeps it, and closes the connection instead of answering
    """

    def __init__(self) -> None:
        super().__init__()
        self.hang: set[str] = set()
        self.hang_up: set[str] = set()
        self.hanging = asyncio.Event()
        self.go = asyncio.Event()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = await super().handle_DATA(server, session, envelope)
        to = envelope.rcpt_tos[0]
        if to in self.hang:
            self.hang.remove(to)
            self.hanging.set()
            await self.go.wait()
        if to in self.hang_up:
            self.hang_up.remove(to)
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        return answer

    @property
    def came(self) -> list[tuple[str, str]]:
        """To whom, and whose ticket it is: a mail at the wrong address has two names."""
        return [(one.recipients[0], one.message["To"].addresses[0].addr_spec) for one in self.letters]


@pytest_asyncio.fixture
async def moody() -> AsyncIterator[Moody]:
    async with Moody() as letterbox:
        yield letterbox
        letterbox.go.set()


@pytest_asyncio.fixture
async def tools(settings: Settings, moody: Moody) -> AsyncIterator[Tools]:
    made = Tools(settings.model_copy(update={"smtp_url": moody.url}))
    made.__dict__["mailer"] = mail.Mailer(made.settings, lines=1)  # one connection, so that one mail keeps it busy
    yield made
    await made.close()


async def confirmed(*addresses: str) -> None:
    """A confirmed order for each address, whose mail is to be sent."""
    ticket = await make.ticket_type()
    for address in addresses:
        await holds.place(await make.basket([ticket], email=address), clock.now())
    await database.execute("DELETE FROM outbox_message WHERE topic <> 'mail.order_confirmed'")


async def work(tools: Tools, days: int = 0) -> None:
    """Do what is due in so many days, as one ring."""
    messages = await outbox.claim(50, clock.now() + timedelta(days=days), LEASE)
    context = {"tools": tools, "topics": TOPICS, "batches": BATCHES}
    await job.tell(context, [(message.id, message.attempt) for message in messages])


async def rows() -> list[dict[str, Any]]:
    found = await database.rows("SELECT attempt, done_at, failed_at, error FROM outbox_message ORDER BY id")
    return [dict(row) for row in found]


async def test_a_mail_that_is_refused_for_good_is_given_up_at_once_and_seen(tools: Tools, moody: Moody) -> None:
    moody.refused["nobody@example.org"] = "550 5.1.1 There is nobody of this name"
    await confirmed("nobody@example.org", "ada@example.org")

    await work(tools)

    refused, sent = await rows()
    assert refused["failed_at"] is not None
    assert refused["attempt"] == 1
    assert refused["error"] == "Undeliverable: 550 5.1.1 There is nobody of this name"
    assert sent["done_at"] is not None
    assert moody.came == [("ada@example.org", "ada@example.org")]
    assert (await outbox.lag(clock.now()))[2] == 1  # /metrics
    assert [found.check for found in await audit.audit(clock.now())] == ["no message was given up"]


async def test_a_mail_that_is_refused_for_now_is_tried_again(tools: Tools, moody: Moody) -> None:
    moody.refused["ada@example.org"] = "451 4.3.2 Come back later"
    await confirmed("ada@example.org")

    await work(tools)
    [row] = await rows()
    assert row["failed_at"] is None
    moody.refused.clear()
    await work(tools, days=1)

    assert (await rows())[0]["done_at"] is not None
    assert len(moody.letters) == 1


async def test_our_own_sender_refused_is_not_the_end_of_a_mail(
    tools: Tools, moody: Moody, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: object) -> str:
        return "550 5.7.1 You may not send here"

    monkeypatch.setattr(moody, "handle_MAIL", refuse, raising=False)
    await confirmed("ada@example.org")

    await work(tools)

    assert (await rows())[0]["failed_at"] is None


async def test_a_server_that_takes_a_mail_and_hangs_up_gets_it_again_under_the_same_number(
    tools: Tools, moody: Moody
) -> None:
    """It had the mail and said nothing: nobody can know. Mailboxes know a copy by its Message-ID."""
    moody.hang_up.add("ada@example.org")
    await confirmed("ada@example.org")

    await work(tools)
    await work(tools, days=1)

    assert len(moody.letters) == 2
    assert len({letter.message["Message-ID"] for letter in moody.letters}) == 1
    assert (await rows())[0]["done_at"] is not None


async def test_a_mail_cut_off_in_the_middle_never_becomes_part_of_the_next(tools: Tools, moody: Moody) -> None:
    """arq cuts a job off after two minutes. What the server answers then belongs to the old mail, not to the next."""
    moody.hang.add("ada@example.org")
    await confirmed("ada@example.org")
    cut_off = asyncio.create_task(work(tools))
    await moody.hanging.wait()
    cut_off.cancel()
    with pytest.raises(asyncio.CancelledError):
        await cut_off

    await confirmed("alan@example.org")
    moody.go.set()
    await work(tools)
    await work(tools, days=1)

    assert {(to, name) for to, name in moody.came} == {
        ("ada@example.org", "ada@example.org"),
        ("alan@example.org", "alan@example.org"),
    }
    assert all(row["done_at"] for row in await rows())


async def test_mails_whose_turn_does_not_come_spend_no_attempt(
    tools: Tools, moody: Moody, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server is slow. Were attempts spent in the queue before it, then mails would be given up untried."""
    monkeypatch.setattr(mail, "TURN", 0.05)
    moody.hang.add("first@example.org")
    await confirmed("first@example.org")
    slow = asyncio.create_task(work(tools))
    await moody.hanging.wait()
    await confirmed("second@example.org", "third@example.org")

    await work(tools)
    assert [row["attempt"] for row in await rows()] == [1, 0, 0]
    moody.go.set()
    await slow
    await work(tools, days=1)

    assert [to for to, _name in moody.came] == ["first@example.org", "second@example.org", "third@example.org"]
    assert all(row["done_at"] for row in await rows())


async def test_a_ring_that_is_cut_off_marks_what_left(tools: Tools, moody: Moody) -> None:
    moody.hang.add("second@example.org")
    await confirmed("first@example.org", "second@example.org", "third@example.org")
    working = asyncio.create_task(work(tools))
    await moody.hanging.wait()

    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working

    assert [bool(row["done_at"]) for row in await rows()] == [True, False, False]
    await work(tools, days=1)
    came = [to for to, _name in moody.came]
    assert sorted(set(came)) == ["first@example.org", "second@example.org", "third@example.org"]
    assert came.count("first@example.org") == came.count("third@example.org") == 1
