"""The columns of the three sheets: sessions with their times, people, rooms. Pure.

The headings are English words in every language, so that a file of one organizer can be read by the next.
"""

import re
from dataclasses import dataclass

from events.catalogue.room_sets import EQUIPMENT, SETS
from events.catalogue.rooms import ROOM_KINDS
from events.core.locales import _
from events.schedule.frab import clean
from events.schedule.request_words import NEEDS
from events.schedule.roles import ROLES
from events.schedule.session_forms import VISIBILITIES
from events.schedule.states import SessionState
from events.sheets import cells, kinds
from events.sheets.cells import Wrong
from events.sheets.kinds import Column, Known

SESSIONS, PEOPLE, ROOMS = "Sessions", "People", "Rooms"
SPEAKER = "speaker"


@dataclass(frozen=True, slots=True)
class Part:
    """Somebody in a session. code: "" for who is named and has none yet."""

    code: str
    name: str
    role: str = SPEAKER


_PART = re.compile(r"(.*?)(?:\s*\[([A-Za-z0-9]{1,8})\])?(?:\s*\((" + "|".join(ROLES) + r")\))?", re.DOTALL)


def _write_people(people: tuple[Part, ...]) -> str:
    """Ada Lovelace [ADA222]; Grace Hopper [GRACE2] (moderator)."""
    return cells.joined(f"{one.name} [{one.code}]" + (f" ({one.role})" * (one.role != SPEAKER)) for one in people)


def _read_people(typed: str, _known: Known) -> tuple[Part, ...]:
    found = []
    for words in kinds.values(typed):
        read = _PART.fullmatch(words)
        assert read is not None
        part = Part((read[2] or "").upper(), clean(read[1]), read[3] or SPEAKER)
        if not part.name and not part.code:
            raise Wrong(
                _("Write names such as “Ada Lovelace [ADA222] (moderator)”; the code and the role may be left out.")
            )
        if len(part.name) > 200:
            raise Wrong(
                _("%(most)s characters are the most; this has %(count)s.") % {"most": 200, "count": len(part.name)}
            )
        found.append(part)
    return tuple(dict.fromkeys(found))


_ADDRESS = re.compile(r"(?:(.*?)\s*<)?((?:https?://|mailto:)[^\s<>]+)>?", re.IGNORECASE | re.DOTALL)


def _write_links(links: tuple[tuple[str, str], ...]) -> str:
    return cells.joined(f"{title} <{url}>" for title, url in links)


def _read_links(typed: str, _known: Known) -> tuple[tuple[str, str], ...]:
    found = []
    for words in kinds.values(typed):
        read = _ADDRESS.fullmatch(words)
        if read is None or len(read[2]) > 2000:
            raise Wrong(_("Write links such as: Slides <https://example.org/slides>"))
        found.append((clean(read[1] or "")[:300] or read[2], read[2]))
    return tuple(found)


def _read_join_link(typed: str, _known: Known) -> str:
    said = clean(typed)
    if said and not re.match(r"https?://\S+$", said):
        raise Wrong(_("A link begins with https://"))
    if len(said) > 500:
        raise Wrong(_("%(most)s characters are the most; this has %(count)s.") % {"most": 500, "count": len(said)})
    return said


def _read_unit(typed: str, known: Known) -> str:
    said = clean(typed)
    if said and said.lower() not in known.units:
        raise Wrong(_("There is no unit “%(unit)s”. Write its address or its name.") % {"unit": said[:60]})
    return known.units[said.lower()] if said else ""


def _read_units(typed: str, known: Known) -> tuple[str, ...]:
    return tuple(sorted({_read_unit(one, known) for one in kinds.values(typed)}))


def _read_resources(typed: str, known: Known) -> tuple[str, ...]:
    found = sorted({clean(one) for one in kinds.values(typed)})
    for one in found:
        if one not in known.resources:
            words = _("There is no bookable resource “%(name)s”. Add it under Planning first.")
            raise Wrong(words % {"name": one[:60]})
    return tuple(found)


def spans(name: str) -> Column:
    """Times in the event's zone, kept as `cells.span` writes them."""

    def read(typed: str, known: Known) -> tuple[str, ...]:
        found = sorted({cells.read_span(one, known.zone) for one in kinds.values(typed)})
        return tuple(cells.span(*one, known.zone) for one in found)

    return Column(name, read, cells.joined, (), (), 30)


def _read_code(typed: str, _known: Known) -> str:
    said = typed.strip().upper()
    if said and not re.fullmatch("[A-Z0-9]{3,12}", said):
        raise Wrong(_("A code has 3 to 12 letters and digits. Leave the cell empty for a new one."))
    return said


