"""Webhooks: signed, sent in order of their making, tried again until somebody answers with a 2xx."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Callable

import httpx

from events.core.logs import log
from events.registration.sandbox.ledger import Ledger, Object

TRIES = 14
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 120.0
LATE = 40 * 60
"""Seconds that the news of a "late" payment takes: longer than any hold."""


def signature(body: bytes, secret: str, at: int) -> str:
    """The header Stripe-Signature (docs.stripe.com/webhooks#verify-manually)."""
    mac = hmac.new(secret.encode(), str(at).encode() + b"." + body, hashlib.sha256)
    return f"t={at},v1={mac.hexdigest()}"


class Delivery:
    """Runs while its `client` is open; what was not delivered is taken up again at the next start."""

    def __init__(self, ledger: Ledger, target: str, secret: str, clock: Callable[[], int]) -> None:
        self.ledger, self.target, self.secret, self.clock = ledger, target, secret, clock
        self.client = httpx.AsyncClient(timeout=20)
        self._tasks: set[asyncio.Task[None]] = set()

    def resume(self) -> None:
        for event in self.ledger.all("event"):
            if event["pending_webhooks"]:
                self.send(event)

    def send(self, event: Object, late: bool = False) -> None:
        task = asyncio.create_task(self._deliver(event, LATE if late else 0))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settled(self) -> None:
        """Wait for what is on its way; for tests."""
        await asyncio.gather(*self._tasks)

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.client.aclose()

    async def _deliver(self, event: Object, delay: float) -> None:
        await asyncio.sleep(delay)
        body = json.dumps(event).encode()
        pause = FIRST_PAUSE
        for _try in range(TRIES):
            headers = {
                "stripe-signature": signature(body, self.secret, self.clock()),
                "content-type": "application/json; charset=utf-8",
                "user-agent": "Stripe/1.0 (colloquy sandbox)",
            }
            try:
                answer = await self.client.post(self.target, content=body, headers=headers)
                if answer.is_success:
                    self.ledger.keep({**event, "pending_webhooks": 0})
                    return
                log.warning("a webhook was refused", webhook=event["id"], status=answer.status_code)
            except httpx.HTTPError as error:
                log.info("a webhook found nobody", webhook=event["id"], reason=type(error).__name__)
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
