"""Every process is replaced, one after the other, while people read, buy and get mail: nobody notices."""

import asyncio
import random
import re
from collections import Counter
from collections.abc import Awaitable, Callable

import asyncpg
import httpx

from events.core.database import credentials
from soak.house import House, Part
from tests.several.proxy import Proxy, Reader
from tests.several.test_processes import again, annual, free_webinar, order_form, told

PAUSE = 0.02


async def roll(part: Part) -> int:
    """Stop it and start it again, as a deployment does; returns the exit code of the old one."""
    code = await asyncio.to_thread(part.stop)
    await start(part)
    return code


async def start(part: Part) -> None:
    part.start(wait=False)
    await asyncio.to_thread(part.wait_until_ready)


async def under_load(client: Callable[[int], Awaitable[None]], clients: int, act: Awaitable[list[int]]) -> list[int]:
    """Run `act` while clients go on, each starting over until it is through."""
    stop = asyncio.Event()

    async def keep_on(number: int) -> None:
        while not stop.is_set():
            await client(number)
            await asyncio.sleep(random.random() * PAUSE)

    going = [asyncio.create_task(keep_on(number)) for number in range(clients)]
    try:
        return await act
    finally:
        stop.set()
        await asyncio.gather(*going)


async def roll_webs(house: House, rounds: int) -> list[int]:
    codes = []
    for _round in range(rounds):
        for web in house.webs:
            codes.append(await roll(web))
            await asyncio.sleep(0.2)
    return codes


async def test_a_rolling_restart_drops_no_request(installation: House, proxy: Proxy) -> None:
    """Half of the clients keep their connection, half open one for each request."""
    slug = await annual(installation)
    paths = ["/", "/events", f"/events/{slug}", f"/events/{slug}/schedule.ics", "/celebrations"]
    answers: Counter[int] = Counter()
    async with Reader(installation, proxy) as kept, Reader(installation, proxy) as single:
        single.headers["Connection"] = "close"

        async def read(number: int) -> None:
            reader = (kept, single)[number % 2]
            answers[(await reader.get(random.choice(paths))).status_code] += 1

        codes = await under_load(read, 12, roll_webs(installation, 1))

    assert set(answers) == {200}
    assert codes == [0, 0]
    assert proxy.passed_over > 0, "no request ever came to a closed door: nothing was tried"


async def test_orders_during_a_rolling_restart_are_each_placed_once(installation: House, proxy: Proxy) -> None:
    slug = await free_webinar(installation)
    await installation.ask("UPDATE quota SET capacity = claimed + 5000")
    await asyncio.sleep(1)
    placed: list[str] = []

    async def buy(number: int) -> None:
        async with Reader(installation, proxy) as buyer:
            form = await order_form(buyer, slug, f"rolling{len(placed)}-{number}@example.org")
            answer = await buyer.post(f"/events/{slug}/register", data=form)
            assert answer.status_code == 200, f"{answer.status_code} {answer.url}"
            assert "You are registered" in answer.text
            placed.append(form["p0-email"])
            await buyer.get("/")

    codes = await under_load(buy, 6, roll_webs(installation, 1))

    rows = await installation.ask("SELECT email, count(*) AS orders FROM orders WHERE email LIKE 'rolling%' GROUP BY 1")
    assert codes == [0, 0]
    assert Counter(placed) == Counter({row["email"]: row["orders"] for row in rows})
    assert [one for one in proxy.resent if one.startswith("POST")] == []


async def test_a_process_that_is_closing_says_so_and_answers_what_it_has_begun(installation: House) -> None:
    """A request that waits for a lock, and a kept connection: both are answered, behind a door that is shut."""
    web = installation.webs[0]
    holder = await asyncpg.connect(**credentials(installation.dsn))
    async with httpx.AsyncClient(base_url=web.url, timeout=30) as reader, httpx.AsyncClient(base_url=web.url) as other:
        before = await other.get("/readyz")
        transaction = holder.transaction()
        await transaction.start()
        await holder.execute("LOCK TABLE event IN ACCESS EXCLUSIVE MODE")
        asked = asyncio.create_task(reader.get("/events"))
        await _waits(holder)
        ending = asyncio.create_task(asyncio.to_thread(web.stop))
        await _shut(web)
        after = await other.get("/readyz")
        was_answered = asked.done()
        await transaction.rollback()
        answer = await asked
        code = await ending
    await holder.close()
    await start(web)

    assert ("connection" in before.headers, before.status_code) == (False, 200)
    assert (after.headers["connection"], after.status_code, after.json()) == ("close", 503, {"process": "closing"})
    assert (was_answered, answer.status_code, code) == (False, 200, 0)


async def test_workers_that_are_replaced_while_mails_flow_run_no_job_twice(installation: House) -> None:
    await told(installation)
    earlier = len(installation.mails)
    wanted = await again(installation, 400)

    codes = []
    for worker in installation.workers:
        await asyncio.sleep(0.3)
        codes.append(await roll(worker))
    sent_while_rolling = len(installation.mails) - earlier
    await told(installation)

    came = Counter(mail.id for mail in installation.mails[earlier:])
    attempts = await installation.ask(
        "SELECT DISTINCT attempt FROM outbox_message WHERE id = any($1)",
        [int(found[1]) for one in wanted if (found := re.match(r"<message-(\d+)@", one))],
    )
    assert codes == [0, 0]
    assert sent_while_rolling > 0
    assert came == Counter(wanted)
    assert [row["attempt"] for row in attempts] == [1]


def test_nothing_was_logged_as_an_error(installation: House) -> None:
    assert installation.errors() == []


async def _shut(web: Part) -> None:
    """Wait until its door is shut."""
    while True:
        try:
            _reader, writer = await asyncio.open_connection("127.0.0.1", web.port)
        except OSError:
            return
        writer.close()
        await asyncio.sleep(0.02)


async def _waits(holder: asyncpg.Connection) -> None:
    """Wait until somebody waits for a lock."""
    for _look in range(1000):
        if await holder.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"):
            return
        await asyncio.sleep(0.02)
    raise AssertionError("nobody waits for a lock")
