"""A waiting room's settings as the page of a crowd needs them, and what they mean at a moment. Pure."""

import json
import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from events.core.locales import _, ngettext

SOON, LATE = 5, 60
"""Seconds between two looks of somebody who waits: near the front, and far from it."""


@dataclass(frozen=True, slots=True)
class Rules:
    """A waiting room that is on (`lobby.models`)."""

    round: int
    inside: int
    per_minute: int
    opens_at: datetime | None
    early_minutes: int
    stay_minutes: int
    network_most: int

    @classmethod
    def read(cls, text: str | None) -> "Rules | None":
        """From what `COLUMNS` selects; None for an event whose waiting room is off."""
        if text is None:
            return None
        found = json.loads(text)
        opens = datetime.fromisoformat(found.pop("opens_at")) if found["opens_at"] else found.pop("opens_at")
        return cls(opens_at=opens, **found)

    def open(self, at: datetime) -> bool:
        """Whether anybody is let in."""
        return self.opens_at is None or at >= self.opens_at

    @property
    def gathers_at(self) -> datetime | None:
        """From when on people are gathered before the opening."""
        return self.opens_at - timedelta(minutes=self.early_minutes) if self.opens_at else None

    def too_early(self, at: datetime) -> bool:
        """Before anybody is gathered: to come so early brings nothing."""
        return self.gathers_at is not None and at < self.gathers_at


COLUMNS = """json_build_object('round', l.round, 'inside', l.inside, 'per_minute', l.per_minute, 'opens_at', l.opens_at,
    'early_minutes', l.early_minutes, 'stay_minutes', l.stay_minutes, 'network_most', l.network_most)"""
"""SQL of a row `l` of `lobby`, for the statement that reads what an event sells: the page pays no other."""


def seconds_left(position: int, let_in: int, window: float, per_minute: int, full: bool = False) -> float | None:
    """How long somebody at a place of the line waits; None when nobody can know.

    position   1 is who is next
    let_in     people let in during the last `window` seconds
    per_minute   the most that may be let in, which is believed until a minute has shown what truly happens
    full       nobody fits inside: it depends on when somebody goes, which the first minute does not show
    """
    if window < 60:
        return None if full else position * 60 / per_minute
    pace = min(let_in / window, per_minute / 60)
    return position / pace if pace else None


def words_of(seconds: float | None) -> str:
    """How long it takes, for a person: whole minutes, rounded up."""
    if seconds is None:
        return _("How long it takes we cannot say until more people are through.")
    minutes = max(1, math.ceil(seconds / 60))
    if minutes > 90:
        hours = round(minutes / 60)
        return ngettext("It takes more than an hour.", "It takes about %(num)s hours.", hours) % {"num": hours}
    return ngettext("It takes about a minute.", "It takes about %(num)s minutes.", minutes) % {"num": minutes}


def look_again(seconds: float | None, position: int, dice: float) -> int:
    """Seconds until somebody who waits looks again: a quarter of what is left, and no two at the same moment.

    position   tells, where nobody knows how long it takes: who is next looks soonest, for who is called holds a place
    dice       0 to 1, thrown for each answer
    """
    base = min(LATE / 2, SOON + position / 5) if seconds is None else min(LATE, max(SOON, seconds / 4))
    return round(base * (0.8 + 0.4 * dice))


def look_again_at_opening(left: float, dice: float) -> int:
    """The same before the opening, of which `left` seconds are left: everybody looks within 15 seconds after it."""
    return round(LATE * (0.8 + 0.4 * dice)) if left > 1.5 * LATE else math.ceil(max(0.0, left)) + 1 + round(14 * dice)
