"""Clients that ask as fast as they are answered, over connections that are kept.

A generator of our own, so that nothing has to be installed: one asyncio protocol a connection, in a process of its own.
It costs CPU on the same cores; therefore rows compare with a ceiling of the same run, and CPU is read for the
server's processes apart.
"""

import asyncio
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Load:
    """paths: asked in turn; headers: sent with each."""

    port: int
    paths: Sequence[str]
    headers: Mapping[str, str]
    clients: int = 16
    seconds: float = 4.0


@dataclass(frozen=True)
class Outcome:
    """rate: answers a second; p50, p99: milliseconds; statuses: how many answers of each; length: bytes of one body."""

    rate: float
    p50: float
    p99: float
    statuses: dict[str, int]
    length: int
    answers: int


def run(load: Load) -> Outcome:
    """Run a load in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.load"],
        input=json.dumps(asdict(load)),
        capture_output=True,
        text=True,
        check=True,
    )
    return Outcome(**json.loads(done.stdout))


class Client(asyncio.Protocol):
    """One connection: asks, reads an answer with a Content-Length, asks again."""

    def __init__(self, requests: list[bytes], place: int, until: float) -> None:
        self.requests, self.place, self.until = requests, place, until
        self.took: list[float] = []
        self.statuses: dict[str, int] = {}
        self.length = 0
        self.buffer = b""
        self.missing = 0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.ask()

    def ask(self) -> None:
        self.began = time.perf_counter()
        self.transport.write(self.requests[self.place % len(self.requests)])
        self.place += 1

    def data_received(self, data: bytes) -> None:
        if self.missing:
            self.missing -= len(data)
            if self.missing <= 0:
                self.answered()
            return
        self.buffer += data
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        head, rest = self.buffer[:end].lower(), len(self.buffer) - end - 4
        self.buffer = b""
        status = head[9:12].decode()
        self.statuses[status] = self.statuses.get(status, 0) + 1
        place = head.find(b"content-length:")
        length = int(head[place + 15 :].split(b"\r\n", 1)[0]) if place >= 0 else 0
        self.length = length
        self.missing = length - rest
        if self.missing <= 0:
            self.answered()

    def answered(self) -> None:
        self.missing = 0
        now = time.perf_counter()
        self.took.append(now - self.began)
        if now < self.until:
            self.ask()
        else:
            self.transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_result(None)


async def ask(load: Load) -> Outcome:
    head = "".join(f"{name}: {value}\r\n" for name, value in load.headers.items())
    requests = [f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{load.port}\r\n{head}\r\n".encode() for path in load.paths]
    loop = asyncio.get_running_loop()
    began = time.perf_counter()
    clients = []
    for number in range(load.clients):
        place = number * len(requests) // load.clients

        def make(place: int = place) -> Client:
            return Client(requests, place, began + load.seconds)

        _transport, client = await loop.create_connection(make, "127.0.0.1", load.port)
        clients.append(client)
    await asyncio.gather(*(client.done for client in clients))
    took = sorted(one for client in clients for one in client.took)
    statuses: dict[str, int] = {}
    for client in clients:
        for status, count in client.statuses.items():
            statuses[status] = statuses.get(status, 0) + count
    return Outcome(
        rate=len(took) / (time.perf_counter() - began),
        p50=statistics.median(took) * 1000,
        p99=took[int(len(took) * 0.99)] * 1000,
        statuses=statuses,
        length=clients[0].length,
        answers=len(took),
    )


if __name__ == "__main__":
    print(json.dumps(asdict(asyncio.run(ask(Load(**json.load(sys.stdin)))))))
