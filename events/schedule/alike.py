"""Before a name becomes somebody new: who of those that programmes know already may be meant."""

from dataclasses import dataclass

from events.core import database
from events.people import duplicates

MOST = 8


@dataclass(frozen=True, slots=True)
class Alike:
    code: str
    name: str
    affiliation: str

    @property
    def words(self) -> str:
        return ", ".join(part for part in (self.name, self.affiliation, self.code) if part)


async def people_like(session_id: int, name: str) -> list[Alike]:
    """At most MOST people with such a name, the likeliest first; none when it is clear who is meant.

    Only who has a part in some session: names of others are none of an editor's business.
    """
    rows = await database.rows(
        "SELECT p.code, p.name, p.affiliation, bool_or(s.event_id = (SELECT event_id FROM session WHERE id = $1))"
        " AS here FROM person p JOIN session_person r ON r.person_id = p.id JOIN session s ON s.id = r.session_id"
        " WHERE p.erased_at IS NULL GROUP BY p.id ORDER BY here DESC, p.id",
        session_id,
    )
    same = [row for row in rows if row["here"] and row["name"].lower() == name.lower()]
    if len(same) == 1 or any(row["code"] == name for row in rows):
        return []
    near = duplicates.like(name, [row["name"] for row in rows])
    return [Alike(rows[place]["code"], rows[place]["name"], rows[place]["affiliation"]) for place in near[:MOST]]
