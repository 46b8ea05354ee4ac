"""Duplicates that were found: looked for at night and on demand, listed for staff, told apart for good.

`duplicates.find` is pure and takes seconds over everybody, so what it finds is kept until it looks again.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime

from events.core import database, outbox
from events.people import duplicates
from events.people.duplicates import Candidate, Known, Reason

TOPIC = "people.duplicates"
"""The message that has a worker look again."""

PAGE = 50

SORTS = {
    "score": "d.score {way}, d.id",
    "name": "lower(p.name) {way}, d.score DESC, d.id",
    "found": "d.found_at {way}, d.score DESC, d.id",
}

_PEOPLE = """
SELECT p.id, p.name, p.affiliation, p.biography,
    (SELECT array_agg(DISTINCT lower(x.email)) FROM (
        SELECT email FROM address WHERE person_id = p.id
        UNION ALL SELECT email FROM proposal_person WHERE person_id = p.id
        UNION ALL SELECT email FROM registration WHERE person_id = p.id
        UNION ALL SELECT email FROM membership WHERE person_id = p.id) x WHERE x.email <> '') AS emails
FROM person p WHERE p.erased_at IS NULL
"""
# Tables of higher rooms: an address that somebody typed for a person is the best sign that two rows are one.


@dataclass(frozen=True, slots=True)
class Side:
    """One of two: email is the main address, "" for none; sessions: parts in them."""

    code: str
    name: str
    affiliation: str
    email: str
    sessions: int


@dataclass(frozen=True, slots=True)
class Line:
    """A pair in the list."""

    score: int
    reasons: list[str]
    one: Side
    other: Side


async def ask() -> None:
    """Have a worker look again; asking twice at once is once."""
    async with database.transaction():
        await database.execute("SELECT pg_advisory_xact_lock(hashtext($1))", TOPIC)
        if not await asked():
            await outbox.write(TOPIC, {})


async def asked() -> bool:
    """Whether a look is under way."""
    found: bool = await database.value(
        "SELECT EXISTS (SELECT FROM outbox_message WHERE topic = $1 AND done_at IS NULL AND failed_at IS NULL)", TOPIC
    )
    return found


async def look(at: datetime) -> int:
    """Find duplicates among everybody and keep them in place of those found before. Returns how many pairs."""
    people = [
        Known(row["id"], row["name"], row["affiliation"], row["biography"], frozenset(row["emails"] or ()))
        for row in await database.rows(_PEOPLE)
    ]
    apart = [
        (row["one_id"], row["other_id"]) for row in await database.rows("SELECT one_id, other_id FROM distinct_people")
    ]
    found = await asyncio.to_thread(duplicates.find, people, apart)  # seconds: others of this process go on
    await keep(found, at)
    return len(found)


async def keep(found: list[Candidate], at: datetime) -> None:
    async with database.transaction():
        await database.execute("SELECT pg_advisory_xact_lock(hashtext('duplicate candidates'))")
        await database.execute("DELETE FROM duplicate_candidate")
        await database.execute(
            "INSERT INTO duplicate_candidate (one_id, other_id, score, reasons, found_at)"
            " SELECT n.one, n.other, n.score, string_to_array(n.reasons, ' '), $5"
            " FROM unnest($1::int[], $2::int[], $3::int[], $4::text[]) AS n (one, other, score, reasons)"
            # somebody may have merged or told apart one of them since they were read
            " JOIN person p ON p.id = n.one JOIN person o ON o.id = n.other"
            " WHERE NOT EXISTS (SELECT FROM distinct_people x WHERE x.one_id = n.one AND x.other_id = n.other)",
            [pair.one for pair in found],
            [pair.other for pair in found],
            [pair.score for pair in found],
            [" ".join(pair.reasons) for pair in found],
            at,
        )


_LINES = """
SELECT d.score, d.reasons, count(*) OVER () AS total,
    p.code, p.name, p.affiliation, coalesce(a.email, '') AS email,
    (SELECT count(*) FROM session_person r WHERE r.person_id = p.id) AS sessions,
    o.code AS other_code, o.name AS other_name, o.affiliation AS other_affiliation,
    coalesce(b.email, '') AS other_email,
    (SELECT count(*) FROM session_person r WHERE r.person_id = o.id) AS other_sessions
