"""Rows: whole orders through the pages, free and paid; and the rush.

Every buyer has a connection and cookies of their own. A free order is four requests: the event's page, the registration
page, the order, the ticket. A paid one is nine, two of them at the payment page, and a webhook. Mail and webhook belong
to the order: CPU is read when both are done.
"""

import json
import re
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from urllib.parse import urlsplit

from benchmarks import apart, goals
from benchmarks.journeys import Answer, Ask, Browser, Failed, Journey, walk
from benchmarks.pages import sign_in_many
from benchmarks.rows import Row
from benchmarks.scene import Scene

GROUP = "orders"
KEY = re.compile(rb'name="form_key"[^>]*value="([^"]+)"|value="([^"]+)"[^>]*name="form_key"')
TICKET = re.compile(rb'name="p0-main"[^>]*value="(\d+)"|value="(\d+)"[^>]*name="p0-main"')
AGAIN = re.compile(rb'http-equiv="refresh" content="(\d+); url=([^"]+)"')
PLACES, RUSHING = 500, 2000
INSIDE, PER_MINUTE = 200, 6000


@dataclass(frozen=True)
class Rush:
    """What a crowd does. seconds: how long new buyers come, or 0: each of `buyers` once.

    stripe    the sandbox's port for paid orders, 0 for free ones
    cookies   sign-in cookies, one for each buyer, or none
    browse    whether they look at the event's page first
    """

    port: int
    slug: str
    buyers: int
    seconds: float = 0.0
    stripe: int = 0
    cookies: tuple[str, ...] = ()
    browse: bool = True
    encoding: str = ""
    first: int = 0


@dataclass(frozen=True)
class Bought:
    """ends: how many journeys ended with "bought", "sold out", or an error in words; p50, p99: milliseconds of each."""

    ends: dict[str, int]
    seconds: float
    p50: float
    p99: float
    last: float

    @property
    def orders(self) -> int:
        return self.ends.get("bought", 0)

    @property
    def errors(self) -> dict[str, int]:
        return {words: count for words, count in self.ends.items() if words.startswith("error")}


def buying(slug: str, number: int, stripe: int = 0, browse: bool = True) -> Journey:
    """The event's page, the tickets, the order, the payment, the ticket: what a person sees, as they see it."""
    if browse:
        _expect((yield Ask("GET", f"/events/{slug}")), 200, "the event's page")
    page = yield Ask("GET", f"/events/{slug}/register")
    while again := AGAIN.search(page.body):  # the waiting room; the cookie holds the place
        if b"everything is sold" in page.body:
            return "sold out"
        page = yield Ask("GET", f"/events/{slug}/register", wait=int(again[1]))
    key, ticket = KEY.search(page.body), TICKET.search(page.body)
    if page.status == 200 and b"Sold out" in page.body:
        return "sold out"
    if page.status != 200 or key is None or ticket is None:
        raise Failed(f"the registration page has no form: {page.status}")
    form = {
        "form_key": next(filter(None, key.groups())).decode(),
        "people": "1",
        "p0-main": next(filter(None, ticket.groups())).decode(),
        "p0-name": f"Buyer {number}",
        "p0-email": f"buyer{number}@example.org",
        "do": "order",
    }
    placed = yield Ask("POST", f"/events/{slug}/register", form)
    if placed.status == 409:
        return "sold out"
    _expect(placed, 303, "the order")
    held = yield Ask("GET", placed.location)
    _expect(held, 200, "the order's page")
    if stripe:
        yield from _paying(placed.location, stripe)
    elif b"You are registered" not in held.body:
        raise Failed("a free order is not confirmed")
    return "bought"


def _paying(order: str, stripe: int) -> Journey:
    code, _mark, query = order.partition("?")
    leaving = yield Ask("POST", f"{code}/checkouts?{query}", {"do": "pay"})
    _expect(leaving, 303, "the checkout")
    pay = urlsplit(leaving.location)
    if pay.port != stripe:
        raise Failed(f"the checkout led to {leaving.location}")
    _expect((yield Ask("GET", pay.path, port=stripe)), 200, "the payment page")
    paid = yield Ask("POST", pay.path, {"card": "pays"}, stripe)
    _expect(paid, 303, "the payment")
    back = urlsplit(paid.location)
    returned = yield Ask("GET", f"{back.path}?{back.query}")
    _expect(returned, 303, "the way back")
    ticket = yield Ask("GET", returned.location)
    _expect(ticket, 200, "the ticket")
    if b"You are registered" not in ticket.body:
        raise Failed("a paid order is not confirmed")
    return "bought"


