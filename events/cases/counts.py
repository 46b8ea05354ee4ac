"""What those may know who do not handle cases: numbers, and below five only that it is fewer.

Who eats what is counted for each day of the event and for each meal that is sold, over people who hold a ticket for it.
"""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from events.cases import kinds
from events.catalogue.queries import EventRow
from events.core import database
from events.core.locales import _
from events.registration.admission import EVERY, Admission

FEWEST = 5
"""Smaller numbers could point to somebody."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")

_OPEN = "SELECT count(*)::int FROM care_case WHERE event_id = $1 AND state IN ('asked', 'in_work')"

_EATERS = """
SELECT DISTINCT c.person_id, x.kind, t.id AS ticket, t.name, t.kind AS ticket_kind, t.admits, t.session_id
FROM care_case c CROSS JOIN unnest(c.kinds) x (kind)
JOIN registration r ON r.event_id = c.event_id AND r.cancelled_at IS NULL AND (r.person_id = c.person_id OR (
    r.person_id IS NULL AND lower(r.email) IN (SELECT a.email FROM address a WHERE a.person_id = c.person_id)))
JOIN order_line l ON l.registration_id = r.id AND l.cancelled_at IS NULL
JOIN orders o ON o.id = r.order_id AND o.state IN ('PENDING', 'CONFIRMED')
JOIN ticket_type t ON t.id = l.ticket_type_id
WHERE c.event_id = $1 AND c.state IN ('asked', 'in_work', 'arranged', 'closed') AND x.kind = any($2)
"""


@dataclass(frozen=True, slots=True)
class Meal:
    """A day of the event, or a meal that is sold (`name`, with its day where it has one)."""

    day: date | None
    name: str


@dataclass(frozen=True, slots=True)
class Count:
    meal: Meal
    kind: str
    people: int

    @property
    def words(self) -> str:
        return told(self.people)


def told(number: int) -> str:
    """A number that points to nobody; none at all is said as it is."""
    return str(number) if number >= FEWEST or not number else _("fewer than %(fewest)s") % {"fewest": FEWEST}


async def open_cases(event: int) -> int:
    """Those that somebody waits for."""
    found: int = await database.value(_OPEN, event)
    return found


async def meals(event: EventRow) -> list[Count]:
    """By day and kind, then by meal and kind; only what somebody asked for."""
    called = {kind.key: kind.name for kind in await kinds.of(event.id) if kind.about == "meals"}
    rows = await database.rows(_EATERS, event.id, list(called))
    when = await _days_of([row["session_id"] for row in rows if row["session_id"]], event.timezone)
    eaters: dict[tuple[Meal, str], set[int]] = {}
    for row in rows:
        for meal in _meals(dict(row), event, when):
            eaters.setdefault((meal, called[row["kind"]]), set()).add(row["person_id"])
    found = [Count(meal, kind, len(people)) for (meal, kind), people in eaters.items()]
    return sorted(found, key=lambda one: (one.meal.name, one.meal.day or date.max, one.kind))


def _meals(row: Mapping[str, object], event: EventRow, when: Mapping[int, date]) -> Sequence[Meal]:
    ticket, session = str(row["ticket_kind"]), row["session_id"]
    if ticket == "meal":
        day = when.get(session) if isinstance(session, int) else None
        return [Meal(day, str(row["name"]))]
    admits = Admission.of(ticket, json.loads(str(row["admits"])), None)
    if event.starts_on is None or event.ends_on is None or not admits.modes & {EVERY, "in_person"}:
        return []
    days = [event.starts_on + timedelta(days=n) for n in range(min((event.ends_on - event.starts_on).days + 1, 45))]
    return [Meal(day, "") for day in days if EVERY in admits.days or day.isoformat() in admits.days]


async def _days_of(sessions: Sequence[int], zone: str) -> Mapping[int, date]:
    rows = await database.rows(
        "SELECT session_id, min((starts_at AT TIME ZONE $2)::date) AS day FROM slot"
        " WHERE session_id = any($1) AND starts_at IS NOT NULL GROUP BY 1",
        list(sessions),
        zone,
    )
    return {row["session_id"]: row["day"] for row in rows}


def as_csv(found: Sequence[Count]) -> bytes:
    """For whoever cooks: UTF-8 with a mark, which Excel needs; no text becomes a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["day", "meal", "need", "people"])
    for one in found:
        day = one.meal.day.isoformat() if one.meal.day else ""
        writer.writerow([day, _safe(one.meal.name), _safe(one.kind), one.words])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _safe(text: str) -> str:
    """With an apostrophe before what a spreadsheet would take for a formula (OWASP, CSV injection)."""
    return f"'{text}" if text.startswith(_FORMULA) else text
