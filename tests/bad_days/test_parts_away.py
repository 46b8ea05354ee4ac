"""A part of the installation is killed, hangs or is full: what a visitor sees meanwhile, and that all goes on by itself
afterwards with nothing lost and nothing twice. Two web processes, a worker and their servers, all real."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import pytest
import pytest_asyncio
from redis.asyncio import Redis

from events.core.database import credentials
from soak.house import House, house
from soak.shop import Shop, shop_of
from soak.visitor import Answer, Broken, Troubles, Visitor, form_key, order_form
from tests import servers

PATIENCE = 30.0


@dataclass
class Installation:
    house: House
    shop: Shop
    visitors: list[Visitor] = field(default_factory=list)

    def visitor(self, *webs: int) -> Visitor:
        """A browser at these web processes (0, 1), which tries no other."""
        ports = [self.house.webs[n].port for n in webs or (0, 1)]
        self.visitors.append(Visitor(ports, Troubles(), random.Random(1)))
        return self.visitors[-1]

    def reader(self, *webs: int) -> Visitor:
        """Somebody who is signed in; their pages come from the database each time."""
        visitor = self.visitor(*webs)
        visitor.cookies["signin"] = self.shop.people[0]
        return visitor

    @property
    def page(self) -> str:
        return f"/events/{self.shop.slug}/register"

    async def typed(self, email: str, visitor: Visitor) -> dict[str, str]:
        """The registration form, filled in."""
        return order_form(
            form_key(await visitor.get(self.page)), self.shop.free, "Ada Lovelace", email, [self.shop.terms]
        )

    async def order(self, email: str, *webs: int) -> None:
        visitor = self.visitor(*webs)
        assert (await visitor.post(self.page, await self.typed(email, visitor))).status == 303

    async def orders_of(self, email: str) -> list[tuple[int, int]]:
        """Of each order: its lines and its claims."""
        rows = await self.house.ask(
            "SELECT count(DISTINCT l.id) AS lines, count(c.id) AS claims FROM orders o"
            " LEFT JOIN order_line l ON l.order_id = o.id LEFT JOIN claim c ON c.line_id = l.id"
            " WHERE o.email = $1 GROUP BY o.id",
            email,
        )
        return [(row["lines"], row["claims"]) for row in rows]

    async def mail_comes(self, email: str) -> list[str]:
        """Wait for the mails to somebody. Their Message-IDs."""
        await until(lambda: _true(any(mail.to == email for mail in self.house.mails)))
        return [mail.id for mail in self.house.mails if mail.to == email]

    async def all_is_told(self) -> None:
        async def told() -> bool:
            return not await self.house.ask("SELECT FROM outbox_message WHERE done_at IS NULL AND due_at <= now()")

        await until(told)


async def _true(value: bool) -> bool:
    return value


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    for _look in range(int(PATIENCE / 0.05)):
        if await holds():
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"not within {PATIENCE:g} s")


@pytest_asyncio.fixture(autouse=True)
async def all_is_well(installation: Installation) -> AsyncIterator[None]:
    """Visitors went home, and whatever a test broke is whole again for the next one."""
    yield
    for visitor in installation.visitors:
        visitor.close()
    installation.visitors.clear()
    await asyncio.sleep(0.01)
    for server in (installation.house.postgres, installation.house.redis):
        if not server.alive:
            server.start()
    for part in installation.house.parts:
        if not part.alive:
            part.start()


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    shops: list[Shop] = []

    def prepare(made: House) -> None:
        servers.fill(made.dsn, made.programs)
        shops.append(shop_of(made))

    with house(tmp_path_factory.mktemp("bad-days"), webs=2, workers=1, prepare=prepare) as made:
        yield Installation(made, shops[0])


@asynccontextmanager
async def connected(house: House) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(**credentials(house.dsn))
    try:
        yield connection
    finally:
        await connection.close()


@asynccontextmanager
async def locked(house: House, sql: str) -> AsyncIterator[asyncpg.Connection]:
    """Somebody with psql forgot their transaction. Yields another connection."""
    async with connected(house) as forgotten, connected(house) as other, forgotten.transaction():
        await forgotten.execute(sql)
        yield other


async def placing(connection: asyncpg.Connection, and_waiting: bool) -> list[int]:
    """The backends that place an order (and wait for a lock)."""
    rows = await connection.fetch(
        "SELECT pid FROM pg_stat_activity WHERE query LIKE '%WITH item AS MATERIALIZED%' AND state = 'active'"
        " AND pid <> pg_backend_pid() AND (wait_event_type = 'Lock' OR NOT $1)",
        and_waiting,
    )
    return [row["pid"] for row in rows]


def asks_to_come_back(answer: Answer) -> bool:
    """A page in words, that says when to try again, and nothing of how we are made."""
    words = answer.body.decode()
    assert answer.status == 503, words
    assert int(answer.headers["retry-after"]) > 0
    assert "Please try again" in words
    assert "Traceback" not in words
    assert "asyncpg" not in words
    return True


QUOTAS = "SELECT FROM quota FOR UPDATE"


@pytest.mark.parametrize("reached", [True, False], ids=["whole", "not at all"])
async def test_an_order_whose_web_process_is_killed_is_there_whole_or_not_at_all(
    installation: Installation, reached: bool
) -> None:
    """Killed between asking the database and hearing of it. The second try of the same form makes no second order."""
    house, email = installation.house, f"killed-{int(reached)}@example.org"
    visitor = installation.visitor(0)
    form = await installation.typed(email, visitor)

    async with locked(house, QUOTAS) as other:
        asking = asyncio.create_task(visitor.post(installation.page, form))
        await until(lambda: _any(placing(other, and_waiting=True)))
        house.webs[0].kill()
        if not reached:
            backends = await placing(other, and_waiting=True)
            await other.fetch("SELECT pg_terminate_backend(pid) FROM unnest($1::int[]) pid", backends)
    with pytest.raises(Broken):
        await asking
    async with connected(house) as other:
        await until(lambda: _none(placing(other, and_waiting=False)))
    assert await installation.orders_of(email) == ([(1, 1)] if reached else [])

    again = await installation.visitor(1).post(installation.page, form)
    assert again.status == 303
    assert await installation.orders_of(email) == [(1, 1)]
    assert len(set(await installation.mail_comes(email))) == 1


async def _any(found: Awaitable[list[Any]]) -> bool:
    return bool(await found)


async def _none(found: Awaitable[list[Any]]) -> bool:
    return not await found


async def test_a_lock_that_somebody_keeps_is_answered_in_words_and_costs_nothing(installation: Installation) -> None:
    visitor = installation.visitor(0)
    form = await installation.typed("locked@example.org", visitor)

    async with locked(installation.house, QUOTAS):
        answer = await visitor.post(installation.page, form)
    assert asks_to_come_back(answer)

    assert (await visitor.post(installation.page, form)).status == 303
    assert await installation.orders_of("locked@example.org") == [(1, 1)]


async def test_more_visitors_than_connections_are_all_answered(installation: Installation) -> None:
    async with locked(installation.house, "LOCK TABLE saved"):
        asking = [asyncio.create_task(installation.reader(0).get("/my/schedule")) for _n in range(12)]
        assert (await installation.visitor(0).get("/healthz")).status == 200
        answers = await asyncio.gather(*asking)
    assert all(asks_to_come_back(answer) for answer in answers)

    assert (await installation.reader(0).get("/my/schedule")).status == 200


async def test_a_database_that_is_gone_is_said_in_words_and_comes_back(installation: Installation) -> None:
    house = installation.house
    assert (await installation.reader(0).get("/my/schedule")).status == 200

    house.postgres.kill()
    answers = [await installation.reader(n).get("/my/schedule") for n in (0, 1, 0, 1)]
    ready = await installation.visitor(0).get("/readyz")
    house.postgres.start()

    assert all(asks_to_come_back(answer) for answer in answers)
    assert ready.status == 503
    await installation.order("after-the-kill@example.org", 0)
    await installation.order("after-the-kill-too@example.org", 1)
    assert len(await installation.mail_comes("after-the-kill@example.org")) == 1


async def test_a_database_that_restarts_at_once_or_cuts_every_connection_stops_nobody(
    installation: Installation,
) -> None:
    house = installation.house

    house.postgres.restart(immediate=True)
    await installation.order("restarted@example.org", 0)
    await house.ask(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
        " AND backend_type = 'client backend'"
    )
    await asyncio.sleep(0.2)  # until the news of it reached both processes
    await installation.order("cut@example.org", 0)
    await installation.order("cut-too@example.org", 1)

    for email in ("restarted@example.org", "cut@example.org", "cut-too@example.org"):
        assert len(await installation.mail_comes(email)) == 1


async def test_without_redis_everything_is_sold_and_mail_is_late(installation: Installation) -> None:
    house = installation.house
    house.redis.kill()

    await installation.order("no-redis@example.org")
    visitor = installation.visitor()
    asked = await visitor.post("/sign-in", {"email": "no-redis-sign-in@example.org"})
    house.redis.start()

    assert asked.status == 303
    assert len(await installation.mail_comes("no-redis@example.org")) == 1
    assert len(await installation.mail_comes("no-redis-sign-in@example.org")) == 1


async def test_a_redis_that_is_full_delays_mail_and_spends_no_attempt(installation: Installation) -> None:
    await installation.all_is_told()
    async with Redis.from_url(installation.house.redis_url) as redis:
        await redis.config_set("maxmemory", 1)
        await installation.order("full@example.org")
        asked = await installation.visitor().post("/sign-in", {"email": "full-sign-in@example.org"})
        await asyncio.sleep(3)  # the relay looks at least once
        spent = await installation.house.ask("SELECT attempt FROM outbox_message WHERE done_at IS NULL")
        await redis.config_set("maxmemory", 0)

    assert asked.status == 303
    assert spent
    assert {row["attempt"] for row in spent} == {0}
    assert len(await installation.mail_comes("full@example.org")) == 1
    assert len(await installation.mail_comes("full-sign-in@example.org")) == 1


async def test_a_mail_server_that_dies_with_the_mail_in_its_hands_gets_it_again_under_the_same_number(
    installation: Installation,
) -> None:
    house = installation.house
    house.postbox.mood("die")
    await installation.order("dies@example.org")
    await until(lambda: _true(not house.postbox.alive))
    house.postbox.mood("ok")
    house.postbox.start()
    await until(
        lambda: _any(house.ask("SELECT FROM outbox_message WHERE error <> '' AND attempt = 1 AND done_at IS NULL"))
    )

    await house.ask("UPDATE outbox_message SET due_at = now() WHERE done_at IS NULL")  # a minute later
    await installation.all_is_told()

    assert len(set(await installation.mail_comes("dies@example.org"))) == 1


def test_nothing_of_all_this_was_lost_or_came_twice(installation: Installation) -> None:
    """Last: the audit, and no error in any log but those that say what was away."""
    done = installation.house.command("audit")

    assert done.stdout == "Everything adds up.\n"