def _expect(answer: Answer, status: int, what: str) -> None:
    if answer.status != status:
        raise Failed(f"{what} was answered {answer.status}: {answer.body[:200]!r}")


def crowd(wish: Rush) -> Bought:
    """Let them all buy."""

    def begin(number: int) -> Callable[[Browser], Journey]:
        def start(browser: Browser) -> Journey:
            if wish.cookies:
                browser.cookies["signin"] = wish.cookies[number % len(wish.cookies)]
            return buying(wish.slug, wish.first + number, wish.stripe, wish.browse)

        return start

    def everybody() -> Iterator[Callable[[Browser], Journey]]:
        began, number = time.perf_counter(), 0
        while time.perf_counter() - began < wish.seconds if wish.seconds else number < wish.buyers:
            yield begin(number)
            number += 1

    walked = walk(wish.port, everybody(), wish.buyers, wish.encoding)
    return Bought(walked.ends, walked.seconds, walked.percentile(0.5), walked.percentile(0.99), walked.percentile(1))


def send(wish: Rush) -> Bought:
    """The crowd in a process of its own. Raises what went wrong in it."""
    return Bought(**apart.run("benchmarks.orders", asdict(wish)))


@dataclass(frozen=True)
class Goal:
    """Of a whole order. cpu: milliseconds at most; fixed: the same in fixed answers; rate: orders a second at least;
    p99: milliseconds at most. 0 is none."""

    cpu: float = 0
    fixed: float = 0
    rate: float = 0
    p99: float = 0


FREE = {1: Goal(), 16: Goal(9, 130, 180, 250), 64: Goal(rate=180)}
PAID = {1: Goal(), 16: Goal(15, 217, 90), 64: Goal(rate=90)}
"""By buyers, as DESIGN section 11 has them."""


def measure(scene: Scene) -> list[Row]:
    free, paid = webinar(scene, free=True), webinar(scene, free=False)
    make_room(scene, free, paid)
    fixed = scene.ceiling() and scene.fixed_cpu
    rows = []
    for kind, slug, stripe, by_buyers in (("free", free, 0, FREE), ("paid", paid, scene.house.stripe, PAID)):
        send(Rush(scene.house.port, slug, 16, min(2.0, scene.seconds), stripe, first=_numbers()))
        how = "9 requests, 2 of them at the sandbox" if stripe else "4 requests"
        for buyers, goal in by_buyers.items():
            wish = Rush(scene.house.port, slug, buyers, scene.seconds, stripe)
            people = f"{buyers} buyer{'s' if buyers > 1 else ''}"
            said = f"{how}, a connection and cookies each; mail{' and webhook' if stripe else ''} included"
            rows.append(
                bought_row(scene, f"{kind} order {buyers}", f"a whole {kind} order, {people}", said, wish, goal, fixed)
            )
    wish = Rush(scene.house.port, free, 16, scene.seconds, encoding="gzip")
    what = "a whole free order, 16 buyers, pages as gzip"
    rows.append(bought_row(scene, "free order gzip", what, "as above, Accept-Encoding: gzip", wish, Goal(), fixed))
    return rows


def bought_row(scene: Scene, key: str, what: str, how: str, wish: Rush, goal: Goal, fixed: float) -> Row:
    """Let a crowd buy, and say what an order cost. fixed: CPU seconds of a fixed answer."""
    scene.drained()
    before = scene.house.cpu()
    bought = send(Rush(**{**asdict(wish), "first": _numbers()}))
    scene.drained()
    spent = scene.house.cpu() - before
    if bought.errors or not bought.orders:
        raise RuntimeError(f"{what}: {bought.ends}")
    rate = bought.orders / bought.seconds
    each = spent.each(bought.orders)
    multiple = each["CPU ms"] / 1000 / fixed
    more = {"p50 ms": bought.p50, "p99 ms": bought.p99, **each, "CPU in fixed answers": multiple}
    parts = [
        goals.least(rate, goal.rate, "/s") if goal.rate else None,
        goals.cpu(each["CPU ms"], goal.cpu, multiple, goal.fixed) if goal.cpu else None,
        goals.most(bought.p99, goal.p99, "ms", "p99") if goal.p99 else None,
    ]
    return Row(GROUP, key, what, how, rate, "/s", more=more).judged(*filter(None, parts))


