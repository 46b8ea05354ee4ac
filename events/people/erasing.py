"""Erasing somebody who asks: what this room keeps of them goes at once, and the row stays without a word in it.

The row stays because orders and programmes point to it: what was bought has to be kept for the accounts, and whoever
spoke at a conference spoke there. Their own rooms say how long (`registration.retention`), and a name that stands in a
programme stays until it is taken out of it. Confirmed by a fresh sign-in code: a browser that was left open erases
nobody.
"""

from dataclasses import dataclass
from datetime import datetime

from events.core import database
from events.core.access import Limit, Limiter
from events.core.errors import DomainError
from events.core.locales import _
from events.people import codes, merges, roles, sign_in
from events.people.codes import Proof, Wrong

CODES = Limit("codes to delete an account, by a person", "6/hour")


class NoAddress(DomainError):
    """Whoever has no address cannot prove anything; it cannot be reached by signing in."""

    status = 409

    def __init__(self) -> None:
        super().__init__(_("Add an e-mail address first: we send a code there, to be sure that it is you."))


@dataclass(frozen=True, slots=True)
class Named:
    """A programme that names the person. It does so as published, until its organizers take them out."""

    title: str
    path: str
    contact: str


async def ask(person: int, limiter: Limiter, key: bytes, at: datetime) -> str:
    """Mail a sign-in code to the person's main address. Returns the handle that the browser keeps. Raises TooMany."""
    await limiter.hit(CODES, str(person))
    email = await database.value("SELECT email FROM address WHERE person_id = $1 AND is_primary", person)
    if email is None:
        raise NoAddress
    return await codes.ask(codes.SIGN_IN, email, key, at, topic=sign_in.TOPIC, person=person)


async def confirmed(person: int, handle: str, typed: str, key: bytes, at: datetime) -> Proof | Wrong:
    """Spend the code that this person asked for here, in the caller's transaction.

    A wrong one is returned, so that counting it is committed. Raises Unreadable, ProofOver, CodesOver.
    """
    asked = await codes.peek_handle(handle, at)
    if asked is None or asked.person != person:  # a code to sign in belongs to nobody yet
        raise codes.ProofOver
    return await codes.use_code(codes.SIGN_IN, handle, codes.read_code(typed), key, at)


async def erase(person: int, at: datetime) -> None:
    """Take away what signs them in, what they may do, and what they wrote. Inside the caller's transaction.

    A membership goes back to the roster it came from, which is the association's. Twice is once.

    Raises LastAdministrator.
    """
    await roles.leave(person)
    await database.execute(
        "DELETE FROM email_code WHERE person_id = $1 OR email IN (SELECT email FROM address WHERE person_id = $1)",
        person,
    )
    for table in ("sign_in", "address"):
        await database.execute(f"DELETE FROM {table} WHERE person_id = $1", person)  # noqa: S608 - two names of ours
    await database.execute("UPDATE membership SET person_id = NULL, claimed_at = NULL WHERE person_id = $1", person)
    await database.execute(
        "UPDATE person SET erased_at = coalesce(erased_at, $2), locale = 'en', timezone = '' WHERE id = $1", person, at
    )
    await merges.forget_person(person)
    await blank(person)


async def blank(person: int | None = None) -> int:
    """Blank the words of erased people who stand in no programme (any more). Returns how many it were.

    person   only this one
    """
    return await database.execute(
        "UPDATE person p SET name = '', biography = '', affiliation = '' WHERE erased_at IS NOT NULL"
        " AND (name, biography, affiliation) <> ('', '', '') AND ($1::int IS NULL OR id = $1)"
        " AND NOT EXISTS (SELECT FROM session_person r WHERE r.person_id = p.id)",
        person,
    )


async def programmes_of(person: int) -> list[Named]:
    """The programmes whose published or planned sessions name the person."""
    rows = await database.rows(
        "SELECT DISTINCT e.title, e.slug, e.contact_email, e.starts_on FROM session_person r"
        " JOIN session s ON s.id = r.session_id JOIN event e ON e.id = s.event_id"
        " WHERE r.person_id = $1 ORDER BY e.starts_on DESC LIMIT 50",
        person,
    )
    return [Named(row["title"], f"/events/{row['slug']}", row["contact_email"]) for row in rows]
