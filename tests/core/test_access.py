"""Rate limits."""

from types import SimpleNamespace

import pytest
from redis.asyncio import Redis
from starlette.requests import Request

from events.core import access
from events.core.access import Limit, Limiter, network_of
from events.core.errors import TooMany

THREE = Limit("tries", "3/hour")


async def test_the_fourth_try_waits_and_another_thing_does_not(redis: Redis) -> None:
    limiter = Limiter.on(redis)
    for _ in range(3):
        await limiter.hit(THREE, "ada@example.org", "192.0.2.0/24")

    with pytest.raises(TooMany) as refused:
        await limiter.hit(THREE, "ada@example.org", "192.0.2.0/24")
    await limiter.hit(THREE, "ada@example.org", "198.51.100.0/24")
    await limiter.hit(Limit("other tries", "3/hour"), "ada@example.org", "192.0.2.0/24")

    assert 0 < refused.value.seconds <= 3601


async def test_no_address_lies_in_redis(redis: Redis) -> None:
    await Limiter.on(redis).hit(THREE, "ada@example.org")

    keys = [key.decode() for key in await redis.keys()]
    assert len(keys) == 1
    assert "ada" not in keys[0]


async def test_without_redis_everything_is_let_through_with_a_line_in_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    lines: list[str] = []
    monkeypatch.setattr(access, "log", SimpleNamespace(warning=lambda event, **_more: lines.append(event)))
    async with Redis.from_url("redis://127.0.0.1:1", socket_connect_timeout=0.2) as away:
        for _ in range(5):
            await Limiter.on(away).hit(THREE, "ada@example.org")

    assert lines == ["rate limits are off, Redis does not answer"] * 5


async def test_without_a_configured_redis_nothing_is_counted() -> None:
    for _ in range(5):
        await Limiter.on(None).hit(THREE, "ada@example.org")


def request(client: str, forwarded: str = "") -> Request:
    headers = [(b"x-forwarded-for", forwarded.encode())] if forwarded else []
    return Request({"type": "http", "client": (client, 1), "headers": headers})


@pytest.mark.parametrize(
    ("client", "forwarded", "proxies", "network"),
    [
        ("192.0.2.77", "", 0, "192.0.2.0/24"),
        ("2001:db8:1:2ff::7", "", 0, "2001:db8:1:200::/56"),
        ("192.0.2.77", "203.0.113.9", 0, "192.0.2.0/24"),
        ("10.0.0.1", "198.51.100.1, 203.0.113.9", 1, "203.0.113.0/24"),
        ("10.0.0.1", "6.6.6.6, 203.0.113.9, 10.0.0.2", 2, "203.0.113.0/24"),
        ("10.0.0.1", "", 1, "10.0.0.0/24"),
        ("testclient", "", 0, "testclient"),
    ],
)
def test_the_network_is_what_the_outermost_proxy_of_ours_saw(
    client: str, forwarded: str, proxies: int, network: str
) -> None:
    assert network_of(request(client, forwarded), proxies) == network
