"""Reading the codes of mails that the tests' database is waiting to send."""

import json

from events.core import database
from events.core.outbox import Message
from events.people import mails
from events.settings import Settings
from tests.letterbox import opened


async def last_mail(settings: Settings, topic: str) -> tuple[str, str]:
    """To whom and with which text the worker would write the last mail of a topic; ("", "") when to nobody."""
    row = await database.row("SELECT * FROM outbox_message WHERE topic = $1 ORDER BY id DESC LIMIT 1", topic)
    assert row is not None
    message = Message(row["id"], row["topic"], json.loads(row["body"]), 1)
    written = await mails.with_proof(message, settings, row["created_at"])
    if written is None:
        return "", ""
    mail = opened(written)
    body = mail.get_body(("plain",))
    assert body is not None
    return str(mail["To"]), str(body.get_content())


def code_in(text: str) -> str:
    return text.partition("Your code: ")[2][:6]
