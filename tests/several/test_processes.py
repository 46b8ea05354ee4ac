"""Two web processes and two workers on one PostgreSQL and one Redis behave as one."""

import asyncio
import json
import re
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any, cast
from urllib.request import urlopen

import httpx

from events.people.sign_in import MAILS_FROM_NETWORK
from soak.house import House, Part
from tests.journeys.journey import Journey
from tests.journeys.text_browser import TextBrowser
from tests.journeys.walk import walk
from tests.several.proxy import Proxy, Reader

FRESH = 1.0
"""Seconds after which a change done in one process has to show in every other one (DESIGN section 11)."""


class Across(Journey):
    """The journey's eyes: pages by the other process each time, mails as they reached the mail server."""

    house: Any

    def fetch(self, path: str) -> bytes:
        self.turn = not getattr(self, "turn", False)
        with urlopen(self.house.webs[self.turn].url + path.removeprefix(self.house.url), timeout=20) as answer:
            body: bytes = answer.read()
        return body

    def mails(self, to: str) -> list[dict[str, Any]]:
        return [
            {"n": n, "to": mail.to, "subject": mail.subject, "text": mail.text, "calendar": mail.calendar}
            for n, mail in enumerate(self.house.mails, 1)
            if to in mail.to
        ]


class Alternating(TextBrowser):
    """Its every request, redirects too, goes to the other process."""

    def __init__(self, house: House, proxy: Proxy) -> None:
        self.url = house.url
        self.client = Reader(house, proxy)

    async def look_as(self, name: str) -> None:
        await self.open("/dev/people")
        await self.press(f"Look as them {name}")


async def annual(house: House) -> str:
    [row] = await house.ask("SELECT slug FROM event WHERE kind = 'conference' AND state = 'on_sale' LIMIT 1")
    return str(row["slug"])


async def free_webinar(house: House) -> str:
    """One on sale that costs nothing."""
    [row] = await house.ask(
        "SELECT e.slug FROM event e JOIN ticket_type t ON t.event_id = e.id JOIN price p ON p.ticket_type_id = t.id"
        " WHERE e.kind = 'webinar' AND e.state = 'on_sale' AND e.starts_at > now()"
        " GROUP BY e.slug HAVING max(p.amount) = 0 ORDER BY e.slug LIMIT 1"
    )
    return str(row["slug"])


async def order_form(buyer: httpx.AsyncClient, slug: str, email: str) -> dict[str, str]:
    """The registration form of an event, filled in for one person and its first ticket."""
    page = (await buyer.get(f"/events/{slug}/register")).text
    [key] = set(re.findall(r'name="form_key"[^>]*value="([^"]+)"', page))
    ticket = re.findall(r'name="p0-main"[^>]*value="(\d+)"', page)[0]
    order = {"form_key": key, "people": "1", "p0-main": ticket, "do": "order"}
    return order | {"p0-name": "Grace Hopper", "p0-email": email}


async def told(house: House) -> None:
    """Wait until nothing is due any more."""
    until = time.monotonic() + 60
    due = "SELECT count(*) AS n FROM outbox_message WHERE done_at IS NULL AND failed_at IS NULL AND due_at <= now()"
    while (await house.ask(due))[0]["n"]:
        assert time.monotonic() < until, "the workers do not get through"
        await asyncio.sleep(0.1)


async def test_the_whole_journey_with_each_request_going_to_the_other_process(
    installation: House, tmp_path: Path
) -> None:
    one, other = Proxy(installation.webs), Proxy(installation.webs)
    async with one, other, Alternating(installation, one) as reader, Alternating(installation, other) as organizer:
        await walk(Across(cast("Any", installation), tmp_path), reader, organizer)

    for proxy in (one, other):
        assert abs(proxy.asked[0] - proxy.asked[1]) <= 1
    assert installation.errors() == []


async def test_signing_in_on_one_is_signed_in_on_the_other_and_signing_out_ends_on_both(
    installation: House, proxy: Proxy
) -> None:
    async with Alternating(installation, proxy) as browser:
        await browser.look_as("Amal Haddad")
        cookies = dict(browser.client.cookies)

        async def who(web: int) -> int:
            async with httpx.AsyncClient(base_url=installation.webs[web].url, cookies=cookies) as other:
                return (await other.get("/my/settings")).status_code

        signed_in = [await who(0), await who(1)]
        await browser.open("/my/settings")
        await browser.press("Sign out")
        signed_out = [await who(0), await who(1)]

    assert (signed_in, signed_out) == ([200, 200], [303, 303])


