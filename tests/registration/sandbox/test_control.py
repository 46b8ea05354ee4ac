import httpx
import pytest
from starlette.applications import Starlette

from events.registration.sandbox.checkout import Till
from events.registration.sandbox.delivery import Delivery
from events.registration.sandbox.faults import Fault, Kind
from tests.registration.sandbox.conftest import paid


async def test_a_test_does_what_buyers_and_banks_do(plain: httpx.AsyncClient, till: Till) -> None:
    payment = paid(till)

    dispute = await plain.post("/control/deeds", json={"do": "dispute", "id": payment, "amount": 100})
    lost = await plain.post("/control/deeds", json={"do": "lose", "id": dispute.json()["id"]})

    assert (dispute.json()["amount"], lost.json()["status"]) == (100, "lost")


@pytest.mark.parametrize(
    "said",
    [
        {"do": "steal", "id": "pi_1"},
        {"do": "refund", "id": "pi_none"},
        {"do": "refund", "id": "pi_none", "amount": "much"},
        ["no", "object"],
    ],
)
async def test_what_nobody_can_do_is_refused(plain: httpx.AsyncClient, said: object) -> None:
    assert (await plain.post("/control/deeds", json=said)).status_code in {400, 404}
    assert (await plain.post("/control/deeds", content=b"{")).status_code == 400


async def test_faults_are_ordered_seen_and_taken_away(plain: httpx.AsyncClient, sandbox: Starlette) -> None:
    made = await plain.post("/control/faults", json={"kind": "busy", "path": "/v1/refunds", "times": 2})
    wrong = [
        (await plain.post("/control/faults", json=said)).status_code
        for said in ({"kind": "rain"}, {"kind": "busy", "colour": 1}, {"kind": "busy", "times": 0})
    ]

    assert sandbox.state.faults.coming == [Fault(Kind.busy, "/v1/refunds", times=2)]
    assert made.json() == (await plain.get("/control/faults")).json()
    assert wrong == [400, 400, 400]
    assert (await plain.delete("/control/faults")).json() == []


async def test_webhooks_are_held_and_let_go_in_any_order_doubled_and_sent_again(
    plain: httpx.AsyncClient, sandbox: Starlette, till: Till
) -> None:
    seen: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.content.decode().rpartition('"type": "')[2].partition('"')[0])
        return httpx.Response(200)

    delivery = sandbox.state.delivery = Delivery(sandbox.state.ledger, "http://shop/", "whsec_x", till.clock)
    await delivery.client.aclose()
    delivery.client = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    till.tell = delivery.send
    await plain.post("/control/webhooks", json={"held": True, "copies": 2})
    paid(till)
    waiting = (await plain.get("/control/webhooks")).json()["waiting"]

    await plain.post("/control/webhooks/release", json={"order": [one["id"] for one in waiting[::-1]]})
    await delivery.settled()
    await plain.post("/control/webhooks", json={"held": False, "copies": 1})
    await plain.post("/control/webhooks/resend", json={"id": waiting[0]["id"]})
    await delivery.settled()

    assert [one["type"] for one in waiting] == ["payment_intent.succeeded", "checkout.session.completed"]
    assert seen == [
        "checkout.session.completed",
        "checkout.session.completed",
        "payment_intent.succeeded",
        "payment_intent.succeeded",
        "payment_intent.succeeded",
    ]
    assert (await plain.post("/control/webhooks", json={"copies": "many"})).status_code == 400
    await delivery.close()


async def test_nobody_without_a_test_key_controls_anything(plain: httpx.AsyncClient) -> None:
    del plain.headers["authorization"]
    paths = ("deeds", "faults", "webhooks", "webhooks/release", "webhooks/resend")

    assert {(await plain.post(f"/control/{path}", json={})).status_code for path in paths} == {401}
