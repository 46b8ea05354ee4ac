"""What can be told a bank about a disputed payment: everything we know, in the fields of Stripe's form."""

import httpx

from events.registration import disputes, evidence, holds, order_story
from events.registration.models import Dispute, Order
from tests import make
from tests.make import NOON
from tests.registration.conftest import SPEAKS_TO_STRIPE, Shop
from tests.registration.test_disputes import cancel, paid, told
from tests.registration.test_payments import account_of

pytestmark = SPEAKS_TO_STRIPE


async def fields_of(order: int) -> dict[str, str]:
    account = await account_of(order)
    [dispute] = await disputes.of_order(order)
    return {one.name: one.text for one in evidence.of_dispute(account, dispute, await order_story.of(order))}


async def test_what_was_bought_paid_promised_and_sent_stands_in_the_fields(shop: Shop) -> None:
    order, payment = await paid(shop)
    shop.till.dispute(payment, reason="fraudulent")
    await told(shop)
    account = await account_of(order)

    fields = await fields_of(order)

    assert "Full, $325.00" in fields["product_description"]
    assert account.title in fields["product_description"]
    assert fields["customer_name"] == account.name
    assert account.attendees[0].code in fields["service_documentation"]
    assert "Mail: The tickets" in fields["service_documentation"]
    assert "to the organizers" not in fields["service_documentation"], "what we told ourselves is not delivered"
    assert fields["refund_policy_disclosure"].startswith("Full: In full until")
    assert "did not cancel" in fields["refund_refusal_explanation"]
    assert "Paid $325.00" in fields["access_activity_log"]
    assert payment in fields["uncategorized_text"]
    assert "visa •••• 4242" in fields["uncategorized_text"]


async def test_what_went_back_before_is_said(shop: Shop) -> None:
    order, payment = await paid(shop)
    await cancel(order)
    await told(shop)
    shop.till.dispute(payment, reason="credit_not_processed")
    await told(shop)

    assert "$325.00 succeeded" in (await fields_of(order))["refund_refusal_explanation"]


async def test_only_who_reads_the_orders_of_its_event_reads_a_dispute(buyer: httpx.AsyncClient) -> None:
    mine, theirs = await make.event(), await make.event()
    placed = await holds.place(await make.basket([await make.ticket_type(mine)]), NOON)
    order = await Order.get(id=placed.id)
    await Dispute.create(
        order=order, stripe_id="du_1", payment_intent="pi_1", amount=1, currency="USD", state="under_review",
        reason="<script>", opened_at=NOON, asked_at=NOON,
    )  # fmt: skip
    for event, wanted in ((mine, 200), (theirs, 404)):
        registrar = await make.person()
        await make.role(registrar, "registrar", event_id=event.id)
        buyer.cookies.set("signin", await make.sign_in(registrar, NOON))
        answer = await buyer.get(f"/organize/events/{event.slug}/orders/{order.code}/disputes/du_1")
        assert answer.status_code == wanted
        assert "<script>" not in answer.text.replace("<script type", "")
    assert (await buyer.get(f"/organize/events/{mine.slug}/orders/{order.code}/disputes/du_1")).status_code == 403
