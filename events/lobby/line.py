"""The line itself, in Redis: one script is one visitor's turn, so that all processes see one line.

Everything of a round lies under its own keys and is gone a day after it was last used. What is kept is random ids with
times and numbers; people and networks are digests.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import NoScriptError

from events.core import turns as core_turns
from events.lobby.rules import Rules

PATIENT = timedelta(minutes=10)
"""Who looks by hand is taken for present so long after a look; others, whose page looks by itself, for 2.5 minutes."""
LEAVING = timedelta(minutes=2)


class Stand(StrEnum):
    IN = "in"
    WAITING = "waiting"
    BEFORE = "before"
    """Gathered, to be shuffled at the opening."""
    CROWDED = "crowded"
    """This network has taken its places of the hour: who signs in gets one all the same."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Where somebody stands after a step.

    place      the id their token has to name from now on, "" when they have none
    position   1 for who is next; waiting: how many are in line with them
    lately     how many were let in during the last `window` seconds
    full       no more people fit inside at this moment
    """

    stand: Stand
    place: str
    position: int = 0
    waiting: int = 0
    lately: int = 0
    window: float = 0.0
    full: bool = False


@dataclass(frozen=True, slots=True)
class Count:
    """A line as its organizers see it. drawn: shuffled at the opening, by `seed`; away: not seen lately."""

    inside: int
    waiting: int
    away: int
    before: int
    let_in: int
    last_minute: int
    bought: int
    opened_at: datetime | None
    drawn: int
    seed: str


async def step(
    redis: Redis,
    event: int,
    rules: Rules,
    place: str,
    at: datetime,
    *,
    person: int | None = None,
    network: str = "",
    by_hand: bool = False,
) -> Turn:
    """Let in who is due, and say where `place` stands; an unknown one gets the last number.

    person    whose account it is: they keep the better of their places, whatever browser they come with
    network   where an anonymous one comes from; only fresh places are counted
    by_hand   their page does not look by itself
    """
    values = (
        _ms(at),
        place,
        _digest(f"person {person}") if person is not None else "",
        "1" if rules.open(at) else "0",
        rules.inside,
        rules.per_minute,
        rules.stay_minutes * 60_000,
        _digest(f"network {network}"),
        rules.network_most,
        int(PATIENT.total_seconds() * 1000) if by_hand else 0,
    )
    answer = await _asked.get((redis, _prefix(event, rules.round), *values))
    assert answer is not None
    stand, own, position, waiting, lately, window, full = answer
    return Turn(Stand(stand.decode()), own.decode(), position, waiting, lately, window / 1000, bool(full))


async def _answers(asked: Sequence[tuple[Any, ...]]) -> dict[tuple[Any, ...], Any]:
    """The steps of a crowd's requests, in one message to Redis. An error of one is an error of all."""
    found: dict[tuple[Any, ...], Any] = {}
    for redis in {one[0] for one in asked}:
        mine = [one for one in asked if one[0] is redis]
        calls = [(one[1], *one[2:], secrets.token_hex(16)) for one in mine]
        found |= dict(zip(mine, await _run(redis, "step", calls), strict=True))
    return found


_asked: core_turns.Turn[tuple[Any, ...], Any] = core_turns.Turn(_answers)


async def leave(redis: Redis, event: int, rules: Rules, place: str, at: datetime) -> bool:
    """Somebody has what they came for: their room goes to the next one. False when they were not inside."""
    grace = int(LEAVING.total_seconds() * 1000)
    [left] = await _run(redis, "leave", [(_prefix(event, rules.round), _ms(at), place, grace)])
    return bool(left)


async def count(redis: Redis, event: int, round_: int, at: datetime) -> Count:
    """How it stands, for organizers."""
    prefix = _prefix(event, round_)
    async with redis.pipeline(transaction=True) as asked:
        asked.zcount(prefix + "inside", f"({_ms(at)}", "+inf")
        asked.zcard(prefix + "line")
        asked.zcard(prefix + "away")
        asked.zcard(prefix + "before")
        asked.hmget(prefix + "state", ["let_in", "bought", "opened", "drawn", "seed"])
        asked.hget(prefix + "pace", str(_ms(at) // 60_000 - 1))
        inside, waiting, away, before, state, minute = await asked.execute()
    let_in, bought, opened, drawn, seed = state
    opened_at = datetime.fromtimestamp(int(opened) / 1000, at.tzinfo) if opened else None
    return Count(
        inside, waiting, away, before, int(let_in or 0), int(minute or 0), int(bought or 0), opened_at,
        int(drawn or 0), (seed or b"").decode(),
    )  # fmt: skip


async def _run(redis: Redis, name: str, calls: Sequence[tuple[Any, ...]]) -> list[Any]:
    """A script for each of `calls` (the prefix of its keys, its arguments), in one message; raises the first error."""
    source, sha = _script(name)
    for _try in range(2):
        async with redis.pipeline(transaction=False) as asked:
            for call in calls:
                asked.evalsha(sha, 1, *call)
            answers: list[Any] = await asked.execute(raise_on_error=False)
        errors = [one for one in answers if isinstance(one, Exception)]
        if not any(isinstance(error, NoScriptError) for error in errors):
            break
        await redis.script_load(source)  # a Redis that was started anew; what was answered already is answered again
    if errors:
        raise errors[0]
    return answers


@cache
def _script(name: str) -> tuple[str, str]:
    source = Path(__file__).with_name(f"{name}.lua").read_text("utf-8")
    return source, hashlib.sha1(source.encode()).hexdigest()  # noqa: S324 - the name Redis gives it


def _prefix(event: int, round_: int) -> str:
    return f"lobby:{event}:{round_}:"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)
