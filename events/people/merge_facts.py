"""What staff look at before they make one person of two: who each is, and what merging them brings about.

Sessions, orders and proposals belong to higher rooms; they are counted and named here, as `people.erasing` does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from events.core import database
from events.people import account, memberships, references, roles
from events.people.merging import FIELDS
from events.people.reference_moves import Step

MOST = 50
"""So many sessions of each are shown."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part in a session: starts_at of its first slot, or None; role: a key of the programme's roles."""

    title: str
    event: str
    path: str
    role: str
    unit: str
    starts_at: datetime | None
    timezone: str


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything that is shown of one person. fields: of `merging.FIELDS`; addresses: the main one first."""

    id: int
    code: str
    fields: dict[str, str]
    created_at: datetime
    addresses: list[str]
    roles: list[str]
    memberships: list[str]
    units: list[str]
    parts: list[Part]
    sessions: int
    registrations: int
    proposals: int
    reviews: int
    signed_in: int


@dataclass(frozen=True, slots=True)
class Clash:
    """One person would be in two places at once: a session of each, and from when."""

    event: str
    path: str
    one: str
    other: str
    starts_at: datetime
    timezone: str


@dataclass(frozen=True, slots=True)
class Effect:
    """How many rows of a kind move; left_out: had by both, so that one of them goes. count None: private."""

    words: str
    count: int | None
    left_out: int


_ONE = """
SELECT p.*,
    (SELECT count(DISTINCT session_id) FROM session_person WHERE person_id = p.id) AS sessions,
    (SELECT count(*) FROM registration WHERE person_id = p.id AND cancelled_at IS NULL) AS registrations,
    (SELECT count(*) FROM proposal_person WHERE person_id = p.id) AS proposals,
    (SELECT count(*) FROM review v JOIN reviewer w ON w.id = v.reviewer_id WHERE w.person_id = p.id) AS reviews,
    (SELECT count(*) FROM sign_in WHERE person_id = p.id) AS signed_in,
    ARRAY(SELECT DISTINCT u.name FROM session_person r JOIN session s ON s.id = r.session_id
        JOIN unit u ON u.id = s.unit_id WHERE r.person_id = p.id ORDER BY 1 LIMIT 20) AS units
FROM person p WHERE p.id = $1
"""

_PARTS = """
SELECT s.title, e.title AS event, '/organize/events/' || e.slug || '/sessions/' || s.code AS path, r.role,
    coalesce(u.name, '') AS unit, first.starts_at, e.timezone
FROM session_person r JOIN session s ON s.id = r.session_id JOIN event e ON e.id = s.event_id
LEFT JOIN unit u ON u.id = s.unit_id
LEFT JOIN LATERAL (SELECT min(starts_at) AS starts_at FROM slot WHERE session_id = s.id) first ON true
WHERE r.person_id = $1 ORDER BY first.starts_at NULLS LAST, s.id LIMIT $2
"""

_CLASHES = """
SELECT DISTINCT e.title AS event, '/organize/events/' || e.slug || '/conflicts?kind=person' AS path, s.title AS one,
    t.title AS other, greatest(x.starts_at, y.starts_at) AS starts_at, e.timezone
FROM session_person a JOIN session s ON s.id = a.session_id AND s.state <> 'cancelled'
JOIN slot x ON x.session_id = s.id
JOIN session_person b ON b.person_id = $2 AND b.session_id <> a.session_id
JOIN session t ON t.id = b.session_id AND t.state <> 'cancelled'
JOIN slot y ON y.session_id = t.id AND y.starts_at < x.ends_at AND y.ends_at > x.starts_at
JOIN event e ON e.id = s.event_id
WHERE a.person_id = $1
-- who is in both sessions already was in two places before
AND NOT EXISTS (SELECT FROM session_person c WHERE c.session_id = t.id AND c.person_id = $1)
AND NOT EXISTS (SELECT FROM session_person c WHERE c.session_id = s.id AND c.person_id = $2)
ORDER BY starts_at, one, other LIMIT 50
"""

_BOTH_REGISTERED = """
SELECT e.title FROM event e WHERE (SELECT count(DISTINCT r.person_id) FROM registration r
    JOIN orders o ON o.id = r.order_id AND o.state IN ('HELD', 'PENDING', 'CONFIRMED')
    WHERE r.event_id = e.id AND r.cancelled_at IS NULL AND r.person_id = any($1)) = 2
ORDER BY e.starts_on, e.id
"""

_REVIEWS_OWN = """
SELECT count(*) FROM review v JOIN reviewer w ON w.id = v.reviewer_id AND w.person_id = any($1)
JOIN proposal_person p ON p.proposal_id = v.proposal_id AND p.person_id = any($1) AND p.person_id <> w.person_id
WHERE v.state <> 'conflict'
"""


async def dossier(person: int) -> Dossier:
    row = await database.row(_ONE, person)
    assert row is not None
    return Dossier(
        id=row["id"],
        code=row["code"],
        fields={name: row[name] for name in FIELDS},
        created_at=row["created_at"],
        addresses=[one.email for one in await account.addresses_of(person)],
        roles=[f"{roles.WORDS[one.name]}{f' · {one.scope}' if one.scope else ''}" for one in await roles.of(person)],
        memberships=[f"{one.number}{f' · {one.unit}' if one.unit else ''}" for one in await memberships.of(person)],
        units=row["units"],
        parts=[Part(**part) for part in await database.rows(_PARTS, person, MOST)],
        sessions=row["sessions"],
        registrations=row["registrations"],
        proposals=row["proposals"],
        reviews=row["reviews"],
        signed_in=row["signed_in"],
    )


async def clashes(one: int, other: int) -> list[Clash]:
    """Where one person would be in two places at once, and two were not."""
    return [Clash(**row) for row in await database.rows(_CLASHES, one, other)]


async def both_registered(one: int, other: int) -> list[str]:
    """The events for which each of the two holds a registration."""
    return [row["title"] for row in await database.rows(_BOTH_REGISTERED, [one, other])]


async def reviews_of_their_own(one: int, other: int) -> int:
    """Reviews by the one of proposals of the other, where no conflict of interest was said."""
    count: int = await database.value(_REVIEWS_OWN, [one, other])
    return count


def effects(steps: Sequence[Step]) -> list[Effect]:
    """What steps of a merge come to, by kind, in the order of the rules. What is not told of is left out."""
    moved: dict[str, int] = {}
    left_out: dict[str, int] = {}
    private = set()
    for place, rule in {**references.RULES, **references.WITHOUT_A_KEY}.items():
        words = str(rule.words)
        if not words or rule.how is references.How.END:
            continue
        if rule.private:
            private.add(words)
        for step in steps:
            if (step["table"], step.get("column")) == place:
                moved[words] = moved.get(words, 0) + len(step["ids"])
            elif step["did"] == "drop" and step["table"] == place[0] and rule.once:
                left_out[words] = left_out.get(words, 0) + 1
    return [
        Effect(
            words, None if words in private else moved.get(words, 0), 0 if words in private else left_out.get(words, 0)
        )
        for words in dict.fromkeys([*moved, *left_out])
    ]
