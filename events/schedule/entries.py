"""The calendar entry of a slot. Pure: a session and its slot in, what the VEVENT says out.

The same values give the same bytes. What an entry says is compared between releases before anything is rendered.
"""

from dataclasses import dataclass, replace
from datetime import datetime

import nh3
from markupsafe import Markup

from events.core import calendars, links
from events.core.pages import plain
from events.schedule.snapshots import SessionView, SlotView, Snapshot

DESCRIPTION_LENGTH = 280
_READ_LENGTH = 1500
"""So much of an abstract is looked at; a description needs no more."""


@dataclass(frozen=True, slots=True)
class Said:
    """Everything an entry says but its UID, SEQUENCE and times of change. Equal means the bytes are equal.

    about      the beginning of the abstract as it was typed
    audience, track, unit_id, room_names   the columns that filtered feeds look at
    place_ids, join                        with times, place and status what raises SEQUENCE
    """

    code: str
    title: str
    names: str
    about: str
    location: str
    path: str
    starts_at: datetime
    ends_at: datetime
    timezone: str
    cancelled: bool
    audience: str
    track: str
    track_name: str
    unit_id: int | None
    room_names: tuple[str, ...]
    place_ids: tuple[int, ...]
    join: str

    @property
    def rescheduling(self) -> tuple[object, ...]:
        """What raises SEQUENCE when it changes (RFC 5546 section 2.1.4, and in practice room and join link)."""
        return (self.starts_at, self.ends_at, self.place_ids, self.location, self.cancelled, self.join)

    def as_cancelled(self) -> "Said":
        return replace(self, cancelled=True)


def said(view: Snapshot, session: SessionView, slot: SlotView) -> Said:
    track = view.track.get(session.track)
    return Said(
        code=session.code,
        title=session.title or "Closed session",
        names="" if session.closed else ", ".join(view.names(session)),
        about="" if session.closed else (session.abstract or session.description)[:_READ_LENGTH],
        location=view.place(slot),
        path=f"/events/{view.event.slug}/sessions/{session.code}",
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        timezone=slot.timezone,
        cancelled=session.cancelled,
        audience=session.visibility,
        track=session.track,
        track_name=track.name if track else "",
        unit_id=session.unit_id,
        room_names=view.room_names(slot),
        place_ids=slot.rooms,
        join=session.join,
    )


def render(slot_uid: str, said: Said, sequence: int, last_modified: datetime) -> bytes:
    """The VEVENT's bytes."""
    url = links.absolute(said.path)
    return calendars.render(
        calendars.Vevent(
            links.uid(slot_uid),
            said.title,
            said.starts_at,
            said.ends_at,
            said.timezone,
            last_modified=last_modified,
            description=_description(url, said),
            location=said.location,
            url=url,
            status="CANCELLED" if said.cancelled else "CONFIRMED",
            sequence=sequence,
            categories=(said.track_name,) if said.track_name else (),
            transparent=said.audience == "closed",
        )
    )


def _description(url: str, said: Said) -> str:
    """Plain and short, the link first: some clients show HTML as it is written, some cut."""
    if said.audience == "closed":
        return ""
    words = _plain(said.about)
    if len(words) > DESCRIPTION_LENGTH:
        words = words[:DESCRIPTION_LENGTH].rsplit(" ", 1)[0] + " …"
    return "\n\n".join(part for part in (url, said.names, words) if part)


def _plain(text: str) -> str:
    """As `pages.plain`, but Markdown is only rendered where there may be some: 20 instead of 400 µs."""
    if "<" in text:
        return " ".join(Markup(nh3.clean(text, tags=set())).unescape().split())  # noqa: S704 - unescaped, never shown as HTML
    if any(mark in text for mark in "*_`[#>&"):
        return plain(text)
    return " ".join(text.split())
