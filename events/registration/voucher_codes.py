"""Codes as organizers keep them: made, many at once, changed, ended; places set aside and given free again.

Locks as everywhere: a budget, then quotas by id, then codes by id. `reserve_left` and the places that came out of a
reserve are never more than `reserved`, so that every place that comes back finds room there.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import asyncpg

from events.core import database
from events.core.errors import NotFound, StaleWrite, Unreadable
from events.core.locales import _
from events.registration.holds import LETTERS
from events.registration.vouchers import key_of

MOST = 1000
"""Codes made at once."""


@dataclass(frozen=True, slots=True)
class Values:
    """The columns of a code, as a form means them."""

    code: str
    note: str
    effect: str
    value: int
    window: int | None
    ticket_types: tuple[int, ...]
    unlocks: tuple[int, ...]
    email: str
    max_uses: int | None
    per_person: int | None
    quota: int | None
    reserved: int
    starts_on: date | None
    through: date | None
    budget: int | None = None


async def make(event_id: int, values: Values, by: int, at: datetime) -> int:
    """A new code. Returns its id. Raises Unreadable."""
    return (await _insert(event_id, [values], by, at))[0]


async def make_many(event_id: int, values: Values, count: int, by: int, at: datetime) -> list[int]:
    """As many codes alike: `values.code` with eight random letters after it. Returns their ids. Raises Unreadable."""
    names: set[str] = set()
    while len(names) < count:
        names.add("".join(secrets.choice(LETTERS) for _letter in range(8)))
    prefix = f"{values.code}-" if values.code else ""
    return await _insert(event_id, [replace(values, code=f"{prefix}{name}") for name in sorted(names)], by, at)


async def make_each(event_id: int, many: Sequence[Values], by: int, at: datetime) -> list[int]:
    """Codes that differ in whom they are for and for how many, each of random letters. Returns their ids, in order.

    Raises Unreadable.
    """
    names: set[str] = set()
    while len(names) < len(many):
        names.add("".join(secrets.choice(LETTERS) for _letter in range(10)))
    return await _insert(event_id, [replace(one, code=name) for one, name in zip(many, names, strict=True)], by, at)


async def _insert(event_id: int, many: Sequence[Values], by: int, at: datetime) -> list[int]:
    one = many[0]
    async with database.transaction():
        await _refuse_foreign(event_id, one)
        await _in_budget(one.budget, None, sum(each.max_uses or 0 for each in many))
        lives = _lives(one, await _today(event_id, at))
        await _set_aside(event_id, one.quota, one.reserved * len(many) if lives else 0, None)
        rows = await database.rows(
            "INSERT INTO voucher (event_id, code, key, note, effect, value, window_id, ticket_types, unlocks, email,"
            " max_uses, per_person, quota_id, reserved, reserve_left, starts_on, through, budget_id, made_at)"
            " SELECT $1, t.code, t.key, t.note, $7, $8, $9, $10, $11, t.email, t.uses, $12, $13, $14, $15, $16, $17,"
            " $18, $19 FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::int[])"
            " t (code, key, note, email, uses) ON CONFLICT (event_id, key) DO NOTHING RETURNING id, code",
            event_id,
            [each.code for each in many],
            [key_of(each.code) for each in many],
            [each.note for each in many],
            [each.email for each in many],
            [each.max_uses for each in many],
            one.effect,
            one.value,
            one.window,
            list(one.ticket_types),
            list(one.unlocks),
            one.per_person,
            one.quota,
            one.reserved,
            one.reserved if lives else 0,
            one.starts_on,
            one.through,
            one.budget,
            at,
        )
        if len(rows) < len(many):
            raise Unreadable({"code": _("This event has a code of these letters.")})
        made = {row["code"]: row["id"] for row in rows}
        ids = [made[each.code] for each in many]
        await _note(ids, "made", by, at)
        return ids


def _columns(one: Values) -> tuple[object, ...]:
    return (
        one.note,
        one.effect,
        one.value,
        one.window,
        list(one.ticket_types),
        list(one.unlocks),
        one.email,
        one.max_uses,
        one.per_person,
        one.quota,
    )


async def change(event_id: int, voucher: int, values: Values, version: int, by: int, at: datetime) -> None:
    """Change a code; orders that used it keep their prices. Its letters and its budget stay.

    Raises NotFound, StaleWrite when somebody saved in between, Unreadable.
    """
    async with database.transaction():
        await _refuse_foreign(event_id, values)
        before = await database.row("SELECT * FROM voucher WHERE id = $1 AND event_id = $2", voucher, event_id)
        if before is None:
            raise NotFound
        if before["budget_id"] is not None:
            if values.max_uses is None:
                raise Unreadable({"max_uses": _("Say for how many places of the budget it is.")})
            values = replace(values, effect="percent", value=100)
        await _in_budget(before["budget_id"], voucher, values.max_uses or 0)
        row = await _lock(voucher, [before["quota_id"], values.quota])
        if row["version"] != version or row["quota_id"] != before["quota_id"]:
            raise StaleWrite(
                _("Somebody else saved this code meanwhile. Open it again, and make your change there."),
                {"note": row["note"]},
                {"note": values.note},
            )
        if row["ended_at"] is not None:
            raise Unreadable({"": _("This code was ended. Make a new one.")})
        if values.max_uses is not None and values.max_uses < row["used"]:
            words = _("It was used %(n)s times already: it cannot be fewer.") % {"n": row["used"]}
            raise Unreadable({"max_uses": words})
        await _free(row)
        # Places beyond the new reserve, or of another quota, are as all others from now on.
        kept = values.reserved if values.quota == row["quota_id"] else 0
        await database.execute(
            "UPDATE claim SET voucher_id = NULL WHERE voucher_id = $1"
            " AND id NOT IN (SELECT id FROM claim WHERE voucher_id = $1 ORDER BY id LIMIT $2)",
            voucher,
            kept,
        )
        out: int = await database.value("SELECT count(*) FROM claim WHERE voucher_id = $1", voucher)
        left = max(0, values.reserved - out) if _lives(values, await _today(event_id, at)) else 0
        await _set_aside(event_id, values.quota, left, voucher)
        await database.execute(
            "UPDATE voucher SET note = $2, effect = $3, value = $4, window_id = $5, ticket_types = $6, unlocks = $7,"
            " email = $8, max_uses = $9, per_person = $10, quota_id = $11, reserved = $12, reserve_left = $13,"
            " starts_on = $14, through = $15, version = version + 1 WHERE id = $1",
            voucher,
            *_columns(values),
            values.reserved,
            left,
            values.starts_on,
            values.through,
        )
        await _note([voucher], "changed", by, at)


async def end(event_id: int, voucher: int, by: int, at: datetime) -> None:
    """Nobody uses it from now on; what is set aside for it is free for all. Who used it keeps what they have."""
    async with database.transaction():
        before = await database.row("SELECT quota_id FROM voucher WHERE id = $1 AND event_id = $2", voucher, event_id)
        if before is None:
            raise NotFound
        row = await _lock(voucher, [before["quota_id"]])
        if row["ended_at"] is not None:
            return
        await _free(row)
        await database.execute("UPDATE voucher SET ended_at = $2, version = version + 1 WHERE id = $1", voucher, at)
        await _note([voucher], "ended", by, at)


async def sweep(at: datetime) -> int:
    """Give free what is set aside for codes whose last day is over. Returns how many codes it was."""
    due = await database.rows(
        "SELECT v.id, v.quota_id, v.through FROM voucher v JOIN event e ON e.id = v.event_id WHERE v.reserve_left > 0"
        " AND ((v.through + 1)::timestamp AT TIME ZONE e.timezone) <= $1 ORDER BY v.id LIMIT 200",
        at,
    )
    for one in due:
        async with database.transaction():
            row = await _lock(one["id"], [one["quota_id"]])
            if row["through"] == one["through"] and row["quota_id"] == one["quota_id"]:
                await _free(row)
    return len(due)


async def _lock(voucher: int, quotas: Sequence[int | None]) -> asyncpg.Record:
    await database.rows(
        "SELECT id FROM quota WHERE id = any($1) ORDER BY id FOR NO KEY UPDATE", [one for one in quotas if one]
    )
    row = await database.row("SELECT * FROM voucher WHERE id = $1 FOR NO KEY UPDATE", voucher)
    assert row is not None
    return row


async def _free(row: asyncpg.Record) -> None:
    """Nothing is set aside for a locked code any more."""
    if not row["reserve_left"]:
        return
    await database.execute(
        "UPDATE quota SET held_back = held_back - $2,"
        " oversold = least(oversold, greatest(0, claimed + held_back - $2 - capacity - overbook)) WHERE id = $1",
        row["quota_id"],
        row["reserve_left"],
    )
    await database.execute("UPDATE voucher SET reserve_left = 0 WHERE id = $1", row["id"])


async def _set_aside(event_id: int, quota: int | None, places: int, voucher: int | None) -> None:
    """Hold so many free places of a quota back. Raises Unreadable with how many there are."""
    if quota is None or not places:
        return
    done = await database.execute(
        "UPDATE quota SET held_back = held_back + $3 WHERE id = $1 AND event_id = $2"
        " AND capacity + overbook - claimed - held_back >= $3",
        quota,
        event_id,
        places,
    )
    if not done:
        free = await database.value("SELECT capacity + overbook - claimed - held_back FROM quota WHERE id = $1", quota)
        words = _("%(wanted)s places are wanted, and %(free)s are free.")
        raise Unreadable({"reserved": words % {"wanted": places, "free": max(free or 0, 0)}})


def _lives(values: Values, today: date) -> bool:
    return values.through is None or values.through >= today


async def _today(event_id: int, at: datetime) -> date:
    day: date = await database.value(
        "SELECT ($2::timestamptz AT TIME ZONE timezone)::date FROM event WHERE id = $1", event_id, at
    )
    return day


async def _in_budget(budget: int | None, voucher: int | None, uses: int) -> None:
    """Its codes together are for no more places than it has; of one that ended only what was used counts."""
    if budget is None:
        return
    places = await database.value("SELECT places FROM free_places WHERE id = $1 FOR UPDATE", budget)
    given: int = await database.value(
        "SELECT coalesce(sum(CASE WHEN ended_at IS NULL THEN max_uses ELSE used END), 0)::int FROM voucher"
        " WHERE budget_id = $1 AND id IS DISTINCT FROM $2",
        budget,
        voucher,
    )
    if given + uses > places:
        words = _("The budget has %(left)s places left of %(all)s.")
        raise Unreadable({"max_uses": words % {"left": max(places - given, 0), "all": places}})


async def _refuse_foreign(event_id: int, values: Values) -> None:
    """What a code is about is of its own event. Raises Unreadable."""
    found = await database.row(
        "SELECT $2::int IS NULL OR EXISTS (SELECT FROM price_window WHERE id = $2 AND event_id = $1) AS window,"
        " $3::int IS NULL OR EXISTS (SELECT FROM quota WHERE id = $3 AND event_id = $1) AS quota,"
        " $4::int IS NULL OR EXISTS (SELECT FROM free_places WHERE id = $4 AND event_id = $1) AS budget,"
        " $5::int[] <@ ARRAY(SELECT id FROM ticket_type WHERE event_id = $1) AS ticket_types,"
        " $6::int[] <@ ARRAY(SELECT id FROM ticket_type WHERE event_id = $1 AND hidden) AS unlocks",
        event_id,
        values.window,
        values.quota,
        values.budget,
        list(values.ticket_types),
        list(values.unlocks),
    )
    assert found is not None
    if errors := {name: _("Choose one of the list.") for name, well in found.items() if not well}:
        raise Unreadable(errors)


async def _note(vouchers: Sequence[int], what: str, by: int, at: datetime) -> None:
    await database.execute(
        "INSERT INTO voucher_change (voucher_id, what, changed_at, changed_by_id)"
        " SELECT id, $2, $3, $4 FROM unnest($1::bigint[]) t (id)",
        list(vouchers),
        what,
        at,
        by,
    )
