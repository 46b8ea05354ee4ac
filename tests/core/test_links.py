from collections.abc import Iterator
from uuid import UUID

import pytest

from events.core import links


@pytest.fixture(autouse=True)
def _settings(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("COLLOQUY_BASE_URL", "https://events.example.org/")
    monkeypatch.setenv("COLLOQUY_CALENDAR_DOMAIN", "calendar.example.org")
    links._settings.cache_clear()
    yield
    links._settings.cache_clear()


def test_a_path_becomes_an_address_with_one_slash() -> None:
    assert links.absolute("/events/annual") == "https://events.example.org/events/annual"


def test_a_uid_is_an_id_at_a_domain_that_is_never_changed() -> None:
    guid = UUID("0f5b1c1e-6a8e-4d53-8f0a-2f5f3b1a9c11")

    assert links.uid(guid) == "0f5b1c1e-6a8e-4d53-8f0a-2f5f3b1a9c11@calendar.example.org"
