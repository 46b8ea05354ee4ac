"""Rows: an event's feed (304 and full, compressed) and its day grid, by anonymous clients."""

import http.client

from benchmarks.house import House
from benchmarks.load import Load, Outcome, run
from benchmarks.processes import use
from benchmarks.rows import Row


def measure(house: House, slug: str, seconds: float) -> list[Row]:
    feed = f"/events/{slug}/schedule.ics"
    etag, length = _look(house.port, feed)
    fixed, fixed_cpu = _run(house, "/bench/fixed", {}, seconds)
    unchanged, unchanged_cpu = _run(house, feed, {"If-None-Match": etag, "Accept-Encoding": "gzip"}, seconds)
    same_length, _cpu = _run(house, f"/bench/fixed/{length}", {}, seconds)
    full, _cpu = _run(house, feed, {"Accept-Encoding": "gzip"}, seconds)
    again, _cpu = _run(house, "/bench/fixed", {}, seconds)
    ceiling = (fixed.rate + again.rate) / 2
    grid, grid_cpu = _run(house, f"/events/{slug}/schedule", {"Accept-Encoding": "gzip"}, seconds)
    _expect(unchanged, "304")
    _expect(full, "200")
    _expect(grid, "200")
    return [
        Row(
            "a fixed answer of 200 bytes (the ceiling)", "16 clients", ceiling, "/s", more={"ms CPU": fixed_cpu * 1000}
        ),
        Row(
            "event feed, 304",
            "16 clients, If-None-Match",
            unchanged.rate,
            "/s",
            ceiling,
            "≥ 0.75",
            unchanged.rate / ceiling >= 0.75,
            {"p50 ms": unchanged.p50, "CPU in fixed answers": unchanged_cpu / fixed_cpu},
        ),
        Row(
            f"event feed, full, gzip ({length // 1000} kB)",
            "16 clients; ceiling: a fixed body of the same length",
            full.rate,
            "/s",
            same_length.rate,
            "≥ 0.85",
            full.rate / same_length.rate >= 0.85,
            {"p50 ms": full.p50},
        ),
        Row(
            f"day grid ({grid.length // 1000} kB)",
            "16 clients, anonymous, gzip",
            grid.rate,
            "/s",
            ceiling,
            "≥ 0.5; p50 ≤ 2 ms",
            grid.rate / ceiling >= 0.5 and grid.p50 <= 2,
            {"p50 ms": grid.p50, "CPU in fixed answers": grid_cpu / fixed_cpu},
        ),
    ]


def _look(port: int, path: str) -> tuple[str, int]:
    """The ETag and the compressed length of a feed."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{path} answers {answer.status}")
    return answer.headers["ETag"], len(body)


def _run(house: House, path: str, headers: dict[str, str], seconds: float) -> tuple[Outcome, float]:
    """A load, and the CPU seconds of web and database for each answer."""
    run(Load(house.port, [path], headers, seconds=0.5))
    before = use(house.web).cpu + use(house.postgres).cpu
    outcome = run(Load(house.port, [path], headers, seconds=seconds))
    return outcome, (use(house.web).cpu + use(house.postgres).cpu - before) / outcome.answers


def _expect(outcome: Outcome, status: str) -> None:
    if set(outcome.statuses) != {status}:
        raise RuntimeError(f"expected {status}, got {outcome.statuses}")
