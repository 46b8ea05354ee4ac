"""Webhooks: signed, sent in order of their making, tried again until somebody answers with a 2xx.

On demand they come late, several times over, or not before somebody lets them go, in an order of their choosing.
"""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Callable, Coroutine, Sequence

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
    """Runs while its `client` is open; what was not delivered is taken up again at the next start.

    copies   how often each comes; delay: after so many seconds; held: they wait in `waiting` for `release`
    """

    def __init__(self, ledger: Ledger, target: str, secret: str, clock: Callable[[], int]) -> None:
        self.ledger, self.target, self.secret, self.clock = ledger, target, secret, clock
        self.client = httpx.AsyncClient(timeout=20)
        self.copies, self.delay, self.held = 1, 0.0, False
        self.waiting: list[Object] = []
        self._tasks: set[asyncio.Task[None]] = set()

    def resume(self) -> None:
        for event in self.ledger.all("event"):
            if event["pending_webhooks"]:
                self.send(event)

    def send(self, event: Object, late: bool = False) -> None:
        if self.held:
            self.waiting.append(event)
            return
        for _copy in range(self.copies):
            self._begin(self._deliver(event, LATE if late else self.delay))

    def release(self, order: Sequence[str]) -> None:
        """Send these of the waiting events (`evt_` ids), each after the one before was answered or given up."""
        chosen = [one for id_ in order for one in self.waiting if one["id"] == id_]
        self.waiting = [one for one in self.waiting if one["id"] not in order]
        self._begin(self._one_by_one(chosen))

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _one_by_one(self, events: Sequence[Object]) -> None:
        for event in events:
            for _copy in range(self.copies):
                await self._deliver(event, self.delay)

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
