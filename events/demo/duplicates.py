"""People whom two units typed, each in its own way, so that there is something to merge."""

from datetime import datetime

from events.core import database
from events.people import candidates, names, persons

PAIRS = 3


async def build(at: datetime) -> None:
    """Put a second row of some presenters into sessions of the conference, and look for duplicates."""
    known = await database.rows(
        "SELECT DISTINCT ON (p.id) p.id, p.name, p.affiliation, s.event_id FROM person p"
        " JOIN session_person r ON r.person_id = p.id JOIN session s ON s.id = r.session_id"
        " JOIN event e ON e.id = s.event_id AND e.kind = 'conference' WHERE p.name LIKE '% %' ORDER BY p.id LIMIT $1",
        PAIRS,
    )
    for place, row in enumerate(known):
        first, last = row["name"].split(" ", 1)
        name = (f"{last}, {first}", f"Dr. {names.fold(row['name']).upper()}", f"{first[0]}. {last}")[place % 3]
        person = await persons.create(name, at)
        await database.execute("UPDATE person SET affiliation = $2 WHERE id = $1", person, row["affiliation"])
        # the first at the time of another session of theirs: merging shows who would be in two places at once
        await database.execute(
            "INSERT INTO session_person (session_id, person_id, role, position)"
            " SELECT s.id, $1, 'speaker', 9 FROM session s WHERE s.event_id = $2 AND NOT EXISTS"
            " (SELECT FROM session_person r WHERE r.session_id = s.id AND r.person_id = $3)"
            " ORDER BY EXISTS (SELECT FROM slot x, slot y, session_person r WHERE x.session_id = s.id"
            "  AND y.session_id = r.session_id AND r.person_id = $3 AND x.starts_at < y.ends_at"
            "  AND y.starts_at < x.ends_at) = ($4 = 0) DESC, s.id DESC OFFSET $4 LIMIT 1",
            person,
            row["event_id"],
            row["id"],
            place,
        )
    await candidates.look(at)
