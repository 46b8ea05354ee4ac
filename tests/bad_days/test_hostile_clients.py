"""Clients that do harm by being slow, many or large, done to the real `colloquy web` over TCP.

What granian cannot do is a proxy's: it waits without an end for a client that reads slowly (docs/deploy.md).
"""

import asyncio
import contextlib
import gzip
import http.client
import resource
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager

import httpx
import psutil
import pytest

from events.core import visitors
from events.core import web as edge
from soak.house import Part
from tests.bad_days import real_programs

MB = 1024 * 1024
MANY = 10_000
ENOUGH = 1500
"""More than the 1,024 connections that granian lets in of itself."""

OURS = b"Host: 127.0.0.1\r\nSec-Fetch-Site: none\r\n"
FORM = OURS + b"Content-Type: application/x-www-form-urlencoded\r\n"
Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@pytest.fixture(scope="module")
def web(database_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Part]:
    with real_programs.web(database_url, redis_url, tmp_path_factory.mktemp("web")) as part:
        yield part


def memory(web: Part) -> int:
    """Megabytes of the process that answers."""
    sizes: list[int] = [one.memory_info().rss for one in psutil.Process(web.pid).children(recursive=True)]
    return max(sizes) // MB


async def answers(web: Part) -> bool:
    """Whether somebody else gets a page, one that reads the database."""
    async with httpx.AsyncClient(base_url=web.url, timeout=10) as client:
        return (await client.get("/events")).status_code == 200


@asynccontextmanager
async def lines(web: Part, count: int) -> AsyncIterator[list[Line]]:
    """Open connections, a hundred at a time."""
    found: list[Line] = []
    try:
        while len(found) < count:
            some = min(100, count - len(found))
            found += await asyncio.gather(*(asyncio.open_connection("127.0.0.1", web.port) for _line in range(some)))
        yield found
    finally:
        for _reader, writer in found:
            writer.transport.abort()


async def ask(web: Part, *pieces: bytes) -> tuple[int, str]:
    """Send pieces over one connection, and read the answer, which may come before they were all sent."""
    return await asyncio.to_thread(_ask, web.port, pieces)


def _ask(port: int, pieces: Sequence[bytes]) -> tuple[int, str]:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        sending = threading.Thread(target=_send, args=(line, pieces))
        sending.start()
        try:
            answer = http.client.HTTPResponse(line)
            answer.begin()
            return answer.status, answer.read().decode()
        finally:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            sending.join()


def _send(line: socket.socket, pieces: Sequence[bytes]) -> None:
    with contextlib.suppress(OSError):  # they may have closed: what was answered says why
        for piece in pieces:
            line.sendall(piece)


async def test_ten_thousand_open_connections_leave_room_for_the_next_visitor(
    web: Part, record_property: Callable[[str, object], None]
) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = MANY + 500 if hard == resource.RLIM_INFINITY else min(MANY + 500, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, most), hard))
    count = min(MANY, most - 500)
    record_property("connections", count)
    assert count > ENOUGH, f"this machine allows {hard} open files: too few to show anything"
    before = memory(web)

    async with lines(web, count) as open_:
        for _reader, writer in open_[::10]:
            writer.write(b"GET / HTTP/1.1\r\nX-Slow: ")
        assert await answers(web)
        assert memory(web) - before < 100


async def test_clients_that_send_a_byte_at_a_time_hold_up_nobody(web: Part) -> None:
    async with lines(web, 300) as slow:
        for byte in b"POST /sign-in HTTP/1.1\r\n":
            for _reader, writer in slow:
                writer.write(bytes([byte]))
            await asyncio.sleep(0)
        for _reader, writer in slow:
            writer.write(FORM + b"Content-Length: 1000\r\n\r\nemail=a")
        assert await answers(web)
        for _reader, writer in slow:
            writer.write(b"d")
        assert await answers(web)


async def test_clients_that_do_not_read_hold_up_nobody(web: Part) -> None:
    before = memory(web)
    async with lines(web, 200) as slow:
        for _reader, writer in slow:
            writer.transport.pause_reading()  # type: ignore[attr-defined]
            writer.write((b"GET /events HTTP/1.1\r\n" + OURS + b"\r\n") * 20)
        assert await answers(web)
        assert memory(web) - before < 100


