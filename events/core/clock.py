"""The one place that reads the time: once a request, once a job. Everyone else is handed `at`."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present, aware UTC."""
    return datetime.now(UTC)
