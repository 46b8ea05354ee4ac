"""Addresses, tokens, codes and secrets are in no log line, no number of /metrics, no referrer and no error column."""

import io
import json
import logging
import sys
from collections.abc import Iterator

import asyncpg
import pytest
import pytest_asyncio

from events.core import clock, database, logs, outbox
from events.core.logs import log
from events.people import codes
from events.registration import orders
from tests.security import reading, world
from tests.security.conftest import House
from workers import job


class Secrets(dict[str, str]):
    """What nobody may find again: name → text."""

    def found_in(self, text: str) -> list[str]:
        return sorted(name for name, secret in self.items() if secret in text)


@pytest.fixture
def written(house: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """All that the program logs, down to DEBUG."""
    lines = io.StringIO()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", lines)
        log.__dict__.pop("bind", None)  # what structlog has kept of the last start
        logs.start("DEBUG")
    yield lines
    log.__dict__.pop("bind", None)
    logs.start("INFO")


@pytest_asyncio.fixture
async def secrets(house: House) -> Secrets:
    here = house.world.here
    handle = await codes.ask(codes.SIGN_IN, "grace@example.org", world.KEY, clock.now(), topic="mail.sign_in")
    token, code = codes.secrets_of(handle, world.KEY)
    return Secrets(
        address="ada@example.org",
        asking="grace@example.org",
        cookie=house.world.tokens["attendee"],
        handle=handle,
        link=token,
        code=f'"{code}"',
        order=orders.secret(here["order"], world.KEY.decode()),
        feed=here["feed"],
    )


async def test_a_whole_journey_leaves_no_secret_in_logs_or_metrics(
    house: House, secrets: Secrets, written: io.StringIO
) -> None:
    here = house.world.here
    for door in reading.doors(house.app):
        url = door.filled(door.meant(here))
        for role in ("attendee", "administrator"):
            data = {"email": secrets["asking"], "code": secrets["code"].strip('"'), "name": secrets["address"]}
            await house.ask(door.method, url, role, data=data if door.method == "POST" else None)
    order = f"/orders/{here['order']}?key={secrets['order']}"
    for method, path in (
        ("GET", order),
        ("POST", order.replace("?", "/release?")),
        ("GET", f"/sign-in/{secrets['link']}"),
        ("POST", f"/sign-in/{secrets['link']}"),
        ("POST", f"/sign-in/{secrets['link']}x/nowhere"),
        ("GET", f"/calendars/my/{secrets['feed']}.ics"),
        ("GET", f"/calendars/my/{secrets['feed']}.ics/nowhere"),
        ("GET", f"/nowhere/{secrets['address']}/{secrets['order']}?email={secrets['address']}"),
        ("GET", f"/my/settings/code/{secrets['handle']}"),
    ):
        await house.ask(method, path)
    metrics = (await house.ask("GET", "/metrics")).text
    lines = written.getvalue()

    assert '"answered"' in lines
    assert secrets.found_in(lines) == []
    assert secrets.found_in(metrics) == []


async def test_an_error_that_carries_a_secret_is_logged_without_it(
    house: House, secrets: Secrets, written: io.StringIO
) -> None:
    try:
        await database.execute(
            "INSERT INTO address (person_id, email, verified_at) VALUES ($1, $2, now())",
            house.world.people["reader"].id,
            secrets["address"],
        )
    except asyncpg.UniqueViolationError as error:
        log.error("a request failed", path="/x", exc_info=error)
        logging.getLogger("stranger").error("it said %s", error, exc_info=error)
        logging.getLogger("stranger").error("DETAIL: Key (token)=(%s) exists", secrets["link"])
    for name in ("cookie", "handle", "link", "order", "feed"):
        log.error(f"no such thing: {secrets[name]}", reason=f"token {secrets[name]!r}, {secrets[name]}")
        log.error("said", error=ValueError(secrets["address"]), found=[secrets["address"], {"a": secrets[name]}])
        logging.getLogger("stranger").warning("GET /x?key=%s HTTP/1.1 (%s)", secrets[name], secrets["address"])
    lines = written.getvalue()

    assert lines.count("\n") >= 18
    assert secrets.found_in(lines) == []


async def test_the_error_of_a_message_that_failed_names_nobody(house: House, secrets: Secrets) -> None:
    await outbox.write("mail.sign_in", {"code": 0})
    row = await database.row("SELECT * FROM outbox_message ORDER BY id DESC LIMIT 1")
    assert row is not None
    message = outbox.Message(row["id"], row["topic"], json.loads(row["body"]), 1)

    for name in secrets:
        await job._fail(message, RuntimeError(f"550 <{secrets['address']}> {secrets[name]} (/x/{secrets[name]})"))
        kept = await database.value("SELECT error FROM outbox_message WHERE id = $1", message.id)

        assert "550" in kept
        assert [found for found in secrets.found_in(kept) if found != "code"] == [], kept


async def test_no_message_carries_an_address_or_a_secret(house: House, secrets: Secrets) -> None:
    bodies = "\n".join(row["body"] for row in await database.rows("SELECT body::text FROM outbox_message"))

    assert "mail.sign_in" in {row["topic"] for row in await database.rows("SELECT topic FROM outbox_message")}
    assert secrets.found_in(bodies) == []


def test_a_text_of_somebody_stays_in_its_line(written: io.StringIO) -> None:
    log.warning("asked for\n{}\r\x1b[31m\x00\x85\u2028", path='/a"\n{"level":"error"}')
    logging.getLogger("stranger").warning("asked for\n{}\r\x1b[31m")
    out = written.getvalue()

    lines = out.splitlines()
    assert len(lines) == 2
    assert all(json.loads(line) for line in lines)
    assert "\x1b" not in out
