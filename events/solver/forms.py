"""The form that starts the machine: what was typed as wishes, or Unreadable naming each field; and what it offers."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from events.core import database
from events.core.errors import Unreadable
from events.core.locales import Lazy, _, lazy
from events.core.wall_time import read_clock, read_day
from events.solver.gathering import Wishes
from events.solver.weights import AMOUNTS, NAMES, Weights

WHICH: dict[str, Lazy] = {
    "unplaced": lazy("Only sessions without a time"),
    "unpinned": lazy("Those, and all that are not pinned"),
}

LIMITS: dict[int, Lazy] = {
    10: lazy("10 seconds"),
    60: lazy("1 minute"),
    180: lazy("3 minutes"),
    600: lazy("10 minutes"),
    1800: lazy("30 minutes"),
}

FIELDS = ("which", "hours", "until", "seconds", *NAMES)
MOST_HOURS, MOST_DAYS = 100, 60
USUAL_HOURS = "09:00 10:00 11:00 13:00 14:00 15:00 16:00"


@dataclass(frozen=True, slots=True)
class Offer:
    """What the form offers for an event: its days, and as a start the hours that the draft uses already."""

    days: tuple[date, ...]
    hours: str
    until: str
    unplaced: int
    unpinned: int
    pinned: int


_HOURS = """
SELECT left(right(local_start, 5), 5) AS hour, max(right(local_end, 5)) FILTER (
    WHERE left(local_end, 10) = left(local_start, 10)) AS until
FROM slot l JOIN session s ON s.id = l.session_id
WHERE s.event_id = $1 AND s.state <> 'cancelled' AND l.starts_at IS NOT NULL
GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 12
"""

_COUNTS = """
SELECT count(*) FILTER (WHERE l.starts_at IS NULL AND NOT coalesce(l.pinned, false))::int AS unplaced,
       count(*) FILTER (WHERE l.starts_at IS NOT NULL AND NOT l.pinned)::int AS unpinned,
       count(*) FILTER (WHERE l.pinned)::int AS pinned
FROM session s LEFT JOIN slot l ON l.session_id = s.id WHERE s.event_id = $1 AND s.state <> 'cancelled'
"""


async def offer(event_id: int, first: date | None, last: date | None, zone: ZoneInfo) -> Offer:
    rows = await database.rows(_HOURS, event_id)
    counts = await database.row(_COUNTS, event_id)
    assert counts is not None
    count = 0 if first is None or last is None else min((last - first).days + 1, MOST_DAYS)
    return Offer(
        tuple(first + timedelta(days=number) for number in range(count)) if first else (),
        " ".join(sorted(row["hour"] for row in rows)) or USUAL_HOURS,
        max((row["until"] for row in rows if row["until"]), default="18:00"),
        **counts,
    )


def start_values(offered: Offer) -> dict[str, object]:
    """The form as it is opened."""
    return {
        "which": "unplaced",
        "days": [str(day) for day in offered.days],
        "hours": offered.hours,
        "until": offered.until,
        "seconds": "60",
        **{name: str(getattr(Weights(), name)) for name in NAMES},
    }


def wishes(form: Mapping[str, str], days: Sequence[str], offered: Offer) -> Wishes:
    """Raises Unreadable. days: the boxes that are ticked."""
    errors: dict[str, str] = {}
    which = form.get("which", "")
    if which not in WHICH:
        errors["which"] = _("Please choose one of these.")
    chosen = tuple(sorted({day for text in days if (day := read_day(text)) in offered.days and day}))
    if not chosen:
        errors["days"] = _("Choose a day at least.")
    hours = _hours(form.get("hours", ""), errors)
    until = read_clock(form.get("until", ""))
    if until is None:
        errors["until"] = _("A time such as 18:00.")
    seconds = form.get("seconds", "")
    if seconds not in map(str, LIMITS):
        errors["seconds"] = _("Please choose one of these.")
    amounts = {str(amount): amount for amount in AMOUNTS}
    errors |= {name: _("Please choose one of these.") for name in NAMES if form.get(name, "") not in amounts}
    if errors or until is None:
        raise Unreadable(errors)
    weights = Weights(**{name: amounts[form[name]] for name in NAMES})
    return Wishes(which, chosen, hours, until, int(seconds), weights)


def _hours(text: str, errors: dict[str, str]) -> tuple[time, ...]:
    found = [read_clock(word) for word in re.split(r"[\s,;]+", text.strip()) if word]
    hours = sorted({hour for hour in found if hour is not None})
    if not hours or None in found:
        errors["hours"] = _("Times such as 09:00 10:30 14:00, with spaces between them.")
    elif len(hours) > MOST_HOURS:
        errors["hours"] = _("At most %(num)s of these.") % {"num": MOST_HOURS}
    return tuple(hours)