async def test_a_rate_limit_counts_over_all_processes(installation: House, proxy: Proxy) -> None:
    async with Reader(installation, proxy) as reader:
        answers = [
            (await reader.post("/sign-in", data={"email": "many@example.org"}, follow_redirects=False)).status_code
            for _ in range(MAILS_FROM_NETWORK.item.amount + 2)
        ]

    assert Counter(answers) == {303: MAILS_FROM_NETWORK.item.amount, 429: 2}
    assert proxy.asked[0] == proxy.asked[1]


async def test_a_rush_for_the_last_places_sells_each_once(installation: House) -> None:
    places, buyers = 12, 40
    slug = await free_webinar(installation)
    await installation.ask(
        "UPDATE quota SET capacity = claimed + $2 WHERE event_id = (SELECT id FROM event WHERE slug = $1)", slug, places
    )
    await asyncio.sleep(FRESH)

    async def buy(number: int) -> int:
        webs = installation.webs[number % 2 :] + installation.webs[: number % 2]
        async with Proxy(webs, lines=1) as proxy, Reader(installation, proxy) as buyer:
            form = await order_form(buyer, slug, f"rush{number}@example.org")
            await everybody.wait()
            answer = await buyer.post(f"/events/{slug}/register", data=form, follow_redirects=False)
            return answer.status_code

    everybody = asyncio.Barrier(buyers)
    async with asyncio.timeout(60):
        answers = Counter(await asyncio.gather(*(buy(number) for number in range(buyers))))

    sold = await installation.ask(
        "SELECT count(*) AS orders, count(*) FILTER (WHERE state = 'CONFIRMED') AS confirmed FROM orders"
        " WHERE email LIKE 'rush%'"
    )
    assert answers[303] == places
    assert set(answers) == {303, 409}
    assert dict(sold[0]) == {"orders": places, "confirmed": places}
    await told(installation)
    audit = installation.command("audit")
    assert audit.stdout == "Everything adds up.\n", audit.stdout


async def test_what_one_process_publishes_every_process_shows(installation: House) -> None:
    slug = await annual(installation)
    [talk] = await installation.ask(
        "SELECT s.code, left(sl.local_start, 10) AS day, s.title FROM session s JOIN slot sl ON sl.session_id = s.id"
        " JOIN event e ON e.id = s.event_id WHERE e.slug = $1 AND s.visibility = 'public' ORDER BY s.id LIMIT 1",
        slug,
    )
    session, programme = f"/events/{slug}/sessions/{talk['code']}", f"/events/{slug}/schedule"
    pages = [session, f"{session}.ics", f"{session}.ics?tz=UTC", f"{programme}.ics", f"{programme}.json"]
    pages += [f"{programme}.xml", f"{programme}?day={talk['day']}", f"{programme}?day={talk['day']}&view=list"]
    await _seen(installation, pages, talk["title"])

    async with Proxy(installation.webs[:1]) as one, Alternating(installation, one) as editor:
        await editor.look_as("Carla Nowak")
        await editor.open(f"/organize/events/{slug}/sessions/{talk['code']}")
        await editor.press("Save", title="A title of this minute")
        await editor.open(f"/organize/events/{slug}/publish")
        await editor.press("Publish release")
    await asyncio.sleep(FRESH)

    shown = await _seen(installation, pages, "A title of this minute")
    assert shown == dict.fromkeys(shown, True)
    gone = await _seen(installation, pages, talk["title"])
    assert gone == dict.fromkeys(gone, False)


