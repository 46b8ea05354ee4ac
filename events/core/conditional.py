"""Answers from stored bytes: 304 to who has them, the encoding they can read, and never a byte more (RFC 9110).

Each encoding of the same thing is a representation of its own with a strong ETag of its own (section 8.8.3.3):
"abc", "abc-gzip", "abc-br".
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from functools import lru_cache

from starlette.requests import Request
from starlette.responses import Response

NOINDEX = (b"x-robots-tag", b"noindex")


def answer(
    request: Request,
    body: bytes | Callable[[], bytes],
    gzip: bytes | None = None,
    brotli: bytes | None = None,
    *,
    etag: str,
    last_modified: datetime,
    media_type: str,
    max_age: int,
    private: bool = False,
    headers: Iterable[tuple[bytes, bytes]] = (),
) -> Response:
    """Answer a GET or HEAD.

    body      or what makes it, where it is seldom asked for
    etag      the opaque inside, without quotes; equal exactly when `body` is
    max_age   seconds it may be used without asking again; 0 asks every time
    private   only its reader may keep it
    """
    given = dict(request.scope["headers"])  # `request.headers` looks through all of them for each question
    accepted = given.get(b"accept-encoding", b"").decode("latin-1")
    encoding = negotiate(accepted, gzip is not None, brotli is not None)
    tag = f'"{etag}-{encoding}"' if encoding else f'"{etag}"'
    raw = [
        (b"etag", tag.encode("latin-1")),
        (b"last-modified", _http_date(last_modified.replace(microsecond=0))),
        (b"cache-control", _freshness(max_age, private)),
        (b"vary", b"Accept-Encoding"),
        *headers,
    ]
    if_none_match, if_modified_since = given.get(b"if-none-match"), given.get(b"if-modified-since")
    if (if_none_match or if_modified_since) and unchanged(
        _text(if_none_match), _text(if_modified_since), tag, last_modified
    ):
        return _answer(304, b"", raw)
    content = {"gzip": gzip, "br": brotli}.get(encoding) or (body() if callable(body) else body)
    if encoding:
        raw.append((b"content-encoding", encoding.encode()))
    raw += ((b"content-type", media_type.encode()), (b"content-length", b"%d" % len(content)))
    return _answer(200, b"" if request.method == "HEAD" else content, raw)


def unchanged(if_none_match: str | None, if_modified_since: str | None, tag: str, last_modified: datetime) -> bool:
    """Whether the client has this representation. If-None-Match alone decides where there is one (section 13.2.2)."""
    if if_none_match is not None:
        return if_none_match == tag or _lists(if_none_match, tag)
    if if_modified_since is None:
        return False
    try:
        since = parsedate_to_datetime(if_modified_since)
    except ValueError:
        return False
    if since.tzinfo is None:  # "-0000" says that the zone is not known; HTTP's dates are UTC
        since = since.replace(tzinfo=UTC)
    return last_modified.replace(microsecond=0) <= since


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode("latin-1")


@lru_cache(maxsize=512)
def negotiate(accepted: str, gzip: bool, brotli: bool) -> str:
    """The encoding to send, "" for none: the client's highest weight, and of equal ones the smallest.

    Browsers weigh all alike, and brotli is smaller than gzip, which is smaller than nothing (section 12.5.3).
    """
    weights: dict[str, float] = {}
    for part in accepted[:1000].lower().split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        weights[{"x-gzip": "gzip"}.get(name, name)] = _weight(parameters)
    others = weights.get("*", 0.0)
    ranked = [
        (weights.get(name, others), place, name)
        for place, (name, there) in enumerate((("gzip", gzip), ("br", brotli)), 1)
        if there
    ]
    # Nothing at all is acceptable unless refused, but somebody who names an encoding wants it.
    weight, _place, name = max(ranked, default=(0.0, 0, ""))
    return name if weight > 0 and weight >= weights.get("identity", 0.0) else ""


def _lists(header: str, tag: str) -> bool:
    """Weak comparison with each of a list (section 8.8.3.2). Opaque tags of ours hold no comma."""
    return any(part.strip().removeprefix("W/") in (tag, "*") for part in header.split(","))


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                return min(max(float(parameter[2:]), 0.0), 1.0)
            except ValueError:
                return 0.0
    return 1.0


@lru_cache(maxsize=2048)
def _http_date(value: datetime) -> bytes:
    return format_datetime(value.astimezone(UTC), usegmt=True).encode()


@lru_cache(maxsize=64)
def _freshness(max_age: int, private: bool) -> bytes:
    who = "private" if private else "public"
    return (f"{who}, max-age={max_age}" if max_age else f"{who}, no-cache").encode()


def _answer(status: int, content: bytes, raw: list[tuple[bytes, bytes]]) -> Response:
    """A Response with exactly these headers; its constructor would compute some of its own."""
    response = Response(content, status)
    response.raw_headers = raw
    return response
