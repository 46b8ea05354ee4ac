"""How a web process ends without dropping a request.

granian's own stop closes connections that were accepted a moment before and have not been read yet, and kept ones the
moment their client sends again: 4 of 4,000 requests lost in six restarts under load. So before it,

1. the door closes: new connections are refused, and the proxy goes to the next process;
2. whoever still has a connection is answered, with `Connection: close`: it is not used again;
3. when nobody has one any more, or after `PATIENCE`, the server stops as it always does.

`colloquy web` begins this with SIGUSR1 to each process that serves.
"""

import asyncio
import contextlib
import os
import signal
import socket
import stat
import struct
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from starlette.types import ASGIApp, Message, Receive, Scope, Send

SIGNAL = signal.SIGUSR1
PATIENCE = 2.0
"""Seconds that kept connections have to be used once more, or to be closed by their other end."""

_TCP = (socket.AF_INET, socket.AF_INET6)


class Closing:
    """ASGI middleware of one process; `begun` says that it is on its way out."""

    begun = False
    closing: asyncio.Task[None] | None = None

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not Closing.begun or scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_the_last(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), (b"connection", b"close")]
            await send(message)

        await self.app(scope, receive, send_the_last)


def listen() -> None:
    """From now on SIGNAL makes this process close; once, where its loop runs."""
    loop = asyncio.get_running_loop()

    def begin() -> None:
        Closing.closing = loop.create_task(_close())

    loop.add_signal_handler(SIGNAL, begin)


async def _close() -> None:
    if Closing.begun:
        return
    Closing.begun = True
    ports = _shut_doors()
    until = time.monotonic() + PATIENCE
    while _kept_lines(ports) and time.monotonic() < until:  # noqa: ASYNC110 - they are the server's, it tells nobody
        await asyncio.sleep(0.05)
    os.kill(os.getpid(), signal.SIGTERM)


def _shut_doors() -> set[int]:
    """Refuse new connections from now on. Returns the ports.

    The server goes on waiting at its descriptor: on a socket on which nobody will ever call. Were it closed under its
    feet or shut down, its next accept would fail, over and over, and it would never look at its signal.
    """
    ports = set()
    for number, line in _sockets():
        if line.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN) and line.family in _TCP:
            ports.add(int(line.getsockname()[1]))
            with socket.socket(line.family, line.type) as quiet:
                quiet.setblocking(False)
                quiet.bind(("::1" if line.family == socket.AF_INET6 else "127.0.0.1", 0))
                quiet.listen(1)
                for _look in range(200):
                    if not _queue(line):
                        break
                    time.sleep(0.001)
                line.close()
                os.dup2(quiet.fileno(), number, inheritable=False)
    return ports


def _queue(listener: socket.socket) -> int:
    """How many connections wait to be accepted; closing now would reset them. 0 where the system does not say."""
    if sys.platform != "linux":
        return 0
    told = listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 28)
    return int(struct.unpack_from("=I", told, 24)[0])  # tcpi_unacked of a listener, linux/net/ipv4/tcp.c


def _kept_lines(ports: set[int]) -> bool:
    """Whether anybody still has a connection to one of these ports."""
    for _number, line in _sockets():
        with contextlib.suppress(OSError):
            if line.family in _TCP and line.getpeername() and line.getsockname()[1] in ports:
                return True
    return False


def _sockets() -> Iterator[tuple[int, socket.socket]]:
    """Every socket of this process: its descriptor, and a copy that is closed again."""
    for path in list(Path("/dev/fd").iterdir()):
        with contextlib.suppress(OSError):
            if stat.S_ISSOCK(os.fstat(int(path.name)).st_mode):
                with socket.socket(fileno=os.dup(int(path.name))) as copy:
                    yield int(path.name), copy
