"""Objects with every field that Stripe's own have (a test compares them with its published examples)."""

from typing import Any

from events.registration.sandbox.ledger import Object, new_id


def nothing(names: str) -> Object:
    """These fields, empty."""
    return dict.fromkeys(names.split())


def session(params: Object, *, base: str, created: int, amount: int, currency: str) -> Object:
    """A Checkout Session that is open. It gets a payment when the buyer pays, as with current API versions."""
    id_ = new_id("cs_test")
    email = params.get("customer_email")
    return {
        **nothing(
            "after_expiration allow_promotion_codes billing_address_collection client_secret consent consent_collection"
            " currency_conversion customer customer_account discounts integration_identifier invoice locale"
            " managed_payments origin_context payment_intent payment_link payment_method_collection"
            " payment_method_configuration_details permissions recovered_from saved_payment_method_options setup_intent"
            " shipping_address_collection shipping_cost submit_type subscription ui_mode"
        ),
        "id": id_,
        "object": "checkout.session",
        "adaptive_pricing": {"enabled": False},
        "amount_subtotal": amount,
        "amount_total": amount,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "cancel_url": params.get("cancel_url"),
        "client_reference_id": params.get("client_reference_id"),
        "collected_information": {"business_name": None, "individual_name": None, "shipping_details": None},
        "created": created,
        "currency": currency,
        "custom_fields": [],
        "custom_text": nothing("after_submit shipping_address submit terms_of_service_acceptance"),
        "customer_creation": "if_required",
        "customer_details": {
            **nothing("address business_name individual_name name phone"),
            "email": email,
            "tax_exempt": "none",
            "tax_ids": None,
        }
        if email
        else None,
        "customer_email": email,
        "expires_at": params.get("expires_at", created + 24 * 3600),
        "invoice_creation": {
            "enabled": False,
            "invoice_data": {
                **nothing("account_tax_ids custom_fields description footer issuer rendering_options"),
                "metadata": {},
            },
        },
        "livemode": False,
        "metadata": params.get("metadata") or {},
        "mode": "payment",
        "payment_method_options": {},
        "payment_method_types": ["card"],
        "payment_status": "unpaid",
        "phone_number_collection": {"enabled": False},
        "shipping_options": [],
        "status": "open",
        "success_url": params["success_url"],
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "url": f"{base}/pay/{id_}",
        "wallet_options": None,
    }


def payment_intent(session: Object, intent_data: Object, created: int) -> Object:
    id_ = new_id("pi")
    return {
        **nothing(
            "application application_fee_amount automatic_payment_methods canceled_at cancellation_reason customer"
            " customer_account excluded_payment_method_types last_payment_error latest_charge managed_payments"
            " next_action on_behalf_of payment_method payment_method_configuration_details processing receipt_email"
            " review setup_future_usage shipping source statement_descriptor statement_descriptor_suffix transfer_data"
            " transfer_group"
        ),
        "id": id_,
        "object": "payment_intent",
        "amount": session["amount_total"],
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "capture_method": "automatic",
        "client_secret": f"{id_}_secret_{new_id('x')[2:]}",
        "confirmation_method": "automatic",
        "created": created,
        "currency": session["currency"],
        "description": intent_data.get("description"),
        "livemode": False,
        "metadata": intent_data.get("metadata") or {},
        "payment_method_options": {},
        "payment_method_types": ["card"],
        "status": "requires_payment_method",
    }


def charge(intent: Object, created: int, method: str, status: str) -> Object:
    """method: card or us_bank_account; status: succeeded, pending, failed."""
    came = intent["amount"] if status == "succeeded" else 0
    return {
        **nothing(
            "application application_fee application_fee_amount balance_transaction calculated_statement_descriptor"
            " customer failure_balance_transaction failure_code failure_message on_behalf_of payment_method"
            " receipt_email receipt_number receipt_url review shipping source source_transfer"
            " statement_descriptor statement_descriptor_suffix transfer_data transfer_group"
        ),
        "id": new_id("ch"),
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": came,
        "amount_refunded": 0,
        "billing_details": nothing("address email name phone tax_id"),
        "captured": status != "failed",
        "created": created,
        "currency": intent["currency"],
        "description": intent["description"],
        "disputed": False,
        "fraud_details": {},
        "livemode": False,
        "metadata": intent["metadata"],
        "outcome": None,
        "paid": status == "succeeded",
        "payment_intent": intent["id"],
        "payment_method_details": _method(method),
        "refunded": False,
        "refunds": {"data": [], "has_more": False, "object": "list", "url": "/v1/refunds"},
        "status": status,
    }


def _method(method: str) -> Object:
    if method == "card":
        card = {"brand": "visa", "country": "US", "exp_month": 8, "exp_year": 2030, "funding": "credit"}
        return {"card": {**card, "last4": "4242", "network": "visa"}, "type": "card"}
    account = {"account_type": "checking", "bank_name": "STRIPE TEST BANK", "last4": "6789"}
    return {method: account, "type": method}


def refund(
    intent: Object, charge: Object, amount: int, metadata: Object, reason: str | None, created: int, status: str
) -> Object:
    return {
        **nothing(
            "balance_transaction customer customer_account payment_method receipt_number source_transfer_reversal"
            " transfer_reversal"
        ),
        "id": new_id("re"),
        "object": "refund",
        "amount": amount,
        "charge": charge["id"],
        "created": created,
        "currency": intent["currency"],
        "destination_details": {"card": {"type": "refund"}, "type": "card"}
        if status == "succeeded"
        else {"type": "us_bank_transfer", "us_bank_transfer": {"reference": None, "reference_status": None}},
        "metadata": metadata,
        "payment_intent": intent["id"],
        "reason": reason,
        "status": status,
    }


def event(kind: str, about: Object, created: int, api_version: str) -> Object:
    return {
        "id": new_id("evt"),
        "object": "event",
        "api_version": api_version,
        "created": created,
        "data": {"object": about},
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": None},
        "type": kind,
    }


def listing(url: str, data: list[Any], has_more: bool = False) -> Object:
    return {"object": "list", "url": url, "has_more": has_more, "data": data}
