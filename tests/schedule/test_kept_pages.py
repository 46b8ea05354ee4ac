import asyncio
import gzip

from starlette.requests import Request
from starlette.responses import Response

from events.core import fresh
from events.schedule import kept_pages
from events.schedule.kept_pages import Pages, compressed
from tests.make import NOON


async def test_a_page_is_kept_as_gzip_and_unpacked_for_who_takes_none() -> None:
    pages = Pages()

    page = await pages.put("a", b"x" * 1000)

    assert pages.get("a") is page
    assert gzip.decompress(page.gzip) == page.body() == b"x" * 1000


async def test_what_was_not_looked_at_goes_first() -> None:
    size = compressed(b"x" * 1000).size
    pages = Pages(most=2 * size)
    for key in "ab":
        await pages.put(key, b"x" * 1000)
    pages.get("a")

    await pages.put("c", b"x" * 1000)

    assert [pages.get(key) is not None for key in "abc"] == [True, False, True]


async def test_one_page_larger_than_the_limit_is_still_answered() -> None:
    pages = Pages(most=10)

    assert (await pages.put("a", b"x" * 1000)).body() == b"x" * 1000


def test_equal_pages_have_equal_etags() -> None:
    assert compressed(b"a").etag == compressed(b"a").etag != compressed(b"b").etag


async def test_a_page_that_changes_often_is_made_once_for_all_who_ask_in_a_second() -> None:
    made: list[str] = []

    async def ask(address: str) -> bytes:
        async def make() -> Response:
            made.append(address)
            words = f"{address} {len(made)}"
            await asyncio.sleep(0)
            return Response(words)

        scope = {"type": "http", "method": "GET", "headers": [], "state": {"now": NOON}}
        return bytes((await kept_pages.for_a_second(Request(scope), address, make)).body)

    fresh.clear_all()
    first = await asyncio.gather(ask("a"), ask("a"), ask("b"))
    again = await ask("a")
    fresh.clear_all()  # as if a second had gone by
    later = await ask("a")

    assert [*first] == [b"a 1", b"a 1", b"b 2"]
    assert again == b"a 1"
    assert later == b"a 3"
