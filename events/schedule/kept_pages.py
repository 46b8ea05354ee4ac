"""Rendered pages of a release, kept by the process for readers who are nobody in particular.

A page is the same for everybody who is not signed in and has saved nothing, so it is rendered once for its release,
address and language, compressed in a thread, and afterwards only sent. It is kept as gzip alone, a fifth of the page,
which nearly everybody takes as it is; what is kept is bounded by its bytes, and all sessions of a conference have room.
"""

import asyncio
import gzip
import hashlib
import zlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from events.core import conditional, pages
from events.core.fresh import Fresh, Once

MOST_BYTES = 12 * 1024 * 1024
GZIP = 31
"""zlib's word for gzip, with its largest window."""
PIECE = 256 * 1024
"""Bytes of something long at once: a busy loop makes a thread wait 5 ms each time it comes back from compressing."""
_VARY = (b"vary", b"Cookie, Accept-Language")


@dataclass(frozen=True, slots=True)
class Page:
    gzip: bytes
    etag: str

    def body(self) -> bytes:
        """The page for the few that take no gzip."""
        return gzip.decompress(self.gzip)

    @property
    def size(self) -> int:
        return len(self.gzip)


class Pages:
    """Pages by key. A key names everything the page depends on, so nothing in here is ever wrong, only old."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        self._kept: OrderedDict[Hashable, Page] = OrderedDict()
        self._making: dict[Hashable, asyncio.Task[Page]] = {}
        self._most = most
        self._bytes = 0

    def get(self, key: Hashable) -> Page | None:
        page = self._kept.get(key)
        if page is not None:
            self._kept.move_to_end(key)
        return page

    async def make(self, key: Hashable, render: Callable[[], Response]) -> Page:
        """Render what is not kept. Of a crowd that comes right after a release one does it, and the others wait."""
        making = self._making.get(key)
        if making is None:
            making = self._making[key] = asyncio.create_task(self.put(key, bytes(render().body)))
            making.add_done_callback(lambda _made: self._making.pop(key, None))
        return await asyncio.shield(making)

    async def put(self, key: Hashable, body: bytes) -> Page:
        page = await asyncio.to_thread(compressed, body)
        if key not in self._kept:
            self._kept[key] = page
            self._bytes += page.size
        while self._bytes > self._most and len(self._kept) > 1:
            _key, old = self._kept.popitem(last=False)
            self._bytes -= old.size
        return page


_pages = Pages()


async def answer(request: Request, key: Hashable, at: datetime, render: Callable[[], Response]) -> Response:
    """The page of a key for somebody in nobody's name: kept, or rendered now.

    at   when what it shows was published
    """
    page = _pages.get(key)
    if page is None:
        page = await _pages.make(key, render)
    return send(request, page, at)


async def answer_after(
    request: Request, key: Hashable, at: datetime, make: Callable[[], Awaitable[Response]]
) -> Response:
    """The same for a page that has to read something first: an old release, a list of changes."""

    async def made() -> Page:
        return await _pages.put(key, bytes((await make()).body))

    page = _pages.get(key)
    return send(request, page or await _reading.do(key, made), at)


_reading: Once[Hashable, Page] = Once()


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A page by its key. How it is made does not tell two pages apart."""

    key: Hashable
    make: Callable[[], Awaitable[Response]] = field(compare=False)


async def _made(wanted: _Wanted) -> Page:
    return await asyncio.to_thread(compressed, bytes((await wanted.make()).body))


_brief: Fresh[_Wanted, Page] = Fresh(_made, size=100)


async def for_a_second(request: Request, key: Hashable, make: Callable[[], Awaitable[Response]]) -> Response:
    """A page for somebody in nobody's name that shows what nobody announces (places left): made once a second.

    key   the address, and the language
    """
    return send(request, await _brief.get(_Wanted(key, make)), request.state.now)


def send(request: Request, page: Page, at: datetime) -> Response:
    """Asked about every time (so a new release is seen at once), and mostly answered with 304."""
    return conditional.answer(
        request,
        page.body,
        page.gzip,
        etag=page.etag,
        last_modified=at,
        media_type="text/html; charset=utf-8",
        max_age=0,
        private=True,
        headers=[_VARY],
    )


def compressed(body: bytes) -> Page:
    return Page(gzip.compress(body, 6, mtime=0), pages.fingerprint(body))


def written(parts: Iterable[bytes]) -> Page:
    """The same of something long as it is being written, so that it is never whole in the memory."""
    squeezer = zlib.compressobj(6, wbits=GZIP)
    digest = hashlib.blake2b(digest_size=12)
    found, waiting = [], bytearray()
    for part in parts:
        waiting += part
        if len(waiting) >= PIECE:
            digest.update(waiting)
            found.append(squeezer.compress(waiting))
            waiting.clear()
    digest.update(waiting)
    return Page(b"".join([*found, squeezer.compress(waiting), squeezer.flush()]), digest.hexdigest())
