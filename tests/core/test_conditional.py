"""What RFC 9110 asks of an answer from stored bytes."""

import gzip
from datetime import UTC, datetime

import brotli
import pytest
from starlette.requests import Request
from starlette.responses import Response

from events.core import conditional

BODY = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n" * 20
GZIP = gzip.compress(BODY, mtime=0)
BROTLI = brotli.compress(BODY)
CHANGED = datetime(2026, 6, 25, 12, 0, 0, 250_000, tzinfo=UTC)


def ask(method: str = "GET", **headers: str) -> Response:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    request = Request({"type": "http", "method": method, "path": "/calendars/all.ics", "headers": raw})
    return conditional.answer(
        request,
        BODY,
        GZIP,
        BROTLI,
        etag="a1b2",
        last_modified=CHANGED,
        media_type="text/calendar; charset=utf-8",
        max_age=60,
        headers=[conditional.NOINDEX],
    )


def test_the_first_request_gets_everything_it_needs_to_ask_less_next_time() -> None:
    response = ask()

    assert response.status_code == 200
    assert response.body == BODY
    assert dict(response.headers) == {
        "etag": '"a1b2"',
        "last-modified": "Thu, 25 Jun 2026 12:00:00 GMT",
        "cache-control": "public, max-age=60",
        "vary": "Accept-Encoding",
        "x-robots-tag": "noindex",
        "content-type": "text/calendar; charset=utf-8",
        "content-length": str(len(BODY)),
    }


@pytest.mark.parametrize(
    "tags",
    ['"a1b2"', 'W/"a1b2"', '"x", "a1b2"', '"x",W/"a1b2" , "y"', "*", ' "a1b2" '],
)
def test_who_names_the_tag_gets_304_without_a_body(tags: str) -> None:
    response = ask(if_none_match=tags)

    assert response.status_code == 304
    assert response.body == b""


@pytest.mark.parametrize("tags", ["a1b2", '"a1b"', '"a1b2-gzip"', "", '"A1B2"', 'w/"a1b2"'])
def test_who_names_another_tag_gets_the_body(tags: str) -> None:
    assert ask(if_none_match=tags).status_code == 200


def test_a_304_carries_what_a_200_would_say_about_caching() -> None:
    response = ask(if_none_match='"a1b2-gzip"', accept_encoding="gzip")

    assert response.status_code == 304
    assert dict(response.headers) == {
        "etag": '"a1b2-gzip"',
        "last-modified": "Thu, 25 Jun 2026 12:00:00 GMT",
        "cache-control": "public, max-age=60",
        "vary": "Accept-Encoding",
        "x-robots-tag": "noindex",
    }


@pytest.mark.parametrize(
    ("since", "status"),
    [
        ("Thu, 25 Jun 2026 12:00:00 GMT", 304),
        ("Thu, 25 Jun 2026 12:00:01 GMT", 304),
        ("Thu, 25 Jun 2026 11:59:59 GMT", 200),
        ("Thu, 25 Jun 2026 14:00:00 +0200", 304),
        ("Thu, 25 Jun 2026 12:00:00 -0000", 304),
        ("yesterday", 200),
        ("", 200),
        ("Thu, 99 Jun 2026 12:00:00 GMT", 200),
    ],
)
def test_a_date_is_asked_in_whole_seconds(since: str, status: int) -> None:
    assert ask(if_modified_since=since).status_code == status


def test_a_tag_outweighs_a_date() -> None:
    assert ask(if_none_match='"old"', if_modified_since="Thu, 25 Jun 2026 12:00:00 GMT").status_code == 200


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("", ""),
        ("gzip", "gzip"),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip;q=1.0, br;q=0.5", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("*", "br"),
        ("*;q=0.3, br;q=0", "gzip"),
        ("gzip;q=0, br;q=0", ""),
        ("identity;q=1, gzip;q=0.4", ""),
        ("identity;q=0.4, gzip;q=0.9", "gzip"),
        ("GZIP ; Q=0.5", "gzip"),
        ("x-gzip", "gzip"),
        ("deflate", ""),
        ("gzip;q=many", ""),
        ("identity", ""),
    ],
)
def test_the_client_chooses_its_encoding(accepted: str, encoding: str) -> None:
    response = ask(accept_encoding=accepted)

    assert response.headers.get("content-encoding", "") == encoding
    assert response.headers["etag"] == (f'"a1b2-{encoding}"' if encoding else '"a1b2"')
    assert response.body == {"": BODY, "gzip": GZIP, "br": BROTLI}[encoding]


def test_head_says_the_length_of_what_get_would_send() -> None:
    response = ask("HEAD", accept_encoding="gzip")

    assert response.status_code == 200
    assert response.body == b""
    assert response.headers["content-length"] == str(len(GZIP))
    assert response.headers["etag"] == '"a1b2-gzip"'


def test_what_is_private_says_so_and_nothing_is_kept_at_age_zero() -> None:
    request = Request({"type": "http", "method": "GET", "path": "/", "headers": []})

    response = conditional.answer(
        request, BODY, etag="e", last_modified=CHANGED, media_type="text/calendar", max_age=0, private=True
    )

    assert response.headers["cache-control"] == "private, no-cache"
