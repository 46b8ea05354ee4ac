"""A file into an event, or only shown what it would do: the same work in a transaction, which a preview takes back.

So a preview is never another opinion than the import. Programmes (frab, pretalx) and sheets go through one door,
`schedule.importing.bring`; this file says which is which, and compares the draft before with the draft after.
"""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime

import asyncpg

from events.core import database
from events.core.locales import _
from events.schedule import importing, moves
from events.schedule.frab import Problem, Programme
from events.schedule.history import By
from events.schedule.importing import NotImported, Report
from events.sheets import comparing, draft, formats
from events.sheets.brought import Ask, Rights, Sheets, Step, conference, no_rooms
from events.sheets.columns import ROOMS, SESSIONS
from events.sheets.comparing import Line
from events.sheets.tables import Fault, Table, Unknown

__all__ = ["Ask", "Outcome", "Rights", "Stale", "Step", "bring"]


@dataclass
class Outcome:
    """What happened, or would. faults: errors refuse the file; report: the counts, as the command line says them."""

    report: Report
    kind: str = ""
    lines: list[Line] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    seen: str = ""
    refused: str = ""


class Stale(Exception):
    """Somebody changed the draft since the preview. Nothing was written."""


class _Undone(Exception):
    """Takes a preview back."""


async def bring(
    data: bytes, ask: Ask, at: datetime, step: Step = lambda _step: None, say: importing.Say = lambda _words: None
) -> Outcome:
    """Import a file, or look what that would do. What is wrong with the file is in the outcome. Raises Stale."""
    step("reading")
    known = await importing.event_of(ask.wish.event) if ask.wish.event else None
    say(f"reading {ask.wish.source} ({len(data) / 1e6:.1f} MB) …")
    outcome = Outcome(Report(event=ask.wish.event))
    try:
        timezone = known["timezone"] if known else ""
        found = await asyncio.to_thread(formats.read, data, ask.wish.source, timezone)
    except Unknown as error:
        outcome.faults = [Fault("error", "", 0, "", ask.wish.source, str(error))]
        outcome.report.problems = [Problem("error", ask.wish.source, 0, str(error))]
        return _refuse(outcome, str(error))
    outcome.kind = formats.words(found)
    try:
        async with database.transaction():
            await _inside(found, ask, outcome, at, step, say)
            if not ask.keep:
                raise _Undone
    except _Undone:
        pass
    except NotImported as error:
        outcome.report = error.report
        if all(one.level != "error" for one in outcome.faults):  # found while it was written: a room that is taken
            outcome.faults += [_fault(one) for one in error.report.problems if one.level == "error"]
        return _refuse(outcome, error.why)
    except asyncpg.ExclusionViolationError:
        return _refuse(outcome, _("Somebody else’s session took one of the rooms just now. Look again."))
    return outcome


async def _inside(
    found: Programme | list[Table], ask: Ask, outcome: Outcome, at: datetime, step: Step, say: importing.Say
) -> None:
    event = await importing.event_of(ask.wish.event) if ask.wish.event else None
    before, newest = None, await draft.newest()
    step("comparing")
    if event is not None:
        await moves.lock(event["id"])
        before = await draft.load(event["id"])
        outcome.seen = before.fingerprint()
        if ask.seen and ask.seen != outcome.seen:
            raise Stale
    by = By(ask.rights.person, ask.command)
    codes: frozenset[str] | None = None
    if isinstance(found, Programme):
        step("writing")
        if ask.wish.event and not found.conference.title:
            found.conference = conference(ask.wish.event, found.conference.timezone)
        outcome.report = await importing.bring_programme(found, ask.wish, at, say, by)
        outcome.faults = [_fault(one) for one in found.problems]
    else:
        sheets = Sheets(found, ask, outcome.report, by, step)
        try:
            await importing.bring(sheets.brought(at), ask.wish, outcome.report, at, say, by)
        finally:
            outcome.faults = sheets.wanted.faults
        codes = sheets.wanted.codes
    step("checking")
    if not outcome.report.event:
        return
    made = await importing.event_of(outcome.report.event)
    assert made is not None
    after = await draft.load(made["id"])
    outcome.lines = comparing.differences(before, after, codes, newest)
    if isinstance(found, Programme) and not ask.rights.rooms:
        _refuse_rooms(outcome)
    outcome.faults += [
        Fault("warning", SESSIONS, 0, "rooms", "", _("Two sessions in one room: %(words)s") % {"words": words})
        for words in outcome.report.accepted
    ]
    # What the commit would find, a preview has to find too.
    await database.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _refuse_rooms(outcome: Outcome) -> None:
    touched = [line for line in outcome.lines if line.sheet == ROOMS]
    if touched:
        outcome.faults += [Fault("error", ROOMS, 0, "name", line.title, no_rooms()) for line in touched]
        outcome.report.refused = len(touched)
        raise NotImported(no_rooms(), Report(event=outcome.report.event, refused=len(touched)))


def _refuse(outcome: Outcome, why: str) -> Outcome:
    outcome.refused, outcome.lines = why, []
    outcome.report.created = outcome.report.changed = outcome.report.unchanged = 0
    rows = {(one.sheet, one.line) for one in outcome.faults if one.level == "error"}
    outcome.report.refused = max(outcome.report.refused, len(rows), 1)
    return outcome


def _fault(problem: Problem) -> Fault:
    return Fault(problem.level, "", problem.line, problem.what, "", problem.why)
