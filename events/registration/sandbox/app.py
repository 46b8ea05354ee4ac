"""The sandbox as one ASGI application. `create` reads the settings of the shop it belongs to."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

from starlette.applications import Starlette

from events.registration.sandbox import api, control, dashboard, errors, hosted
from events.registration.sandbox.checkout import Till
from events.registration.sandbox.delivery import Delivery
from events.registration.sandbox.faults import Faults
from events.registration.sandbox.ledger import Ledger
from events.settings import Settings

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def build(
    base: str, target: str, secret: str, file: Path | None = None, clock: Callable[[], int] = lambda: int(time.time())
) -> Starlette:
    """base: the sandbox's own address; target and secret: where its webhooks go, and how they are signed."""
    ledger = Ledger(file)
    till = Till(ledger, base, clock)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        delivery = app.state.delivery = Delivery(ledger, target, secret, clock)
        till.tell = delivery.send
        delivery.resume()
        try:
            yield
        finally:
            await delivery.close()
            ledger.close()

    app = Starlette(
        routes=[*api.routes, *control.routes, *hosted.routes, *dashboard.routes],
        lifespan=lifespan,
        exception_handlers={errors.Refused: errors.answer},
    )
    app.state.ledger, app.state.till = ledger, till
    app.state.faults, app.state.under_way = Faults(), set()
    return app


def create() -> Starlette:
    """For `colloquy sandbox`: everything from the environment."""
    settings = Settings()
    return build(
        settings.stripe_url,
        f"{settings.base_url}/webhooks/stripe",
        settings.stripe_webhook_secret.get_secret_value(),
        settings.var / "stripe-sandbox.jsonl",
    )


def address(settings: Settings) -> tuple[str, int]:
    """Host and port of COLLOQUY_STRIPE_URL. Raises ValueError when that is not this very machine."""
    parts = urlsplit(settings.stripe_url)
    if parts.hostname not in LOOPBACK or parts.scheme != "http" or parts.port is None:
        raise ValueError(
            "COLLOQUY_STRIPE_URL has to be http://127.0.0.1 with a port: the sandbox is for this machine only"
        )
    return parts.hostname or "127.0.0.1", parts.port
