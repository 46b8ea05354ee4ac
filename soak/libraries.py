"""Libraries that buy places for their staff by purchase order, and the staff who take them."""

import asyncio
import re
import secrets
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from soak.visitor import code_of, form_key

if TYPE_CHECKING:
    from soak.people import Crowd

PLACES = 4
PLACE = re.compile(r"https?://[^/\s]+(/places/[A-Z0-9]+/\S+)")


async def buy(crowd: "Crowd", number: int) -> None:
    """One library: its free places, given to three of its staff, of whom most take theirs, some twice at once."""
    visitor, shop = crowd.visitor(), crowd.shop
    email, domain = f"head-{number}@library{number}.example.org", f"library{number}.example.org"
    path = f"/events/{shop.slug}/register/institution"
    page = await visitor.until(lambda: visitor.get(path))
    form = {
        "form_key": form_key(page) if b'name="form_key"' in page.body else secrets.token_hex(16),
        f"count-{shop.free}": str(PLACES),
        "institution": f"Library {number}",
        "name": f"Head {number}",
        "email": email,
        "domains": domain,
        "way": "card",
        "do": "order",
    }
    answer = await visitor.until(lambda: visitor.post(path, form))
    if answer.status != 303:
        crowd.strange("an institution's order", answer)
        return
    crowd.told.did["institution bought"] += 1
    place = urlsplit(answer.to)
    code = code_of(answer.to)
    crowd.told.places[code] = PLACES
    staff = [f"staff-{number}-{n}@{domain}" for n in range(PLACES - 1)]
    form = {"people": "\n".join(staff), "do": "assign"}
    given = await visitor.until(lambda: visitor.post(f"/institutions/{code}/people?{place.query}", form))
    if given.status not in {200, 303, 409, 422}:  # the first try had worked, and everybody is invited
        crowd.strange("giving places to staff", given)
    for one in staff:
        await _take(crowd, one, code)
    visitor.close()


async def _take(crowd: "Crowd", email: str, order: str) -> None:
    for _look in range(60):
        links = [
            found[1] for mail in crowd.house.mails[-3000:] if mail.to == email and (found := PLACE.search(mail.text))
        ]
        if links or crowd.stop.is_set():
            break
        await asyncio.sleep(0.5)
    if not links:
        crowd.told.did["the mail of a place was late"] += 1
        return
    one = crowd.visitor()
    lot = crowd.dice.random()
    form = {"name": f"Staff {email}", "do": "decline" if lot < 0.1 else "take"}
    answers = [await one.until(lambda: one.post(links[0], form))]
    if lot > 0.8:
        other = crowd.visitor()
        answers.append(await other.until(lambda: other.post(links[0], form)))
        other.close()
    for answer in answers:
        if answer.status not in {303, 409}:
            crowd.strange("taking a place of an institution", answer)
    one.close()
    if form["do"] == "take":
        crowd.told.taken[email] = order
        crowd.told.did["took a place of an institution"] += 1
