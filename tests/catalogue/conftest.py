import pytest

from events.core import clock
from tests.make import NOON


@pytest.fixture
def at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages think it is NOON."""
    monkeypatch.setattr(clock, "now", lambda: NOON)
