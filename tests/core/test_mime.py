"""What is written as bytes reads as it was meant."""

import email
import email.policy
from email.message import EmailMessage

import pytest

from events.core import mime
from tests.make import NOON

NAMES = [
    "Ada Lovelace",
    "",
    "Ada, Countess of Lovelace",
    'Ada "Countess" Lovelace \\ King',
    "Zoë Łukasiewicz",
    "J. R. O'Hara",
    "=?utf-8?q?Nobody?=",
    "An " + "ever " * 30 + "longer name",
]


def read(*lines: bytes) -> EmailMessage:
    raw = b"".join(lines)
    assert raw.isascii()
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")
    found = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(found, EmailMessage)
    assert [part.defects for part in found.walk() if part.defects] == []
    return found


@pytest.mark.parametrize("name", NAMES)
def test_every_name_arrives(name: str) -> None:
    [address] = read(mime.mailbox("To", name, "ada@example.org"), b"\r\n")["To"].addresses

    assert (address.display_name, address.addr_spec) == (name, "ada@example.org")


@pytest.mark.parametrize("subject", [*NAMES, "Métadonnées, " * 20 + "für alle", "Zürich 日本 " * 12])
def test_every_subject_arrives(subject: str) -> None:
    found = read(mime.text("Subject", subject), mime.date(NOON), b"\r\n")

    assert found["Subject"].strip() == " ".join(subject.split())
    assert found["Date"].datetime == NOON


@pytest.mark.parametrize("words", ["Ada\r\nBcc: everybody@example.org", "Ada\nBcc: x@example.org", "Zoë\r\n\r\nHello"])
def test_no_words_add_a_header(words: str) -> None:
    found = read(mime.mailbox("To", words, "ada@example.org"), mime.text("Subject", words), b"\r\n")

    assert found.keys() == ["To", "Subject"]
    assert found.get_payload() == ""
    assert found["To"].addresses[0].addr_spec == "ada@example.org"


@pytest.mark.parametrize(
    "address", ["ada@example.org\r\nBcc: x@y.z", "ada", "ada@", "<ada@example.org>", "a b@example.org"]
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="no mail address"):
        mime.mailbox("To", "Ada", address)


def test_an_address_of_other_letters_is_written_as_it_is() -> None:
    """RFC 6532: only to servers that speak SMTPUTF8, which the mailer asks for."""
    assert mime.mailbox("To", "Ada", "ädä@exämple.org") == "To: Ada <ädä@exämple.org>\r\n".encode()


def test_a_text_arrives_with_every_letter_and_line() -> None:
    text = "Zürich = 日本 \n.\nFrom here\n\n" + "x" * 2000 + "\ttab \x00 nothing"

    part = read(mime.part("plain", text))

    assert part.get_content().splitlines() == text.splitlines()
    assert max(map(len, mime.part("plain", text).split(b"\r\n"))) <= 76


def test_parts_within_parts_are_told_apart_whatever_they_say() -> None:
    inner = mime.multipart("alternative", (mime.part("plain", "--=_alternative"), mime.part("html", "--=_mixed--")))

    found = read(b"MIME-Version: 1.0\r\n", mime.multipart("mixed", (inner, mime.part("plain", "last"))))

    assert [part.get_content_type() for part in found.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/plain",
    ]
    assert [part.get_content().strip() for part in found.walk() if not part.is_multipart()] == [
        "--=_alternative",
        "--=_mixed--",
        "last",
    ]
