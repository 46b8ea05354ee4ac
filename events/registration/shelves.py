"""What an event sells, for a crowd of strangers: looked up, and its page rendered, once a second.

A thousand people open a registration page together, and it differs between them in one field: the key of their form.
Places are claimed by the statement that places the order, never by what stands here.
"""

import secrets
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

from starlette.responses import Response

from events.core.fresh import Fresh
from events.core.turns import Turn
from events.registration import offers
from events.registration.offers import Offer

ANY_KEY = secrets.token_hex(16)
"""Stands in a kept page where each reader's own form key goes."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """The offer of a moment, with the blank pages that were rendered of it."""

    offer: Offer
    pages: dict[Hashable, bytes] = field(default_factory=dict)

    def page(self, key: Hashable, render: Callable[[], Response]) -> Response:
        """The page of a key (its event, language and chosen ticket), with a form key that nobody else gets."""
        body = self.pages.get(key)
        if body is None:
            body = self.pages[key] = bytes(render().body)
        own = body.replace(ANY_KEY.encode(), secrets.token_hex(16).encode())
        return Response(own, media_type="text/html")


_asked: Turn[int, Offer] = Turn(offers.offers)
"""A list of events asks for many offers in one turn; they come by one statement."""


async def _load(event_id: int) -> Shelf:
    offer = await _asked.get(event_id)
    assert offer is not None
    return Shelf(offer)


shelves: Fresh[int, Shelf] = Fresh(_load, size=500)
