"""The Atom feed of an event's releases: what changed, for whoever watches a programme (RFC 4287). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from uuid import UUID
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from markupsafe import escape

from events.core.locales import _, babel_locale, ngettext
from events.schedule.diffs import Change, Changes, What
from events.schedule.snapshots import SlotView

MEDIA_TYPE = "application/atom+xml; charset=utf-8"
MOST = 50
"""Changes of one release that are said one by one: nobody reads more, and to say thousands takes seconds."""


@dataclass(frozen=True, slots=True)
class Told:
    """A release; changes: the first of those that everybody may know of; more: how many others there are."""

    number: int
    at: datetime
    name: str
    note: str
    changes: Changes
    more: int


def feed(title: str, guid: UUID, address: str, releases: Sequence[Told]) -> bytes:
    """address: of the event's page; releases: the newest first, at least one."""
    parts = [
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">',
        f"<id>urn:uuid:{guid}</id>",
        f"<title>{escape(title)}</title>",
        f"<updated>{_stamp(releases[0].at)}</updated>",
        f"<author><name>{escape(title)}</name></author>",
        f'<link rel="self" href="{escape(address)}/feed.atom"/>',
        f'<link href="{escape(address)}/schedule"/>',
    ]
    for one in releases:
        parts += [
            "<entry>",
            f"<id>urn:uuid:{guid}:release:{one.number}</id>",
            f"<title>{escape(title_of(one.number, one.name))}</title>",
            f"<updated>{_stamp(one.at)}</updated>",
            f'<link href="{escape(address)}/schedule"/>',
            f'<content type="html">{escape(_content(address, one))}</content>',
            "</entry>",
        ]
    parts.append("</feed>\n")
    return "\n".join(parts).encode()


def title_of(number: int, name: str) -> str:
    """What a release is called: "Programme, version 3: Preliminary programme"."""
    if name:
        return _("Programme, version %(number)s: %(name)s") % {"number": number, "name": name}
    return _("Programme, version %(number)s") % {"number": number}


def _content(address: str, told: Told) -> str:
    parts = [f"<p>{escape(told.note)}</p>"] if told.note else []
    if told.changes:
        parts.append(f"<ul>{''.join(_line(address, one) for one in told.changes.changes)}</ul>")
        if told.more:
            said = ngettext("%(num)s change more", "%(num)s changes more", told.more) % {"num": told.more}
            parts.append(f"<p>{escape(said)}</p>")
    elif told.changes.since == 0:
        parts.append(f"<p>{escape(_('The first programme is out.'))}</p>")
    return "".join(parts)


def _line(address: str, change: Change) -> str:
    title = escape(change.title or _("Closed session"))
    return f'<li><a href="{escape(address)}/sessions/{escape(change.code)}">{title}</a>: {escape(words(change))}</li>'


def words(change: Change) -> str:
    """What changed of one session, in words: "moved from … to …; new room: Janson"."""
    return "; ".join(_said(what, change) for what in change.what)


def _said(what: What, change: Change) -> str:
    match what:
        case What.TIME if change.before and change.after:
            values = {"old": span(change.before), "new": span(change.after)}
            return _("moved from %(old)s to %(new)s") % values
        case What.ROOM:
            return _("new room: %(room)s") % {"room": change.place_after or _("to be announced")}
        case What.ADDED if change.after:
            return _("new, %(when)s") % {"when": span(change.after)}
        case What.CANCELLED:
            return _("cancelled")
        case What.RESTORED:
            return _("takes place after all")
        case What.REMOVED:
            return _("no longer in the programme")
        case What.JOIN:
            return _("new join link")
        case What.PEOPLE:
            return _("other people")
        case What.VISIBILITY:
            return _("open to others than before")
        case _:
            return _("new words")


def span(slot: SlotView) -> str:
    """Thu, Jun 25, 9:30 AM CDT."""
    return _moment(slot.starts_at, slot.timezone, babel_locale())


@lru_cache(maxsize=2000)
def _moment(at: datetime, zone: str, locale: str) -> str:
    """Many sessions begin at one time, and Babel takes 0.1 ms to say it."""
    local = at.astimezone(ZoneInfo(zone))
    written: str = format_datetime(local, "EEE, MMM d, ", locale=locale)
    return f"{written}{format_datetime(local, 'h:mm a', locale=locale)} {local.tzname()}".replace("\u202f", " ")


def count(changes: Changes) -> str:
    return ngettext("%(num)s change", "%(num)s changes", len(changes)) % {"num": len(changes)}


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
