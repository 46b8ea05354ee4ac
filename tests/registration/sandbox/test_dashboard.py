import re

import httpx
from starlette.applications import Starlette

from events.registration.sandbox.checkout import Card, Till
from events.registration.sandbox.delivery import Delivery
from events.registration.sandbox.faults import Fault, Kind
from tests.registration.conftest import Clock
from tests.registration.sandbox.conftest import paid


async def test_every_button_does_what_it_says(plain: httpx.AsyncClient, till: Till, now: Clock) -> None:
    """Whatever form stands on the page is sent as it stands there, the first one first and then the last one first."""
    paid(till)
    paid(till, card=Card.bank)
    done: list[str] = []
    for order in (1, -1) * 6:
        page = (await plain.get("/")).text
        forms = re.findall(r'action="(/do/[^"]+)">(.*?)</form>', page, re.S)
        for action, inside in forms[::order]:
            [what] = re.findall(r'name="do" value="([^"]+)"', inside)
            if (await plain.post(action, data={"do": what})).status_code == 303:
                done.append(what)

    assert {"accept", "refund", "dispute", "inquire", "answer dispute", "escalate", "win", "refund fails"} <= set(done)
    paid(till, 1_000_000)
    now.at = now.at.replace(year=now.at.year + 1)
    page = (await plain.get("/balance")).text
    assert "Pay it out" in page
    await plain.post("/do/usd", data={"do": "pay out", "back": "/balance"})
    assert "po_" in (await plain.get("/balance")).text


async def test_a_part_can_be_given_back_and_what_cannot_be_is_said(plain: httpx.AsyncClient, till: Till) -> None:
    payment = paid(till)

    first = await plain.post(f"/do/{payment}", data={"do": "refund", "amount": "1000"})
    second = await plain.post(f"/do/{payment}", data={"do": "refund", "amount": "9001"})

    assert (first.status_code, second.status_code) == (303, 409)
    assert "greater than unrefunded amount" in second.text
    assert "$10.00" in (await plain.get("/")).text


async def test_bad_days_are_ordered_by_hand(plain: httpx.AsyncClient, sandbox: Starlette, till: Till) -> None:
    delivery = sandbox.state.delivery = Delivery(sandbox.state.ledger, "http://shop/", "whsec_x", till.clock)
    await delivery.client.aclose()
    delivery.client = httpx.AsyncClient(transport=httpx.MockTransport(lambda request: httpx.Response(200)))
    till.tell = delivery.send
    fault = {"kind": "lost", "path": "/v1/refunds", "method": "", "times": "2", "seconds": "5"}
    await plain.post("/bad-days/faults", data=fault)
    assert (await plain.post("/bad-days/faults", data={"kind": "rain"})).status_code == 422
    assert sandbox.state.faults.coming == [Fault(Kind.lost, "/v1/refunds", times=2, seconds=5.0)]

    await plain.post("/bad-days/webhooks", data={"what": "hold"})
    await plain.post("/bad-days/webhooks", data={"what": "twice"})
    paid(till)
    page = (await plain.get("/bad-days")).text
    await plain.post("/bad-days/webhooks", data={"what": "release backwards"})
    await plain.post("/bad-days/faults", data={"clear": "yes"})
    await delivery.settled()

    assert "lost: the next 2 to any /v1/refunds" in page
    assert page.index("payment_intent.succeeded") < page.index("checkout.session.completed")
    assert (delivery.held, delivery.copies, delivery.waiting) == (False, 2, [])
    assert sandbox.state.faults.coming == []
    await delivery.close()
