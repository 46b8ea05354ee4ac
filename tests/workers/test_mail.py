"""The mails of a ring: each leaves once, and none for another's sake."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
import pytest_asyncio

from events.core import clock, database, outbox
from events.core.outbox import Message
from events.registration import accounts, holds
from events.registration.accounts import Account
from events.settings import Settings
from tests import make
from tests.letterbox import Letterbox
from workers.job import tell
from workers.relay import LEASE
from workers.settings import BATCHES, TOPICS
from workers.tools import Tools

pytestmark = pytest.mark.usefixtures("db")


@pytest_asyncio.fixture
async def tools(settings: Settings, smtp: Letterbox) -> AsyncIterator[Tools]:
    made = Tools(settings.model_copy(update={"smtp_url": smtp.url}))
    yield made
    await made.close()


async def confirmed(*addresses: str) -> list[int]:
    """Confirmed orders, whose mails are due."""
    ticket = await make.ticket_type()
    placed = [await holds.place(await make.basket([ticket], email=address), clock.now()) for address in addresses]
    await database.execute("DELETE FROM outbox_message WHERE topic <> 'mail.order_confirmed'")
    return [one.id for one in placed]


async def work(tools: Tools) -> list[Message]:
    """Do what is due as one ring."""
    messages = await outbox.claim(50, clock.now(), LEASE)
    await again(tools, messages)
    return messages


async def again(tools: Tools, messages: Sequence[Message]) -> None:
    context = {"tools": tools, "topics": TOPICS, "batches": BATCHES}
    await tell(context, [(message.id, message.attempt) for message in messages])


async def rows() -> list[dict[str, Any]]:
    found = await database.rows("SELECT id, done_at, error FROM outbox_message ORDER BY id")
    return [dict(row) for row in found]


def readers(smtp: Letterbox) -> list[tuple[str, str]]:
    """To whom each mail went, and whose it is by its own words."""
    return sorted((one.recipients[0], one.message["To"].addresses[0].addr_spec) for one in smtp.letters)


async def test_every_mail_of_a_ring_goes_to_its_reader_under_its_own_number(tools: Tools, smtp: Letterbox) -> None:
    addresses = [f"buyer-{number}@example.org" for number in range(8)]
    await confirmed(*addresses)

    messages = await work(tools)

    assert readers(smtp) == [(address, address) for address in addresses]
    assert {one.message["Message-ID"] for one in smtp.letters} == {
        f"<message-{message.id}@{tools.settings.mail_from.rpartition('@')[2]}>" for message in messages
    }
    assert all(row["done_at"] for row in await rows())


async def test_a_ring_that_is_run_again_sends_nothing_again(tools: Tools, smtp: Letterbox) -> None:
    await confirmed("ada@example.org", "alan@example.org")

    await again(tools, await work(tools))

    assert len(smtp.letters) == 2


async def test_one_that_is_refused_is_no_other_readers_matter(tools: Tools, smtp: Letterbox) -> None:
    smtp.refused["full@example.org"] = "452 mailbox full"
    await confirmed("ada@example.org", "full@example.org", "alan@example.org")

    await work(tools)

    assert [to for to, _whose in readers(smtp)] == ["ada@example.org", "alan@example.org"]
    assert [bool(row["done_at"]) for row in await rows()] == [True, False, True]
    assert "452" in (await rows())[1]["error"]


async def test_one_that_cannot_be_written_is_no_other_readers_matter(
    tools: Tools, smtp: Letterbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    _first, poison, _last = await confirmed("ada@example.org", "poison@example.org", "alan@example.org")
    read = accounts.by_ids

    async def fails(ids: Sequence[int]) -> dict[int, Account]:
        if poison in ids:
            raise RuntimeError("a ticket without a name")
        return await read(ids)

    monkeypatch.setattr(accounts, "by_ids", fails)

    await work(tools)

    assert [to for to, _whose in readers(smtp)] == ["ada@example.org", "alan@example.org"]
    assert [row["error"] for row in await rows()] == ["", "RuntimeError: a ticket without a name", ""]


async def test_an_order_that_is_not_confirmed_any_more_gets_no_mail_and_is_done(tools: Tools, smtp: Letterbox) -> None:
    gone, _kept = await confirmed("ada@example.org", "alan@example.org")
    await database.execute("UPDATE orders SET state = 'CANCELLED' WHERE id = $1", gone)

    await work(tools)

    assert [to for to, _whose in readers(smtp)] == ["alan@example.org"]
    assert all(row["done_at"] for row in await rows())


async def test_mails_by_the_thousand_have_connections_of_their_own(tools: Tools) -> None:
    """Nobody in front of a screen waits behind them, however slow the mail server is."""
    assert tools.mailer is tools.mailer
    assert tools.mailer is not tools.bulk_mailer
