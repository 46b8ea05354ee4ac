"""A mail from its three files, and the way it leaves: SMTP, or files in a folder where nobody else should get it."""

import asyncio
import time
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr, make_msgid
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import aiosmtplib
import css_inline
from jinja2 import BaseLoader, ChoiceLoader, Environment, FileSystemLoader, StrictUndefined, TemplateNotFound

from events.core import locales, pages
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


def compose(
    settings: Settings, name: str, to: str, at: datetime, locale: str = "en", to_name: str = "", **context: Any
) -> EmailMessage:
    """Build a message from `events/<slice>/emails/<fact>/{subject.txt,body.txt,body.html}`.

    name   "registration/order_confirmed"
    to     one address; the templates have settings, base_url, and everything in `context`
    """
    locales.speak(locale)
    values = {"settings": settings, "base_url": settings.base_url, "at": at, "locale": locale, **context}
    subject = " ".join(_environment(html=False).get_template(f"{name}/subject.txt").render(values).split())
    message = EmailMessage(policy=SMTP)
    message["From"] = formataddr((settings.association, settings.mail_from))
    message["To"] = formataddr((to_name, to)) if to_name else to
    message["Subject"] = subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = make_msgid(domain=settings.mail_from.rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(_environment(html=False).get_template(f"{name}/body.txt").render(values).strip() + "\n")
    html = _environment(html=True).get_template(f"{name}/body.html").render(values, subject=subject)
    message.add_alternative(_inliner().inline(html), subtype="html")
    return message


@dataclass(frozen=True, slots=True)
class Sealed:
    """A mail that was written as bytes, for those sent by the thousand."""

    sender: str
    recipient: str
    body: bytes


class Mailer:
    """Sends one message at a time over a connection that is kept and renewed. Only workers have one."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._lock = asyncio.Lock()
        self._smtp: aiosmtplib.SMTP | None = None

    async def send(self, message: EmailMessage | Sealed) -> None:
        """Hand a message over; raises what went wrong (the outbox tries again)."""
        if self.settings.smtp_url:
            async with self._lock:
                await self._over_smtp(message)
        elif self.settings.mail_dir is not None:
            await asyncio.to_thread(_keep, self.settings.mail_dir, message)
        else:
            raise RuntimeError("COLLOQUY_SMTP_URL is not set: nobody would get this mail")

    async def _over_smtp(self, message: EmailMessage | Sealed) -> None:
        if self._smtp is None or not self._smtp.is_connected:
            self._smtp = await self._connect()
        try:
            await _hand_over(self._smtp, message)
        except aiosmtplib.SMTPServerDisconnected:
            self._smtp = await self._connect()
            await _hand_over(self._smtp, message)

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
        if self._smtp is not None and self._smtp.is_connected:
            await self._smtp.quit()


async def _hand_over(smtp: aiosmtplib.SMTP, message: EmailMessage | Sealed) -> None:
    if isinstance(message, Sealed):
        await smtp.sendmail(message.sender, message.recipient, message.body)
    else:
        await smtp.send_message(message)


def _keep(folder: Path, message: EmailMessage | Sealed) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{time.time_ns()}.eml"
    partial = folder / f".{name}"
    partial.write_bytes(message.body if isinstance(message, Sealed) else message.as_bytes())
    partial.rename(folder / name)
