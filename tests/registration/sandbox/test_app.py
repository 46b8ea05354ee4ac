import pytest

from events.registration.sandbox.app import address
from events.settings import Settings


@pytest.mark.parametrize(
    "url", ["https://127.0.0.1:1", "http://example.org:80", "http://127.0.0.1", "http://10.0.0.1:80"]
)
def test_the_sandbox_is_for_this_machine_only(url: str) -> None:
    with pytest.raises(ValueError):
        address(Settings(stripe_url=url))


def test_the_address_of_the_sandbox_is_its_setting() -> None:
    assert address(Settings(stripe_url="http://127.0.0.1:8078")) == ("127.0.0.1", 8078)
