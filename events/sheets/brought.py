"""Our sheets on their way into a draft: compared, refused as a whole, or written table by table."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from events.core import database
from events.core.locales import _
from events.core.wall_time import read_day
from events.schedule import importing
from events.schedule.frab import Conference, Problem
from events.schedule.history import By
from events.schedule.imported_rows import Tally, Target
from events.schedule.importing import Brought, NotImported, Report, Wish
from events.sheets import draft, people_rows, request_rows, room_rows, session_rows, slot_rows, wanted
from events.sheets.columns import CODE, PEOPLE, ROOMS, SESSIONS
from events.sheets.draft import Draft
from events.sheets.tables import Fault, Table
from events.sheets.wanted import Wanted
from events.sheets.wanted_rooms import RoomWanted

Step = Callable[[str], None]
"""Hears how far it is: reading, comparing, writing, checking."""


@dataclass(frozen=True)
class Rights:
    """Who asks, and what they may beside the programme. person: None for the command line, which may all."""

    person: int | None = None
    rooms: bool = True
    emails: bool = True


@dataclass(frozen=True)
class Ask:
    """What is asked for.

    keep   False: only look, and take it back
    seen   the draft's fingerprint that the preview was made of; another one is stale; "" does not ask
    """

    wish: Wish
    rights: Rights = field(default_factory=Rights)
    keep: bool = True
    seen: str = ""
    command: UUID | None = None


def no_rooms() -> str:
    return _("Rooms are shared by all events: only who keeps the venues may add or change one.")


def conference(slug: str, timezone: str) -> Conference:
    """For an event that is made of a file which says nothing about it."""
    title = " ".join(word.capitalize() for word in slug.replace("-", " ").split())
    return Conference(slug, title, "", "", "", None, None, timezone or "UTC")


class Sheets:
    """Our sheets on their way into a draft."""

    def __init__(self, tables: list[Table], ask: Ask, report: Report, by: By, step: Step) -> None:
        self.tables, self.ask, self.report, self.by, self.step = tables, ask, report, by, step
        self.wanted = Wanted()

    def brought(self, at: datetime) -> Brought:
        zones = self._cells(SESSIONS, "time zone")
        days = sorted(day for text in self._cells(SESSIONS, "day") if (day := read_day(text)))
        today = at.date()
        timezone = next((zone for zone in zones if zone), "UTC")
        return Brought(
            conference(self.ask.wish.event, timezone),
            (days[0], days[-1]) if days else (today, today),
            False,
            self._write,
        )

    async def _write(self, target: Target, tally: Tally, at: datetime, say: importing.Say) -> list[int]:
        now = await draft.load(target.event_id)
        await self._compare(now)
        venue_id = now.venue[0]
        self.step("writing")
        if now.venue[0] is None and (self.wanted.rooms or self._cells(ROOMS, "name") or self._names_rooms()):
            venue_id = await room_rows.venue_named(
                now.venue[1] or conference(self.ask.wish.event, "").title, now.timezone
            )
        if venue_id is not None and target.venue_id is None:
            await database.execute("UPDATE event SET venue_id = $2 WHERE id = $1", target.event_id, venue_id)
        rooms = await room_rows.write(self.wanted.rooms, venue_id, now.timezone)
        people = await people_rows.write(target, self.wanted.people, at)
        differing = [one for one in self.wanted.sessions if one.differs]
        where = await session_rows.write(target, now, differing, people, at, tally)
        await request_rows.write(differing, where, now.known.zone, self.ask.rights.person, at)
        moved = await slot_rows.write(target, differing, where, rooms, at, tally, self.by)
        tally.kept = len(self.wanted.sessions) - len(tally.touched | tally.created)
        say(f"{len(self.wanted.sessions):,} sessions are there")
        return moved

    def _names_rooms(self) -> bool:
        return any(isinstance(room, str) for one in self.wanted.sessions for slot in one.slots for room in slot.rooms)

    async def _compare(self, now: Draft) -> None:
        """Fill `wanted`. Raises NotImported when something cannot be taken."""
        venues = {*self._cells(ROOMS, "venue")} - {""}
        if now.venue[0] is None and (main := next((one for one in self._cells(ROOMS, "venue") if one), "")):
            found = await database.value("SELECT id FROM venue WHERE name = $1 ORDER BY id LIMIT 1", main)
            now.venue = (found, main)
        elsewhere = await draft.rooms_of(venues, now.venue[0]) if venues else {}
        others = await draft.others(self._codes(), self._emails() if self.ask.rights.emails else [])
        self.wanted = await asyncio.to_thread(
            wanted.compare, self.tables, now, others, elsewhere, emails=self.ask.rights.emails
        )
        self._make_rooms(now)
        if self.wanted.rooms and not self.ask.rights.rooms:
            self.wanted.faults += [Fault("error", ROOMS, 0, "name", one.name, no_rooms()) for one in self.wanted.rooms]
        self.report.problems = [
            Problem(one.level, " ".join([one.sheet, one.column]).strip(), one.line, one.words)
            for one in self.wanted.faults
        ]
        refused = self.wanted.faults if self.ask.wish.strict else self.wanted.errors
        if refused:
            self.report.refused = len({(one.sheet, one.line, one.column if not one.line else "") for one in refused})
            raise NotImported(_("Some rows cannot be taken, so nothing was written"), self.report)

    def _make_rooms(self, now: Draft) -> None:
        """An event without a venue gets one with the rooms its sessions name: there is nothing they could mistake."""
        known = {one.key for one in self.wanted.rooms}
        for session in self.wanted.sessions:
            for slot in session.slots:
                for key in slot.rooms:
                    if isinstance(key, str) and key not in known:
                        venue, _line, name = key.partition("\n")
                        known.add(key)
                        self.wanted.rooms.append(RoomWanted(venue, name, {}))

    def _cells(self, sheet: str, column: str) -> list[str]:
        return [
            cells[column].strip()
            for table in self.tables
            if table.name == sheet
            for _line, cells in table.rows
            if column in cells
        ]

    def _codes(self) -> list[str]:
        """Of people, as far as they can be codes at all."""
        named = (
            code for text in self._cells(SESSIONS, "people") for code in re.findall(r"\[([A-Za-z0-9]{1,8})\]", text)
        )
        return sorted({code.upper() for code in (*self._cells(PEOPLE, CODE.name), *named)} - {""})

    def _emails(self) -> list[str]:
        return sorted({text.lower() for text in self._cells(PEOPLE, "e-mail")} - {""})
