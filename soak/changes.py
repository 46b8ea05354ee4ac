"""People who change what they have: another ticket for a difference, which some pay; or another person for it."""

import asyncio
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from soak.visitor import Answer, GaveUp, Troubles, Visitor, code_of

if TYPE_CHECKING:
    from soak.people import Crowd

OFFER = re.compile(r"https?://[^/\s]+(/transfers/\d+\?key=\S+)")


async def to_a_dearer_one(crowd: "Crowd", visitor: Visitor, order: str, page: Answer, email: str) -> None:
    """From the page of a confirmed order of one person to the ticket that costs something, and sometimes back."""
    place, ticket = urlsplit(order), re.search(rb"/people/([A-Z0-9]+)", page.body)
    if ticket is None:
        crowd.strange("an order without a ticket to change", page)
        return
    address = f"{place.path}/people/{ticket[1].decode()}/exchange"
    shown = await visitor.until(lambda: visitor.get(f"{address}?{place.query}"))
    line = re.search(rb'name="line" value="(\d+)"', shown.body)
    price = re.search(rf'value="({crowd.shop.paid}-\d+)"'.encode(), shown.body)
    if line is None or price is None:
        crowd.strange("another ticket", shown)
        return
    form = {"line": line[1].decode(), "ticket": price[1].decode()}
    answer = await visitor.until(lambda: visitor.post(f"{address}?{place.query}", form))
    crowd.told.did["chose another ticket"] += 1
    if crowd.dice.random() < 0.3:
        left = await visitor.until(lambda: visitor.post(f"{address}/withdrawal?{place.query}", {}))
        if left.status not in {303, 409}:
            crowd.strange("keeping a ticket", left)
        return
    checkout = await _hosted(crowd, visitor, answer, f"{address}/checkouts?{place.query}")
    stranger = Visitor([crowd.house.sandbox.port], Troubles(), crowd.dice)
    await stranger.until(lambda: stranger.post(f"/pay/{checkout}", {"card": "pays"}))
    stranger.close()
    crowd.told.paid[email] = checkout
    crowd.told.did["paid a difference"] += 1


async def _hosted(crowd: "Crowd", visitor: Visitor, answer: Answer, again: str) -> str:
    """On to the payment page, also when Stripe did not open it at first. The id of the Checkout Session."""
    for _try in range(30):
        if "/pay/" in answer.to:
            return answer.to.rpartition("/")[2]
        if answer.status not in {303, 409}:
            crowd.strange("a difference to pay", answer)
            raise GaveUp
        crowd.troubles.seen["the payment page did not open"] += 1
        await asyncio.sleep(crowd.dice.uniform(1, 2))
        answer = await visitor.until(lambda: visitor.post(again, {}))
    raise GaveUp


async def to_somebody_else(crowd: "Crowd", visitor: Visitor, order: str, page: Answer, email: str) -> None:
    """From the page of a confirmed order to a friend, who says yes or no by the link of their mail."""
    place, ticket = urlsplit(order), re.search(rb"/people/([A-Z0-9]+)", page.body)
    if ticket is None:
        crowd.strange("an order without a ticket to give", page)
        return
    friend = f"friend-of-{email}"
    address = f"{place.path}/people/{ticket[1].decode()}/transfers?{place.query}"
    form = {"name": f"Friend of {email}", "email": friend}
    answer = await visitor.until(lambda: visitor.post(address, form))
    if answer.status not in {303, 409, 422}:  # the first try had worked, and its answer was lost
        crowd.strange("giving a ticket", answer)
        return
    crowd.told.did["offered a ticket to somebody"] += 1
    for _look in range(60):
        links = [found[1] for mail in crowd.house.mails if mail.to == friend and (found := OFFER.search(mail.text))]
        if links:
            break
        await asyncio.sleep(0.5)
    else:
        crowd.told.did["the mail of an offered ticket was late"] += 1
        return
    other, yes = crowd.visitor(), crowd.dice.random() < 0.8
    answer = await other.until(lambda: other.post(links[0], {"do": "accept" if yes else "decline"}))
    if answer.status not in {303, 409}:
        crowd.strange("answering an offered ticket", answer)
    other.close()
    crowd.told.did["took an offered ticket" if yes else "declined an offered ticket"] += 1
    if yes:
        crowd.told.given[code_of(order)] = friend