FROM duplicate_candidate d
JOIN person p ON p.id = d.one_id AND p.erased_at IS NULL JOIN person o ON o.id = d.other_id AND o.erased_at IS NULL
LEFT JOIN address a ON a.person_id = p.id AND a.is_primary LEFT JOIN address b ON b.person_id = o.id AND b.is_primary
WHERE ($1 = '' OR p.name ILIKE $2 OR o.name ILIKE $2 OR p.affiliation ILIKE $2 OR o.affiliation ILIKE $2
    OR a.email ILIKE $2 OR b.email ILIKE $2 OR upper($1) IN (p.code, o.code))
AND ($3::int IS NULL
    OR d.one_id IN (SELECT r.person_id FROM session_person r JOIN session s ON s.id = r.session_id
        WHERE s.event_id = $3)
    OR d.other_id IN (SELECT r.person_id FROM session_person r JOIN session s ON s.id = r.session_id
        WHERE s.event_id = $3))
"""


async def listed(words: str, event: int | None, sort: str, page: int) -> tuple[list[Line], int]:
    """A page of the pairs, and how many there are in all.

    words   in a name, an affiliation or a main address of either, or a whole code
    event   only pairs of which one has a part in this event's sessions
    sort    a key of SORTS, "-" before it turns it round
    """
    way = "DESC" if sort.startswith("-") else "ASC"
    pattern = "%" + words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    order = SORTS[sort.lstrip("-")].format(way=way)
    rows = await database.rows(
        f"{_LINES} ORDER BY {order} LIMIT $4 OFFSET $5", words, pattern, event, PAGE, (page - 1) * PAGE
    )
    names = Side.__slots__
    lines = [
        Line(
            row["score"],
            [str(duplicates.WORDS[Reason(reason)]) for reason in row["reasons"]],
            Side(**{name: row[name] for name in names}),
            Side(**{name: row[f"other_{name}"] for name in names}),
        )
        for row in rows
    ]
    return lines, rows[0]["total"] if rows else 0


async def reasons_of(one: int, other: int) -> list[str]:
    """Why this pair is proposed; empty when it is not."""
    reasons: list[str] | None = await database.value(
        "SELECT reasons FROM duplicate_candidate WHERE one_id = $1 AND other_id = $2", min(one, other), max(one, other)
    )
    return [str(duplicates.WORDS[Reason(reason)]) for reason in reasons or ()]


async def events() -> list[tuple[str, str]]:
    """Slug and title of the events whose sessions have people, the latest first."""
    rows = await database.rows(
        "SELECT e.slug, e.title FROM event e WHERE EXISTS (SELECT FROM session_person r"
        " JOIN session s ON s.id = r.session_id WHERE s.event_id = e.id) ORDER BY e.starts_on DESC NULLS LAST, e.id"
    )
    return [(row["slug"], row["title"]) for row in rows]


async def found_at() -> datetime | None:
    """When what is listed was found."""
    at: datetime | None = await database.value("SELECT max(found_at) FROM duplicate_candidate")
    return at


async def tell_apart(one: int, other: int, actor: int, at: datetime) -> None:
    """Remember that these are two people; saying it twice is once."""
    async with database.transaction():
        await database.execute(
            "INSERT INTO distinct_people (one_id, other_id, said_at, said_by_id)"
            " VALUES ($1, $2, $3, $4), ($2, $1, $3, $4) ON CONFLICT DO NOTHING",
            one,
            other,
            at,
            actor,
        )
        await database.execute(
            "DELETE FROM duplicate_candidate WHERE one_id = least($1::int, $2) AND other_id = greatest($1::int, $2)",
            one,
            other,
        )


async def are_told_apart(one: int, other: int) -> bool:
    apart: bool = await database.value(
        "SELECT EXISTS (SELECT FROM distinct_people WHERE one_id = $1 AND other_id = $2)", one, other
    )
    return apart


async def tell_together(one: int, other: int) -> None:
    """Take back that these are two people."""
    await database.execute(
        "DELETE FROM distinct_people WHERE (one_id, other_id) IN (($1::int, $2::int), ($2, $1))", one, other
    )
