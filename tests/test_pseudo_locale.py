"""Every text of ours goes through gettext: in the pseudo-locale, what is not accented was forgotten."""

import re
from html.parser import HTMLParser

import httpx
import pytest

ALLOWED = re.compile(
    r"Colloquy|[AP]M\b|[A-Z]{3,5}\b|\b[a-z]+/[A-Z]\w+|UTC|GMT|"
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b|"
    r"\b(?:January|February|March|April|May|June|July|August|September|October|November|December)\b|"
    r"\b(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b|English|https?://\S+|\S+@\S+|\.ics|\.eml"
)
"""What Babel writes in English under the pseudo-locale, names, codes and addresses."""

WORD = re.compile(r"[A-Za-z]{3,}")


class Words(HTMLParser):
    """The words a person meets on a page: text, and the attributes that are read out."""

    SPOKEN = frozenset({"aria-label", "title", "alt", "placeholder"})

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in {"script", "style", "code", "pre"}
        self.found += [value for name, value in attrs if name in self.SPOKEN and value]

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in {"script", "style", "code", "pre"}

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.found.append(data)


def untranslated(html: str) -> list[str]:
    """The pieces of a page that did not go through gettext."""
    words = Words()
    words.feed(html)
    left = []
    for piece in words.found:
        outside = re.sub(r"⟦[^⟦⟧]*⟧", "", re.sub(r"⟦[^⟦⟧]*⟧", "", piece))
        if WORD.search(ALLOWED.sub("", outside)):
            left.append(" ".join(piece.split()))
    return left


def test_a_forgotten_text_is_found() -> None:
    assert untranslated("<p>⟦Sávé⟧ <b>forgotten</b> 9:00 AM CDT</p>") == ["forgotten"]
    assert untranslated('<a aria-label="also forgotten">⟦x⟧</a>') == ["also forgotten"]


PAGES = ["/", "/events", "/celebrations", "/sign-in", "/my/schedule", "/nowhere"]


@pytest.mark.parametrize("path", PAGES)
async def test_every_text_of_a_page_goes_through_gettext(client: httpx.AsyncClient, path: str) -> None:
    client.cookies.set("locale", "en-XA")

    answer = await client.get(path, follow_redirects=True)

    assert untranslated(answer.text) == []
