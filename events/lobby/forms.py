"""The form of a waiting room: what was typed, as values."""

from datetime import datetime
from zoneinfo import ZoneInfo

from starlette.datastructures import FormData

from events.core import wall_time
from events.core.errors import DomainError, Unreadable
from events.core.locales import _
from events.lobby.changes import Wanted

LIMITS = {
    "inside": (1, 100_000),
    "per_minute": (1, 100_000),
    "early_minutes": (0, 1440),
    "stay_minutes": (2, 120),
    "network_most": (0, 1_000_000),
}
"""What the numbers may be; the same as the table's own rules."""


def texts(form: FormData) -> dict[str, str]:
    """What stood in the form, to show it again."""
    return {name: value.strip()[:40] for name, value in form.items() if isinstance(value, str)}


def version(typed: dict[str, str]) -> int:
    text = typed.get("version", "")
    return int(text) if text.isdecimal() and len(text) <= 9 else 0


def wanted(typed: dict[str, str], zone: str) -> Wanted:
    """The settings; times are read in the event's zone. Raises Unreadable."""
    errors: dict[str, str] = {}
    numbers = {}
    for name, (least, most) in LIMITS.items():
        text = typed.get(name, "")
        number = int(text) if text.isdecimal() and len(text) <= 7 else -1
        if not least <= number <= most:
            words = _("Write a number from %(least)s to %(most)s.")
            errors[name] = words % {"least": least, "most": most}
        numbers[name] = number
    opens_at = None
    if text := typed.get("opens_at", ""):
        try:
            opens_at = wall_time.moment(datetime.fromisoformat(text).replace(tzinfo=None), ZoneInfo(zone), zone)
        except (ValueError, OverflowError):
            errors["opens_at"] = _("Write a day and a time.")
        except DomainError as error:
            errors["opens_at"] = error.words
        if opens_at and not 1971 <= opens_at.year <= 2200:
            errors["opens_at"] = _("Write a day and a time.")
    if errors:
        raise Unreadable(errors)
    return Wanted(is_on=bool(typed.get("is_on")), opens_at=opens_at, **numbers)
