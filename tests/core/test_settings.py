"""What a machine may decide, and the pairs that are refused."""

import pytest
from pydantic import ValidationError

from events.settings import Settings


def test_another_stripe_address_with_a_live_key_stops_the_start() -> None:
    with pytest.raises(ValidationError, match="live Stripe key"):
        Settings(stripe_key="sk_live_abc", stripe_url="http://127.0.0.1:4242")


def test_another_stripe_address_with_a_test_key_is_fine() -> None:
    assert Settings(stripe_key="sk_test_abc", stripe_url="http://127.0.0.1:4242").stripe_url


def test_a_short_secret_key_is_refused() -> None:
    with pytest.raises(ValidationError, match="32 characters"):
        Settings(secret_key="short")


def test_https_makes_cookies_secure() -> None:
    assert Settings(base_url="https://events.example").secure
    assert not Settings(base_url="http://127.0.0.1:8000").secure
