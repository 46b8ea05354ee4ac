"""Who comes to the house: buyers, editors, calendar apps, people who sign in. What they were told is kept, to be held
against the books in the end."""

import asyncio
import random
import re
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import icalendar

from soak import changes, invoices, libraries, waiting
from soak.house import House
from soak.shop import Shop
from soak.visitor import Answer, Broken, GaveUp, Troubles, Visitor, code_of, form_key, order_form

REGISTERED = b"You are registered"
GONE = "gone-"
"""Addresses that begin so are refused by the mail server for good."""

POLL = 2.0
"""Seconds between two looks of a calendar app; a published change is everywhere within one."""


@dataclass
class Told:
    """What visitors saw with their own eyes, and what they did.

    registered   address → code of the order whose page said "You are registered"
    cancelled    codes of orders whose cancellation was answered
    paid         address → the Checkout Session that the payment page took
    checks       code → what the registrar entered for it, in minor units
    given        code → the address of who took its ticket
    places       code of an institution's order → how many places it bought; taken: address → that code
    did          by what it was
    wrong        what no visitor should ever see
    """

    registered: dict[str, str] = field(default_factory=dict)
    cancelled: set[str] = field(default_factory=set)
    paid: dict[str, str] = field(default_factory=dict)
    checks: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    given: dict[str, str] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)
    taken: dict[str, str] = field(default_factory=dict)
    did: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


