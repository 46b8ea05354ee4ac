"""A server that answers what a test tells it, in the pieces it is told."""

import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

Answers = Callable[[bytes], Sequence[bytes]]
"""From a request's head and body to the pieces of the answer; an empty list hangs up."""


@contextmanager
def serving(answers: Answers) -> Iterator[int]:
    """The port of a server on this machine, gone afterwards."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                line, _address = listener.accept()
            except OSError:
                return
            threading.Thread(target=_talk, args=(line, answers), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def _talk(line: socket.socket, answers: Answers) -> None:
    got = b""
    with line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while True:
            while b"\r\n\r\n" not in got:
                more = line.recv(65536)
                if not more:
                    return
                got += more
            head, _sep, got = got.partition(b"\r\n\r\n")
            length = next((int(one[15:]) for one in head.split(b"\r\n") if one.startswith(b"Content-Length:")), 0)
            while len(got) < length:
                got += line.recv(65536)
            body, got = got[:length], got[length:]
            pieces = answers(head + b"\r\n\r\n" + body)
            if not pieces:
                return
            for piece in pieces:
                line.sendall(piece)


def answer(body: bytes = b"", status: str = "200 OK", *headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"content-length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body
