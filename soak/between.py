"""What stands between the house and Stripe, and misbehaves: two forwarders, of API calls and of webhooks."""

import asyncio
import contextlib
import random
import socket
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

API_MOODS = ("ok", "down", "slow", "500")
"""down: nobody answers; slow: answers after SLOW seconds; 500: does the work, and answers 500 instead of what came"""

WEBHOOK_MOODS = ("ok", "lost", "doubled", "late")
"""lost: Stripe is told they arrived; doubled: each arrives twice at once; late: each arrives LATE seconds later"""

SLOW, LATE = 3.0, 5.0
PATIENCE = 25.0
_GONE = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_DOWN = b'{"error":{"type":"api_error","message":"We are down"}}'
_500 = (
    b"HTTP/1.1 500 Internal Server Error\r\nContent-Type: application/json\r\n"
    b"Content-Length: %d\r\nConnection: close\r\n\r\n%s" % (len(_DOWN), _DOWN)
)
_TAKEN = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


def listen() -> socket.socket:
    """A port that is ours from now on; the forwarder takes it later."""
    line = socket.socket()
    line.bind(("127.0.0.1", 0))
    return line


def port_of(line: socket.socket) -> int:
    port: int = line.getsockname()[1]
    return port


@dataclass
class Forwarder:
    """One request a connection, there and back."""

    line: socket.socket
    handle: Callable[[bytes], Awaitable[bytes]]

    async def __call__(self) -> asyncio.Server:
        return await asyncio.start_server(self._serve, sock=self.line)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, TimeoutError):
            async with asyncio.timeout(2 * PATIENCE):
                if answer := await self.handle(await _read(reader)):
                    writer.write(answer)
                    await writer.drain()
        writer.close()


class Between:
    """The two forwarders of one house.

    api, webhooks   their moods, changed at any time
    did             how many requests met a mood, by its name
    """

    def __init__(self, sandbox: int, webs: list[int], dice: random.Random) -> None:
        self.api = self.webhooks = "ok"
        self.sandbox, self.webs, self.dice = sandbox, webs, dice
        self.did: Counter[str] = Counter()
        self.api_line, self.webhook_line = listen(), listen()
        self._later: set[asyncio.Task[bytes]] = set()

    async def open(self) -> list[asyncio.Server]:
        return [
            await Forwarder(self.api_line, self._call)(),
            await Forwarder(self.webhook_line, self._webhook)(),
        ]

    async def _call(self, request: bytes) -> bytes:
        mood = self.api
        if mood != "ok":
            self.did[f"Stripe {mood}"] += 1
        if mood == "down":
            return b""
        if mood == "slow":
            await asyncio.sleep(SLOW)
        answer = await _pass_on(self.sandbox, request)
        return _500 if mood == "500" else answer

    async def _webhook(self, request: bytes) -> bytes:
        mood = self.webhooks
        port = self.dice.choice(self.webs)
        if mood != "ok":
            self.did[f"webhook {mood}"] += 1
        if mood == "lost":
            return _TAKEN
        if mood == "doubled":
            one, _other = await asyncio.gather(*(_pass_on(web, request) for web in (self.webs[0], self.webs[-1])))
            return one
        if mood == "late":
            task = asyncio.create_task(self._bring_later(port, request))
            self._later.add(task)
            task.add_done_callback(self._later.discard)
            return _TAKEN
        return await _pass_on(port, request)

    async def _bring_later(self, port: int, request: bytes) -> bytes:
        await asyncio.sleep(LATE)
        return await _pass_on(port, request)

    async def settled(self) -> None:
        await asyncio.gather(*self._later)


async def _read(reader: asyncio.StreamReader) -> bytes:
    """A whole request or answer, told by its Content-Length, to be the only one of its connection."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = 0
    kept = []
    for line in head.split(b"\r\n")[:-2]:
        name, _sep, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
        if name.lower() != b"connection":
            kept.append(line)
    body = await reader.readexactly(length) if length else b""
    return b"\r\n".join([*kept, b"Connection: close", b"", b""]) + body


async def _pass_on(port: int, request: bytes) -> bytes:
    try:
        async with asyncio.timeout(PATIENCE):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(request)
            answer = await _read(reader)
            writer.close()
            return answer
    except (OSError, asyncio.IncompleteReadError, TimeoutError):
        return _GONE
