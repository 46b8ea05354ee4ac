"""Making one person of two: every row that points to the one points to the other from then on, in one transaction.

What is shown before is the merge itself, done and taken back (`rehearse`), so it says what will be done and nothing
else; and who then merges gives its digest, so that nothing is done that was not shown. Each step is written down in
`person_merge`, and `undo` turns them round, the last first.

The row that goes is deleted: whatever still wanted to write to it fails at its foreign key, and nothing is left
pointing to nobody. What the world may still know it by (its public code, an import's key, its calendar's address)
is kept in `former_key` and leads to the other.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg

from events.core import database
from events.core.errors import DomainError, NotFound
from events.core.locales import _
from events.people import reference_moves, references
from events.people.reference_moves import Step

FIELDS = ("name", "affiliation", "biography", "locale", "timezone")
"""Columns of a person of which one is chosen."""

EMAIL = "email"
"""The choice of the main address."""

_PLACES = {**references.RULES, **references.WITHOUT_A_KEY}


class Changed(DomainError):
    """Between the preview and the word something of the two was changed."""

    status = 409

    def __init__(self) -> None:
        super().__init__(_("Something of these two changed meanwhile. Nothing was merged; look at the preview again."))

    @property
    def title(self) -> str:
        return _("Look again")


class Refused(DomainError):
    status = 409


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge did, or would do. digest: of all that is shown before."""

    steps: list[Step]
    digest: str


class _Rehearsed(Exception):
    def __init__(self, merged: Merged) -> None:
        super().__init__()
        self.merged = merged


async def rehearse(kept: int, gone: int, actor: int) -> Merged:
    """What `merge` would do, without a trace. Raises NotFound, Refused."""
    try:
        async with database.transaction():
            raise _Rehearsed(await _merge(kept, gone, frozenset(), actor))
    except _Rehearsed as rehearsed:
        return rehearsed.merged


async def merge(kept: int, gone: int, take: frozenset[str], why: str, digest: str, actor: int, at: datetime) -> int:
    """Make one person of two. Returns the number of the merge.

    take     of FIELDS and EMAIL: what the kept person takes from the one who goes
    digest   of the rehearsal that was shown
    actor    the id of who does it

    Raises NotFound, Refused, Changed.
    """
    async with database.transaction():
        names = await database.row("SELECT code, name FROM person WHERE id = $1", gone)
        merged = await _merge(kept, gone, take, actor)
        if merged.digest != digest:
            raise Changed
        assert names is not None
        await _touch([kept], at)
        number: int = await database.value(
            "INSERT INTO person_merge (kept_id, gone_id, gone, rows, why, merged_at, merged_by_id)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
            kept,
            gone,
            json.dumps(dict(names)),
            json.dumps(merged.steps),
            why,
            at,
            actor,
        )
    return number


async def _merge(kept: int, gone: int, take: frozenset[str], actor: int) -> Merged:
    people = await _both(kept, gone)
    if gone == actor:
        raise Refused(_("This would delete the account you are signed in with. Keep it, and let the other one go."))
    if missing := await references.undeclared():
        raise references.Undeclared(missing)
    chosen = await _chosen(kept, gone, take, people)
    steps: list[Step] = []
    for place, rule in _PLACES.items():
        steps += await reference_moves.move(place, rule, gone, kept)
    digest = _digest(steps, people)
    steps += await _choose(kept, chosen)
    steps += await _former_keys(kept, people[gone], steps)
    await _redirect_messages(kept, gone)
    steps.append(await reference_moves.drop("person", gone))
    return Merged(steps, digest)


async def _both(kept: int, gone: int) -> dict[int, dict[str, Any]]:
    """The two rows, locked: nobody can point to them until this is over. Raises NotFound."""
    await _alone()
    rows = await database.rows(
        "SELECT id, to_jsonb(p) AS row FROM person p WHERE id = any($1) AND erased_at IS NULL ORDER BY id FOR UPDATE",
        [kept, gone],
    )
    if len(rows) != 2:
        raise NotFound
    return {row["id"]: json.loads(row["row"]) for row in rows}


async def _alone() -> None:
    """One merge at a time: two that share a person would wait for each other."""
    await database.execute("SELECT pg_advisory_xact_lock(hashtext('person merges'))")


