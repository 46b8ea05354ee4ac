import pytest
from stripe.params.checkout import SessionCreateParams

from events.registration.sandbox import parameters
from events.registration.sandbox.errors import Refused


def test_fields_become_nested_values_of_the_librarys_types() -> None:
    read = parameters.read(
        [
            ("mode", "payment"),
            ("line_items[0][quantity]", "2"),
            ("line_items[0][price_data][unit_amount]", "32500"),
            ("line_items[0][price_data][currency]", "usd"),
            ("line_items[0][price_data][product_data][name]", "Full"),
            ("metadata[order]", "ABCDEFGH"),
            ("allow_promotion_codes", "true"),
            ("expand[0]", "payment_intent"),
        ],
        SessionCreateParams,
    )

    price = {"unit_amount": 32500, "currency": "usd", "product_data": {"name": "Full"}}
    assert read == {
        "mode": "payment",
        "line_items": [{"quantity": 2, "price_data": price}],
        "metadata": {"order": "ABCDEFGH"},
        "allow_promotion_codes": True,
        "expand": ["payment_intent"],
    }


@pytest.mark.parametrize(
    ("name", "value", "param"),
    [
        ("colour", "red", "colour"),
        ("idempotency_key", "x", "idempotency_key"),
        ("line_items[0][size]", "x", "line_items[0][size]"),
        ("line_items", "x", "line_items"),
        ("line_items[0][quantity]", "1.5", "line_items[0][quantity]"),
        ("allow_promotion_codes", "yes", "allow_promotion_codes"),
        ("metadata[a][b]", "x", "metadata"),
        ("expires_at[0]", "1", "expires_at"),
    ],
)
def test_what_has_no_place_or_no_type_is_refused_by_name(name: str, value: str, param: str) -> None:
    with pytest.raises(Refused) as error:
        parameters.read([(name, value)], SessionCreateParams)

    assert error.value.param == param
