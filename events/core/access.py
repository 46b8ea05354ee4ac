"""How often something may be tried: rate limits, counted in Redis for all processes together.

A limit is a constant of the room it guards (`10/hour`), hit with what it counts: an address, a person, a network. Only
a digest of that is kept, and only as long as the window. When Redis is away everything is let through, with a log line:
a limit protects, it never shuts the house.
"""

import hashlib
import ipaddress
import time

from limits import RateLimitItem, parse
from limits.aio.storage import RedisStorage, Storage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from limits.errors import StorageError
from redis.asyncio import Redis
from starlette.requests import Request

from events.core.errors import TooMany
from events.core.logs import log


class Limit:
    """`Limit("sign-in mails to one address", "10/hour")`; the name tells two limits on the same thing apart."""

    def __init__(self, name: str, rate: str) -> None:
        self.name = name
        self.item: RateLimitItem = parse(rate)


class Limiter:
    """Counts tries in a storage."""

    def __init__(self, storage: Storage | None) -> None:
        self._windows = SlidingWindowCounterRateLimiter(storage) if storage is not None else None

    @classmethod
    def on(cls, redis: Redis | None) -> "Limiter":
        """The limiter over a client's own connections; without Redis nothing is limited."""
        if redis is None:
            return cls(None)
        storage = RedisStorage(
            "async+redis://",
            wrap_exceptions=True,
            implementation="redispy",
            key_prefix="limit",
            connection_pool=redis.connection_pool,  # type: ignore[arg-type]  # documented, but not in its types
        )
        return cls(storage)

    async def hit(self, limit: Limit, *what: str) -> None:
        """Count one try of `what`. Raises TooMany with the seconds to wait."""
        if self._windows is None:
            return
        key = _digest(what)
        try:
            allowed = await self._windows.hit(limit.item, limit.name, key)
        except StorageError as error:
            _let_through(limit, error)
            return
        if not allowed:
            await self._refuse(self._windows, limit, key)

    async def look(self, limit: Limit, *what: str) -> None:
        """Raise TooMany where `hit` would, and count nothing: before an answer that is worth guessing for."""
        if self._windows is None:
            return
        key = _digest(what)
        try:
            allowed = await self._windows.test(limit.item, limit.name, key)
        except StorageError as error:
            _let_through(limit, error)
            return
        if not allowed:
            await self._refuse(self._windows, limit, key)

    async def _refuse(self, windows: SlidingWindowCounterRateLimiter, limit: Limit, key: str) -> None:
        try:
            reset, _left = await windows.get_window_stats(limit.item, limit.name, key)
        except StorageError:
            reset = time.time() + limit.item.get_expiry()
        raise TooMany(max(1, int(reset - time.time()) + 1))


def _digest(what: tuple[str, ...]) -> str:
    return hashlib.sha256("\0".join(what).encode()).hexdigest()[:32]


def _let_through(limit: Limit, error: StorageError) -> None:
    log.warning("rate limits are off, Redis does not answer", limit=limit.name, reason=str(error)[:200])


def limiter_of(request: Request) -> Limiter:
    """The process's limiter, made at the first request that needs it."""
    state = request.app.state
    if not hasattr(state, "limiter"):
        state.limiter = Limiter.on(state.redis)
    limiter: Limiter = state.limiter
    return limiter


def network_of(request: Request, proxies: int) -> str:
    """The network a request comes from: an IPv4 address's /24, an IPv6 address's /56 (what one household gets).

    proxies   how many proxies of ours stand in front, each adding to X-Forwarded-For; what is left of theirs is hearsay
    """
    address = request.client.host if request.client else ""
    if proxies:
        forwarded = [part.strip() for part in request.headers.get("x-forwarded-for", "").split(",") if part.strip()]
        if len(forwarded) >= proxies:
            address = forwarded[-proxies]
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:60]
    return str(ipaddress.ip_network((parsed, 24 if parsed.version == 4 else 56), strict=False))
