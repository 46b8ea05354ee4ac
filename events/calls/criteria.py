"""What is scored in a call: each criterion with its points and how much it weighs."""

from collections.abc import Mapping
from dataclasses import astuple, dataclass

from events.calls.review_phases import InUse, stamp
from events.core import database
from events.core.errors import NotFound, StaleWrite, Unreadable
from events.core.locales import _

MOST = 20
"""Criteria of one call."""


@dataclass(frozen=True, slots=True)
class CriterionValues:
    """most: points, from 0; weight: 0 for one that is shown and does not count."""

    name: str
    help: str
    most: int
    weight: int


@dataclass(frozen=True, slots=True)
class CriterionRow:
    """scored: somebody gave points for it, or could not say."""

    id: int
    values: CriterionValues
    scored: bool = False

    @property
    def seen(self) -> str:
        return stamp(self.values)


async def of(call: int) -> list[CriterionRow]:
    """In their order."""
    found = await database.rows(
        "SELECT k.*, EXISTS (SELECT FROM review r JOIN review_phase f ON f.id = r.phase_id"
        " WHERE f.call_id = k.call_id AND jsonb_exists(r.scores, k.id::text)) AS scored"
        " FROM criterion k WHERE k.call_id = $1 ORDER BY k.position, k.id",
        call,
    )
    return [
        CriterionRow(row["id"], CriterionValues(row["name"], row["help"], row["most"], row["weight"]), row["scored"])
        for row in found
    ]


async def find(call: int, criterion: int) -> CriterionRow:
    """Raises NotFound."""
    found = next((one for one in await of(call) if one.id == criterion), None)
    if found is None:
        raise NotFound
    return found


async def create(call: int, values: CriterionValues) -> None:
    """Raises Unreadable when there are too many."""
    async with database.transaction():
        await _in_turn(call)
        held = await of(call)
        if len(held) >= MOST:
            raise Unreadable({"": _("At most %(num)s of these.") % {"num": MOST}})
        await database.execute(
            "INSERT INTO criterion (call_id, name, help, most, weight, position) VALUES ($1, $2, $3, $4, $5,"
            " (SELECT coalesce(max(position), 0) + 1 FROM criterion WHERE call_id = $1))",
            call,
            *astuple(values),
        )


async def change(call: int, criterion: int, values: CriterionValues, seen: str) -> None:
    """Its weight may change while reviews come in, its points may not: 4 of 5 is not 4 of 10.

    Raises NotFound, StaleWrite, Unreadable.
    """
    async with database.transaction():
        await _in_turn(call)
        held = await find(call, criterion)
        if held.seen != seen:
            words = _("Somebody saved this criterion while your form was open.")
            raise StaleWrite(words, told(held.values), told(values))
        if held.scored and values.most != held.values.most:
            words = _("Reviewers gave points of %(most)s already, so this stays. Add another criterion instead.")
            raise Unreadable({"most": words % {"most": held.values.most}})
        await database.execute(
            "UPDATE criterion SET (name, help, most, weight) = ($2, $3, $4, $5) WHERE id = $1",
            criterion,
            *astuple(values),
        )


async def remove(call: int, criterion: int) -> None:
    """Only while nobody scored it. Raises NotFound, InUse."""
    async with database.transaction():
        await _in_turn(call)
        held = await find(call, criterion)
        if held.scored:
            words = _("Reviewers gave points for “%(name)s” already. Give it the weight 0, and it counts no more.")
            raise InUse(words % {"name": held.values.name})
        await database.execute("DELETE FROM criterion WHERE id = $1", criterion)


async def move(call: int, criterion: int, *, up: bool) -> None:
    """One place up or down; at the end it stays. Raises NotFound."""
    async with database.transaction():
        await _in_turn(call)
        order = [one.id for one in await of(call)]
        if criterion not in order:
            raise NotFound
        place = order.index(criterion)
        other = place - 1 if up else place + 1
        if 0 <= other < len(order):
            order[place], order[other] = order[other], order[place]
        await database.execute_many(
            "UPDATE criterion SET position = $2 WHERE id = $1", [(one, at + 1) for at, one in enumerate(order)]
        )


async def _in_turn(call: int) -> None:
    """One after another; who writes a review holds the call's row against it (`reviewing`)."""
    await database.execute("SELECT FROM call WHERE id = $1 FOR NO KEY UPDATE", call)


def told(values: CriterionValues) -> Mapping[str, object]:
    return {
        _("Name"): values.name,
        _("Help"): values.help,
        _("Points, at most"): values.most,
        _("Weight"): values.weight,
    }
