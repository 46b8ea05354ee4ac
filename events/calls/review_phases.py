"""The phases of a call's review: one after another, each with what reviewers see while it is open."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime

from events.core import database
from events.core.errors import DomainError, NotFound, StaleWrite, Unreadable
from events.core.locales import Lazy, _, lazy

SEES_OTHERS: dict[str, Lazy] = {
    "never": lazy("Nothing of them"),
    "scores": lazy("Their points"),
    "all": lazy("Their points and comments"),
}


class InUse(DomainError):
    """What reviewers worked with cannot be taken away from under their reviews."""

    status = 409


@dataclass(frozen=True, slots=True)
class PhaseValues:
    """The columns of a phase, as a form means them; opens_at and closes_at aware UTC, half-open."""

    name: str
    opens_at: datetime
    closes_at: datetime
    blind: bool
    sees_others: str
    per_proposal: int


@dataclass(frozen=True, slots=True)
class PhaseRow:
    id: int
    values: PhaseValues

    @property
    def seen(self) -> str:
        return stamp(self.values)

    def is_open(self, at: datetime) -> bool:
        return self.values.opens_at <= at < self.values.closes_at


def stamp(values: object) -> str:
    """What a form was filled from, as a short word that the form sends back: these rows carry no version."""
    return hashlib.sha256(repr(astuple(values)).encode()).hexdigest()[:16]  # type: ignore[call-overload]


async def of(call: int) -> list[PhaseRow]:
    """In the order of time."""
    found = await database.rows("SELECT * FROM review_phase WHERE call_id = $1 ORDER BY opens_at, id", call)
    return [
        PhaseRow(row["id"], PhaseValues(**{name: row[name] for name in PhaseValues.__dataclass_fields__}))
        for row in found
    ]


def in_hand(phases: Sequence[PhaseRow], at: datetime) -> PhaseRow | None:
    """The phase whose rules hold now: the open one, else the last that closed. None before the first opens."""
    return next((one for one in reversed(phases) if one.values.opens_at <= at), None)


def upcoming(phases: Sequence[PhaseRow], at: datetime) -> PhaseRow | None:
    return next((one for one in phases if one.values.opens_at > at), None)


async def find(call: int, phase: int) -> PhaseRow:
    """Raises NotFound."""
    found = next((one for one in await of(call) if one.id == phase), None)
    if found is None:
        raise NotFound
    return found


async def create(call: int, values: PhaseValues) -> None:
    """Raises Unreadable when another phase is open in that time."""
    async with database.transaction():
        await _in_turn(call)
        _require_apart(values, await of(call))
        await database.execute(
            "INSERT INTO review_phase (call_id, name, opens_at, closes_at, blind, sees_others, per_proposal)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7)",
            call,
            *astuple(values),
        )


async def change(call: int, phase: int, values: PhaseValues, seen: str) -> None:
    """Raises NotFound, StaleWrite, Unreadable."""
    async with database.transaction():
        await _in_turn(call)
        held = await find(call, phase)
        if held.seen != seen:
            words = _("Somebody saved this phase while your form was open.")
            raise StaleWrite(words, told(held.values), told(values))
        _require_apart(values, [one for one in await of(call) if one.id != phase])
        await database.execute(
            "UPDATE review_phase SET (name, opens_at, closes_at, blind, sees_others, per_proposal)"
            " = ($2, $3, $4, $5, $6, $7) WHERE id = $1",
            phase,
            *astuple(values),
        )


async def remove(call: int, phase: int) -> None:
    """Only while nobody wrote anything in it; what was only handed to somebody goes with it. Raises NotFound, InUse."""
    async with database.transaction():
        await _in_turn(call)
        held = await find(call, phase)
        written: int = await database.value(
            "SELECT count(*) FROM review WHERE phase_id = $1"
            " AND (state <> 'open' OR scores <> '{}'::jsonb OR comment <> '')",
            phase,
        )
        if written:
            words = _("“%(name)s” has %(num)s reviews and conflicts of interest, which would go with it.")
            raise InUse(words % {"name": held.values.name, "num": written})
        await database.execute("DELETE FROM review_phase WHERE id = $1", phase)


async def _in_turn(call: int) -> None:
    """One after another; who writes a review holds the call's row against it (`reviewing`)."""
    await database.execute("SELECT FROM call WHERE id = $1 FOR NO KEY UPDATE", call)


def _require_apart(values: PhaseValues, others: Sequence[PhaseRow]) -> None:
    """One phase at a time: what a reviewer sees is never decided by two."""
    for one in others:
        if values.opens_at < one.values.closes_at and one.values.opens_at < values.closes_at:
            words = _("“%(name)s” is open in that time. One phase begins when another is over.")
            raise Unreadable({"opens": words % {"name": one.values.name}})


def told(values: PhaseValues) -> Mapping[str, object]:
    """What two organizers may disagree about."""
    return {
        _("Name"): values.name,
        _("Opens"): values.opens_at.isoformat(" ", "minutes"),
        _("Closes"): values.closes_at.isoformat(" ", "minutes"),
        _("Blind"): _("Yes") if values.blind else _("No"),
        _("Of others’ reviews"): str(SEES_OTHERS[values.sees_others]),
        _("Reviews for each proposal"): values.per_proposal,
    }
