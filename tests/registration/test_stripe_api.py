import pytest

from events.registration.stripe_api import Stripe, Unsigned
from events.settings import Settings


def test_without_a_webhook_secret_nothing_is_believed() -> None:
    stripe = Stripe(Settings())

    assert not stripe.ready
    with pytest.raises(Unsigned):
        stripe.read_notice(b"{}", "t=1,v1=00")