async def test_a_form_of_100_mb_is_refused_before_it_is_sent(web: Part) -> None:
    head = b"POST /sign-in HTTP/1.1\r\n" + FORM + b"Content-Length: %d\r\n\r\n" % (100 * MB)

    status, words = await ask(web, head, b"email=")

    assert status == 413
    assert "more than 8 MB" in words


async def test_a_form_that_does_not_say_its_length_is_cut_off_at_the_same_size(web: Part) -> None:
    before = memory(web)
    head = b"POST /sign-in HTTP/1.1\r\n" + FORM + b"Transfer-Encoding: chunked\r\n\r\n"
    file = b'--x\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n'
    head = head.replace(b"application/x-www-form-urlencoded", b"multipart/form-data; boundary=x")
    chunk = b"10000\r\n" + b"a" * 0x10000 + b"\r\n"

    status, words = await ask(web, head, b"%x\r\n%b\r\n" % (len(file), file), *[chunk] * 1600)

    assert status == 413
    assert "more than 8 MB" in words
    assert memory(web) - before < 64
    assert await answers(web)


ODD = {
    "a gzip'd body that grows to 50 MB": (FORM + b"Content-Encoding: gzip\r\n", gzip.compress(bytes(50 * MB), 9)),
    "more fields than a form has": (FORM, b"a=1&" * 5000),
    "one field of 5 MB": (FORM, b"email=" + b"a" * (5 * MB)),
    "no boundary": (OURS + b"Content-Type: multipart/form-data\r\n", b"--x\r\n\r\n--x--"),
    "another boundary": (OURS + b"Content-Type: multipart/form-data; boundary=y\r\n", b"--x\r\n\r\n--x--"),
    "a part whose headers do not end": (
        OURS + b"Content-Type: multipart/form-data; boundary=x\r\n",
        b"--x\r\nContent-Disposition: form-data; name=" + b"a" * MB,
    ),
    "five thousand parts": (
        OURS + b"Content-Type: multipart/form-data; boundary=x\r\n",
        b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n' * 5000 + b"--x--\r\n",
    ),
    "five thousand files": (
        OURS + b"Content-Type: multipart/form-data; boundary=x\r\n",
        b'--x\r\nContent-Disposition: form-data; name="a"; filename="a"\r\n\r\n1\r\n' * 5000 + b"--x--\r\n",
    ),
    "NUL": (FORM, b"email=ada%00%40example.org&next=%00"),
    "a raw NUL": (FORM, b"email=\0&next=\0"),
    "half a letter": (FORM, b"email=ada%C3%40example.org%ED%A0%80&next=%FF"),
    "raw half a letter": (FORM, b"email=\xc3\xff\xfe&next=\xed\xa0\x80"),
    "a byte order mark": (FORM, b"\xef\xbb\xbfemail=ada%40example.org"),
    "nothing at all": (FORM, b""),
    "JSON": (OURS + b"Content-Type: application/json\r\n", b"[" * 100_000),
}


@pytest.mark.parametrize("what", ODD)
async def test_an_odd_body_is_a_mistake_of_its_sender_and_never_ours(web: Part, what: str) -> None:
    headers, body = ODD[what]
    before = memory(web)

    status, words = await ask(
        web, b"POST /sign-in HTTP/1.1\r\n" + headers + b"Content-Length: %d\r\n\r\n" % len(body), body
    )

    assert 400 <= status < 500, words
    assert words
    assert memory(web) - before < 40


async def test_headers_have_a_size(web: Part) -> None:
    long, _words = await ask(
        web, b"GET /healthz HTTP/1.1\r\nX: " + b"a" * (2 * visitors.HEADERS.max_buffer_size) + b"\r\n\r\n"
    )
    many, _words = await ask(web, b"GET /healthz HTTP/1.1\r\n" + b"X: a\r\n" * 1000 + b"\r\n")

    assert (long, many) == (431, 431)


async def test_a_body_that_comes_too_slowly_is_sent_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edge, "BODY_PATIENCE", 0.05)
    given = iter([b"e" * edge.BODY_RATE, b"m"])

    async def receive() -> dict[str, object]:
        if (piece := next(given, None)) is None:
            await asyncio.Event().wait()
        return {"type": "http.request", "body": piece, "more_body": True}

    read = edge._bounded(receive, edge.MAX_BODY)
    assert (await read())["body"]
    assert (await read())["body"] == b"m"
    with pytest.raises(edge.TooSlow):
        await read()
