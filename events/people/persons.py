"""Persons as rows: made once, with a guid and a public code that never change and are never given again."""

import secrets
import uuid
from datetime import datetime

from events.core import database

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Letters and digits that nobody mixes up when reading them aloud."""


def new_code(length: int = 6) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


async def create(
    name: str, at: datetime, *, locale: str = "en", source: str | None = None, email: str | None = None
) -> int:
    """Make a person, in the caller's transaction; returns the id.

    email    a verified address, which becomes the primary one; imported people have none
    source   the key of the import that named them
    """
    person: int | None = None
    while person is None:
        person = await database.value(
            "WITH made AS ("
            " INSERT INTO person (guid, code, name, locale, source, created_at)"
            " SELECT $1::uuid, $2::varchar, $3::varchar, $4::varchar, $5::varchar, $6::timestamptz"
            " WHERE NOT EXISTS (SELECT FROM former_key WHERE kind = 'code' AND key = $2)"
            " ON CONFLICT (code) DO NOTHING RETURNING id),"
            " addressed AS (INSERT INTO address (person_id, email, verified_at, is_primary)"
            " SELECT id, $7::varchar, $6, true FROM made WHERE $7::varchar IS NOT NULL)"
            " SELECT id FROM made",
            uuid.uuid4(),
            new_code(),
            name,
            locale,
            source,
            at,
            email,
        )
    return person
