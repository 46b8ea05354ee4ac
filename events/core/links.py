"""Where this house stands in the world: absolute addresses, and the UIDs of calendar entries.

Both come from settings that never change while a process runs, and stored entries hold them; so they are asked for here
instead of being handed through every function that writes an entry.
"""

from functools import cache
from uuid import UUID

from events.settings import Settings


@cache
def _settings() -> Settings:
    return Settings()


def absolute(path: str) -> str:
    """The address of one of our paths as a mail or a calendar names it."""
    return _settings().base_url.rstrip("/") + path


def uid(guid: UUID | str) -> str:
    """The UID of an entry: an immutable id and a domain that is never changed (RFC 7986 section 5.3)."""
    return f"{guid}@{_settings().calendar_domain}"


def association() -> str:
    """The association's name, as pages, mails and calendars say it."""
    return _settings().association
