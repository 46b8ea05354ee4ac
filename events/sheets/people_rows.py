"""Writing the people a file asks for: made without an address, or changed where nobody looks after their own page."""

import json
from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from events.core import database
from events.schedule import codes
from events.schedule.imported_rows import Target
from events.sheets.wanted_people import PersonWanted


async def write(target: Target, people: Sequence[PersonWanted], at: datetime) -> dict[str, int]:
    """Returns the id of each new person's key."""
    await database.execute_many(
        "UPDATE person SET name = $2, affiliation = $3, biography = $4 WHERE id = $1",
        [
            (one.now.id, *((one.now.values | one.values)[name] for name in ("name", "affiliation", "biography")))
            for one in people
            if one.now is not None and one.values
        ],
    )
    new = [one for one in people if one.now is None]
    taken = {
        row["code"]
        for row in await database.rows(
            "SELECT code FROM person WHERE code = any($1)"
            " UNION ALL SELECT key FROM former_key WHERE kind = 'code' AND key = any($1)",
            [one.code for one in new],
        )
    }
    rows = []
    for one in new:
        code = one.code if one.code and one.code not in taken else codes.new(taken.__contains__)
        taken.add(code)
        rows.append({**one.values, "key": one.key, "code": code, "source": f"{target.event_guid}/sheet:{uuid4().hex}"})
    made = await database.rows(_INSERT, json.dumps(rows), at)
    by_code = {row["code"]: row["id"] for row in made}
    return {row["key"]: by_code[row["code"]] for row in rows}


_INSERT = """
INSERT INTO person (guid, code, name, affiliation, biography, source, created_at)
SELECT gen_random_uuid(), n.code, n.name, n.affiliation, n.biography, n.source, $2
FROM jsonb_to_recordset($1::jsonb) AS n (code text, name text, affiliation text, biography text, source text)
RETURNING id, code
"""
