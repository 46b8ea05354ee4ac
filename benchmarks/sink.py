"""An SMTP server that takes every mail and counts it: `python -m benchmarks.sink` prints its port.

It says as little as RFC 5321 allows, and keeps the newest mails for who asks: `XCOUNT` answers how many came, `XFIND
address` the newest mail to an address, in base64 on one line, or 550.
"""

import asyncio
import base64
import socket
from collections import OrderedDict

KEPT = 500


class Sink:
    def __init__(self) -> None:
        self.count = 0
        self.kept: OrderedDict[bytes, bytes] = OrderedDict()

    def keep(self, recipient: bytes, body: bytes) -> None:
        self.count += 1
        self.kept.pop(recipient, None)
        self.kept[recipient] = body
        if len(self.kept) > KEPT:
            self.kept.popitem(last=False)


class Conversation(asyncio.Protocol):
    """One client: commands in lines, a mail until its dot."""

    def __init__(self, sink: Sink) -> None:
        self.sink = sink
        self.got = bytearray()
        self.recipient = b""
        self.in_mail = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        self.got += data
        while True:
            mark = b"\r\n.\r\n" if self.in_mail else b"\r\n"
            end = self.got.find(mark)
            if end < 0:
                return
            part = bytes(self.got[:end])
            del self.got[: end + len(mark)]
            if self.in_mail:
                self.in_mail = False
                self.sink.keep(self.recipient, part)
                self.transport.write(b"250 taken\r\n")
            else:
                self.transport.write(self.answer(part))

    def answer(self, line: bytes) -> bytes:
        match line[:4].upper():
            case b"EHLO":
                return b"250-sink\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n"
            case b"RCPT":
                self.recipient = line[line.find(b"<") + 1 : line.find(b">")].lower()
                return b"250 ok\r\n"
            case b"DATA":
                self.in_mail = True
                return b"354 go on\r\n"
            case b"XCOU":
                return b"250 %d\r\n" % self.sink.count
            case b"XFIN":
                body = self.sink.kept.get(line.split(b" ", 1)[1].lower())
                return b"250 " + base64.b64encode(body) + b"\r\n" if body is not None else b"550 none\r\n"
            case b"QUIT":
                asyncio.get_running_loop().call_soon(self.transport.close)
                return b"221 bye\r\n"
        return b"250 ok\r\n"


class Asked:
    """The sink, asked from another process."""

    def __init__(self, port: int) -> None:
        self._line = socket.create_connection(("127.0.0.1", port), timeout=30)
        self._file = self._line.makefile("rb")
        self._file.readline()

    def count(self) -> int:
        return int(self._ask(b"XCOUNT")[4:])

    def find(self, address: str) -> bytes | None:
        said = self._ask(b"XFIND " + address.encode())
        return base64.b64decode(said[4:]) if said.startswith(b"250") else None

    def close(self) -> None:
        self._file.close()
        self._line.close()

    def _ask(self, command: bytes) -> bytes:
        self._line.sendall(command + b"\r\n")
        return self._file.readline().strip()


async def main() -> None:
    sink = Sink()
    server = await asyncio.get_running_loop().create_server(lambda: Conversation(sink), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
