"""How a calendar's address is served: the stranger is a small HTTP server that answers as some do."""

import asyncio
import gzip
import hashlib
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from events.checking import checking, fetching
from events.checking.fetching import NotFetched
from tests.checking.test_checking import GOOD

BODY = GOOD.replace("\n", "\r\n").encode()
Headers = Mapping[str, str]


@dataclass
class Answer:
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


@asynccontextmanager
async def served(answer: Callable[[str, str, Headers], Answer]) -> AsyncIterator[str]:
    """The address of a server that answers (method, path, headers) so."""

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        method, path, _version = head[0].split()
        asked = {name.lower(): value for name, _colon, value in (line.partition(": ") for line in head[1:] if line)}
        said = answer(method, path, asked)
        lines = [f"HTTP/1.1 {said.status} x", f"Content-Length: {len(said.body)}", "Connection: close"]
        lines += [f"{name}: {value}" for name, value in said.headers.items()]
        writer.write("\r\n".join([*lines, "", ""]).encode() + (b"" if method == "HEAD" else said.body))
        writer.close()

    server = await asyncio.start_server(one, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/all.ics"
    finally:
        server.close()


def right(method: str, path: str, asked: Headers) -> Answer:
    """As it should be."""
    squeezed = "gzip" in asked.get("accept-encoding", "")
    body = gzip.compress(BODY, mtime=0) if squeezed else BODY
    tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
    headers = {
        "Content-Type": "text/calendar; charset=utf-8",
        "ETag": tag,
        "Last-Modified": "Fri, 01 May 2026 12:00:00 GMT",
        "Vary": "Accept-Encoding",
    }
    if squeezed:
        headers["Content-Encoding"] = "gzip"
    tags = [one.strip().removeprefix("W/") for one in asked.get("if-none-match", "").split(",")]
    if tag in tags or "*" in tags or ("if-none-match" not in asked and "if-modified-since" in asked):
        return Answer(304, headers)
    return Answer(200, headers, body)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "PAUSE", 0.0)


async def words(answer: Callable[[str, str, Headers], Answer]) -> list[str]:
    async with served(answer) as address:
        return [one.words for one in (await checking.check_address(address)).findings]


async def test_what_is_served_right_has_nothing_wrong() -> None:
    assert await words(right) == []


async def test_an_etag_that_is_compared_without_its_quotes_never_matches() -> None:
    """pretalx (FIELD 4.1): sent quoted, compared unquoted; and the bytes change at every look."""
    looks = iter(range(100))

    def peer(method: str, path: str, asked: Headers) -> Answer:
        stamp = f"DTSTAMP:20261123T1011{next(looks):02d}Z".encode()
        body = BODY.replace(b"DTSTAMP:20260501T120000Z", stamp)
        tag = hashlib.sha256(body).hexdigest()[:16]
        if asked.get("if-none-match") == tag:
            return Answer(304)
        return Answer(200, {"Content-Type": "text/calendar", "ETag": f'"{tag}"'}, body)

    found = await words(peer)

    assert "Content-Type does not say charset=utf-8." in found
    assert "If-None-Match with its own ETag is answered 200, not 304." in found
    assert any(one.startswith("Two looks within seconds get different bytes") for one in found)


async def test_a_login_page_is_no_calendar() -> None:
    def login(method: str, path: str, asked: Headers) -> Answer:
        if path == "/all.ics":
            return Answer(302, {"Location": "/login"})
        return Answer(200, {"Content-Type": "text/html"}, b"<html>Please sign in</html>")

    async with served(login) as address:
        with pytest.raises(NotFetched, match="a page to sign in"):
            await checking.check_address(address)


async def test_nobody_there_and_gone_are_said() -> None:
    with pytest.raises(NotFetched):
        await checking.check_address("http://127.0.0.1:1/all.ics")
    async with served(lambda *_asked: Answer(410)) as address:
        with pytest.raises(NotFetched, match="answers 410"):
            await checking.check_address(address)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"ETag": ""}, "It has no ETag: the whole calendar is sent at every look."),
        ({"ETag": "abc"}, "Its ETag abc has no quotes."),
        ({"ETag": 'W/"abc"'}, "Its ETag is weak."),
        ({"Content-Type": "text/plain"}, "Content-Type is text/plain, not text/calendar."),
        ({"Set-Cookie": "a=b"}, "It sets a cookie: a cache in between will not keep it."),
        ({"Last-Modified": ""}, "It has no Last-Modified."),
        ({"Vary": ""}, "It is compressed, and Vary does not name Accept-Encoding."),
        ({"ETag": '"same"'}, "Compressed and not, it has one strong ETag: a cache may join halves of both."),
    ],
)
async def test_each_fault_of_a_header_is_named(change: dict[str, str], told: str) -> None:
    def changed(method: str, path: str, asked: Headers) -> Answer:
        answer = right(method, path, asked)
        kept = {name: value for name, value in {**answer.headers, **change}.items() if value}
        return Answer(answer.status, kept, answer.body)

    assert told in await words(changed)
