import gzip

import brotli

from events.schedule.kept_pages import Pages, compressed


async def test_a_page_is_kept_in_all_its_forms() -> None:
    pages = Pages()

    page = await pages.put("a", b"x" * 1000)

    assert pages.get("a") is page
    assert gzip.decompress(page.gzip) == brotli.decompress(page.brotli) == page.body


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

    assert (await pages.put("a", b"x" * 1000)).body == b"x" * 1000


def test_equal_pages_have_equal_etags() -> None:
    assert compressed(b"a").etag == compressed(b"a").etag != compressed(b"b").etag
