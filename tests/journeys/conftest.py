from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house import House


@pytest.fixture
def own_house(tmp_path: Path) -> Iterator[House]:
    """A house that nobody else walks through: the journey counts what is in it."""
    with House(tmp_path / "var", demo="small") as house:
        yield house
