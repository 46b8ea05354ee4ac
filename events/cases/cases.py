"""What a person asks for: told once, changed, withdrawn. Those who handle it get a mail without a word of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from events.cases import bookings, handlers, sessions
from events.cases.states import OPEN, CaseState, step
from events.core import database, outbox
from events.core.errors import DomainError, NotFound, StaleWrite, Unreadable, Way
from events.core.locales import _
from events.schedule import codes

MOST = 10
"""Open cases of one person in one event."""

NEWS = "mail.case_news"
"""To those who handle an event's cases: {case, person}, the person being who is told."""

SCOPES = ("event", "schedule", "sessions")


@dataclass(frozen=True, slots=True)
class Case:
    """reason: of the last move, where it has one. name, email: of the person, who may have been erased ("")."""

    id: int
    code: str
    event_id: int
    person_id: int
    name: str
    email: str
    state: CaseState
    kinds: tuple[str, ...]
    words: str
    scope: str
    owner_id: int | None
    owner: str
    due_on: date | None
    reason: str
    version: int
    wish_version: int
    asked_at: datetime
    changed_at: datetime
    event_title: str
    slug: str
    zone: str

    @property
    def open(self) -> bool:
        return self.state in OPEN

    @property
    def path(self) -> str:
        return f"/my/needs/{self.code}"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for. sessions: codes, only where scope is "sessions"."""

    kinds: tuple[str, ...]
    words: str
    scope: str
    sessions: tuple[str, ...] = ()


class CaseOver(DomainError):
    """Withdrawn or closed: nobody looks there any more."""

    status = 409

    def __init__(self, slug: str) -> None:
        super().__init__(_("This request is closed, and nothing was sent. If you need something, ask again."))
        self.next = [Way(f"/events/{slug}/needs", _("Ask again"))]


SELECT = """
SELECT c.id, c.code, c.event_id, c.person_id, p.name, coalesce(a.email, '') AS email, c.state, c.kinds, c.words,
    c.scope, c.owner_id, coalesce(o.name, '') AS owner, c.due_on, coalesce(m.reason, '') AS reason, c.version,
    c.wish_version, c.asked_at, c.changed_at, e.title AS event_title, e.slug, e.timezone AS zone
FROM care_case c JOIN person p ON p.id = c.person_id JOIN event e ON e.id = c.event_id
LEFT JOIN address a ON a.person_id = p.id AND a.is_primary LEFT JOIN person o ON o.id = c.owner_id
LEFT JOIN LATERAL (SELECT reason FROM care_move WHERE case_id = c.id ORDER BY id DESC LIMIT 1) m ON true
"""


def read(row: object) -> Case:
    values = dict(row)  # type: ignore[call-overload]
    return Case(**{**values, "state": CaseState(values["state"]), "kinds": tuple(values["kinds"])})


async def of_person(person: int, event: int | None = None) -> list[Case]:
    """Somebody's own, the latest first. event: None for all."""
    rows = await database.rows(
        SELECT + "WHERE c.person_id = $1 AND ($2::int IS NULL OR c.event_id = $2) ORDER BY c.id DESC", person, event
    )
    return [read(row) for row in rows]


async def own(person: int, code: str, *, lock: bool = False) -> Case:
    """Somebody's own case. Raises NotFound, also for another's. lock: nobody else changes it meanwhile."""
    row = await database.row(
        SELECT + "WHERE c.code = $1 AND c.person_id = $2" + (" FOR UPDATE OF c" if lock else ""), code, person
    )
    if row is None:
        raise NotFound
    return read(row)


async def of_event(event: int, code: str, *, lock: bool = False) -> Case:
    """Raises NotFound, also for another event's."""
    row = await database.row(
        SELECT + "WHERE c.code = $1 AND c.event_id = $2" + (" FOR UPDATE OF c" if lock else ""), code, event
    )
    if row is None:
        raise NotFound
    return read(row)


async def ask(event: int, person: int, wish: Wish, at: datetime) -> str:
    """The new case's code. Asking the same twice (a double click) is asking once. Raises Unreadable."""
    async with database.transaction():
        await database.execute("SELECT pg_advisory_xact_lock(hashtextextended('care ' || $1, $2))", str(event), person)
        there = [case for case in await of_person(person, event) if case.open]
        for case in there:
            if (set(case.kinds), case.words, case.scope) == (set(wish.kinds), wish.words, wish.scope):
                return case.code
        if len(there) >= MOST:
            raise Unreadable({"": _("You have %(num)s open requests here. Write in one of them.") % {"num": MOST}})
        code = codes.new()
        made = await database.value(
            "INSERT INTO care_case (code, event_id, person_id, state, kinds, words, scope, asked_at, changed_at)"
            " VALUES ($1, $2, $3, 'asked', $4, $5, $6, $7, $7) RETURNING id",
            code,
            event,
            person,
            list(wish.kinds),
            wish.words,
            wish.scope,
            at,
        )
        await moved(made, CaseState.ASKED, person, at)
        await _choose(made, event, person, wish)
        await tell_handlers(event, made, None)
    return code


