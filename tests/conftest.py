"""What every test can ask for. The servers come up with the first test that wants them, see servers.py."""

import contextlib
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright
from redis.asyncio import Redis
from starlette.applications import Starlette

from events import app
from events.core import database, fresh, web
from events.people.models import Person
from events.settings import Settings
from tests import chromium, make, servers
from tests.house import House, discard, sample
from tests.letterbox import Letterbox

PLACE = "COLLOQUY_TEST_SERVERS"
PICTURES = "COLLOQUY_PICTURES"
SAMPLE = "sample"
WITHOUT_BROWSER = pytest.StashKey[bool]()
KEEPER = pytest.StashKey[servers.Keeper]()

SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
"""What a browser says of a form on a page of ours; a POST with a cookie and without it is refused."""

CLEAN = """
DO $$
DECLARE
    one record;
    filled boolean;
BEGIN
    SET LOCAL session_replication_role = replica;
    FOR one IN
        SELECT tablename AS name, s.sequencename AS numbers, s.last_value AS last
        FROM pg_tables t LEFT JOIN pg_sequences s
            ON s.schemaname = t.schemaname AND s.sequencename = t.tablename || '_id_seq'
        WHERE t.schemaname = 'public' AND t.tablename <> 'tortoise_migrations'
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %I)', one.name) INTO filled;
        IF filled THEN
            EXECUTE format('DELETE FROM %I', one.name);
        END IF;
        IF one.last IS NOT NULL THEN
            PERFORM setval(quote_ident(one.numbers), 1, false);
        END IF;
    END LOOP;
END $$
"""
"""Empties the tables that hold something, without triggers: TRUNCATE goes on to every table that refers to one of
them, filled or not, which takes longer than most tests."""


# A run: the controller (or the only process) keeps the servers and knows whether there is a browser.


def pytest_configure(config: pytest.Config) -> None:
    for name in [name for name in os.environ if name.startswith("COLLOQUY_") and name not in {PLACE, PICTURES}]:
        del os.environ[name]
    if hasattr(config, "workerinput"):
        return
    config.stash[WITHOUT_BROWSER] = chromium.find() is None
    if config.stash[WITHOUT_BROWSER] and os.environ.get("CI"):
        pytest.exit(f"There is no browser, and in CI every test runs. This helps: {chromium.HOW}", returncode=1)
    config.stash[KEEPER] = servers.Keeper()
    os.environ[PLACE] = str(config.stash[KEEPER].place)


def pytest_unconfigure(config: pytest.Config) -> None:
    if KEEPER in config.stash:
        made = config.stash[KEEPER].place / SAMPLE / "var"
        if made.exists():
            discard(made)
        config.stash[KEEPER].stop()
        del os.environ[PLACE]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if any(item.get_closest_marker("browser") for item in items) and chromium.find() is None:
        left = [item for item in items if item.get_closest_marker("browser")]
        items[:] = [item for item in items if item not in left]
        config.hook.pytest_deselected(items=left)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if config.stash.get(WITHOUT_BROWSER, False):
        terminalreporter.section("the browser tests were not run")
        terminalreporter.line(f"There is no Chromium here. This helps: {chromium.HOW}")


# The servers, and a database of its own for every test process.


@pytest.fixture(scope="session")
def embedded() -> servers.Servers:
    return servers.wanted(Path(os.environ[PLACE]))


@pytest_asyncio.fixture(scope="session")
async def database_url(embedded: servers.Servers, worker_id: str) -> str:
    return await embedded.create_database(f"tests_{worker_id}", servers.TEMPLATE)


@pytest.fixture(scope="session")
def redis_url(embedded: servers.Servers, worker_id: str) -> str:
    number = int(worker_id.removeprefix("gw")) if worker_id != "master" else 0
    return f"{embedded.redis}?db={number}"


@pytest_asyncio.fixture(scope="session")
async def _pool(database_url: str) -> AsyncIterator[None]:
    await database.connect(database_url)
    yield
    await database.close()


@pytest_asyncio.fixture
async def db(_pool: None) -> None:
    """A clean migrated database, open in this process, which remembers nothing of the one before."""
    await database.execute(CLEAN)
    fresh.clear_all()


@pytest_asyncio.fixture
async def empty_database(embedded: servers.Servers, worker_id: str) -> AsyncIterator[str]:
    """The address of a database without a single table."""
    name = f"empty_{worker_id}"
    yield await embedded.create_database(name, "template0")
    await embedded.drop_database(name)


@pytest_asyncio.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    """An empty Redis."""
    async with Redis.from_url(redis_url) as client:
        await client.flushdb()
        yield client


# What stands around the program.


@pytest_asyncio.fixture
async def smtp() -> AsyncIterator[Letterbox]:
    """A mail server that keeps what it gets."""
    async with Letterbox() as letterbox:
        yield letterbox


@pytest.fixture
def settings(database_url: str, redis_url: str, tmp_path: Path) -> Settings:
    return Settings(
        var=tmp_path / "var",
        database_url=database_url,
        redis_url=redis_url,
        secret_key="tests" * 8,
        base_url="http://testserver",
        dev=True,
    )


@pytest.fixture
def application(settings: Settings, db: None, redis: Redis) -> Starlette:
    """The web process, over the connections of the test."""
    made = app.create(settings)
    made.state.redis = redis
    return made


@pytest_asyncio.fixture
async def client(application: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    """Nobody in particular, asking for pages."""
    transport = httpx.ASGITransport(application)
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver", headers=SAME_ORIGIN) as client:
        yield client


@pytest_asyncio.fixture
async def signed_in(application: Starlette) -> AsyncIterator[Callable[[Person], Awaitable[httpx.AsyncClient]]]:
    """Makes a client that is signed in as somebody: `ada = await signed_in(await make.person())`."""
    async with contextlib.AsyncExitStack() as stack:

        async def sign_in(person: Person) -> httpx.AsyncClient:
            cookies = {web.cookie_name(secure=False): await make.sign_in(person)}
            made = httpx.AsyncClient(
                transport=httpx.ASGITransport(application),
                base_url="http://testserver",
                headers=SAME_ORIGIN,
                cookies=cookies,
            )
            return await stack.enter_async_context(made)

        yield sign_in


@pytest_asyncio.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Chromium. Tests that ask for it carry the mark `browser`."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium.find(), args=list(chromium.ARGUMENTS), timeout=60_000
        )
        yield browser
        await browser.close()


@pytest.fixture(scope="session")
def small_demo() -> Path:
    """The directory of a house with the small demo, to begin as a copy of it."""
    return sample(Path(os.environ[PLACE]) / SAMPLE)


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory, small_demo: Path) -> Iterator[House]:
    """The real `colloquy run` with the small demo. Files are not split between processes, so a file has one."""
    with House(tmp_path_factory.mktemp("house") / "var", "small", small_demo) as house:
        yield house
