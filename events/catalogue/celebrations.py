"""Celebrations: which days a week, a month or a day of the year falls on, years ahead. Pure.

A celebration's dates come about in exactly one way: by a rule, by counting from another one, or by being listed because
somebody decides them every year. The facts of the real ones lie beside, in `celebrations.json`, each with its sources.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import NamedTuple

from dateutil.rrule import rrulestr

from events.core.locales import _

FACTS = Path(__file__).with_name("celebrations.json")
AHEAD = 5
"""How many years ahead dates are computed."""

_YEARLY = re.compile(
    r"FREQ=YEARLY(?=.*;BY[A-Z]*DAY=)(?:;(?:BYMONTH|BYMONTHDAY|BYDAY|BYYEARDAY|BYWEEKNO|BYSETPOS|WKST)=[-+A-Z0-9,]+)+"
)


class Days(NamedTuple):
    """A span of local days, both included."""

    first: date
    last: date

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.first <= day <= self.last


@dataclass(frozen=True)
class Fact:
    """A celebration as it is known.

    rule           an RRULE without DTSTART for its first day, or ""
    derived_from   the slug of another one, `offset` days after its first day, or ""
    dates          year → days, for those that are decided every year
    sources        the pages that say so
    """

    slug: str
    name: str
    summary: str
    days: int
    rule: str = ""
    derived_from: str = ""
    offset: int = 0
    dates: Mapping[int, Days] = field(default_factory=dict)
    sources: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()


class Unruly(ValueError):
    """A rule that cannot be used; the words are for who typed it."""


def by_rule(rule: str, days: int, year: int) -> Days | None:
    """The days of one year by a yearly rule, or None when it has no day in that year (29 February).

    rule   `FREQ=YEARLY;…` without DTSTART and without a time, naming one day a year
    Raises Unruly.
    """
    first = _first_day(rule, year)
    return Days(first, first + timedelta(days=days - 1)) if first else None


def by_offset(base: Days, offset: int, days: int) -> Days:
    """The days of a celebration that is counted from the first day of another."""
    first = base.first + timedelta(days=offset)
    return Days(first, first + timedelta(days=days - 1))


def check(rule: str) -> None:
    """Raise Unruly unless the rule names one day a year (29 February is one in leap years only)."""
    found = [_first_day(rule, year) for year in range(2024, 2034)]  # each is looked at: any of them may refuse
    if not any(found):
        raise Unruly(_("The rule never names a day."))


def facts(text: str | None = None) -> list[Fact]:
    """The celebrations of `celebrations.json`, those that others are derived from first."""
    items = json.loads(FACTS.read_text("utf-8") if text is None else text)["celebrations"]
    found = [
        Fact(
            slug=item["slug"],
            name=item["name"],
            summary=item.get("summary", ""),
            days=item["days"],
            rule=item.get("rule", ""),
            derived_from=item.get("derived_from", ""),
            offset=item.get("offset", 0),
            dates={
                int(year): Days(*(date.fromisoformat(f"{year}-{day}") for day in span))
                for year, span in item.get("dates", {}).items()
            },
            sources=tuple(item["sources"]),
            topics=tuple(item.get("topics", ())),
        )
        for item in items
    ]
    return sorted(found, key=lambda fact: bool(fact.derived_from))


def years(fact: Fact, known: Mapping[str, Mapping[int, Days]], wanted: Iterable[int]) -> dict[int, Days]:
    """The days of each wanted year that has any.

    known   the years of the celebrations computed before, by slug
    """
    if fact.rule:
        found = {year: by_rule(fact.rule, fact.days, year) for year in wanted}
        return {year: days for year, days in found.items() if days}
    if fact.derived_from:
        base = known[fact.derived_from]
        return {year: by_offset(base[year], fact.offset, fact.days) for year in wanted if year in base}
    return dict(fact.dates)


@cache
def _first_day(rule: str, year: int) -> date | None:
    if not _YEARLY.fullmatch(rule):
        raise Unruly(_("Write a rule such as FREQ=YEARLY;BYMONTH=10;BYDAY=3SU, with a month and a day."))
    try:
        # Without an interval a yearly rule does not depend on the year it starts in; starting each year anew is quick.
        found = rrulestr(rule, dtstart=datetime(year, 1, 1, tzinfo=UTC)).between(
            datetime(year, 1, 1, tzinfo=UTC), datetime(year, 12, 31, tzinfo=UTC), inc=True
        )
    except (ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
        raise Unruly(_("The rule cannot be read: %(reason)s") % {"reason": error}) from error
    if len(found) > 1:
        words = _("The rule names %(days)s days of %(year)s. It has to name one.")
        raise Unruly(words % {"days": len(found), "year": year})
    return found[0].date() if found else None