def _read_person_code(typed: str, _known: Known) -> str:
    said = typed.strip().upper()
    if said and not re.fullmatch("[A-Z0-9]{3,8}", said):
        raise Wrong(_("A code has 3 to 8 letters and digits. Leave the cell empty for a new one."))
    return said


REQUEST_STATES = ("draft", "submitted", "asked_back", "granted", "declined")

CODE = Column("code", _read_code, str, "", ("id", "session code"), 9)
TITLE = kinds.line("title", 300, width=44, also=("name of the session", "session"))

OF_SESSION: tuple[Column, ...] = (
    TITLE,
    kinds.line("subtitle", 300, width=24),
    kinds.line("type", 200, also=("session type",)),
    kinds.line("track", 200),
    Column("unit", _read_unit, str, "", ("owner",), 20),
    Column("co-sponsors", _read_units, cells.joined, (), ("cosponsors",), 24),
    Column("people", _read_people, _write_people, (), ("speakers", "presenters"), 40),
    kinds.choice("state", [one.value for one in SessionState], "planned"),
    kinds.choice("visibility", VISIBILITIES, "public"),
    kinds.line("language", 12, width=10),
    kinds.line("level", 20),
    kinds.words("topics", 80),
    kinds.text("abstract"),
    kinds.text("description"),
    kinds.number("seats", 0, 1_000_000, also=("capacity",)),
    kinds.yes_no("ticketed"),
    kinds.yes_no("do not record"),
    Column("join link", _read_join_link, str, "", (), 24),
    Column("links", _read_links, _write_links, (), (), 30),
    Column("attachments", _read_links, _write_links, (), (), 30),
    Column("resources", _read_resources, cells.joined, (), ("bookable resources",), 24),
)

OF_REQUEST: tuple[Column, ...] = (
    kinds.choice("request", ("", *REQUEST_STATES), ""),
    kinds.number("headcount", 0, 100_000, also=("expected headcount", "people expected")),
    kinds.choice("room set", ("", *SETS), ""),
    kinds.number("minutes", 5, 1440, also=("duration",)),
    kinds.words("equipment", 40, options=tuple(EQUIPMENT)),
    kinds.words("needs", 40, options=tuple(NEEDS), also=("access and services",)),
    kinds.line("food", 300),
    kinds.text("note", 5_000, width=30),
    spans("preferred times"),
    spans("impossible times"),
)

OF_SLOT: tuple[Column, ...] = (
    kinds.line("day", 10, width=12, also=("date",)),
    kinds.line("start", 30, width=8, also=("starts", "from")),
    kinds.line("end", 30, width=8, also=("ends", "until")),
    kinds.line("last day", 10, width=12),
    kinds.line("time zone", 60, width=18, also=("timezone",)),
    kinds.words("rooms", 300, also=("room",)),
    kinds.number("set-up", 0, 1440, also=("setup",), empty=0),
    kinds.number("tear-down", 0, 1440, also=("teardown",), empty=0),
    kinds.yes_no("pinned"),
    kinds.line("slot", 36, width=38),
)

SESSION_COLUMNS = (CODE, *OF_SESSION, *OF_REQUEST, *OF_SLOT)

EMAIL = kinds.line("e-mail", 254, width=28, also=("email", "mail", "e-mail address"))
PERSON_COLUMNS = (
    Column("code", _read_person_code, str, "", ("person code",), 9),
    kinds.line("name", 200, width=28),
    kinds.line("affiliation", 200, width=28, also=("organization", "organisation", "institution")),
    kinds.text("biography", also=("bio",)),
    EMAIL,
)

ROOM_COLUMNS = (
    kinds.line("venue", 200, width=24),
    kinds.line("name", 120, width=24, also=("room",)),
    kinds.line("building", 200, width=20),
    kinds.line("zone", 120, width=16),
    kinds.choice("kind", ROOM_KINDS, "room"),
    kinds.number("capacity", 0, 1_000_000, also=("seats",)),
    kinds.words("parts", 120, also=("made of",)),
    kinds.yes_no("step-free", unknown=True, also=("step free", "accessible")),
    kinds.yes_no("hearing loop", unknown=True),
    kinds.words("equipment", 40, options=tuple(EQUIPMENT)),
    *(kinds.number(name.replace("_", " "), 0, 1_000_000) for name in SETS),
)

COLUMNS: dict[str, tuple[Column, ...]] = {SESSIONS: SESSION_COLUMNS, PEOPLE: PERSON_COLUMNS, ROOMS: ROOM_COLUMNS}


def heading(text: str) -> str:
    """A heading as it is compared: small letters, one space for dashes, underscores and line ends."""
    return " ".join(re.sub(r"[-_\s]+", " ", text.replace("\ufeff", "").lower()).split())
