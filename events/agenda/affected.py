"""Before publishing: who in the programme is hit by the changes of a draft, and what each would be told.

The same rules as `presenters`, which writes the messages once it is published: there from what a release keeps, here
from what it would say.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from events.agenda import presenter_letters
from events.agenda.presenter_letters import Line
from events.agenda.presenters import REACHABLE, TOLD
from events.core import database
from events.planning.resources import KINDS
from events.schedule import diffs
from events.schedule.diffs import Change, Changes, What
from events.schedule.roles import ROLES
from events.schedule.snapshots import Snapshot


@dataclass(frozen=True, slots=True)
class Affected:
    """Somebody in the programme.

    roles     in the sessions that change, in words
    lines     what they would be told
    reached   False: there is no address to write to
    """

    name: str
    roles: tuple[str, ...]
    lines: tuple[Line, ...]
    reached: bool


@dataclass(frozen=True, slots=True)
class Booked:
    """A bookable resource of sessions that change: an interpreter pair, a recording crew. It has no address."""

    name: str
    kind: str
    note: str
    sessions: tuple[str, ...]


def told(changes: Changes, at: datetime) -> list[Change]:
    """The changes that everybody in a session is told of: of time, place or state, and not of what is over."""
    return [change for change in changes.changes if not TOLD.isdisjoint(change.what) and _ahead(change, at)]


async def people(slug: str, changes: Changes, last: Snapshot | None, at: datetime) -> tuple[Affected, ...]:
    """By name; whoever is reached, and who is not."""
    lines: dict[int, dict[str, Line]] = defaultdict(dict)
    roles: dict[int, dict[str, None]] = defaultdict(dict)
    known: dict[int, tuple[str, bool]] = {}
    found = told(changes, at)
    by_session: dict[int, list[Change]] = defaultdict(list)
    for change in found:
        by_session[change.session_id].append(change)
    for row in await database.rows(_ROLES, list(by_session)):
        known[row["id"]] = row["name"], row["reached"]
        roles[row["id"]][str(ROLES.get(row["role"], row["role"]))] = None
        for change in by_session[row["session_id"]]:
            lines[row["id"]][str(change.slot_id)] = _line(slug, change)
    moved = list(_comers_and_goers(changes, last, at))
    by_code = {row["code"]: row for row in await database.rows(_BY_CODES, sorted({code for code, _c, _k in moved}))}
    for code, change, kind in moved:
        if code not in by_code:
            continue
        person = by_code[code]["id"]
        known[person] = by_code[code]["name"], by_code[code]["reached"]
        if kind == "new":
            for one in by_session[change.session_id]:
                lines[person].pop(str(one.slot_id), None)
        key = str(change.slot_id) if kind == "off" else f"{kind} {change.slot_id}"
        lines[person][key] = _line(slug, change, kind)
    return tuple(
        Affected(name, tuple(roles[person]), tuple(lines[person].values()), reached)
        for person, (name, reached) in sorted(known.items(), key=lambda item: (item[1][0].casefold(), item[0]))
        if lines[person]
    )


async def resources(changes: Sequence[Change]) -> tuple[Booked, ...]:
    """What is booked for these sessions, by name."""
    titles = {change.session_id: change.title for change in changes}
    rows = await database.rows(
        "SELECT r.id, r.name, r.kind, r.note, x.session_id FROM session_resource x"
        " JOIN resource r ON r.id = x.resource_id WHERE x.session_id = any($1)"
        " ORDER BY lower(r.name), r.id, x.session_id",
        list(titles),
    )
    sessions: dict[int, list[str]] = defaultdict(list)
    for row in rows:
        sessions[row["id"]].append(titles[row["session_id"]])
    named = {row["id"]: row for row in rows}
    return tuple(
        Booked(row["name"], str(KINDS.get(row["kind"], row["kind"])), row["note"], tuple(sessions[number]))
        for number, row in named.items()
    )


_ROLES = f"""
SELECT p.id, p.name, r.session_id, r.role, {REACHABLE} AS reached
FROM session_person r JOIN person p ON p.id = r.person_id
WHERE r.session_id = any($1) AND p.erased_at IS NULL ORDER BY r.position, r.id
"""  # noqa: S608 - words of ours

_BY_CODES = f"""
SELECT p.id, p.code, p.name, {REACHABLE} AS reached FROM person p WHERE p.code = any($1) AND p.erased_at IS NULL
"""  # noqa: S608 - words of ours


def _comers_and_goers(changes: Changes, last: Snapshot | None, at: datetime) -> Iterable[tuple[str, Change, str]]:
    """Who came into a session, who left it, and who was in one that is gone: a code, the change, and what it is."""
    for change in changes.changes if last else ():
        if not _ahead(change, at):
            continue
        if What.REMOVED in change.what:
            yield from ((code, change, "off") for code in change.people)
        elif What.PEOPLE in change.what and last is not None and change.code in last.by_code:
            before = {code for code, _role in last.by_code[change.code].people}
            now = set(change.people)
            yield from ((code, change, "new") for code in sorted(now - before))
            yield from ((code, change, "left") for code in sorted(before - now))


def _line(slug: str, change: Change, kind: str = "") -> Line:
    [stored] = diffs.to_json(Changes(1, (change,)))
    line = presenter_letters.line_of(slug, stored)
    if kind not in ("new", "left"):
        return line
    return Line(kind, line.code, line.title, line.path, now=line.now if kind == "new" else None)


def _ahead(change: Change, at: datetime) -> bool:
    return any(view is not None and view.ends_at > at for view in (change.before, change.after))
