"""What every journey needs: the house and its mail, the programme as the exports tell it, and a little patience."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from tests.house import House
from tests.journeys import calendar_clients

AMAL = "amal.haddad@example.org"


@dataclass
class Journey:
    house: House
    folder: Path

    def fetch(self, path: str) -> bytes:
        with urlopen(path if path.startswith("http") else self.house.url + path, timeout=20) as answer:
            body: bytes = answer.read()
        return body

    def mails(self, to: str) -> list[dict[str, Any]]:
        """Every mail to somebody, the newest last."""
        return [mail for mail in json.loads(self.fetch("/dev/mail.json")) if to in mail["to"]]

    async def mail(self, to: str, fits: Callable[[dict[str, Any]], bool], since: int = 0) -> dict[str, Any]:
        """Wait for a mail that fits; `since` leaves out those with a lower number."""
        until = time.monotonic() + 60
        while time.monotonic() < until:
            fitting = [mail for mail in self.mails(to) if mail["n"] > since and fits(mail)]
            if fitting:
                return fitting[-1]
            await asyncio.sleep(0.3)
        raise AssertionError(f"no such mail to {to}: {[mail['subject'] for mail in self.mails(to)]}")

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "events.cli", *words],
            env=self.house.environment(),
            capture_output=True,
            text=True,
            timeout=120,
        )


@dataclass(frozen=True)
class Talk:
    """A session as the JSON export tells it."""

    code: str
    title: str
    type: str
    starts: datetime
    room: str


def talks(journey: Journey, slug: str) -> list[Talk]:
    exported = json.loads(journey.fetch(f"/events/{slug}/schedule.json"))
    found = []
    for day in exported["schedule"]["conference"]["days"]:
        for room, events in day["rooms"].items():
            for one in events:
                code = one["url"].rstrip("/").rpartition("/")[2]
                found.append(Talk(code, one["title"], one["type"], datetime.fromisoformat(one["date"]), room))
    return sorted(found, key=lambda talk: (talk.starts, talk.code))


def assert_mime_is_what_calendars_accept(raw: bytes) -> None:
    """RFC 6047: text/calendar with the same method inside the alternative, and the same bytes attached."""
    message = message_from_bytes(raw, policy=policy.default)
    kinds = [part.get_content_type() for part in message.walk()]
    assert kinds == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
        "application/ics",
    ]
    calendar = next(part for part in message.walk() if part.get_content_type() == "text/calendar")
    assert calendar["Content-Type"].params["method"] == "REQUEST"


async def reminders(house: House, talk: Talk, email: str) -> list[datetime]:
    """When somebody's reminders of a session are due."""
    rows = await house.ask(
        "SELECT en.starts_at - make_interval(mins => m.minutes) AS due_at FROM kept k"
        " JOIN address a ON a.person_id = k.person_id JOIN session s ON s.id = k.session_id"
        " JOIN event e ON e.id = s.event_id CROSS JOIN unnest(e.reminder_minutes) m (minutes)"
        " JOIN entry en ON en.event_id = e.id AND en.session_code = s.code AND en.status = 'CONFIRMED'"
        " WHERE s.code = $1 AND a.email = $2 ORDER BY 1",
        talk.code,
        email,
    )
    return [row["due_at"] for row in rows]


def utc(moment: datetime) -> str:
    """As JavaScript writes it."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.000Z"


async def starts_in_feed(journey: Journey, path: str, talk: Talk) -> str:
    read = calendar_clients.read(journey.fetch(path).decode())
    return next((event["starts"] for event in read if event["summary"] == talk.title), "")


async def soon(ask: Callable[[], Awaitable[Any]], wanted: Any) -> None:
    """Within half a minute, asking gives what is wanted."""
    until = time.monotonic() + 30
    while (found := await ask()) != wanted:
        assert time.monotonic() < until, f"{found} is not {wanted}"
        await asyncio.sleep(0.3)
