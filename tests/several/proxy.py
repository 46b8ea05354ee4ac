"""What stands before the web processes of an installation: each request goes to another one in turn.

It does what proxies do (nginx: proxy_next_upstream; RFC 9110 section 9.2.2 and RFC 9112 section 9.3.1): a door that is
closed is passed over, and so is a kept connection that turns out to be closed before anything was answered. Anything
else that goes wrong is a request that was dropped, and reaches whoever asked.
"""

import itertools
from collections.abc import Sequence
from typing import Any, Self

import httpx

from soak.house import House, Part


class Proxy(httpx.AsyncBaseTransport):
    """In front of `webs`.

    passed_over   requests that went to the next door because one was closed
    resent        requests that were sent a second time: a kept connection was closed instead of an answer
    asked         how many requests each door answered
    """

    def __init__(self, webs: Sequence[Part], lines: int = 20) -> None:
        self.webs = list(webs)
        self.passed_over = 0
        self.resent: list[str] = []
        self.asked = [0] * len(self.webs)
        limits = httpx.Limits(max_connections=lines, max_keepalive_connections=lines)
        self._doors = [httpx.AsyncHTTPTransport(limits=limits) for _ in self.webs]
        self._turns = itertools.count()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        body = await request.aread()
        first = next(self._turns)
        for number in range(3 * len(self.webs)):
            turn = (first + number) % len(self.webs)
            opened: list[str] = []

            async def trace(name: str, info: dict[str, Any], opened: list[str] = opened) -> None:
                if name == "connection.connect_tcp.started":
                    opened.append(name)

            passed_on = httpx.Request(
                request.method,
                request.url.copy_with(host="127.0.0.1", port=self.webs[turn].port),
                headers=request.headers,
                content=body,
                extensions={**request.extensions, "trace": trace},
            )
            try:
                answer = await self._doors[turn].handle_async_request(passed_on)
            except httpx.ConnectError:
                self.passed_over += 1
                continue
            except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
                if opened:
                    raise
                self.resent.append(f"{request.method} {request.url.path}")
                continue
            self.asked[turn] += 1
            return answer
        raise httpx.ConnectError("every door is closed", request=request)

    async def aclose(self) -> None:
        for door in self._doors:
            await door.aclose()


class _Shared(httpx.AsyncBaseTransport):
    """A proxy that stays open when one of its readers leaves."""

    def __init__(self, proxy: Proxy) -> None:
        self.handle_async_request = proxy.handle_async_request  # type: ignore[method-assign]


class Reader(httpx.AsyncClient):
    """A browser that reaches an installation through its proxy, and Stripe's pages directly.

    proxy   shared with others, who close it; None makes one of its own
    """

    def __init__(self, house: House, proxy: Proxy | None = None, **values: Any) -> None:
        super().__init__(
            base_url=house.url,
            mounts={house.url: _Shared(proxy) if proxy else Proxy(house.webs)},
            headers={"Sec-Fetch-Site": "same-origin"},
            follow_redirects=True,
            timeout=60,
            **values,
        )

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        return self
