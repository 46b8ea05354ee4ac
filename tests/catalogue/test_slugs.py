import pytest

from events.catalogue import slugs
from tests import make


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("PLA Spring Forum 2027", "pla-spring-forum-2027"),
        ("El día de los niños", "el-dia-de-los-ninos"),
        ("  What’s  new?! ", "whats-new"),
        ("図書館", ""),
        ("x" * 100, "x" * 80),
        ("word " * 30, "word-" * 15 + "word"),
    ],
)
def test_a_title_becomes_a_slug(title: str, slug: str) -> None:
    assert slugs.suggest(title) == slug
    assert not slug or slugs.SHAPE.fullmatch(slug)


@pytest.mark.usefixtures("db")
async def test_a_title_without_letters_still_gets_an_address() -> None:
    assert await slugs.free("図書館") == "event"
    await make.event("event")
    assert await slugs.free("図書館") == "event-2"


@pytest.mark.usefixtures("db")
async def test_a_word_that_is_an_address_already_is_no_slug() -> None:
    assert await slugs.free("New") == "new-2"
