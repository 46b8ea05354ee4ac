import os
import signal
import time
from collections.abc import Iterator

import psutil
import pytest
from redis.asyncio import Redis as Client

from events.core.embedded import Home, Redis


@pytest.fixture
def redis(home: Home) -> Iterator[Redis]:
    redis = Redis(home)
    redis.start()
    yield redis
    redis.stop()


async def test_it_answers_on_a_private_socket_only(redis: Redis) -> None:
    async with Client.from_url(redis.url) as client:
        assert await client.set("a", "1") is True
    assert [line for line in psutil.Process(redis.process.pid).net_connections("inet") if line.status == "LISTEN"] == []
    assert redis.socket.stat().st_mode & 0o777 == 0o700


async def test_it_starts_again_after_a_kill(redis: Redis) -> None:
    assert redis.process.pid is not None
    os.kill(redis.process.pid, signal.SIGKILL)
    while redis.running:
        time.sleep(0.01)

    redis.start()

    async with Client.from_url(redis.url) as client:
        assert await client.ping() is True


def test_it_leaves_nothing_behind(redis: Redis) -> None:
    redis.stop()

    assert list(redis.process.directory.iterdir()) == []
    assert not redis.running
