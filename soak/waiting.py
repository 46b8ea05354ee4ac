"""People who wait for what is sold out: they get in line, take what is offered, give it back, or let it be."""

import asyncio
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from soak.visitor import Visitor, code_of

if TYPE_CHECKING:
    from soak.people import Crowd

ENTRY = re.compile(r"https?://[^/\s]+(/waitlist/\d+\?key=\S+)")
ORDER = re.compile(rb'href="(/orders/[A-Z0-9]+\?key=[^"]+)"')
PATIENCE = 60
"""Half seconds in which an offer should come; offers are made every ten seconds, and something may be broken."""


async def in_line(crowd: "Crowd", visitor: Visitor, email: str) -> None:
    """From a sold out ticket to the end of the line, and whatever comes of it."""
    address = f"/events/{crowd.shop.slug}/waitlist"
    form = {"ticket": str(crowd.shop.scarce), "party": "1", "together": "1", "name": f"Waits {email}", "email": email}
    answer = await visitor.until(lambda: visitor.post(address, form))
    if answer.status not in {303, 409}:  # 409: in line already, the first answer was lost
        crowd.strange("getting in line", answer)
        return
    crowd.told.did["got in line"] += 1
    link = await _offered(crowd, email)
    if not link:
        crowd.told.did["no offer came in time"] += 1
        return
    lot = crowd.dice.random()
    if lot < 0.15:
        return  # they read no mail today
    if lot < 0.35:
        place = urlsplit(link)
        left = await visitor.until(lambda: visitor.post(f"{place.path}/leave?{place.query}", {}))
        if left.status != 303:
            crowd.strange("leaving the line", left)
        crowd.told.did["gave an offer back"] += 1
        return
    await _take(crowd, visitor, link, email)


async def _offered(crowd: "Crowd", email: str) -> str:
    """The link of the mail with an offer; "" when none came."""
    for _look in range(PATIENCE):
        for mail in crowd.house.mails[-2000:]:
            if mail.to == email and "A place for you" in mail.subject and (found := ENTRY.search(mail.text)):
                return str(found[1])
        if crowd.stop.is_set():
            return ""
        await asyncio.sleep(0.5)
    return ""


async def _take(crowd: "Crowd", visitor: Visitor, link: str, email: str) -> None:
    page = await visitor.until(lambda: visitor.get(link))
    found = ORDER.search(page.body)
    if found is None:
        crowd.strange("an offer", page)
        return
    order = found[1].decode().replace("&amp;", "&")
    place = urlsplit(order)
    answer = await visitor.until(lambda: visitor.post(f"{place.path}/checkouts?{place.query}", {}))
    if answer.status != 303:
        crowd.strange("taking an offer", answer)
        return
    page = await visitor.until(lambda: visitor.get(order))
    if b"You are registered" not in page.body:
        crowd.strange("the page of an offer that was taken", page)
        return
    crowd.told.registered[email] = code_of(order)
    crowd.told.did["got a place by waiting"] += 1
    crowd.scarce.append(order)
