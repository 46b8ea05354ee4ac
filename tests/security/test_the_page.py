"""docs/security.md promises nothing without a test, and its table is the program's."""

import re
from pathlib import Path

from tests.security import write_routes
from tests.security.write_routes import PAGE

HERE = Path(__file__).parent


def test_every_promise_names_a_test_that_exists() -> None:
    promised = re.findall(r"\[(test_\w+)\]", PAGE.read_text("utf-8"))
    there = {
        name
        for path in HERE.parent.rglob("test_*.py")
        for name in re.findall(r"^(?:async )?def (test_\w+)", path.read_text("utf-8"), re.M)
    }

    assert [name for name in promised if name not in there] == []
    assert len(promised) > 20


def test_every_file_of_these_tests_is_on_the_page() -> None:
    text = PAGE.read_text("utf-8")

    assert [path.name for path in sorted(HERE.glob("test_*.py")) if path.name not in text] == []


def test_every_promise_of_these_tests_is_on_the_page() -> None:
    text = PAGE.read_text("utf-8")
    tests = [name for path in HERE.glob("test_*.py") for name in re.findall(r"def (test_\w+)", path.read_text("utf-8"))]

    assert [name for name in tests if f"[{name}]" not in text] == []


def test_the_table_of_routes_is_current() -> None:
    text = PAGE.read_text("utf-8")

    assert write_routes.page(text) == text, "python -m tests.security.write_routes"
