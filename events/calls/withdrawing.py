"""What a withdrawal takes along, and what it leaves for organizers to settle: roles in sessions, chairs that are empty.

Nobody is taken out of a session by a withdrawal. Organizers see in which sessions somebody stands who does not come;
they take them out, and then see which roles are vacant until somebody else has them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from events.calls import accepted_sessions, decisions
from events.core import database
from events.core.errors import NotFound
from events.schedule import editing


async def follow(proposal: int, at: datetime) -> None:
    """After a proposal is withdrawn, in the same transaction: its unsent decision and its open request for an edit go,
    and its session is cancelled in the draft."""
    await decisions.drop_of([proposal])
    await database.execute("DELETE FROM edit_request WHERE proposal_id = $1 AND state = 'open'", proposal)
    await accepted_sessions.cancel(proposal, at)


@dataclass(frozen=True, slots=True)
class Standing:
    """A role that somebody who does not come still has in a session that takes place.

    alone   nobody else has this role there
    """

    id: int
    session: int
    code: str
    title: str
    role: str
    alone: bool
    starts_at: datetime | None


@dataclass(frozen=True, slots=True)
class Absent:
    """Somebody who withdrew what was accepted, or does not come as a presenter of it, and still stands in sessions."""

    person: int
    name: str
    email: str
    withdrew: str
    at: datetime
    standing: tuple[Standing, ...]


@dataclass(frozen=True, slots=True)
class VacancyRow:
    """A role that somebody was taken out of, and that nobody has since."""

    id: int
    code: str
    title: str
    role: str
    name: str
    since: datetime


_ABSENT = """
WITH gone AS (
    SELECT p.owner_id AS person, p.title, p.changed_at AS at FROM proposal p JOIN call c ON c.id = p.call_id
    WHERE c.event_id = $1 AND p.state = 'withdrawn' AND p.session_id IS NOT NULL
    UNION ALL
    SELECT x.person_id, p.title, x.answered_at FROM proposal_person x JOIN proposal p ON p.id = x.proposal_id
    JOIN call c ON c.id = p.call_id
    WHERE c.event_id = $1 AND x.state = 'declined' AND x.person_id IS NOT NULL AND p.session_id IS NOT NULL
), latest AS (
    SELECT DISTINCT ON (person) person, title, at FROM gone ORDER BY person, at DESC
)
SELECT g.person, g.title AS withdrew, g.at, o.name, coalesce(a.email, '') AS email, r.id, s.id AS session, s.code,
       s.title, r.role, first.starts_at,
       NOT EXISTS (SELECT FROM session_person y WHERE y.session_id = s.id AND y.role = r.role
                   AND y.person_id <> g.person) AS alone
FROM latest g JOIN person o ON o.id = g.person LEFT JOIN address a ON a.person_id = o.id AND a.is_primary
JOIN session_person r ON r.person_id = g.person
JOIN session s ON s.id = r.session_id AND s.event_id = $1 AND s.state <> 'cancelled'
LEFT JOIN LATERAL (SELECT min(l.starts_at) AS starts_at FROM slot l WHERE l.session_id = s.id) first ON true
ORDER BY g.at DESC, g.person, first.starts_at NULLS LAST, s.id, r.position, r.id
"""


async def absent(event: int) -> list[Absent]:
    """Who does not come and still stands in the programme, who withdrew last at the top."""
    people: dict[int, list[Standing]] = {}
    facts = {}
    for row in await database.rows(_ABSENT, event):
        facts[row["person"]] = (row["name"], row["email"], row["withdrew"], row["at"])
        people.setdefault(row["person"], []).append(
            Standing(row["id"], row["session"], row["code"], row["title"], row["role"], row["alone"], row["starts_at"])
        )
    return [Absent(person, *facts[person], tuple(standing)) for person, standing in people.items()]


_VACANT = """
FROM vacancy v JOIN session s ON s.id = v.session_id
WHERE s.event_id = $1 AND s.state <> 'cancelled'
  AND NOT EXISTS (SELECT FROM session_person r WHERE r.session_id = s.id AND r.role = v.role)
"""


async def vacancies(event: int) -> list[VacancyRow]:
    """The roles that wait for somebody, the one that waits longest first."""
    rows = await database.rows(
        f"SELECT v.id, s.code, s.title, v.role, v.name, v.since {_VACANT} ORDER BY v.since, v.id",
        event,
    )
    return [VacancyRow(**row) for row in rows]


async def count(event: int) -> int:
    """How many people and roles there are to settle."""
    vacant: int = await database.value(f"SELECT count(*) {_VACANT}", event)
    return vacant + len(await absent(event))


async def take_out(event: int, roles: Sequence[int], at: datetime) -> list[VacancyRow]:
    """Take somebody who does not come out of these roles (`Standing.id`); returns the roles that are vacant then.

    Raises NotFound for one that is not in `absent`: this page takes out nobody else.
    """
    async with database.transaction():
        await database.execute(
            "SELECT FROM session WHERE id IN (SELECT session_id FROM session_person WHERE id = any($1))"
            " AND event_id = $2 ORDER BY id FOR UPDATE",
            list(roles),
            event,
        )
        known = {one.id: (one, who) for who in await absent(event) for one in who.standing}
        if not known.keys() >= set(roles):
            raise NotFound
        for number in roles:
            standing, who = known[number]
            await editing.change_roles(standing.session, {}, [number], at)
            await database.execute(
                "INSERT INTO vacancy (session_id, role, name, since) SELECT $1, $2::varchar, $3, $4 WHERE NOT EXISTS"
                " (SELECT FROM session_person WHERE session_id = $1 AND role = $2)"
                " ON CONFLICT (session_id, role) DO UPDATE SET name = $3, since = $4",
                standing.session,
                standing.role,
                who.name,
                at,
            )
        sessions = {known[number][0].code for number in roles}
        return [one for one in await vacancies(event) if one.code in sessions]


async def close(event: int, vacancy: int) -> None:
    """Nobody is needed in this role any more. Raises NotFound."""
    done = await database.execute(
        "DELETE FROM vacancy v USING session s WHERE s.id = v.session_id AND s.event_id = $1 AND v.id = $2",
        event,
        vacancy,
    )
    if not done:
        raise NotFound
