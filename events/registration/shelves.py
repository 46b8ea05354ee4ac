"""What an event sells, for a crowd: looked up once a second, whoever asks.

Places are claimed by the statement that places the order, never by what stands here.
"""

from dataclasses import replace

from events.core.fresh import Fresh
from events.core.turns import Turn
from events.registration import offers, refund_policies, taxes
from events.registration.offers import Offer

_asked: Turn[int, Offer] = Turn(offers.offers)
"""A list of events asks for many offers in one turn; they come by one statement."""


async def _load(event_id: int) -> Offer:
    offer = await _asked.get(event_id)
    assert offer is not None
    return replace(offer, refunds=await refund_policies.current(event_id), taxes=await taxes.current(event_id))


shelves: Fresh[int, Offer] = Fresh(_load, size=500)
