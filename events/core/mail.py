"""A mail from its three files, and the way it leaves: SMTP, or files in a folder where nobody else should get it."""

import asyncio
import contextlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import aiosmtplib
import css_inline
from jinja2 import BaseLoader, ChoiceLoader, Environment, FileSystemLoader, StrictUndefined, TemplateNotFound

from events.core import locales, mime, pages
from events.settings import Settings

SLICES = Path(__file__).resolve().parents[1]


class _MailFiles(BaseLoader):
    """`registration/order_confirmed/body.txt` lies in events/registration/emails/order_confirmed/body.txt."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Any]:
        room, _sep, rest = template.partition("/")
        path = SLICES / room / "emails" / rest
        if ".." in template or not path.is_file():
            raise TemplateNotFound(template)
        return path.read_text("utf-8"), str(path), lambda: True


@cache
def _environment(html: bool) -> Environment:
    env = Environment(
        loader=ChoiceLoader([_MailFiles(), FileSystemLoader(pages.TEMPLATES)]),
        autoescape=html,  # noqa: S701 - the plain text parts are not HTML
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    env.install_gettext_callables(locales._, locales.ngettext, newstyle=True)  # type: ignore[attr-defined]
    shared = pages.environment()
    env.filters |= shared.filters
    env.globals |= {"money": pages.money, "icon": shared.globals["icon"]}
    return env


@cache
def _inliner() -> css_inline.CSSInliner:
    styles = pages.TEMPLATES.parent / "styles" / "mail.css"
    return css_inline.CSSInliner(
        extra_css=styles.read_text("utf-8"), load_remote_stylesheets=False, keep_style_tags=True
    )


@dataclass(frozen=True, slots=True)
class Words:
    """A mail's three files, rendered."""

    subject: str
    text: str
    html: str


def render(settings: Settings, name: str, at: datetime, locale: str, context: Mapping[str, Any]) -> Words:
    """The words of `events/<slice>/emails/<fact>/{subject.txt,body.txt,body.html}`.

    name   "registration/order_confirmed"; the templates have settings, base_url, at, locale and what is in `context`
    """
    locales.speak(locale)
    values = {"settings": settings, "base_url": settings.base_url, "at": at, "locale": locale, **context}
    subject = " ".join(_environment(html=False).get_template(f"{name}/subject.txt").render(values).split())
    text = _environment(html=False).get_template(f"{name}/body.txt").render(values).strip()
    html = _environment(html=True).get_template(f"{name}/body.html").render(values, subject=subject)
    return Words(subject, text, _inliner().inline(html))


@dataclass(frozen=True, slots=True)
class Sealed:
    """A mail as it leaves, but for its Message-ID: the outbox message that carries it names it (workers/mail.py)."""

    sender: str
    recipient: str
    body: bytes

    def named(self, message_id: str) -> "Sealed":
        return replace(self, body=f"Message-ID: {message_id}\r\n".encode() + self.body)


def compose(
    settings: Settings, name: str, to: str, at: datetime, locale: str = "en", to_name: str = "", **context: Any
) -> Sealed:
    """Write a mail to one address; for `name` and `context` see `render`."""
    words = render(settings, name, at, locale, context)
    content = mime.multipart("alternative", (mime.part("plain", words.text), mime.part("html", words.html)))
    return seal(settings, to, to_name, words.subject, at, content)


def seal(settings: Settings, to: str, to_name: str, subject: str, at: datetime, content: bytes) -> Sealed:
    """Put the header before a mail's content, which begins with its own Content-Type."""
    header = (
        mime.mailbox("From", settings.association, settings.mail_from),
        mime.mailbox("To", to_name, to),
        mime.text("Subject", subject),
        mime.date(at),
        b"Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n",
    )
    return Sealed(settings.mail_from, to, b"".join((*header, content)))


class Undeliverable(Exception):
    """The mail server refused this mail for good (RFC 5321 section 4.2.1, 5yz): trying again gets the same no."""


class NoTurn(Exception):
    """Nothing was tried: others' mails were before this one for too long."""


TURN = 40.0
"""Seconds a mail waits for a connection. A job that waits longer would be cut off by its own time."""

LINES = 4
"""Connections of one mailer: while the mail server takes its time over one mail, the others pass it by."""

