"""Calendar apps by what they call themselves."""

import pytest

from events.agenda import clients


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        ("Google-Calendar-Importer", "Google Calendar"),
        ("iOS/18.5 (22F76) dataaccessd/1.0", "Apple Calendar (iPhone, iPad)"),
        ("macOS/15.5 (24F74) CalendarAgent/1190", "Apple Calendar (Mac)"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Thunderbird/128.3.0", "Thunderbird"),
        ("Microsoft Office/16.0 (Microsoft Outlook 16.0.17928; Pro)", "Outlook"),
        ("Microsoft.Exchange/15.20 (Windows; Calendar)", "Outlook on the web"),
        ("Mozilla/5.0 (Windows NT 10.0) Firefox/130.0", clients.BROWSER),
        ("vdirsyncer/0.19.3", "vdirsyncer"),
        ("SomethingNew/3.1 (x)", "SomethingNew"),
        ("", clients.OTHER),
        ("x" * 500, "x" * 40),
    ],
)
def test_an_app_is_called_what_its_readers_call_it(user_agent: str, name: str) -> None:
    assert clients.name_of(user_agent) == name
