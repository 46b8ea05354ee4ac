"""Reviews as CSV: the ranking for those who decide, and a reviewer's own list, which is as blind as its phase."""

import csv
import io
from collections.abc import Iterable, Sequence

from events.calls import review_forms, review_lists, review_readings
from events.calls.criteria import CriterionRow
from events.calls.ranking import Ranked

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def of_ranking(lines: Sequence[review_lists.Line]) -> bytes:
    heads = ["rank", "code", "title", "track", "presenters", "state", "reviews", "score", "spread", "conflicts"]
    found: list[list[str]] = []
    for one in lines:
        words = [one.code, one.title, one.track, one.people, one.state.value]
        found.append([str(len(found) + 1), *map(_safe, words), *_numbers(one.ranked)])
    return _table(heads, found)


def _numbers(ranked: Ranked) -> list[str]:
    measured = ["" if one is None else f"{one:.2f}" for one in (ranked.score, ranked.spread)]
    return [str(ranked.reviews), *measured, str(ranked.conflicts)]


def of_reviewer(lines: Sequence[review_readings.Line], criteria: Sequence[CriterionRow], *, blind: bool) -> bytes:
    """Where it is blind there is no column for names, not an empty one."""
    heads = ["code", "title", "track", "type", "language", "abstract", "state"]
    heads += ([] if blind else ["presenters"]) + [_safe(one.values.name) for one in criteria] + ["score", "comment"]
    found = []
    for one in lines:
        words = [one.code, one.title, one.track, one.type, one.language, one.abstract, one.state]
        words += [] if blind else [one.people]
        points = [review_forms.told_points(one.points, asked.id) for asked in criteria]
        score = "" if one.score is None else f"{one.score:.2f}"
        found.append([*map(_safe, words), *points, score, _safe(one.comment)])
    return _table(heads, found)


def _table(heads: Sequence[str], lines: Iterable[Sequence[str]]) -> bytes:
    """UTF-8 with a mark, which Excel needs."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(heads)
    writer.writerows(lines)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _safe(text: str) -> str:
    """With an apostrophe before what a spreadsheet would take for a formula (OWASP, CSV injection)."""
    return f"'{text}" if text.startswith(_FORMULA) else text
