"""What a person keeps about themselves: name, language, time zone, and the addresses they have proved to read."""

from dataclasses import dataclass
from datetime import datetime

from events.core import database
from events.core.access import Limit, Limiter
from events.core.errors import DomainError, NotFound, Unreadable
from events.core.locales import _
from events.people import codes
from events.people.codes import Proof

TOPIC = "mail.address_added"

ADDITIONS = Limit("mails to add an address, by a person", "10/hour")
ADDITIONS_TO = Limit("mails to add an address, to an address", "5/hour")


class AddressTaken(Unreadable):
    """Told only to somebody who has just read a mail at this address."""

    def __init__(self) -> None:
        super().__init__(
            {
                "code": _(
                    "This address signs in to another account. Sign in there with it and remove it, then add it here."
                )
            }
        )


class AddressStays(DomainError):
    status = 409

    def __init__(self) -> None:
        super().__init__(
            _("This is the address we write to. Make another one the main address first, then remove this.")
        )


@dataclass(frozen=True, slots=True)
class OwnAddress:
    id: int
    email: str
    is_primary: bool
    verified_at: datetime


async def change(person: int, name: str, locale: str, timezone: str) -> None:
    await database.execute(
        "UPDATE person SET name = $2, locale = $3, timezone = $4 WHERE id = $1", person, name, locale, timezone
    )


async def addresses_of(person: int) -> list[OwnAddress]:
    """The main address first."""
    found = await database.rows(
        "SELECT id, email, is_primary, verified_at FROM address WHERE person_id = $1 ORDER BY is_primary DESC, email",
        person,
    )
    return [OwnAddress(**row) for row in found]


async def ask_for_address(person: int, email: str, limiter: Limiter, key: bytes, at: datetime) -> str:
    """Mail a code to an address that is to be added. Returns the handle. The same whether or not it is somebody's."""
    await limiter.hit(ADDITIONS, str(person))
    await limiter.hit(ADDITIONS_TO, email)
    return await codes.ask(codes.ADD_ADDRESS, email, key, at, topic=TOPIC, person=person)


async def add_address(proof: Proof, at: datetime) -> None:
    """Add the proved address, in the caller's transaction. Adding it twice is no error. Raises AddressTaken."""
    owner = await database.value(
        "WITH made AS ("
        " INSERT INTO address (person_id, email, verified_at, is_primary)"
        " SELECT $1, $2, $3, NOT EXISTS (SELECT FROM address WHERE person_id = $1)"
        " ON CONFLICT (email) DO NOTHING RETURNING person_id)"
        " SELECT person_id FROM made UNION ALL SELECT person_id FROM address WHERE email = $2 LIMIT 1",
        proof.person,
        proof.email,
        at,
    )
    if owner != proof.person:
        raise AddressTaken


async def make_primary(person: int, address: int) -> None:
    """Raises NotFound when it is not theirs."""
    async with database.transaction():
        await database.execute("SELECT FROM person WHERE id = $1 FOR UPDATE", person)
        if not await database.value("SELECT true FROM address WHERE id = $1 AND person_id = $2", address, person):
            raise NotFound
        await database.execute("UPDATE address SET is_primary = false WHERE person_id = $1 AND is_primary", person)
        await database.execute("UPDATE address SET is_primary = true WHERE id = $1", address)


async def remove_address(person: int, address: int) -> None:
    """Remove one that is not the main address; so the last one stays. Raises NotFound, AddressStays."""
    removed = await database.execute(
        "DELETE FROM address WHERE id = $1 AND person_id = $2 AND NOT is_primary", address, person
    )
    if not removed:
        if await database.value("SELECT true FROM address WHERE id = $1 AND person_id = $2", address, person):
            raise AddressStays
        raise NotFound
