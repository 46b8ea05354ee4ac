"""Memberships that people have claimed: by the number on their card and a code sent to the roster's address."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from events.core import database
from events.core.access import Limit, Limiter
from events.people import codes
from events.people.codes import Proof

TOPIC = "mail.claim_membership"

ENDED = timedelta(days=2 * 365)
"""A row of the roster is deleted so long after its last day: who comes back late keeps their number."""

CLAIMS = Limit("membership claims by a person", "10/hour")
CLAIMS_OF = Limit("membership claims of a number", "5/hour")


@dataclass(frozen=True, slots=True)
class OwnMembership:
    """unit: the division's name, "" for the association as a whole."""

    number: str
    kind: str
    unit: str
    valid_from: date
    valid_to: date


async def of(person: int) -> list[OwnMembership]:
    """Claimed ones, the association's first."""
    found = await database.rows(
        "SELECT m.number, m.kind, coalesce(u.name, '') AS unit, m.valid_from, m.valid_to"
        " FROM membership m LEFT JOIN unit u ON u.id = m.unit_id WHERE m.person_id = $1"
        " ORDER BY m.unit_id IS NOT NULL, m.valid_to DESC, m.id",
        person,
    )
    return [OwnMembership(**row) for row in found]


async def ask_to_claim(person: int, number: str, limiter: Limiter, key: bytes, at: datetime) -> str:
    """Send a code to the address on the roster. Returns the handle.

    The same answer, row and message whether or not the number exists; the worker finds nobody to write to.
    """
    await limiter.hit(CLAIMS, str(person))
    await limiter.hit(CLAIMS_OF, number)
    row = await database.row(
        "SELECT id, email FROM membership WHERE number = $1 ORDER BY unit_id IS NOT NULL, id LIMIT 1", number
    )
    return await codes.ask(
        codes.CLAIM_MEMBERSHIP,
        row["email"] if row else "",
        key,
        at,
        topic=TOPIC,
        person=person,
        subject=row["id"] if row else None,
    )


async def claim(proof: Proof, at: datetime) -> int:
    """Bind every row of the proved number and address to the person, in the caller's transaction. Returns how many.

    Who reads the roster's address decides: a claim by somebody else before gives way.
    """
    return await database.execute(
        "UPDATE membership m SET person_id = $2, claimed_at = $3 FROM membership proved"
        " WHERE proved.id = $1 AND m.number = proved.number AND m.email = proved.email AND proved.email = $4",
        proof.subject,
        proof.person,
        at,
        proof.email,
    )


async def forget(at: datetime, limit: int) -> int:
    """Delete at most `limit` rows of the roster that ended long ago. Returns how many."""
    return await database.execute(
        "DELETE FROM membership WHERE id IN (SELECT id FROM membership WHERE valid_to < $1::date ORDER BY id LIMIT $2)",
        (at - ENDED).date(),
        limit,
    )