async def _chosen(
    kept: int, gone: int, take: frozenset[str], people: Mapping[int, Mapping[str, Any]]
) -> dict[str, Any]:
    """What the kept row takes over, and the main address. What the kept one does not have is always taken."""
    values = {name: people[gone][name] for name in FIELDS if name in take or not people[kept][name]}
    mains = {
        row["person_id"]: row["id"]
        for row in await database.rows(
            "SELECT id, person_id FROM address WHERE is_primary AND person_id = any($1)", [kept, gone]
        )
    }
    main = mains.get(gone if EMAIL in take and gone in mains else kept, mains.get(gone))
    return {name: value for name, value in values.items() if value} | {EMAIL: main}


async def _choose(kept: int, chosen: Mapping[str, Any]) -> list[Step]:
    steps = await reference_moves.write("person", kept, {name: chosen[name] for name in chosen if name != EMAIL})
    main = chosen[EMAIL]
    if main is not None:
        for row in await database.rows(
            "SELECT id FROM address WHERE person_id = $1 AND is_primary AND id <> $2", kept, main
        ):
            steps += await reference_moves.write("address", row["id"], {"is_primary": False})
        steps += await reference_moves.write("address", main, {"is_primary": True})
    return steps


async def _former_keys(kept: int, gone: Mapping[str, Any], steps: list[Step]) -> list[Step]:
    """What leads to the kept person from now on. A feed that was revoked or has moved along needs no key."""
    keys = [("code", gone["code"], None)]
    if gone["source"]:
        keys.append(("source", gone["source"], None))
    for step in steps:
        if step["did"] == "drop" and step["table"] == "personal_feed" and step["row"]["revoked_at"] is None:
            keys.append(("feed", step["row"]["public_id"], step["row"]["epoch"]))
    made = []
    for kind, key, epoch in keys:
        row: int = await database.value(
            "INSERT INTO former_key (kind, key, epoch, person_id) VALUES ($1, $2, $3, $4) RETURNING id",
            kind,
            key,
            epoch,
            kept,
        )
        made.append({"did": "add", "table": "former_key", "id": row})
    return made


async def _redirect_messages(kept: int, gone: int) -> None:
    """What is still to be told to the one who goes is told to the kept person."""
    await database.execute(
        "UPDATE outbox_message SET body = jsonb_set(body, '{person}', to_jsonb($1::int))"
        " WHERE done_at IS NULL AND failed_at IS NULL AND body -> 'person' = to_jsonb($2::int)",
        kept,
        gone,
    )


async def _touch(people: list[int], at: datetime) -> None:
    """Their calendars have other bytes now. No revision comes twice, whichever of two feeds an app reads."""
    await database.execute(
        "UPDATE personal_feed SET changed_at = $2,"
        " revision = 1 + (SELECT max(revision) FROM personal_feed WHERE person_id = any($1)) WHERE person_id = any($1)",
        people,
        at,
    )


def _digest(steps: list[Step], people: Mapping[int, Mapping[str, Any]]) -> str:
    """Of what is shown: the two rows, and what moves. Schedules are private; that one changed is no reason to stop."""
    private = {table for (table, _column), rule in references.RULES.items() if rule.private or not rule.words}
    shown = [
        (step["did"], step["table"], step.get("ids") or step.get("id") or step["row"]["id"])
        for step in steps
        if step["table"] not in private
    ]
    told = json.dumps([shown, people[min(people)], people[max(people)]], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()


async def undo(number: int, actor: int, at: datetime) -> int:
    """Make two people again. Returns how many rows stayed as they are, because they were changed since.

    Raises NotFound, Refused.
    """
    async with database.transaction():
        await _alone()
        row = await database.row("SELECT * FROM person_merge WHERE id = $1 FOR UPDATE", number)
        if row is None:
            raise NotFound(_("There is no such merge, or it is no longer kept: it cannot be undone any more."))
        if row["undone_at"] is not None:
            raise Refused(_("This merge was undone already."))
        await database.execute("SELECT id FROM person WHERE id = $1 FOR UPDATE", row["kept_id"])
        last, *before = reversed(json.loads(row["rows"]))
        if await reference_moves.turn_round([last]):
            raise Refused(_("The person who went cannot come back: somebody else has their public code or key by now."))
        for step in before:
            if (step["table"], step.get("column")) in _PLACES:
                step["to"] = row["kept_id"]  # another one, when the kept person was merged since
        left = await _turned(before[::-1])
        await _touch([row["kept_id"], row["gone_id"]], at)
        await database.execute(
            "UPDATE person_merge SET undone_at = $2, undone_by_id = $3 WHERE id = $1", number, at, actor
        )
    return left


async def _turned(steps: list[Step]) -> int:
    try:
        async with database.transaction():
            return await reference_moves.turn_round(steps)
    except asyncpg.UniqueViolationError:
        raise Refused(_("Rows of the two were changed so that they cannot be parted by themselves any more.")) from None