async def test_what_is_redacted_is_gone_from_every_process(installation: House) -> None:
    slug = await annual(installation)
    [talk] = await installation.ask(
        "SELECT s.code, s.title, e.id AS event FROM session s JOIN event e ON e.id = s.event_id"
        " WHERE e.slug = $1 AND s.visibility = 'public' AND s.state = 'confirmed'"
        " AND EXISTS (SELECT FROM slot t WHERE t.session_id = s.id) ORDER BY s.id DESC LIMIT 1",
        slug,
    )
    pages = [f"/events/{slug}/sessions/{talk['code']}", f"/events/{slug}/schedule.json"]
    before = await _seen(installation, pages, talk["title"])

    done = subprocess.run(
        [sys.executable, "-c", REDACT, installation.dsn, str(talk["event"]), talk["code"]],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    await asyncio.sleep(FRESH)

    assert before == dict.fromkeys(before, True)
    assert await _seen(installation, pages, talk["title"]) == dict.fromkeys(before, False)


REDACT = """
import asyncio, sys
from events.core import clock, database
from events.schedule import redactions

async def redact(url, event, code):
    await database.connect(url)
    for text in redactions.TEXTS:
        await redactions.redact_text(int(event), code, text, "the author asked", None, clock.now())
    await database.close()

asyncio.run(redact(*sys.argv[1:]))
"""


async def test_a_price_that_changes_changes_in_every_process(installation: House) -> None:
    [row] = await installation.ask(
        "SELECT e.slug FROM event e JOIN ticket_type t ON t.event_id = e.id JOIN price p ON p.ticket_type_id = t.id"
        " WHERE e.kind <> 'conference' AND e.state = 'on_sale' AND e.starts_at > now() AND p.amount > 0 LIMIT 1"
    )
    pages = [f"/events/{row['slug']}", f"/events/{row['slug']}/register"]
    before = await _seen(installation, pages, "77.77")

    await installation.ask(
        "UPDATE price SET amount = 7777 FROM ticket_type t, event e WHERE price.ticket_type_id = t.id"
        " AND t.event_id = e.id AND e.slug = $1",
        row["slug"],
    )
    await asyncio.sleep(FRESH)

    after = await _seen(installation, pages, "77.77")
    assert (before, after) == (dict.fromkeys(before, False), dict.fromkeys(before, True))


async def test_a_waiting_room_is_one_line_for_all_processes(installation: House) -> None:
    slug = await free_webinar(installation)
    await installation.ask(
        "INSERT INTO lobby (event_id, is_on, round, inside, per_minute, changed_at)"
        " SELECT id, true, 1, 3, 60000, now() FROM event WHERE slug = $1",
        slug,
    )
    await asyncio.sleep(FRESH)

    async def stands(web: Part) -> str:
        async with httpx.AsyncClient(base_url=web.url) as reader:
            page = (await reader.get(f"/events/{slug}/register")).text
            found = re.search(r"<h1>(.*?)</h1>", page)
            return found[1] if found else page

    places = await asyncio.gather(*(stands(web) for web in installation.webs * 6))
    await installation.ask("DELETE FROM lobby")
    await asyncio.sleep(FRESH)

    numbers = [f"You are number {number} in line." for number in range(2, 10)]
    assert Counter(places) == Counter(["Register"] * 3 + ["You are next in line."] + numbers)
    assert await stands(installation.webs[0]) == "Register"


async def test_two_workers_send_every_mail_once(installation: House) -> None:
    await told(installation)
    earlier = len(installation.mails)
    wanted = await again(installation, 60)

    await told(installation)

    came = Counter(mail.id for mail in installation.mails[earlier:])
    assert came == Counter(wanted)


async def again(house: House, mails: int) -> list[str]:
    """Have the confirmations of orders sent once more, each as a message of its own. Returns their Message-IDs."""
    rows = await house.ask(
        "INSERT INTO outbox_message (topic, body, created_at, due_at)"
        " SELECT 'mail.order_confirmed', body, now(), now() FROM ("
        "  SELECT jsonb_build_object('order', id) AS body FROM orders CROSS JOIN generate_series(1, 60)"
        "  WHERE state = 'CONFIRMED' AND email <> '' ORDER BY id LIMIT $1) AS chosen RETURNING id",
        mails,
    )
    domain = house.settings().mail_from.rpartition("@")[2]
    return [f"<message-{row['id']}@{domain}>" for row in rows]


async def _seen(house: House, pages: list[str], words: str) -> dict[str, bool]:
    """Whether each page of each process has these words."""
    found = {}
    for web in house.webs:
        async with httpx.AsyncClient(base_url=web.url) as reader:
            for page in pages:
                answer = await reader.get(page)
                assert answer.status_code == 200, f"{web.name} {page}: {answer.status_code}"
                text = json.dumps(answer.json(), ensure_ascii=False) if page.endswith(".json") else answer.text
                found[f"{web.name} {page}"] = words in text.replace("\r\n ", "")
    return found
