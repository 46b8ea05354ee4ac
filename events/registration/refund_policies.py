"""What comes back of a ticket's price: steps as data, applied by a pure function, and the history of them.

A policy is a list of steps, each with its last day. Of those whose day has not passed the one that gives most counts,
so that nothing ever gets better by waiting. An order goes by the policy that was there when it was placed: every change
is a new row with its moment, and nobody's terms get worse after they bought.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date

from events.core import database, locales
from events.core.errors import NotFound, StaleWrite
from events.core.locales import _
from events.core.money import Money


@dataclass(frozen=True, slots=True)
class Step:
    """Through a local day (None: the day before the event) so many percent come back, less a fee in minor units."""

    through: date | None = None
    percent: int = 100
    fee: int = 0

    def last_day(self, starts_on: date) -> date:
        return self.through or starts_on - timedelta(days=1)

    def hundredths(self, amount: int) -> int:
        """What comes back of so many minor units, exactly, in hundredths of one."""
        return max(0, amount * self.percent - self.fee * 100)


Steps = tuple[Step, ...]

USUAL: Steps = (Step(),)
"""Of an event that says nothing: in full until the day before it."""

NEVER: Steps = ()


@dataclass(frozen=True, slots=True)
class Policies:
    """An event's policies at one moment: of all types (None: it says nothing), and of those that have their own."""

    of_event: Steps | None = None
    of_types: Mapping[int, Steps] | None = None

    def of(self, ticket_type: int) -> Steps:
        own = (self.of_types or {}).get(ticket_type)
        return own if own is not None else self.usual

    @property
    def usual(self) -> Steps:
        return USUAL if self.of_event is None else self.of_event


def step_at(steps: Steps, amount: int, starts_on: date, day: date) -> Step | None:
    """The step that counts on a local day for so many minor units; None when all have ended."""
    open_ = [step for step in steps if day <= step.last_day(starts_on)]
    return max(open_, key=lambda step: (step.hundredths(amount), step.last_day(starts_on)), default=None)


def shares(lines: Sequence[tuple[Steps, int]], starts_on: date, day: date) -> list[int]:
    """What comes back of each line, (its policy, its amount in minor units), given back together on a local day. Pure.

    Never more than was paid, and never more on a later day. Parts of a unit are summed over all lines, and the whole
    ones among them go to the largest remainders.
    """
    exact = []
    for steps, amount in lines:
        step = step_at(steps, amount, starts_on, day)
        exact.append(step.hundredths(amount) if step else 0)
    whole = [one // 100 for one in exact]
    odd = sum(exact) // 100 - sum(whole)
    luckiest = sorted(range(len(exact)), key=lambda place: (-(exact[place] % 100), place))[:odd]
    for place in luckiest:
        whole[place] += 1
    return whole


def reason(steps: Steps, amount: Money, starts_on: date, day: date) -> str:
    """Why so much of one ticket comes back on a local day."""
    if not amount:
        return _("It was free.")
    if not steps:
        return _("This ticket is not refundable.")
    step = step_at(steps, amount.amount, starts_on, day)
    if step is None:
        last = max(one.last_day(starts_on) for one in steps)
        return _("Refunds ended on %(day)s.") % {"day": _day(last)}
    return _told(step, amount.currency, starts_on)


def words(steps: Steps, currency: str, starts_on: date) -> list[str]:
    """A policy for who is about to buy: a sentence a step, the soonest first, and what is after the last."""
    if not steps:
        return [_("No money comes back.")]
    ordered = sorted(steps, key=lambda step: step.last_day(starts_on))
    return [*(_told(step, currency, starts_on) for step in ordered), _("After that, nothing comes back.")]


def _told(step: Step, currency: str, starts_on: date) -> str:
    told = {
        "day": _day(step.last_day(starts_on)),
        "percent": step.percent,
        "fee": Money(step.fee, currency).words(locales.babel_locale()),
    }
    if step.fee and step.percent < 100:
        return _("Until %(day)s, %(percent)s %% less %(fee)s for handling.") % told
    if step.fee:
        return _("Until %(day)s, less %(fee)s for handling.") % told
    if step.percent < 100:
        return _("Until %(day)s, %(percent)s %% of the price.") % told
    return _("In full until %(day)s.") % told


def _day(day: date) -> str:
    return format_date(day, "full", locale=locales.babel_locale())


def local_day(at: datetime, zone: str) -> date:
    return at.astimezone(ZoneInfo(zone)).date()


def read(kept: Iterable[Mapping[str, Any]] | None) -> Steps | None:
    """Steps as they are kept, or None where nothing is."""
    if kept is None:
        return None
    return tuple(
        Step(date.fromisoformat(one["through"]) if one["through"] else None, one["percent"], one["fee"]) for one in kept
    )


def in_force(of_type: Iterable[Mapping[str, Any]] | None, of_event: Iterable[Mapping[str, Any]] | None) -> Steps:
    """The steps of a ticket type as they are kept, else the event's, else the usual ones."""
    found = read(of_type if of_type is not None else of_event)
    return USUAL if found is None else found


_NEWEST = (
    "SELECT DISTINCT ON (ticket_type_id) id, ticket_type_id, steps, since FROM refund_policy"
    " WHERE event_id = $1 ORDER BY ticket_type_id, since DESC, id DESC"
)


async def current(event_id: int) -> Policies:
    """What holds for orders placed from now on."""
    found = {
        row["ticket_type_id"]: read(json.loads(row["steps"]) if row["steps"] else None)
        for row in await database.rows(_NEWEST, event_id)
    }
    of_event = found.pop(None, None)
    return Policies(of_event, {type_: steps for type_, steps in found.items() if steps is not None})


async def newest(event_id: int) -> dict[int | None, int]:
    """The number of the newest row by ticket type (None: the event's): what a form has seen."""
    return {row["ticket_type_id"]: row["id"] for row in await database.rows(_NEWEST, event_id)}


async def save(
    event_id: int, ticket_type: int | None, steps: Steps | None, seen: int, by: int | None, at: datetime
) -> None:
    """Say what comes back from now on: of one ticket type, or (None) of all that say nothing else.

    steps  None: as if nothing had been said
    seen   the newest row its writer saw, 0 for none

    Raises StaleWrite when somebody was faster, NotFound for a ticket type of another event.
    """
    async with database.transaction():
        if await database.value("SELECT id FROM event WHERE id = $1 FOR UPDATE", event_id) is None:
            raise NotFound
        if ticket_type is not None and not await database.value(
            "SELECT EXISTS (SELECT FROM ticket_type WHERE id = $1 AND event_id = $2)", ticket_type, event_id
        ):
            raise NotFound
        if (await newest(event_id)).get(ticket_type, 0) != seen:
            raise StaleWrite(
                _("Somebody else changed this rule meanwhile. What it says now stands above what you typed."), {}, {}
            )
        await database.execute(
            "INSERT INTO refund_policy (event_id, ticket_type_id, steps, since, saved_by_id)"
            " VALUES ($1, $2, $3::jsonb, $4, $5)",
            event_id,
            ticket_type,
            None if steps is None else json.dumps([_kept(step) for step in steps]),
            at,
            by,
        )


def _kept(step: Step) -> dict[str, object]:
    return {
        "through": step.through.isoformat() if step.through else None,
        "percent": step.percent,
        "fee": step.fee,
    }
