import asyncio
import gzip

import pytest
from starlette.requests import Request
from starlette.responses import Response

from events.core import fresh
from events.schedule import kept_pages
from events.schedule.kept_pages import Pages, compressed
from tests.make import NOON


def test_what_is_written_piece_by_piece_is_whole() -> None:
    page = kept_pages.written(b"%06d" % number for number in range(2 * kept_pages.PIECE // 6))

    assert page.body() == b"".join(b"%06d" % number for number in range(2 * kept_pages.PIECE // 6))


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


async def test_of_a_crowd_right_after_a_release_one_renders_and_the_others_wait() -> None:
    pages, rendered = Pages(), []

    def render() -> Response:
        rendered.append(1)
        return Response("x" * 1000)

    gone = asyncio.create_task(pages.make("a", render))
    crowd = [asyncio.create_task(pages.make("a", render)) for _one in range(5)]
    await asyncio.sleep(0)
    gone.cancel()  # who goes away does not take the others' page along

    assert {page.body() for page in await asyncio.gather(*crowd)} == {b"x" * 1000}
    assert len(rendered) == 1
    assert pages.get("a") is not None


async def test_a_page_that_cannot_be_rendered_is_tried_again_by_the_next() -> None:
    pages = Pages()

    def fail() -> Response:
        raise RuntimeError("no such template")

    with pytest.raises(RuntimeError):
        await pages.make("a", fail)

    assert (await pages.make("a", lambda: Response("x"))).body() == b"x"


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