@dataclass
class Crowd:
    """Everybody of one run. `stop` ends them, each after what they are at."""

    house: House
    shop: Shop
    dice: random.Random
    troubles: Troubles = field(default_factory=Troubles)
    told: Told = field(default_factory=Told)
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    orders: int = 0
    scarce: list[str] = field(default_factory=list)

    def visitor(self, token: str = "") -> Visitor:
        made = Visitor([web.port for web in self.house.webs], self.troubles, self.dice)
        if token:
            made.cookies["signin"] = token
        return made

    @property
    def page(self) -> str:
        return f"/events/{self.shop.slug}/register"

    async def come(self, buyers: int) -> None:
        """Return when everybody went, after `stop`."""
        shop = self.shop
        calendars = [f"/events/{shop.slug}/schedule.ics", "/calendars/all.ics", *shop.feeds]
        async with asyncio.TaskGroup() as everybody:
            for _place in range(buyers):
                everybody.create_task(self._again_and_again(self.buy, 0.1))
            for number, token in enumerate(shop.editors):
                everybody.create_task(self._edit(token, number))
            for path in calendars:
                everybody.create_task(self._subscribe(path))
            everybody.create_task(self._again_and_again(self.sign_in, 3.0))
            for _place in range(3):
                everybody.create_task(self._again_and_again(self.wait, 1.0))
            everybody.create_task(self._again_and_again(self.institution, 4.0))
            everybody.create_task(self._again_and_again(self.regret, 3.0))
            everybody.create_task(self._again_and_again(self.browse, 0.5))

    async def _again_and_again(self, do: Callable[[], Awaitable[None]], pause: float) -> None:
        while not self.stop.is_set():
            try:
                await do()
            except GaveUp:
                self.told.did["gave up after many tries"] += 1
            await asyncio.sleep(self.dice.uniform(0.5, 1.5) * pause)

    # Buying

    async def buy(self) -> None:
        """One person, one order; whoever saw it break tries again with the same form."""
        self.orders += 1
        number = self.orders
        shop, dice = self.shop, self.dice
        kind = dice.choices(("free", "paid", "workshop", "scarce"), (4, 4, 2, 1))[0]
        ticket = {"free": shop.free, "paid": shop.paid, "workshop": shop.workshop, "scarce": shop.scarce}[kind]
        email = f"{GONE if dice.random() < 0.02 else ''}buyer-{number}@example.org"
        visitor = self.visitor()
        page = await visitor.until(lambda: visitor.get(self.page))
        form = order_form(form_key(page), ticket, f"Buyer {number}", email, [shop.terms])
        student = kind == "paid" and dice.random() < 0.1
        if student:
            form |= {"declared": "student", "declared_words": "A school of libraries"}
        coded = not student and kind == "paid" and dice.random() < 0.3
        if coded:
            form["voucher"] = shop.code
        answer = await visitor.until(lambda: visitor.post(self.page, form))
        if coded and answer.status in {409, 422}:
            self.told.did["the code was used up"] += 1
            coded = False
            form.pop("voucher", None)
            answer = await visitor.until(lambda: visitor.post(self.page, form))
        if answer.status == 409 and kind == "scarce":
            self.told.did["sold out"] += 1
        elif answer.status != 303:
            self.strange("an order", answer)
        elif kind == "paid":
            self.told.did["held with a code"] += coded
            self.told.did["declared to be a student"] += student
            price = shop.student if student else shop.price // 2 if coded else shop.price
            await self._pay(visitor, answer.to, email, price)
        else:
            await self._see(visitor, answer.to, email, kind)
        visitor.close()

    async def _see(self, visitor: Visitor, path: str, email: str, kind: str) -> None:
        answer = await visitor.until(lambda: visitor.get(path))
        if answer.status != 200 or REGISTERED not in answer.body:
            self.strange("the page of an order", answer)
            return
        self.told.registered[email] = code_of(path)
        self.told.did[f"{kind} order"] += 1
        lot = self.dice.random()
        if kind == "scarce":
            self.scarce.append(path)
        elif lot < 0.06:
            await self.cancel(visitor, path)
        elif kind == "free" and lot < 0.3:
            await changes.to_a_dearer_one(self, visitor, path, answer, email)
        elif kind == "free" and lot < 0.45:
            await changes.to_somebody_else(self, visitor, path, answer, email)

    async def cancel(self, visitor: Visitor, path: str) -> None:
        place = urlsplit(path)
        address = f"{place.path}/cancellation?{place.query}"
        page = await visitor.until(lambda: visitor.get(address))
        found = re.search(rb'name="registration" value="(\d+)"', page.body)
        if found is None:
            self.strange("a cancellation", page)
            return
        answer = await visitor.until(lambda: visitor.post(address, {"registration": found[1].decode()}))
        if answer.status not in {303, 409}:  # 409: the first try had worked, and its answer was lost
            self.strange("a cancellation", answer)
            return
        self.told.cancelled.add(code_of(path))
        self.told.did["cancelled"] += 1

    async def _pay(self, visitor: Visitor, path: str, email: str, price: int) -> None:
        ways = {"pays": 14, "gives up": 2, "releases": 1, "declined first": 1, "late": 1, "purchase order": 3}
        way = self.dice.choices(list(ways), list(ways.values()))[0]
        place = urlsplit(path)
        if way == "purchase order":
            await invoices.by_purchase_order(self, visitor, path, email, price)
            return
        if way == "gives up":
            self.told.did["gave up before paying"] += 1
            return
        if way == "releases":
            answer = await visitor.until(lambda: visitor.post(f"{place.path}/release?{place.query}", {}))
            if answer.status not in {303, 409}:
                self.strange("a release", answer)
            self.told.did["gave the places back"] += 1
            return
        checkout = await self._hosted(visitor, place.path, place.query)
        stranger = Visitor([self.house.sandbox.port], Troubles(), self.dice)  # what Stripe breaks is not ours
        cards = ["declined"] * (way == "declined first") + ["late" if way == "late" else "pays"]
        for card in cards:
            answer = await stranger.until(lambda card=card: stranger.post(f"/pay/{checkout}", {"card": card}))  # type: ignore[misc]
        stranger.close()
        self.told.paid[email] = checkout
        if way == "late" or self.dice.random() < 0.2:
            self.told.did["paid and did not come back"] += 1
            return
        await visitor.until(lambda: visitor.get(f"{place.path}/paid?{place.query}&checkout={checkout}"))
        for _look in range(12):
            answer = await visitor.until(lambda: visitor.get(path))
            if REGISTERED in answer.body:
                await self._see(visitor, path, email, "paid")
                return
            await asyncio.sleep(2)
        self.told.did["paid, and waited in vain for a while"] += 1

    async def _hosted(self, visitor: Visitor, path: str, query: str) -> str:
        """Go on to the payment page. The id of the Checkout Session."""
        for _try in range(30):
            answer = await visitor.until(lambda: visitor.post(f"{path}/checkouts?{query}", {}))
            if "/pay/" in answer.to:
                return answer.to.rpartition("/")[2]
            if answer.status == 409 and b"tried too often" in answer.body:
                self.told.did["six payment pages did not open"] += 1
                raise GaveUp
            if answer.status != 303:
                self.strange("a checkout", answer)
                raise GaveUp
            self.troubles.seen["the payment page did not open"] += 1
            await asyncio.sleep(self.dice.uniform(1, 2))
        raise GaveUp

    async def wait(self) -> None:
        """One person who wants what is nearly always sold out."""
        self.orders += 1
        email = f"waits-{self.orders}@example.org"
        visitor = self.visitor()
        page = await visitor.until(lambda: visitor.get(self.page))
        form = order_form(form_key(page), self.shop.scarce, f"Waits {email}", email, [self.shop.terms])
        answer = await visitor.until(lambda: visitor.post(self.page, form))
        if answer.status == 303:
            await self._see(visitor, answer.to, email, "scarce")
        elif answer.status in {409, 422}:
            await waiting.in_line(self, visitor, email)
        else:
            self.strange("an order of who would wait", answer)
        visitor.close()

    async def regret(self) -> None:
        """Somebody who has what is scarce gives it back, and so somebody who waits gets it."""
        if len(self.scarce) > 5:
            visitor = self.visitor()
            await self.cancel(visitor, self.scarce.pop(self.dice.randrange(len(self.scarce))))
            visitor.close()

    async def institution(self) -> None:
        self.orders += 1
        await libraries.buy(self, self.orders)

    # Everybody else

    async def browse(self) -> None:
        visitor, slug = self.visitor(self.dice.choice(["", *self.shop.people])), self.shop.slug
        for path in (
            "/events",
            f"/events/{slug}",
            f"/events/{slug}/schedule",
            "/my/schedule",
            f"/events/{slug}/schedule.json",
        ):
            if path.startswith("/my") and not visitor.cookies:
                continue
            answer = await visitor.until(lambda path=path: visitor.get(path))  # type: ignore[misc]
            if answer.status != 200:
                self.strange(path, answer)
        visitor.close()

    async def sign_in(self) -> None:
        """Ask for the mail, read it, type the code."""
        self.orders += 1
        email = f"reader-{self.orders}@example.org"
        visitor = self.visitor()
        answer = await visitor.until(lambda: visitor.post("/sign-in", {"email": email}))
        if answer.status == 429:  # everybody here comes from one address
            raise GaveUp
        if answer.status != 303:
            self.strange("asking for a sign-in mail", answer)
            return
        for _look in range(40):
            if mails := [mail for mail in self.house.mails[-400:] if mail.to == email]:
                break
            await asyncio.sleep(0.5)
        else:
            self.told.did["sign-in mail late"] += 1
            return
        found = re.search(r"\b(\d{3} ?\d{3})\b", mails[-1].text)
        if found is None:
            self.told.wrong.append(f"no code in {mails[-1].text!r}")
            return
        answer = await visitor.until(lambda: visitor.post("/sign-in/code", {"code": found[1]}))
        self.told.did["signed in" if answer.status == 303 else "sign-in had to be asked for again"] += 1
        visitor.close()

    async def _edit(self, token: str, number: int) -> None:
        """Move sessions of one's own half, and publish now and then."""
        visitor, root = self.visitor(token), f"/organize/events/{self.shop.slug}"
        own = self.shop.slots[number :: len(self.shop.editors)]

        async def once() -> None:
            code, slot = self.dice.choice(own)
            address = f"{root}/sessions/{code}/slots/{slot}"
            page = await visitor.until(lambda: visitor.get(address))
            start = f"{self.dice.randrange(9, 16):02d}:{self.dice.choice((0, 5, 10)):02d}"
            form = {name: field_of(page, name) for name in ("version", "room", "setup_minutes", "teardown_minutes")}
            form |= {"day": self.shop.day, "start": start, "end": f"{int(start[:2]) + 1:02d}:{start[3:]}"}
            answer = await visitor.until(lambda: visitor.post(address, form))
            if answer.status not in {303, 409}:
                self.strange("moving a session", answer)
            self.told.did["session moved"] += 1
            if self.dice.random() < 0.4:
                page = await visitor.until(lambda: visitor.get(f"{root}/publish"))
                form = {"version": field_of(page, "version"), "note": ""}
                answer = await visitor.until(lambda: visitor.post(f"{root}/publish", form))
                if answer.status not in {303, 409}:
                    self.strange("publishing", answer)
                self.told.did["published"] += answer.status == 303

        await self._again_and_again(once, 1.5)

    async def _subscribe(self, path: str) -> None:
        """A calendar app: it asks with the ETag it has, reads what it gets, and would forget nothing."""
        visitor = self.visitor()
        etag = ""
        sequences: dict[str, int] = {}
        while not self.stop.is_set():
            try:
                answer = await visitor.get(path, {"If-None-Match": etag, "User-Agent": "CalendarAgent/1"})
            except Broken:
                answer = Answer(503, {}, b"")
            if answer.status == 200:
                etag = answer.headers["etag"]
                self._read(path, answer.body, sequences)
                self.told.did["calendar fetched"] += 1
            elif answer.status == 304:
                self.told.did["calendar still fresh"] += 1
            elif answer.status < 500:
                self.strange(path, answer)
            await asyncio.sleep(POLL)

    def _read(self, path: str, body: bytes, sequences: dict[str, int]) -> None:
        try:
            entries = icalendar.Calendar.from_ical(body).walk("VEVENT")
        except ValueError as error:
            self.told.wrong.append(f"{path}: {error}")
            return
        found = {str(one["UID"]): int(str(one["SEQUENCE"])) for one in entries}
        if len(found) != len(entries):
            self.told.wrong.append(f"{path}: an entry is there twice")
        for uid, sequence in sequences.items():
            if uid not in found:
                self.told.wrong.append(f"{path}: {uid} is gone")
            elif found[uid] < sequence:
                self.told.wrong.append(f"{path}: {uid} fell from SEQUENCE {sequence} to {found[uid]}")
        sequences.update(found)

    def strange(self, what: str, answer: Answer) -> None:
        """What nobody should ever be answered."""
        words = re.sub(rb"<[^>]*>|\s+", b" ", answer.body).decode(errors="replace")
        self.told.wrong.append(f"{what}: {answer.status} {answer.to} {words[:300]}")


def field_of(page: Answer, name: str) -> str:
    """What stands in a field of a form: an input's value, or a select's chosen option."""
    text = page.body.decode()
    if found := re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', text):
        return found[1]
    if select := re.search(rf'<select[^>]*name="{name}".*?</select>', text, re.DOTALL):
        chosen = re.search(r'<option[^>]*value="([^"]*)"[^>]*selected', select[0])
        return chosen[1] if chosen else ""
    return ""
