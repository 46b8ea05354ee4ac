import asyncio
import json
import time

import httpx
import pytest
import stripe

from events.registration.sandbox import delivery, shapes
from events.registration.sandbox.delivery import Delivery, signature
from events.registration.sandbox.ledger import Ledger


def test_the_signature_is_the_one_that_the_library_makes() -> None:
    body = json.dumps({"id": "evt_1"})

    assert signature(body.encode(), "whsec_x", 1_782_000_000) == stripe.WebhookSignature.generate_signature_header(
        body, "whsec_x", 1_782_000_000
    )


async def test_a_webhook_is_tried_again_until_somebody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "FIRST_PAUSE", 0.01)
    ledger = Ledger()
    event = ledger.keep(shapes.event("checkout.session.completed", {"id": "cs_1"}, 0, "v"))
    answers = iter([httpx.ConnectError("nobody"), 500, 404, 200])
    seen: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers["stripe-signature"])
        one = next(answers)
        if isinstance(one, Exception):
            raise one
        assert isinstance(one, int)
        return httpx.Response(one)

    sending = Delivery(ledger, "http://shop/webhooks/stripe", "whsec_x", lambda: int(time.time()))
    sending.client = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    sending.resume()
    await asyncio.wait_for(sending.settled(), 5)

    assert len(seen) == 4
    assert ledger.objects[event["id"]]["pending_webhooks"] == 0
    await sending.close()


async def test_what_was_not_delivered_is_taken_up_at_the_next_start_and_what_was_is_not() -> None:
    ledger = Ledger()
    ledger.keep({**shapes.event("a", {}, 0, "v"), "pending_webhooks": 0})
    waiting = ledger.keep(shapes.event("b", {}, 0, "v"))
    bodies: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        bodies.append(json.loads(request.content)["id"])
        return httpx.Response(200)

    sending = Delivery(ledger, "http://shop/", "whsec_x", lambda: 0)
    sending.client = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    sending.resume()
    await sending.settled()

    assert bodies == [waiting["id"]]
    await sending.close()
