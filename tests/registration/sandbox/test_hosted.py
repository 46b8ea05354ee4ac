from datetime import timedelta

import httpx

from events.registration.sandbox.app import build
from events.registration.sandbox.checkout import Till
from tests.make import NOON

BASE = "http://sandbox.test"


def session(till: Till) -> str:
    return str(
        till.create(
            {
                "mode": "payment",
                "success_url": "http://shop/paid?checkout={CHECKOUT_SESSION_ID}",
                "cancel_url": "http://shop/back",
                "expires_at": int((NOON + timedelta(minutes=31)).timestamp()),
                "line_items": [
                    {
                        "quantity": 2,
                        "price_data": {"currency": "usd", "unit_amount": 5000, "product_data": {"name": "Full <b>"}},
                    }
                ],
            }
        )["id"]
    )


async def test_every_ending_of_a_payment_can_be_chosen() -> None:
    at = [NOON]
    app = build(BASE, "http://nobody.test/", "whsec_x", clock=lambda: int(at[0].timestamp()))
    till: Till = app.state.till
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE) as buyer:
        pays, bank, late, over = (session(till) for _n in range(4))
        page = await buyer.get(f"/pay/{pays}")
        assert "Pay $100.00" in page.text
        assert "Full &lt;b&gt;" in page.text
        assert (await buyer.post(f"/pay/{pays}", data={"card": "nonsense"})).status_code == 422
        assert (await buyer.post(f"/pay/{pays}", data={"card": "declined"})).status_code == 402
        paid = await buyer.post(f"/pay/{pays}", data={"card": "pays"})
        assert paid.headers["location"] == f"http://shop/paid?checkout={pays}"
        assert (await buyer.post(f"/pay/{pays}", data={"card": "pays"})).status_code == 409
        await buyer.post(f"/pay/{bank}", data={"card": "bank"})
        assert "nobody knows yet" in (await buyer.post(f"/pay/{late}", data={"card": "late"})).text
        assert "The bank accepts" in (await buyer.get("/")).text
        await buyer.post(f"/do/{bank}", data={"do": "accept"})
        await buyer.post(f"/do/{till.session(pays)['payment_intent']}", data={"do": "refund"})
        at[0] += timedelta(hours=1)
        assert "The time to pay is over" in (await buyer.get(f"/pay/{over}")).text

    assert till.session(bank)["payment_status"] == "paid"
    assert [one["amount"] for one in till.refunds()] == [10000]
    kinds = [event["type"] for event in till.ledger.all("event")]
    assert kinds.count("checkout.session.expired") == 1
    assert kinds.count("checkout.session.async_payment_succeeded") == 1


async def test_a_bank_that_asks_is_answered_and_one_that_does_not_believe_takes_nothing() -> None:
    app = build(BASE, "http://nobody.test/", "whsec_x", clock=lambda: int(NOON.timestamp()))
    till: Till = app.state.till
    id_ = session(till)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE) as buyer:
        asked = await buyer.post(f"/pay/{id_}", data={"card": "secure"})
        page = await buyer.get(asked.headers["location"])
        intent = till.intent(till.session(id_)["payment_intent"])
        waits = (intent["status"], intent["next_action"]["redirect_to_url"]["url"])
        no = await buyer.post(f"/pay/{id_}/bank", data={"answer": "no"})
        refused = (intent["status"], intent["last_payment_error"]["code"])
        twice = await buyer.post(f"/pay/{id_}/bank", data={"answer": "yes"})
        await buyer.post(f"/pay/{id_}", data={"card": "secure"})
        yes = await buyer.post(f"/pay/{id_}/bank", data={"answer": "yes"})

    assert "is it you?" in page.text
    assert waits == ("requires_action", f"{BASE}/pay/{id_}/bank")
    assert (no.status_code, twice.status_code) == (402, 409)
    assert refused == ("requires_payment_method", "payment_intent_authentication_failure")
    assert yes.headers["location"] == f"http://shop/paid?checkout={id_}"
    assert (intent["status"], intent["last_payment_error"]) == ("succeeded", None)
