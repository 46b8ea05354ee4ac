"""Saved sessions and personal feeds: some sessions are loved by everybody, most by a few."""

import random
import secrets
from datetime import datetime

from events.demo.association import Somebody
from events.demo.loading import Loader


async def save(loader: Loader, dice: random.Random, people: list[Somebody], sessions: list[int], at: datetime) -> None:
    """Each person saves about a dozen sessions and has a personal feed."""
    weights = [1 / (place + 3) for place in range(len(sessions))]
    order = dice.sample(sessions, len(sessions))
    rows = []
    for one in people:
        wanted = max(1, int(dice.gauss(12, 5)))
        rows += [(one.id, session, at) for session in set(dice.choices(order, weights, k=wanted))]
    await loader.copy("saved", "person_id session_id saved_at", rows)
    await loader.copy(
        "personal_feed",
        "person_id public_id epoch revision changed_at seats_here hide_cancelled",
        [(one.id, secrets.token_urlsafe(16), 1, 1, at, False, False) for one in people],
    )