FRESH = 5.0
"""Seconds after which a kept connection is asked whether it still lives, before a mail is risked on it."""


class Mailer:
    """Sends mails over a few connections that are kept and renewed. Only workers have one."""

    def __init__(self, settings: Settings, lines: int = LINES) -> None:
        self.settings = settings
        self._turns = asyncio.Semaphore(lines)
        self._idle: list[tuple[float, aiosmtplib.SMTP]] = []

    async def send(self, mail: Sealed) -> None:
        """Hand a mail over. Raises Undeliverable, NoTurn, or what else went wrong (the outbox tries again)."""
        if self.settings.smtp_url:
            try:
                async with asyncio.timeout(TURN):
                    await self._turns.acquire()
            except TimeoutError:
                raise NoTurn(f"the mail server took longer than {TURN:g} s for the mails before this one") from None
            try:
                await self._over_smtp(mail)
            finally:
                self._turns.release()
        elif self.settings.mail_dir is not None:
            await asyncio.to_thread(_keep, self.settings.mail_dir, mail)
        else:
            raise RuntimeError("COLLOQUY_SMTP_URL is not set: nobody would get this mail")

    async def _over_smtp(self, mail: Sealed) -> None:
        """Once: a server that goes away in the middle may have taken the mail; the outbox tries again, as a copy."""
        smtp = await self._line()
        try:
            await _hand_over(smtp, mail)
        except (Undeliverable, aiosmtplib.SMTPResponseException, aiosmtplib.SMTPRecipientsRefused):
            self._keep_line(smtp)  # it said no, and the conversation goes on
            raise
        except BaseException:
            # Cut off in the middle. The answer still to come would be taken for one to the next mail, and the next
            # mail's commands for the text of this one: it would reach the wrong person.
            smtp.close()
            raise
        self._keep_line(smtp)

    def _keep_line(self, smtp: aiosmtplib.SMTP) -> None:
        self._idle.append((time.monotonic(), smtp))

    async def _line(self) -> aiosmtplib.SMTP:
        """A kept connection that lives, the one used last; else a new one."""
        while self._idle:
            since, smtp = self._idle.pop()
            if smtp.is_connected and (time.monotonic() - since < FRESH or await _lives(smtp)):
                return smtp
        return await self._connect()

    async def _connect(self) -> aiosmtplib.SMTP:
        parts = urlsplit(self.settings.smtp_url)
        smtp = aiosmtplib.SMTP(
            hostname=parts.hostname,
            port=parts.port or (465 if parts.scheme == "smtps" else 25),
            use_tls=parts.scheme == "smtps",
            username=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
            timeout=30,
        )
        await smtp.connect()
        return smtp

    async def close(self) -> None:
        while self._idle:
            _since, smtp = self._idle.pop()
            with contextlib.suppress(aiosmtplib.SMTPException, OSError):
                await smtp.quit(timeout=2)


async def _lives(smtp: aiosmtplib.SMTP) -> bool:
    try:
        await smtp.noop(timeout=5)
    except (aiosmtplib.SMTPException, OSError):
        smtp.close()
        return False
    return True


async def _hand_over(smtp: aiosmtplib.SMTP, mail: Sealed) -> None:
    options = () if mail.recipient.isascii() else ("SMTPUTF8",)
    try:
        await smtp.sendmail(mail.sender, mail.recipient, mail.body, mail_options=options)
    except aiosmtplib.SMTPRecipientsRefused as error:
        if all(500 <= one.code <= 599 for one in error.recipients):
            raise Undeliverable("; ".join(f"{one.code} {one.message}" for one in error.recipients)) from error
        raise
    except aiosmtplib.SMTPDataError as error:
        if 500 <= error.code <= 599:
            raise Undeliverable(f"{error.code} {error.message}") from error
        raise
    # A no to our sender or our password is about us, not about this mail: the next try may find it mended.


def _keep(folder: Path, mail: Sealed) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{time.time_ns()}.eml"
    partial = folder / f".{name}"
    try:
        partial.write_bytes(mail.body)
        partial.rename(folder / name)
    except OSError:
        partial.unlink(missing_ok=True)  # a full disk keeps nothing of what it could not take
        raise
