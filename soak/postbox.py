"""A mail server with moods, as a process of its own: `python -m soak.postbox PORT FOLDER`.

It writes every mail it took as a line of JSON to FOLDER/mails.jsonl, before it answers, and looks at FOLDER/mood at
each mail: a mood takes hold at once, also on connections that are open.
"""

import asyncio
import email
import email.policy
import json
import os
import signal
import sys
from dataclasses import dataclass
from email.message import EmailMessage
from functools import cached_property
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

MOODS = {
    "ok": "takes everything",
    "refuse": "says 451 to every recipient: come back later",
    "slow": "takes a second for each mail",
    "hang_up": "takes the mail, and closes the connection without an answer",
    "die": "takes the mail, and the whole server is gone without an answer",
}
SLOW = 1.0
MAILS, MOOD = "mails.jsonl", "mood"


@dataclass(frozen=True)
class Mail:
    """One that was taken. The same `id` twice is a copy of one mail; mailboxes show it once."""

    sender: str
    to: str
    source: str

    @cached_property
    def message(self) -> EmailMessage:
        parsed = email.message_from_bytes(self.source.encode("latin-1"), policy=email.policy.default)
        assert isinstance(parsed, EmailMessage)
        return parsed

    @property
    def id(self) -> str:
        return str(self.message["Message-ID"])

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def text(self) -> str:
        """Its plain part."""
        part = self.message.get_body(("plain",))
        return str(part.get_content()) if part else ""

    @property
    def calendar(self) -> str:
        """Its text/calendar part, "" without one."""
        return next((str(p.get_content()) for p in self.message.walk() if p.get_content_type() == "text/calendar"), "")


class Postbox:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.book = (folder / MAILS).open("a", encoding="utf-8")

    @property
    def mood(self) -> str:
        return (self.folder / MOOD).read_text().strip()

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.mood == "refuse":
            return "451 4.3.2 Come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        mood = self.mood
        if mood == "slow":
            await asyncio.sleep(SLOW)
        source = bytes(envelope.original_content or b"").decode("latin-1")
        for address in envelope.rcpt_tos:
            self.book.write(json.dumps({"sender": envelope.mail_from or "", "to": address, "source": source}) + "\n")
        self.book.flush()
        if mood == "die":
            os._exit(1)
        if mood == "hang_up":
            assert isinstance(server.transport, asyncio.WriteTransport)
            server.transport.abort()
        return "250 OK"


async def serve(port: int, folder: Path) -> None:
    """Take mails until SIGTERM."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    postbox = Postbox(folder)
    server = await loop.create_server(lambda: SMTP(postbox, enable_SMTPUTF8=True, loop=loop), "127.0.0.1", port)
    await stop.wait()
    server.close()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
