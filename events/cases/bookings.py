"""What is arranged for a session: one of the event's bookable resources, a seat, anything in words.

The resource is given to the session as planning does it, so that nobody books the same interpreters elsewhere at that
time; for whom it is stands only here.
"""

from collections.abc import Collection
from datetime import datetime

from events.cases.sessions import KEPT, TIMES
from events.core import database
from events.core.errors import NotFound, Unreadable
from events.core.locales import _
from events.schedule import booked_resources


async def book(case: int, event: int, session: str, resource: int | None, arranged: str, at: datetime) -> None:
    """Arrange something for a session, given by its code; again with what is so now. Locks the case's row before.

    Raises NotFound for another event's session, Unreadable for a resource that this event does not have.
    """
    number = await database.value("SELECT id FROM session WHERE event_id = $1 AND code = $2", event, session)
    if number is None:
        raise NotFound
    known = await database.value("SELECT true FROM resource WHERE event_id = $1 AND id = $2", event, resource)
    if resource is not None and not known:
        raise Unreadable({"resource": _("Choose of the event’s resources.")})
    if resource is None and not arranged:
        raise Unreadable({"arranged": _("Choose what is booked, or say what is arranged.")})
    async with database.transaction():
        await database.execute("SELECT FROM care_case WHERE id = $1 FOR UPDATE", case)
        held = await database.row(
            "SELECT resource_id, added FROM care_session WHERE case_id = $1 AND session_id = $2", case, number
        )
        added = bool(held and held["added"] and held["resource_id"] == resource)
        if held and held["added"] and held["resource_id"] != resource:
            await _give_back(case, number, held["resource_id"])
        if resource is not None and await booked_resources.give(number, resource):
            added = True
        await database.execute(
            "INSERT INTO care_session (case_id, session_id, resource_id, arranged, added, seen, kept, booked_at)"  # noqa: S608
            " SELECT c.id, s.id, $3, $4, $5, coalesce(en.times, ''),"
            f" {KEPT.format(person='c.person_id', session='s.id')}, $6"
            f" FROM care_case c JOIN session s ON s.id = $2 {TIMES} WHERE c.id = $1"
            " ON CONFLICT (case_id, session_id) DO UPDATE SET resource_id = $3, arranged = $4, added = $5,"
            " seen = excluded.seen, kept = excluded.kept, booked_at = $6",
            case,
            number,
            resource,
            arranged,
            added,
            at,
        )


async def unbook(case: int, event: int, session: str) -> None:
    """Free what is booked; a session that the person named stays named. Raises NotFound."""
    async with database.transaction():
        await database.execute("SELECT FROM care_case WHERE id = $1 FOR UPDATE", case)
        row = await database.row(
            "SELECT b.id, b.session_id, b.resource_id, b.asked, b.added FROM care_session b"
            " JOIN session s ON s.id = b.session_id WHERE b.case_id = $1 AND s.event_id = $2 AND s.code = $3",
            case,
            event,
            session,
        )
        if row is None:
            raise NotFound
        await _free(case, row["session_id"], row["resource_id"] if row["added"] else None)
        await database.execute("DELETE FROM care_session WHERE id = $1 AND NOT asked", row["id"])


async def release(cases: Collection[int]) -> None:
    """Free everything that is booked for these cases, in the caller's transaction."""
    rows = await database.rows(
        "SELECT case_id, session_id, resource_id, added FROM care_session"
        " WHERE case_id = any($1) AND booked_at IS NOT NULL ORDER BY session_id, case_id FOR UPDATE",
        list(cases),
    )
    for row in rows:
        await _free(row["case_id"], row["session_id"], row["resource_id"] if row["added"] else None)


async def _free(case: int, session: int, added: int | None) -> None:
    """added: the resource that this case gave the session."""
    if added is not None:
        await _give_back(case, session, added)
    await database.execute(
        "UPDATE care_session SET resource_id = NULL, arranged = '', added = false, seen = '', kept = false,"
        " booked_at = NULL WHERE case_id = $1 AND session_id = $2",
        case,
        session,
    )


async def _give_back(case: int, session: int, resource: int) -> None:
    """The session keeps the resource while another case needs it there, which then answers for it."""
    heir = await database.value(
        "UPDATE care_session SET added = true WHERE id = (SELECT id FROM care_session WHERE session_id = $1"
        " AND resource_id = $2 AND case_id <> $3 ORDER BY id LIMIT 1 FOR UPDATE) RETURNING id",
        session,
        resource,
        case,
    )
    if heir is None:
        await booked_resources.take(session, resource)
