"""Log lines tell what happened and never who, and no secret."""

from typing import Any

import pytest

from events.core.logs import without_secrets


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ({"event": "sent to ada.lovelace@example.org"}, {"event": "sent to …@…"}),
        ({"email": "ada@example.org"}, {"email": "…"}),
        ({"token": "abc"}, {"token": "…"}),
        ({"path": "/sign-in/" + "Qq" * 22}, {"path": "/sign-in/…"}),
        ({"path": "/calendars/my/" + "Qq" * 22 + ".ics"}, {"path": "/calendars/my/….ics"}),
        ({"event": "called with sk_test_4eC39HqLyjWDarjtT1zdp7dc"}, {"event": "called with …"}),
        ({"path": "/events/annual-2027/schedule", "ms": 3}, {"path": "/events/annual-2027/schedule", "ms": 3}),
    ],
)
def test_a_log_line_keeps_no_address_and_no_secret(line: dict[str, Any], kept: dict[str, Any]) -> None:
    assert without_secrets(None, "", line) == kept
