"""Two files that Carla chose to bring into the conference: one that would change a few sessions, one with wrong rows."""

import csv
import io
from datetime import datetime

from events.core import database
from events.sheets import runs
from events.sheets.bringing import Rights


async def build(at: datetime) -> None:
    row = await database.row(
        "SELECT e.id, p.id AS person FROM event e, person p"
        " WHERE e.kind = 'conference' AND p.name = 'Carla Nowak' ORDER BY e.id LIMIT 1"
    )
    assert row is not None
    sessions = await database.rows(
        "SELECT code, title FROM session WHERE event_id = $1 AND state = 'confirmed' ORDER BY code LIMIT 4", row["id"]
    )
    late = [[one["code"], one["title"], str(80 + 20 * n), "libraries"] for n, one in enumerate(sessions)]
    wrong = [[one["code"], one["title"], "many", "libraries"] for one in sessions]
    for name, rows in (("late-changes.csv", [*late, ["", "Zines for beginners", "25", ""]]), ("wrong-rows.csv", wrong)):
        out = io.StringIO(newline="")
        csv.writer(out).writerows([["code", "title", "seats", "topics"], *rows])
        run = await runs.keep(row["id"], name, out.getvalue().encode(), Rights(row["person"], emails=False), at)
        await runs.work(run, at)
