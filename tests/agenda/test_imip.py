"""An invitation's mail as bytes reads like one that the library wrote."""

import email
import email.policy
from datetime import datetime
from email.message import EmailMessage
from typing import Any

import pytest

from events.agenda import imip
from events.core.calendars import Party
from events.settings import Settings
from tests.make import NOON

ICS = b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nSUMMARY:Z\xc3\xbcrich\r\nEND:VCALENDAR\r\n"
SETTINGS = Settings(base_url="https://events.example.org", mail_from="events@example.org")
WORDS: dict[str, Any] = {
    "title": "Métadonnées pour tous",
    "event_title": "Annual",
    "starts_at": NOON,
    "ends_at": datetime.fromisoformat("2026-06-25T13:00:00+00:00"),
    "zone": "America/Chicago",
    "place": "Ballroom A",
    "join_link": "",
    "first": True,
    "session_off": False,
    "session_url": "https://events.example.org/events/annual/sessions/ABC123",
    "schedule_url": "https://events.example.org/my/schedule",
}


def filled(name: str, address: str = "ada@example.org") -> EmailMessage:
    form = imip.form(SETTINGS, "agenda/invitation", "en", WORDS)
    sealed = imip.fill(form, SETTINGS, Party(address, name), ICS, "REQUEST", NOON).named("<message-7@example.org>")
    assert all(len(line) <= 998 for line in sealed.body.split(b"\r\n"))
    assert b"\n" not in sealed.body.replace(b"\r\n", b"")
    found = email.message_from_bytes(sealed.body, policy=email.policy.default)
    assert isinstance(found, EmailMessage)
    return found


def test_it_has_the_four_parts_and_both_calendars_are_the_same_bytes() -> None:
    mail = filled("Ada Lovelace")
    calendar, attached = list(mail.walk())[-2:]

    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
        "application/ics",
    ]
    assert calendar.get_payload(decode=True) == attached.get_payload(decode=True) == ICS
    assert (calendar.get_param("method"), calendar["Content-Disposition"]) == ("REQUEST", None)
    assert attached.get_filename() == "invite.ics"
    assert mail["Subject"].strip().startswith("Your seat: Métadonnées pour tous")
    assert mail["Message-ID"] == "<message-7@example.org>"
    assert [part.defects for part in mail.walk()] == [[]] * 6


@pytest.mark.parametrize(
    "name",
    [
        "Ada Lovelace",
        "",
        "Ada, Countess of Lovelace",
        'Ada "Countess" Lovelace',
        "Zoë Łukasiewicz",
        "An " + "ever " * 30 + "longer name",
    ],
)
def test_every_name_arrives(name: str) -> None:
    [address] = filled(name)["To"].addresses

    assert (address.display_name, address.addr_spec) == (name, "ada@example.org")


def test_a_name_cannot_add_a_header() -> None:
    mail = filled("Ada\r\nBcc: everybody@example.org")

    assert mail["Bcc"] is None
    assert mail["To"].addresses[0].addr_spec == "ada@example.org"
