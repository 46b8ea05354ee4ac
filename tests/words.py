"""The words a person meets on a page, and which of them never went through gettext.

Pages are asked for in the pseudo-locale: there every text of ours comes back accented and bracketed.
"""

import re
from collections.abc import Sequence
from html.parser import HTMLParser
from zoneinfo import available_timezones

ALLOWED = re.compile(
    r"Colloquy|[AP]M\b|\b[A-Z]{3,5}\b|"
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b|"
    r"\b(?:January|February|March|April|May|June|July|August|September|October|November|December)\b|"
    r"\b(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b|English|https?://\S+|\S+@\S+|"
    r"\b[\w-]*\.(?:ics|eml|csv|json|xml|atom)\b|/dev/\w+|\b(?:demo|order)-\d+"
)
"""What Babel writes in English under the pseudo-locale, codes, addresses and names of files."""

ZONES = available_timezones() | {
    part.replace("_", " ")
    for zone in available_timezones()
    for part in (zone, zone.partition("/")[0], zone.partition("/")[2], zone.partition("/")[2].replace("/", ", "))
}
"""America/Chicago, and its halves."""

WORD = re.compile(r"[A-Za-z]{3,}")
BRACKETED = re.compile(r"⟦[^⟦⟧]*⟧")


class Words(HTMLParser):
    """Text, and the attributes that are read out."""

    SPOKEN = frozenset({"aria-label", "title", "alt", "placeholder"})
    SILENT = frozenset({"script", "style", "code", "pre"})

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in self.SILENT
        self.found += [value for name, value in attrs if name in self.SPOKEN and value]

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in self.SILENT

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.found.append(data)


def untranslated(html: str, theirs: Sequence[str] = ()) -> list[str]:
    """The pieces of a page that did not go through gettext.

    theirs   what people wrote themselves, the longest first: their names and titles are the same in every language
    """
    words = Words()
    words.feed(html)
    return [" ".join(piece.split()) for piece in words.found if WORD.search(_without(piece, theirs))]


def _without(piece: str, theirs: Sequence[str]) -> str:
    """What is left of a text when all that may be there is taken away."""
    left = _outside(piece)
    if left.strip() in ZONES:
        return ""
    for one in theirs if WORD.search(left) else ():
        if one in left:
            left = re.sub(rf"(?<!\w){re.escape(one)}(?!\w)", "", left)
    return ALLOWED.sub("", left)


def _outside(piece: str) -> str:
    """Without what is in brackets; brackets may stand in brackets."""
    while (less := BRACKETED.sub("", piece)) != piece:
        piece = less
    return piece
