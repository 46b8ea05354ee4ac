"""Who else is at the timetable, and where: kept in Redis for some seconds, for all processes together.

Nothing depends on it. Without Redis nobody is seen, and the editor works as before.
"""

import json
from dataclasses import dataclass

from redis.asyncio import Redis
from redis.exceptions import RedisError

from events.people.actors import Actor

SECONDS = 10
"""How long somebody is seen after their browser last asked."""


@dataclass(frozen=True, slots=True)
class Here:
    """Somebody else at the timetable. slot: what they have chosen, or None."""

    person: int
    name: str
    slot: int | None


async def note(redis: Redis | None, event_id: int, actor: Actor, slot: int | None, now: float) -> list[Here]:
    """Say that this person is here, and who else is. now: seconds since 1970."""
    if redis is None:
        return []
    key = f"editors:{event_id}"
    said = json.dumps({"name": actor.name, "slot": slot, "until": now + SECONDS})
    try:
        async with redis.pipeline(transaction=False) as pipe:
            pipe.hset(key, str(actor.id), said)
            pipe.expire(key, SECONDS * 6)
            pipe.hgetall(key)
            *_answers, everybody = await pipe.execute()
    except (RedisError, OSError):
        return []
    others = [(int(person), json.loads(value)) for person, value in everybody.items()]
    return [
        Here(person, one["name"], one["slot"])
        for person, one in sorted(others)
        if person != actor.id and one["until"] > now
    ]
