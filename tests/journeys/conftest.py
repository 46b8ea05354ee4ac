from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house import House


@pytest.fixture
def own_house(tmp_path: Path, small_demo: Path) -> Iterator[House]:
    """A house that nobody else walks through: the journey counts what is in it."""
    with House(tmp_path / "var", "small", small_demo) as house:
        yield house


@pytest.fixture
def new_house(tmp_path: Path) -> Iterator[House]:
    """A house on an empty machine."""
    with House(tmp_path / "var", "small") as house:
        yield house
