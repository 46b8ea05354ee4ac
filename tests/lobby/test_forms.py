"""A waiting room as it is typed."""

from datetime import UTC, datetime

import pytest

from events.core.errors import Unreadable
from events.lobby import forms
from events.lobby.changes import Wanted

TYPED = {
    "is_on": "1", "inside": "50", "per_minute": "30", "opens_at": "2027-01-12T10:00", "early_minutes": "0",
    "stay_minutes": "15", "network_most": "0", "version": "2",
}  # fmt: skip


def test_times_are_read_in_the_events_zone() -> None:
    found = forms.wanted(TYPED, "America/Chicago")

    assert found == Wanted(True, 50, 30, datetime(2027, 1, 12, 16, tzinfo=UTC), 0, 15, 0)
    assert forms.wanted({**TYPED, "is_on": "", "opens_at": ""}, "UTC").opens_at is None
    assert forms.version(TYPED) == 2


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("inside", "0"),
        ("inside", ""),
        ("inside", "many"),
        ("per_minute", "-1"),
        ("per_minute", "9" * 30),
        ("stay_minutes", "1"),
        ("network_most", "٣٣٣٣٣٣٣٣٣"),
        ("opens_at", "soon"),
        ("opens_at", "2027-03-14T02:30"),  # the clocks go forward over it
        ("opens_at", "2027-11-07T01:30"),  # and back over this one
        ("opens_at", "9999-12-31T23:59"),
    ],
)
def test_what_cannot_be_read_is_named(name: str, text: str) -> None:
    with pytest.raises(Unreadable) as unreadable:
        forms.wanted({**TYPED, name: text}, "America/Chicago")

    assert list(unreadable.value.errors) == [name]


def test_a_version_that_is_none_is_nobodys() -> None:
    assert [forms.version({"version": text}) for text in ("", "x", "9" * 40)] == [0, 0, 0]