async def change(code: str, person: int, wish: Wish, version: int, at: datetime) -> None:
    """Ask for something else. What was arranged stays booked until somebody has looked; the case is asked anew.

    Raises NotFound, CaseOver, Unreadable, StaleWrite with both states (two tabs).
    """
    async with database.transaction():
        case = await own(person, code, lock=True)
        if not case.open:
            raise CaseOver(case.slug)
        if case.wish_version != version:
            words = _("You changed this in another window. Nothing was saved; look at both and choose.")
            raise StaleWrite(words, {"words": case.words}, {"words": wish.words})
        await database.execute(
            "UPDATE care_case SET kinds = $2, words = $3, scope = $4, wish_version = wish_version + 1, changed_at = $5"
            " WHERE id = $1",
            case.id,
            list(wish.kinds),
            wish.words,
            wish.scope,
            at,
        )
        await _choose(case.id, case.event_id, person, wish)
        if case.state in (CaseState.ARRANGED, CaseState.CANNOT):
            await move(case, CaseState.ASKED, person, at)
        await tell_handlers(case.event_id, case.id, case.owner_id)


async def withdraw(code: str, person: int, erase: bool, at: datetime) -> None:
    """Everything booked for it is free again. erase: nothing of it stays. Doing it twice is doing it once.

    Raises NotFound, CaseOver for one that was closed.
    """
    async with database.transaction():
        case = await own(person, code, lock=True)
        if case.state is CaseState.CLOSED and not erase:
            raise CaseOver(case.slug)
        await bookings.release([case.id])
        if erase:
            await database.execute("DELETE FROM care_case WHERE id = $1", case.id)
        elif case.open:
            await move(case, CaseState.WITHDRAWN, person, at)
            await tell_handlers(case.event_id, case.id, case.owner_id)


async def move(case: Case, new: CaseState, by: int, at: datetime, reason: str = "") -> None:
    """Bring a locked case into another state, in the caller's transaction. Raises IllegalMove."""
    step(case.state, new)
    await database.execute(
        "UPDATE care_case SET state = $2, version = version + 1, changed_at = $3 WHERE id = $1", case.id, new.value, at
    )
    await moved(case.id, new, by, at, reason)


async def moved(case: int, new: CaseState, by: int, at: datetime, reason: str = "") -> None:
    await database.execute(
        "INSERT INTO care_move (case_id, new, reason, by_id, moved_at) VALUES ($1, $2, $3, $4, $5)",
        case,
        new.value,
        reason,
        by,
        at,
    )


async def tell_handlers(event: int, case: int, owner: int | None, but: int | None = None) -> None:
    """One mail to its owner, or while it has none to everybody who handles this event's cases."""
    there: Collection[int] = [one.id for one in await handlers.of(event)]
    for person in [owner] if owner in there else there:
        if person != but:
            await outbox.write(NEWS, {"case": case, "person": person})


async def _choose(case: int, event: int, person: int, wish: Wish) -> None:
    """Note the sessions that are named: published ones that the person keeps, or named before. Raises Unreadable."""
    before = await _named(case)
    wanted = wish.sessions if wish.scope == "sessions" else ()
    known = {one.code for one in await sessions.choices(event, person, before)}
    if not set(wanted) <= known:
        raise Unreadable({"sessions": _("Choose of the sessions in your schedule.")})
    await database.execute(
        "DELETE FROM care_session b USING session s WHERE b.case_id = $1 AND s.id = b.session_id"
        " AND b.booked_at IS NULL AND s.code <> all($2)",
        case,
        list(wanted),
    )
    await database.execute(
        "UPDATE care_session b SET asked = s.code = any($2) FROM session s"
        " WHERE b.case_id = $1 AND s.id = b.session_id",
        case,
        list(wanted),
    )
    await database.execute(
        "INSERT INTO care_session (case_id, session_id, asked) SELECT $1, s.id, true FROM session s"
        " WHERE s.event_id = $2 AND s.code = any($3) ON CONFLICT DO NOTHING",
        case,
        event,
        list(wanted),
    )


async def _named(case: int) -> Sequence[str]:
    rows = await database.rows(
        "SELECT s.code FROM care_session b JOIN session s ON s.id = b.session_id WHERE b.case_id = $1", case
    )
    return [row["code"] for row in rows]
