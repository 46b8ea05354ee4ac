"""Clients that ask as fast as they are answered, over connections that are kept: a generator of our own.

It runs in a process of its own on the same cores as the server, so what it does for an answer has to be little: epoll
over plain non-blocking sockets, one `recv_into`, one comparison, one `send`. How long an answer is, and how it begins,
is learned from the first one to each request; anything else is read by its Content-Length. Linux only (epoll).
"""

import json
import select
import socket
import statistics
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from time import perf_counter

from benchmarks import apart

PATIENCE = 30.0
"""Seconds without any answer, after which the load is called off."""
BUFFER = 1 << 20


@dataclass(frozen=True)
class Load:
    """paths: asked in turn; headers: sent with each; own: sent with one path only (a personal feed and its ETag).

    answers   end after so many instead of after `seconds`
    """

    port: int
    paths: Sequence[str]
    headers: Mapping[str, str] = field(default_factory=dict)
    own: Sequence[Mapping[str, str]] = ()
    clients: int = 16
    seconds: float = 4.0
    answers: int = 0


@dataclass(frozen=True)
class Outcome:
    """rate: answers a second; p50, p99: milliseconds; statuses: how many answers of each; length: bytes of the longest
    body; cpu: CPU seconds of the generator itself."""

    rate: float
    p50: float
    p99: float
    statuses: dict[str, int]
    length: int
    answers: int
    cpu: float = 0.0


def run(load: Load) -> Outcome:
    """Run a load in a process of its own."""
    return Outcome(**apart.run("benchmarks.load", asdict(load)))


def requests_of(load: Load) -> list[bytes]:
    """What is sent, ready to be sent again and again."""
    written = []
    for place, path in enumerate(load.paths):
        headers = {**load.headers, **(load.own[place] if load.own else {})}
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        written.append(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{load.port}\r\n{head}\r\n".encode())
    return written


def read_head(head: bytes) -> tuple[bytes, int]:
    """Status and Content-Length of an answer's head. Raises ValueError for what is no answer to a request of ours."""
    if not head.startswith(b"HTTP/1.1 "):
        raise ValueError(f"no answer begins with {head[:60]!r}")
    status = head[9:12]
    lower = head.lower()
    place = lower.find(b"\r\ncontent-length:")
    if place >= 0:
        return status, int(lower[place + 17 :].split(b"\r\n", 1)[0])
    if status in {b"304", b"204"}:
        return status, 0
    raise ValueError(f"an answer without Content-Length: {head[:300]!r}")


class Client:
    """One connection. `expected` and `begins` are what is learned, shared by all, by the request's place."""

    __slots__ = ("began", "half", "missing", "place", "socket")

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setblocking(False)
        self.place = 0
        self.began = 0.0
        self.missing = 0
        self.half = b""


def ask(load: Load) -> Outcome:
    """The load itself. Raises RuntimeError when the server hangs up or falls silent."""
    clients = [Client(load.port) for _ in range(load.clients)]
    try:
        return _ask(load, {client.socket.fileno(): client for client in clients})
    finally:
        for client in clients:
            client.socket.close()


def _ask(load: Load, clients: Mapping[int, Client]) -> Outcome:
    """The loop. One function: a call for each answer would cost as much as the rest."""
    requests = requests_of(load)
    count = len(requests)
    expected = [-1] * count  # bytes of the whole answer
    begins = [b""] * count
    counted = [0] * count  # answers that were as learned
    others: dict[bytes, int] = {}
    longest = 0
    took: list[float] = []
    note = took.append
    poll = select.epoll()
    for number in clients:
        poll.register(number, select.EPOLLIN)
    buffer = bytearray(BUFFER)
    view = memoryview(buffer)
    place = 0
    spent = time.process_time()
    began = perf_counter()
    until = began + load.seconds if not load.answers else float("inf")
    most = load.answers or sys.maxsize
    for client in clients.values():
        client.place, place = place, (place + 1) % count
        client.began = perf_counter()
        client.socket.send(requests[client.place])
    running = len(clients)
    while running:
        ready = poll.poll(PATIENCE)
        if not ready:
            raise RuntimeError(f"no answer for {PATIENCE:g} s to {load.paths[0]}")
        for number, _event in ready:
            client = clients[number]
            here = client.place
            try:
                got = client.socket.recv_into(buffer)
            except BlockingIOError:
                continue
            if not got:
                raise RuntimeError(f"the server hung up on {load.paths[here]}")
            if not client.missing and not client.half and got == expected[here] and buffer.startswith(begins[here]):
                counted[here] += 1
            else:
                if client.missing:
                    client.missing -= got
                else:
                    said = client.half + bytes(view[:got])
                    end = said.find(b"\r\n\r\n")
                    if end < 0:
                        client.half = said
                        continue
                    client.half = b""
                    status, length = read_head(said[: end + 2])
                    others[status] = others.get(status, 0) + 1
                    if expected[here] < 0:
                        expected[here], begins[here] = end + 4 + length, said[:12]
                    longest = max(longest, length)
                    client.missing = end + 4 + length - len(said)
                if client.missing < 0:
                    raise RuntimeError(f"more was answered than asked for: {load.paths[here]}")
                if client.missing:
                    continue
            now = perf_counter()
            note(now - client.began)
            if now < until and len(took) < most:
                client.place, place = place, (place + 1) % count
                client.began = now
                client.socket.send(requests[client.place])
            else:
                poll.unregister(number)
                running -= 1
    seconds = perf_counter() - began
    poll.close()
    for learned, times in zip(begins, counted, strict=True):
        if times:
            others[learned[9:12]] = others.get(learned[9:12], 0) + times
    took.sort()
    return Outcome(
        rate=len(took) / seconds,
        p50=statistics.median(took) * 1000,
        p99=took[int(len(took) * 0.99)] * 1000,
        statuses={status.decode(): times for status, times in sorted(others.items())},
        length=longest,
        answers=len(took),
        cpu=time.process_time() - spent,
    )


if __name__ == "__main__":
    print(json.dumps(asdict(ask(Load(**json.load(sys.stdin))))))
