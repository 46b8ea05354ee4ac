"""What the address of a calendar answers to an app that looks again and again (RFC 9110)."""

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from events.checking.findings import Finding, error, note, warning

PATIENCE = 30.0
LARGEST = 50 * 1024 * 1024
PAUSE = 1.1
"""Seconds between two looks: a DTSTAMP that is the present has moved then."""


class NotFetched(Exception):
    """Nothing to look at: words say why."""


@dataclass(frozen=True, slots=True)
class Fetched:
    status: int
    headers: Mapping[str, str]
    body: bytes


async def fetch(address: str) -> tuple[bytes, list[Finding]]:
    """The calendar behind an address (http, https, webcal), and what is wrong with how it is served.

    Raises NotFetched when there is no calendar.
    """
    url = address.replace("webcal://", "https://", 1)
    async with httpx.AsyncClient(timeout=PATIENCE, follow_redirects=False) as client:
        try:
            return await _look(client, url)
        except (httpx.HTTPError, httpx.InvalidURL) as problem:
            raise NotFetched(f"{address}: {problem or type(problem).__name__}") from None


async def _look(client: httpx.AsyncClient, url: str) -> tuple[bytes, list[Finding]]:
    found: list[Finding] = []
    first = await _get(client, url)
    for _hop in range(5):
        if first.status not in {301, 302, 303, 307, 308}:
            break
        found.append(warning("It leads on to another address; some apps do not follow.", "FIELD 4.3"))
        url = str(httpx.URL(url).join(first.headers.get("location", "")))
        first = await _get(client, url)
    if first.status != 200:
        raise NotFetched(f"{url} answers {first.status}.")
    if b"BEGIN:VCALENDAR" not in first.body[:4096].upper():
        raise NotFetched(f"{url} answers something that is no calendar; a page to sign in, perhaps.")
    found += _headers(first)
    found += await _again(client, url, first)
    return first.body, found


def _headers(first: Fetched) -> list[Finding]:
    found = []
    kind = first.headers.get("content-type", "").lower()
    if not kind.startswith("text/calendar"):
        found.append(error(f"Content-Type is {kind or 'missing'}, not text/calendar.", "RFC 5545 8.1"))
    elif "utf-8" not in kind:
        found.append(warning("Content-Type does not say charset=utf-8.", "RFC 5545 8.1"))
    if "set-cookie" in first.headers:
        found.append(warning("It sets a cookie: a cache in between will not keep it.", "RFC 9111 7.3"))
    tag = first.headers.get("etag", "")
    if not tag:
        found.append(warning("It has no ETag: the whole calendar is sent at every look.", "RFC 9110 8.8.3"))
    elif tag.startswith("W/"):
        found.append(note("Its ETag is weak.", "RFC 9110 8.8.1"))
    elif not (tag.startswith('"') and tag.endswith('"')):
        found.append(error(f"Its ETag {tag} has no quotes.", "RFC 9110 8.8.3"))
    if "last-modified" not in first.headers:
        found.append(note("It has no Last-Modified.", "RFC 9110 8.8.2"))
    return found


async def _again(client: httpx.AsyncClient, url: str, first: Fetched) -> list[Finding]:
    found = []
    await asyncio.sleep(PAUSE)
    second = await _get(client, url)
    tag = first.headers.get("etag", "")
    if second.body != first.body:
        words = "Two looks within seconds get different bytes: a DTSTAMP that is the present, or an order that changes."
        found.append(error(words, "RFC 5545 3.8.7.2; FIELD 4.1"))
    elif tag and second.headers.get("etag", "") != tag:
        found.append(error("The same bytes have another ETag each time.", "RFC 9110 8.8.3"))
    if tag:
        for asked, words in ((tag, "its own ETag"), (f'"other", {tag}', "a list with its ETag"), ("*", "*")):
            answer = await _get(client, url, {"If-None-Match": asked})
            if answer.status != 304:
                words = f"If-None-Match with {words} is answered {answer.status}, not 304."
                found.append(error(words, "RFC 9110 13.1.2"))
    if since := first.headers.get("last-modified", ""):
        answer = await _get(client, url, {"If-Modified-Since": since})
        if answer.status != 304:
            found.append(warning(f"If-Modified-Since is answered {answer.status}, not 304.", "RFC 9110 13.1.3"))
    head = await client.head(url)
    if head.status_code != 200:
        found.append(warning(f"HEAD is answered {head.status_code}.", "RFC 9110 9.3.2"))
    plain = await _get(client, url, {"Accept-Encoding": "identity"})
    if hashlib.sha256(plain.body).digest() != hashlib.sha256(second.body).digest():
        found.append(error("Compressed and not, it is not the same calendar.", "RFC 9110 8.4"))
    elif (
        plain.headers.get("etag", "") == tag != "" and "content-encoding" in first.headers and not tag.startswith("W/")
    ):
        words = "Compressed and not, it has one strong ETag: a cache may join halves of both."
        found.append(warning(words, "RFC 9110 8.8.1"))
    if "content-encoding" in first.headers and "accept-encoding" not in first.headers.get("vary", "").lower():
        found.append(warning("It is compressed, and Vary does not name Accept-Encoding.", "RFC 9110 12.5.5"))
    return found


async def _get(client: httpx.AsyncClient, url: str, headers: Mapping[str, str] | None = None) -> Fetched:
    async with client.stream("GET", url, headers=dict(headers or {})) as answer:
        pieces, size = [], 0
        async for piece in answer.aiter_bytes():
            size += len(piece)
            if size > LARGEST:
                raise NotFetched(f"{url} is larger than {LARGEST // 1024 // 1024} MB.")
            pieces.append(piece)
        return Fetched(answer.status_code, answer.headers, b"".join(pieces))
