"""Rows: calendar feeds as calendar apps fetch them. The event's, a part of it, one session, and everybody's own."""

from urllib.parse import quote

from benchmarks.rows import Row
from benchmarks.scene import GZIP, Loaded, Scene
from events.agenda import personal_feeds

GROUP = "feeds"
PEOPLE = 2000
"""Personal feeds asked for in turn: more than a process could keep without noticing."""


def measure(scene: Scene) -> list[Row]:
    before = scene.ceiling()
    loads = {**_event(scene), **_parts(scene), **_personal(scene)}
    ceiling = (before + scene.ceiling()) / 2
    rows = [
        Row(
            GROUP,
            "ceiling",
            "a fixed answer of 200 bytes (the ceiling)",
            "16 clients, the same app and server",
            ceiling,
            "/s",
            more={"CPU ms": scene.fixed_cpu * 1000},
        )
    ]
    for key, (what, how, goal, loaded, own_ceiling) in loads.items():
        top = own_ceiling or ceiling
        rows.append(
            Row(
                GROUP,
                key,
                what,
                how,
                loaded.outcome.rate,
                "/s",
                top,
                f"≥ {goal:g}" if goal else "",
                loaded.outcome.rate / top >= goal if goal else None,
                loaded.more(),
            )
        )
    return rows


Measured = dict[str, tuple[str, str, float, Loaded, float]]
"""By key: what, how, the least ratio wanted (0: no goal), the load, and its own ceiling (0: the fixed answer)."""


def _event(scene: Scene) -> Measured:
    path = f"/events/{scene.conference}/schedule.ics"
    [etag] = scene.etags([path], GZIP)
    length = len(scene.look(path, GZIP)[1])
    unchanged = scene.load([path], "304", headers={**GZIP, "If-None-Match": etag})
    same_length = scene.ceiling(length)
    full = scene.load([path], "200", headers=GZIP)
    plain = scene.load([path], "200")
    kilobytes = plain.outcome.length // 1000
    return {
        "event feed 304": ("event feed, 304", "16 clients, If-None-Match", 0.75, unchanged, 0.0),
        "event feed full": (
            f"event feed, full, gzip ({length // 1000} kB)",
            "ceiling: a fixed body of that length",
            0.85,
            full,
            same_length,
        ),
        "event feed plain": (f"event feed, full, not compressed ({kilobytes:,} kB)", "", 0.0, plain, 0.0),
    }


def _parts(scene: Scene) -> Measured:
    whole = f"/events/{scene.conference}/schedule.ics"
    track = scene.value(
        "SELECT t.slug FROM track t JOIN event e ON e.id = t.event_id WHERE e.slug = $1 ORDER BY t.position LIMIT 1",
        scene.conference,
    )
    unit = scene.value(
        "SELECT u.slug FROM session s JOIN unit u ON u.id = s.unit_id JOIN event e ON e.id = s.event_id"
        " WHERE e.slug = $1 GROUP BY u.slug ORDER BY count(*) DESC LIMIT 1",
        scene.conference,
    )
    code = scene.value(
        "SELECT en.session_code FROM entry en JOIN event e ON e.id = en.event_id WHERE e.slug = $1"
        " AND en.kind = 'slot' AND en.audience = 'public' ORDER BY en.id LIMIT 1",
        scene.conference,
    )
    found: Measured = {}
    for key, path in (
        ("track feed", f"{whole}?track={quote(track)}"),
        ("unit feed", f"{whole}?unit={quote(unit)}"),
        ("session feed", f"/events/{scene.conference}/sessions/{code}.ics"),
    ):
        [etag] = scene.etags([path], GZIP)
        said = path.partition("?")[2].partition("=")[0]
        what = f"event feed, ?{said}=" if said else "one session’s .ics"
        unchanged = scene.load([path], "304", headers={**GZIP, "If-None-Match": etag})
        full = scene.load([path], "200", headers=GZIP)
        found[f"{key} 304"] = (f"{what}, 304", "16 clients, If-None-Match", 0.0, unchanged, 0.0)
        found[f"{key} full"] = (f"{what}, full, gzip ({full.outcome.length / 1000:.1f} kB)", "", 0.0, full, 0.0)
    return found


def personal_paths(scene: Scene, count: int) -> list[str]:
    """Addresses of personal feeds, of people who saved something of the conference."""
    key = scene.house.secret.encode()
    rows = scene.rows(
        "SELECT f.public_id, f.epoch FROM personal_feed f WHERE f.revoked_at IS NULL"
        " AND EXISTS (SELECT FROM saved s WHERE s.person_id = f.person_id) ORDER BY f.id LIMIT $1",
        count,
    )
    return [f"/calendars/my/{personal_feeds.name_of(row['public_id'], row['epoch'], key)}.ics" for row in rows]


def _personal(scene: Scene) -> Measured:
    paths = personal_paths(scene, PEOPLE)
    own = [{"If-None-Match": etag} for etag in scene.etags(paths, GZIP)]
    unchanged = scene.load(paths, "304", headers=GZIP, own=own)
    others = scene.load(paths, "200", headers=GZIP)
    again = scene.load(paths[:16], "200", headers=GZIP)
    people = f"{len(paths):,} people in turn"
    kilobytes = f"{others.outcome.length / 1000:.0f} kB at most"
    return {
        "personal 304": ("personal feed, 304", f"{people}, If-None-Match", 0.35, unchanged, 0.0),
        "personal full": (
            f"personal feed, full, gzip, another person each time ({kilobytes})",
            people,
            0.18,
            others,
            0.0,
        ),
        "personal again": ("personal feed, full, gzip, repeated", "16 people in turn", 0.35, again, 0.0),
    }