def rush(scene: Scene) -> list[Row]:
    """2,000 buyers come at once for 500 places: nobody with an account, then everybody with one; then by the waiting
    room, which takes as long as its organizers want: it has no goal in seconds."""
    rows: list[Row] = []
    for key, what, cookies in (
        ("rush", f"{RUSHING:,} buyers for {PLACES} places, all at once", ()),
        ("rush signed in", f"{RUSHING:,} signed-in buyers for {PLACES} places", tuple(sign_in_many(scene, RUSHING))),
        ("rush waiting room", f"the same through a waiting room: {INSIDE} inside, {PER_MINUTE:,} a minute", ()),
    ):
        waits = key == "rush waiting room"
        slug = webinar(scene, free=True, after=len(rows) + 1)
        scene.drained()
        if waits:
            open_lobby(scene, slug)
        open_places(scene, slug, PLACES)
        had = sold(scene, slug)
        before = scene.house.cpu()
        bought = send(Rush(scene.house.port, slug, RUSHING, 0.0, 0, cookies, browse=False, first=_numbers()))
        spent = scene.house.cpu() - before
        scene.drained()
        told = tuple(now - then for now, then in zip(sold(scene, slug), had, strict=True))
        parts = (
            *(() if waits else (goals.most(bought.seconds, 8, "s"),)),
            goals.exactly(max((*told, bought.orders), key=lambda count: abs(count - PLACES)), PLACES, "sold"),
            goals.none(sum(bought.errors.values()), "errors"),
        )
        rows.append(
            Row(
                "rush",
                key,
                what,
                "register page, order, ticket or “sold out”; two web processes; seconds until all were answered",
                bought.seconds,
                "s",
                more={
                    "sold": told[0],
                    "oversold": max(0, told[1] - PLACES),
                    "said sold out": bought.ends.get("sold out", 0),
                    "errors": sum(bought.errors.values()),
                    "p50 ms": bought.p50,
                    "CPU s": spent.all,
                    "web": spent.web,
                    "worker": spent.worker,
                    "database": spent.database,
                },
                failed="; ".join(list(bought.errors)[:3]) if bought.errors else "",
            ).judged(*parts)
        )
    return rows


def webinar(scene: Scene, *, free: bool, after: int = 0) -> str:
    """The slug of a webinar on sale that costs nothing, or something; `after` others, where there are so many."""
    found = scene.rows(
        "SELECT e.slug FROM event e JOIN ticket_type t ON t.event_id = e.id JOIN price p ON p.ticket_type_id = t.id"
        " WHERE e.kind = 'webinar' AND e.state = 'on_sale' AND e.starts_at > now() + interval '2 hours'"
        " GROUP BY e.slug HAVING (max(p.amount) = 0) = $1 ORDER BY e.slug",
        free,
    )
    if not found:
        raise RuntimeError("the demo has no such webinar on sale")
    return str(found[after % len(found)]["slug"])


def make_room(scene: Scene, *slugs: str) -> None:
    """Places for everybody."""
    scene.rows(
        "UPDATE quota SET capacity = 10000000 WHERE event_id IN (SELECT id FROM event WHERE slug = any($1))",
        list(slugs),
    )


def open_lobby(scene: Scene, slug: str) -> None:
    """A waiting room that lets in as many as two processes answer, and knows that all come from one machine."""
    scene.rows(
        "INSERT INTO lobby (event_id, is_on, round, inside, per_minute, network_most, changed_at)"
        " SELECT id, true, 1, $2, $3, 1000000, now() FROM event WHERE slug = $1"
        " ON CONFLICT (event_id) DO UPDATE SET is_on = true, round = lobby.round + 1",
        slug,
        INSIDE,
        PER_MINUTE,
    )


def open_places(scene: Scene, slug: str, places: int) -> None:
    """So many places are left of every quota of an event."""
    scene.rows(
        "UPDATE quota SET capacity = claimed + $2 WHERE event_id = (SELECT id FROM event WHERE slug = $1)", slug, places
    )
    time.sleep(2)  # no page remembers what it sold for longer than a second


def sold(scene: Scene, slug: str) -> tuple[int, int, int]:
    """By the quota's counter, by claims, and by confirmed orders."""
    [row] = scene.rows(
        "SELECT sum(q.claimed)::int AS counted,"
        " sum((SELECT count(*) FROM claim c WHERE c.quota_id = q.id))::int AS claims,"
        " (SELECT count(*) FROM orders o WHERE o.event_id = e.id AND o.state = 'CONFIRMED')::int AS orders"
        " FROM event e JOIN quota q ON q.event_id = e.id WHERE e.slug = $1 GROUP BY e.id",
        slug,
    )
    return row["counted"], row["claims"], row["orders"]


def _numbers() -> int:
    """Where the numbers of a crowd begin: nobody's address is used twice in a run."""
    return time.time_ns() // 1_000_000 % 1_000_000_000 * 10


if __name__ == "__main__":
    read = json.load(sys.stdin)
    print(json.dumps(asdict(crowd(Rush(**{**read, "cookies": tuple(read["cookies"])})))))
