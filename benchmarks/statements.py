"""Rows: how many SQL statements each step of an order takes, read from PostgreSQL's own log.

One buyer, alone; after each step half a second passes, so that what the step sets off (a webhook, a mail) counts with
it. Web and worker are different users of the database. BEGIN and COMMIT count. What the worker asks all the time,
whether there is work or not, does not.
"""

import re
import statistics
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.journeys import Answer, Ask, one
from benchmarks.orders import buying, make_room, webinar
from benchmarks.rows import Row
from benchmarks.scene import Scene

GROUP = "statements"
LINE = re.compile(r"^bench (\w+) LOG:  (?:statement|execute [^:]+): (.*)$", re.MULTILINE)
SETTLED = 0.5
TIMES = 3


def read_log(text: str) -> list[tuple[str, str]]:
    """Who ran which statement (its first line)."""
    return [(found[1], found[2]) for found in LINE.finditer(text)]


def measure(scene: Scene) -> list[Row]:
    free, paid = webinar(scene, free=True), webinar(scene, free=False)
    make_room(scene, free, paid)
    with logged(scene):
        idle = _idle(scene)
        return [
            _row(scene, "free", free, 0, idle),
            _row(scene, "paid", paid, scene.house.stripe, idle),
        ]


def _row(scene: Scene, kind: str, slug: str, stripe: int, idle: set[str]) -> Row:
    for number in range(8):  # every connection knows its statements
        _walk(scene, slug, stripe, number, idle)
    walks = [_walk(scene, slug, stripe, 100 + number, idle, SETTLED) for number in range(TIMES)]
    steps = {name: statistics.median(walk[name] for walk in walks) for name in walks[0]}
    web = sum(count for name, count in steps.items() if name != "worker")
    how = "one buyer; web by step with what it sets off, worker apart; BEGIN and COMMIT counted, the relay’s looks not"
    return Row(GROUP, f"statements {kind}", f"SQL statements of a {kind} order, web", how, web, "SQL", more=steps)


def _walk(scene: Scene, slug: str, stripe: int, number: int, idle: set[str], wait: float = 0.0) -> dict[str, int]:
    """Statements by step, the worker's as "worker"."""
    found: dict[str, int] = {}
    worker: Counter[str] = Counter()
    place = _end(scene)

    def after(ask: Ask, answer: Answer) -> None:
        nonlocal place
        time.sleep(wait)
        place, said = _since(scene, place)
        step = f"{len(found) + 1} {ask.method} {_short(ask)}"
        found[step] = sum(user == "web" for user, _sql in said)
        worker.update(sql for user, sql in said if user == "worker" and sql not in idle)

    seed = time.time_ns() // 1000 % 10_000_000 * 1000 + number
    ended = one(scene.house.port, lambda browser: buying(slug, seed, stripe), after)
    if ended != "bought":
        raise RuntimeError(f"the order ended so: {ended}")
    time.sleep(2 * wait)
    scene.drained()
    _place, said = _since(scene, place)
    worker.update(sql for user, sql in said if user == "worker" and sql not in idle)
    return {**found, "worker": worker.total()}


def _short(ask: Ask) -> str:
    """The last word of an address without what differs each time."""
    if ask.port:
        return "payment page"
    path = ask.path.partition("?")[0]
    last = path.rpartition("/")[2]
    return {"register": "register", "checkouts": "checkout", "paid": "paid"}.get(
        last, "order" if path.startswith("/orders/") else "event"
    )


@contextmanager
def logged(scene: Scene) -> Iterator[None]:
    """PostgreSQL writes down every statement, with who ran it."""
    for setting in ("log_statement = 'all'", "log_line_prefix = 'bench %u '"):
        scene.rows(f"ALTER SYSTEM SET {setting}")
    scene.rows("SELECT pg_reload_conf()")
    time.sleep(0.5)
    try:
        yield
    finally:
        for setting in ("log_statement", "log_line_prefix"):
            scene.rows(f"ALTER SYSTEM RESET {setting}")
        scene.rows("SELECT pg_reload_conf()")


def _idle(scene: Scene) -> set[str]:
    """What the worker asks when nothing is to do."""
    scene.drained()
    place = _end(scene)
    time.sleep(2)
    return {sql for user, sql in _since(scene, place)[1] if user == "worker"}


def _end(scene: Scene) -> int:
    return scene.house.log.stat().st_size


def _since(scene: Scene, place: int) -> tuple[int, list[tuple[str, str]]]:
    with scene.house.log.open("rb") as log:
        log.seek(place)
        text = log.read()
    return place + len(text), read_log(text.decode(errors="replace"))
