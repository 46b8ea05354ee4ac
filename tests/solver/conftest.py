"""The machine works on schedule's conference."""

from tests.schedule.conftest import draft

__all__ = ["draft"]
