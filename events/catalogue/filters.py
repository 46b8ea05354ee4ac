"""What somebody looks for in the catalogue, as it stands in the address; and the words of a search line understood."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from urllib.parse import urlencode

from babel.dates import get_month_names

from events.core import locales
from events.core.locales import Lazy, _, lazy

KINDS: dict[str, Lazy] = {
    "conference": lazy("Conferences"),
    "forum": lazy("Forums"),
    "webinar": lazy("Webinars"),
    "course": lazy("Courses"),
    "celebration": lazy("Celebrations"),
}
KIND: dict[str, Lazy] = {
    "conference": lazy("Conference"),
    "forum": lazy("Forum"),
    "webinar": lazy("Webinar"),
    "course": lazy("Course"),
    "celebration": lazy("Celebration"),
}
MODES: dict[str, Lazy] = {
    "in_person": lazy("In person"),
    "virtual": lazy("Online"),
    "hybrid": lazy("In person and online"),
    "asynchronous": lazy("At your own pace"),
}

_KIND_WORDS = {
    **{kind: kind for kind in KINDS},
    "conferences": "conference",
    "forums": "forum",
    "webinars": "webinar",
    "courses": "course",
    "ecourse": "course",
    "ecourses": "course",
    "celebrations": "celebration",
}
_MODE_WORDS = {"online": "virtual", "virtual": "virtual", "hybrid": "hybrid", "self-paced": "asynchronous"}
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_LONGEST = 200


@dataclass(frozen=True)
class Filters:
    """Each is empty when it is off; together they narrow.

    units        slugs; a unit stands for itself and everything below it
    month        "2026-05"; since, until: days, both included
    """

    q: str = ""
    kinds: tuple[str, ...] = ()
    unit: str = ""
    topic: str = ""
    mode: str = ""
    language: str = ""
    month: str = ""
    since: date | None = None
    until: date | None = None

    def __bool__(self) -> bool:
        return self != _NOTHING

    @property
    def days(self) -> tuple[date | None, date | None]:
        """The days asked for, both included; the month and the two dates narrow each other."""
        first, last = self.since, self.until
        if self.month:
            start, end = month_days(self.month)
            first, last = max(first or start, start), min(last or end, end)
        return first, last

    def pairs(self) -> list[tuple[str, str]]:
        """The parameters of the address that say the same, in one order."""
        single = {
            "q": self.q,
            "unit": self.unit,
            "topic": self.topic,
            "mode": self.mode,
            "language": self.language,
            "month": self.month,
            "since": self.since.isoformat() if self.since else "",
            "until": self.until.isoformat() if self.until else "",
        }
        return [("kind", kind) for kind in self.kinds] + [(name, value) for name, value in single.items() if value]

    def query(self) -> str:
        return urlencode(self.pairs())


_NOTHING = Filters()


def read(parameters: Sequence[tuple[str, str]]) -> Filters:
    """The filters of an address. What cannot be read is left out: an old or mistyped link still finds something."""
    given: dict[str, str] = {}
    kinds = []
    for name, value in parameters:
        # PostgreSQL takes no NUL, and no address needs one
        value = value.replace("\0", "").strip()[:_LONGEST]
        if name == "kind" and value in KINDS and value not in kinds:
            kinds.append(value)
        elif name in {"q", "unit", "topic", "mode", "language", "month", "since", "until"}:
            given.setdefault(name, value)
    return Filters(
        q=" ".join(given.get("q", "").split()),
        kinds=tuple(kinds),
        unit=given.get("unit", ""),
        topic=given.get("topic", ""),
        mode=given.get("mode", "") if given.get("mode") in MODES else "",
        language=given.get("language", "")[:12],
        month=given.get("month", "") if _is_month(given.get("month", "")) else "",
        since=_day(given.get("since", "")),
        until=_day(given.get("until", "")),
    )


def month_days(month: str) -> tuple[date, date]:
    year, number = map(int, month.split("-"))
    after = date(year + 1, 1, 1) if number == 12 else date(year, number + 1, 1)
    return date(year, number, 1), after - timedelta(days=1)


@dataclass(frozen=True)
class Understood:
    """A search line taken apart: the filters it names, and the words that are left to look for."""

    filters: Filters
    found: tuple[str, ...] = ()
    free: bool = False


def understand(filters: Filters, units: Mapping[str, str], topics: Iterable[str], today: date) -> Understood:
    """Read words such as "webinars", "online", "May" or "PLA" in the search line as the filters they mean.

    units    lower-case short name or name → slug
    today    a month's name means the next one that is not over
    What is on as a filter already is not read again; quoted words are only looked for.
    """
    if not filters.q:
        return Understood(filters)
    by_topic = {topic.lower(): topic for topic in topics}
    found, left, free = [], [], False
    for token in re.findall(r'"[^"]*"|\S+', filters.q):
        word = token.strip(",.;").lower()
        if word in _KIND_WORDS and _KIND_WORDS[word] not in filters.kinds:
            filters = replace(filters, kinds=(*filters.kinds, _KIND_WORDS[word]))
            found.append(str(KINDS[_KIND_WORDS[word]]))
        elif word in _MODE_WORDS and not filters.mode:
            filters = replace(filters, mode=_MODE_WORDS[word])
            found.append(str(MODES[filters.mode]))
        elif word in _months(locales.babel_locale()) and not filters.month:
            filters = replace(filters, month=_next(_months(locales.babel_locale())[word], today))
            found.append(month_name(filters.month))
        elif word in units and not filters.unit:
            filters = replace(filters, unit=units[word])
            found.append(token)
        elif word in by_topic and not filters.topic:
            filters = replace(filters, topic=by_topic[word])
            found.append(by_topic[word])
        elif word in {"free", _("free")}:
            free = True
            found.append(_("Free"))
        else:
            left.append(token)
    return Understood(replace(filters, q=" ".join(left)), tuple(found), free)


def month_name(month: str) -> str:
    year, number = month.split("-")
    names = get_month_names("wide", context="stand-alone", locale=locales.babel_locale())
    return f"{names[int(number)]} {year}"


@lru_cache(maxsize=16)
def _months(locale: str) -> dict[str, int]:
    """Month names in this language and in English, long and short."""
    return {
        name.lower().rstrip("."): number
        for language in ("en", locale)
        for width in ("abbreviated", "wide")
        for number, name in get_month_names(width, context="stand-alone", locale=language).items()
    }


def _next(month: int, today: date) -> str:
    year = today.year + (month < today.month)
    return f"{year}-{month:02d}"


def _is_month(text: str) -> bool:
    return bool(_MONTH.fullmatch(text)) and "1900" <= text[:4] <= "2999"


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1900 <= day.year <= 2999 else None
