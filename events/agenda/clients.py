"""Which calendar app a request comes from, in the words of its readers. Pure; measured by what apps call themselves."""

NAMES = (
    ("google-calendar-importer", "Google Calendar"),
    ("calendarserver", "Apple Calendar Server"),
    ("ios/", "Apple Calendar (iPhone, iPad)"),
    ("dataaccessd", "Apple Calendar (iPhone, iPad)"),
    ("macos/", "Apple Calendar (Mac)"),
    ("mac_os_x", "Apple Calendar (Mac)"),
    ("mac os x/", "Apple Calendar (Mac)"),
    ("calendaragent", "Apple Calendar (Mac)"),
    ("microsoft.exchange", "Outlook on the web"),
    ("exchangeservices", "Outlook on the web"),
    ("microsoft office", "Outlook"),
    ("outlook", "Outlook"),
    ("thunderbird", "Thunderbird"),
    ("icsx5", "ICSx⁵"),
    ("davx5", "DAVx⁵"),
    ("nextcloud", "Nextcloud"),
    ("fastmail", "Fastmail"),
    ("proton", "Proton Calendar"),
    ("yahoo", "Yahoo Calendar"),
    ("vdirsyncer", "vdirsyncer"),
    ("evolution", "Evolution"),
    ("khal", "khal"),
    ("gnome", "GNOME Calendar"),
)
"""Parts of a User-Agent in lower case, and the app; the first that is found counts."""

OTHER = "Another calendar app"
BROWSER = "A browser"


def name_of(user_agent: str) -> str:
    """At most 60 characters. Apps that nobody listed go by the first word of what they call themselves."""
    words = user_agent.lower()
    for part, name in NAMES:
        if part in words:
            return name
    if words.startswith("mozilla/"):
        return BROWSER
    first = "".join(c for c in user_agent.split("/")[0].split(" ")[0] if c.isprintable() and c not in "<>\"'")
    return first[:40] or OTHER
