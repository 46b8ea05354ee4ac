"""What lies between us and Stripe: a line for our questions and one for its webhooks, and everything wrong with both.

shop ── stripe library ── HTTP ──► Line ── HTTP ──► colloquy sandbox
shop ◄── Letters, when the test wants ◄── HTTP ── colloquy sandbox
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Self

import httpx

from events.registration.sandbox.delivery import signature

MOODS = ("ok", "down", "slow", "cut", "broken before", "broken after")
"""Of the line: it answers; nobody is there; the answer takes for ever; the work is done and the answer lost; it says
500 and did nothing; it says 500 and did the work. A 500 is given again to the same idempotency key, as Stripe does."""

_BROKEN = b'{"error": {"type": "api_error", "message": "An error occurred, and we were notified."}}'


@dataclass(frozen=True)
class Asked:
    """One HTTP request as it came in. Names of headers are in small letters."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


Answer = Callable[[Asked], Awaitable[tuple[int, bytes] | None]]
"""None: the connection ends without an answer."""


class Listener:
    """A small HTTP server at `url`: one request a connection."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self.url = ""

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            method, path, _version = head[0].split(" ")
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            answer = await self._answer(Asked(method, path, headers, body))
            if answer is not None:
                writer.write(
                    b"HTTP/1.1 %d -\r\nContent-Type: application/json\r\nConnection: close\r\n"
                    b"Content-Length: %d\r\n\r\n%b" % (answer[0], len(answer[1]), answer[1])
                )
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass  # who asked went away
        finally:
            writer.close()


class Line(Listener):
    """From the shop to Stripe. `mood` is one of MOODS; `asked`, what came, as METHOD and path."""

    def __init__(self, stripe: str) -> None:
        super().__init__(self._pass_on)
        self.stripe = stripe
        self.mood = "ok"
        self.asked: list[str] = []
        self._broken: set[str] = set()
        self._more = asyncio.Event()

    async def heard(self, questions: int) -> None:
        """Wait until so many came."""
        async with asyncio.timeout(10):
            while len(self.asked) < questions:
                self._more.clear()
                await self._more.wait()

    async def _pass_on(self, asked: Asked) -> tuple[int, bytes] | None:
        self.asked.append(f"{asked.method} {asked.path.partition('?')[0]}")
        self._more.set()
        key = asked.headers.get("idempotency-key", "") if asked.method == "POST" else ""
        if self.mood == "down":
            return None
        if key in self._broken:
            return 500, _BROKEN
        if self.mood == "broken before":
            self._broken |= {key} - {""}
            return 500, _BROKEN
        headers = {
            name: value
            for name, value in asked.headers.items()
            if name in {"authorization", "content-type", "idempotency-key"}
        }
        async with httpx.AsyncClient(timeout=20) as client:
            got = await client.request(asked.method, self.stripe + asked.path, headers=headers, content=asked.body)
        if self.mood == "slow":
            await asyncio.sleep(30)
        if self.mood == "cut":
            return None
        if self.mood == "broken after":
            self._broken |= {key} - {""}
            return 500, _BROKEN
        return got.status_code, got.content


@dataclass(frozen=True)
class Letter:
    kind: str
    body: bytes

    @property
    def words(self) -> str:
        return self.body.decode()


class Letters(Listener):
    """Stripe's webhooks, kept until the test brings them: some never, some twice, in any order."""

    def __init__(self) -> None:
        super().__init__(self._keep)
        self.kept: list[Letter] = []
        self._came = asyncio.Event()

    async def _keep(self, asked: Asked) -> tuple[int, bytes]:
        kind = asked.body.decode().rpartition('"type": "')[2].partition('"')[0]
        self.kept.append(Letter(kind, asked.body))
        self._came.set()
        return 200, b"{}"

    async def of(self, kind: str) -> Letter:
        """The first letter of a kind, waited for."""
        async with asyncio.timeout(10):
            while True:
                found = next((letter for letter in self.kept if letter.kind == kind), None)
                if found is not None:
                    return found
                self._came.clear()
                await self._came.wait()


def signed(letter: Letter, secret: str, at: int | None = None) -> dict[str, Any]:
    """A webhook request as Stripe sends it; it signs anew for each try."""
    header = signature(letter.body, secret, at if at is not None else int(time.time()))
    return {"content": letter.body, "headers": {"stripe-signature": header}}
