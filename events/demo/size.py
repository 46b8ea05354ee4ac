"""How much of everything a demo has."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """rooms: of the Annual Conference; attendees: with an order each; schedules: people who saved sessions."""

    sessions: int
    rooms: int
    presenters: int
    attendees: int
    exhibitors: int
    schedules: int
    divisions: int
    committees: int
    outside: int
    forum_sessions: int
    webinars: int


SMALL = Size(
    sessions=84,
    rooms=12,
    presenters=110,
    attendees=60,
    exhibitors=12,
    schedules=30,
    divisions=8,
    committees=6,
    outside=3,
    forum_sessions=30,
    webinars=6,
)

ANNUAL = Size(
    sessions=2792,
    rooms=403,
    presenters=4200,
    attendees=20_237,
    exhibitors=6_126,
    schedules=6_578,
    divisions=8,
    committees=132,
    outside=115,
    forum_sessions=120,
    webinars=40,
)
"""The association's published figures for Annual 2013 (discuss.ala.org/marginalia): 2,792 items in 403 spaces for 141
units and 115 outside groups, 20,237 attendees, 6,126 exhibitor staff, 6,578 saved schedules."""
