"""What tests are given is what it says it is."""

import aiosmtplib
import httpx
import pytest
from playwright.async_api import Browser
from redis.asyncio import Redis

from events.core import database
from events.people.models import Person
from tests import make
from tests.letterbox import Letterbox


@pytest.mark.parametrize("turn", [1, 2])
@pytest.mark.usefixtures("db")
async def test_every_test_begins_with_an_empty_database(turn: int) -> None:
    assert await database.value("SELECT count(*) FROM person") == 0

    assert (await make.person()).id == 1
    assert await Person.all().count() == 1


@pytest.mark.parametrize("turn", [1, 2])
async def test_every_test_begins_with_an_empty_redis(redis: Redis, turn: int) -> None:
    assert await redis.dbsize() == 0
    await redis.set("a", turn)


async def test_the_letterbox_keeps_what_it_takes_and_says_what_it_does_not(smtp: Letterbox) -> None:
    smtp.refused["full@example.org"] = "452 4.2.2 Mailbox full"
    port = int(smtp.url.rpartition(":")[2])

    async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port) as post:
        await post.sendmail("a@example.org", ["b@example.org"], "Subject: Héllo\n\nWörld\n".encode())
        with pytest.raises(aiosmtplib.SMTPRecipientsRefused, match="Mailbox full"):
            await post.sendmail("a@example.org", ["full@example.org"], b"Subject: x\n\n")

    assert [(letter.sender, letter.recipients) for letter in smtp.letters] == [("a@example.org", ["b@example.org"])]


async def test_the_client_asks_the_real_application(client: httpx.AsyncClient) -> None:
    assert (await client.get("/readyz")).json() == {"database": "ok", "redis": "ok"}


@pytest.mark.browser
async def test_the_browser_shows_pages(browser: Browser) -> None:
    page = await browser.new_page()
    await page.set_content("<h1>Hello</h1>")

    assert await page.inner_text("h1") == "Hello"
    await page.close()
