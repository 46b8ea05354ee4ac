"""Rows: pages as anonymous visitors and one signed-in person ask for them, searches, and the exports."""

import secrets
from urllib.parse import quote

from benchmarks import goals
from benchmarks.rows import Row
from benchmarks.scene import GZIP, Scene
from events.core.web import token_hash

GROUP = "pages"
P50 = 2.0
"""Milliseconds at 16 clients, the goal of DESIGN section 11."""


def measure(scene: Scene) -> list[Row]:
    event = f"/events/{scene.conference}"
    codes = [
        row["session_code"]
        for row in scene.rows(
            "SELECT DISTINCT en.session_code FROM entry en JOIN event e ON e.id = en.event_id WHERE e.slug = $1"
            " AND en.kind = 'slot' AND en.audience = 'public' ORDER BY 1 LIMIT 500",
            scene.conference,
        )
    ]
    cookie = {"Cookie": f"signin={sign_in_many(scene, 1)[0]}"}
    before = scene.ceiling()
    day = _some_day(scene)
    wanted = [
        ("catalogue", "catalogue, /events", ["/events"], {}, 0.0, 0.0),
        ("event page", "event page", [event], {}, 0.6, P50),
        ("day grid", "day grid", [f"{event}/schedule?day={day}"], {}, 0.5, P50),
        ("grid", "timetable as first opened", [f"{event}/schedule"], {}, 0.0, 0.0),
        ("list", "day as a list", [f"{event}/schedule?day={day}&view=list"], {}, 0.0, 0.0),
        ("session page", "session page", [f"{event}/sessions/{codes[0]}"], {}, 0.6, P50),
        (
            "session pages",
            f"session pages, {len(codes)} in turn",
            [f"{event}/sessions/{one}" for one in codes],
            {},
            0,
            0,
        ),
        ("my schedule", "my schedule, signed in", ["/my/schedule"], cookie, 0.0, 0.0),
        ("signed-in event", "event page, signed in", [event], cookie, 0.0, 0.0),
        ("json", "schedule.json", [f"{event}/schedule.json"], {}, 0.0, 0.0),
        ("xml", "schedule.xml", [f"{event}/schedule.xml"], {}, 0.0, 0.0),
    ]
    loads = [
        (key, what, goal, p50, scene.load(paths, "200", headers={**GZIP, **headers}))
        for key, what, paths, headers, goal, p50 in wanted
    ]
    ceiling = (before + scene.ceiling()) / 2
    rows = [Row(GROUP, "ceiling", "a fixed answer of 200 bytes (the ceiling)", "16 clients", ceiling, "/s")]
    for key, what, goal, p50, loaded in loads:
        rate = loaded.outcome.rate
        parts = (goals.least(rate / ceiling, goal), goals.most(loaded.outcome.p50, p50, "ms", "p50")) if goal else ()
        rows.append(
            Row(
                GROUP,
                key,
                f"{what} ({loaded.outcome.length / 1000:.0f} kB)",
                "16 clients, gzip",
                rate,
                "/s",
                ceiling,
                more=loaded.more(),
            ).judged(*parts)
        )
    return rows


def search(scene: Scene) -> list[Row]:
    """Free text over the catalogue, and over the sessions of the conference: other words each time."""
    words = [row["word"] for row in scene.rows(_WORDS, scene.conference)]
    ceiling = scene.ceiling()
    rows = []
    for key, what, start in (
        ("search catalogue", "search in the catalogue", "/events?q="),
        ("search programme", "search in the conference’s sessions", f"/events/{scene.conference}/schedule?q="),
    ):
        loaded = scene.load([start + quote(word) for word in words], "200", headers=GZIP)
        how = f"16 clients, {len(words)} words of the programme in turn"
        rows.append(Row("search", key, what, how, loaded.outcome.rate, "/s", ceiling, more=loaded.more()))
    return rows


_WORDS = """
SELECT word FROM (
    SELECT DISTINCT lower(w) AS word FROM session s JOIN event e ON e.id = s.event_id,
    regexp_split_to_table(s.title, '[^[:alpha:]]+') w WHERE e.slug = $1 AND length(w) > 5
) found ORDER BY md5(word) LIMIT 60
"""


def sign_in_many(scene: Scene, count: int) -> list[str]:
    """Cookies of as many people, who saved sessions first: what the pages of signing in would have given."""
    tokens = [secrets.token_urlsafe(32) for _ in range(count)]
    scene.rows(
        "INSERT INTO sign_in (person_id, token_hash, created_at, seen_at, expires_at)"
        " SELECT a.person_id, t.hash, now(), now(), now() + interval '1 day'"
        " FROM unnest($1::bytea[]) WITH ORDINALITY t (hash, place)"
        " JOIN (SELECT a.person_id, row_number() OVER (ORDER BY f.id NULLS LAST, a.id) - 1 AS place FROM address a"
        "  LEFT JOIN personal_feed f ON f.person_id = a.person_id) a"
        " ON a.place = (t.place - 1) % (SELECT count(*) FROM address)",
        [token_hash(token) for token in tokens],
    )
    return tokens


def _some_day(scene: Scene) -> str:
    """The conference's fullest day, local."""
    return str(
        scene.value(
            "SELECT left(l.local_start, 10) FROM slot l JOIN session s ON s.id = l.session_id"
            " JOIN event e ON e.id = s.event_id WHERE e.slug = $1 GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1",
            scene.conference,
        )
    )
