import asyncio

import httpx
import pytest
from starlette.applications import Starlette

from events.core.money import Money
from events.registration.sandbox.checkout import Till
from events.registration.sandbox.faults import Fault, Kind
from events.registration.stripe_api import Stripe, StripeAway, StripeBroke
from tests.registration.conftest import SPEAKS_TO_STRIPE
from tests.registration.sandbox.conftest import Pause, opened, paid

pytestmark = SPEAKS_TO_STRIPE


@pytest.mark.parametrize(
    ("kind", "error", "done"),
    [(Kind.busy, StripeAway, False), (Kind.broken_before, StripeBroke, False), (Kind.broken_after, StripeBroke, True)],
)
async def test_a_fault_is_what_the_library_takes_it_for(
    stripe: Stripe, sandbox: Starlette, till: Till, kind: Kind, error: type[Exception], done: bool
) -> None:
    payment = paid(till)
    sandbox.state.faults.coming.append(Fault(kind, times=2))  # the library asks twice

    with pytest.raises(error) as seen:
        await stripe.create_refund(1, payment, Money(100, "USD"))

    assert isinstance(seen.value, StripeBroke) == (kind is not Kind.busy)
    assert bool(till.refunds()) == done


async def test_an_answer_that_is_lost_after_the_work_is_there_for_who_asks_again(
    stripe: Stripe, pause: Pause, sandbox: Starlette, till: Till
) -> None:
    sandbox.state.faults.coming.append(Fault(Kind.lost))
    lost = asyncio.create_task(opened(stripe))
    await pause.begun.wait()
    lost.cancel()
    await asyncio.gather(lost, return_exceptions=True)

    [session] = till.ledger.all("checkout.session")
    assert await opened(stripe) == session["id"]


async def test_a_fault_is_for_its_address_and_its_method_and_then_over(
    plain: httpx.AsyncClient, sandbox: Starlette
) -> None:
    sandbox.state.faults.coming.append(Fault(Kind.busy, path="/v1/refunds", method="GET", times=2))

    seen = [(await plain.get(path)).status_code for path in ("/v1/events", "/v1/refunds", "/v1/refunds", "/v1/refunds")]

    assert seen == [200, 429, 429, 200]
    assert sandbox.state.faults.coming == []
