"""Rows: the timetable editor. When one can begin, how long a move's answer takes, and frames that a drag drops."""

import http.client
import json
import secrets
import statistics
import time
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks import goals
from benchmarks.rows import Row
from benchmarks.scene import Scene
from events.core.web import token_hash
from tests import chromium

GROUP = "editor"
OPENED = 5
MOVES = 200
FRAME = 1000 / 60

_DROPPED = """() => { window.frames_ = []; let last = performance.now(); window.looking = true;
  const look = (now) => {
    window.frames_.push(now - last); last = now; if (window.looking) requestAnimationFrame(look); };
  requestAnimationFrame(look); }"""

_IN_SIGHT = """() => [...document.querySelectorAll(".te-slot:not(.pinned)")]
  .map((one) => [one, one.getBoundingClientRect()])
  .map(([one, box]) => [one, box.x + 20, box.y + 8])
  .find(([one, x, y]) => document.elementFromPoint(x, y)?.closest(".te-slot") === one).slice(1)"""
"""Where a session can be taken up: nothing lies over it."""


def measure(scene: Scene) -> list[Row]:
    cookie = _manager(scene)
    root = f"/organize/events/{scene.conference}/timetable"
    return [_moves(scene, root, cookie), *_in_a_browser(scene, root, cookie)]


def _manager(scene: Scene) -> str:
    """A cookie of somebody who may lay the whole conference, and publish it."""
    token = secrets.token_urlsafe(32)
    scene.rows(
        "INSERT INTO sign_in (person_id, token_hash, created_at, seen_at, expires_at)"
        " SELECT r.person_id, $2, now(), now(), now() + interval '1 day' FROM role r JOIN event e ON e.slug = $1"
        " WHERE r.name IN ('programme_manager', 'administrator') AND r.unit_id IS NULL"
        "  AND coalesce(r.event_id, e.id) = e.id ORDER BY r.id LIMIT 1",
        scene.conference,
        token_hash(token),
    )
    return token


class _Line:
    """One organizer's connection."""

    def __init__(self, scene: Scene, cookie: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", scene.house.port, timeout=30)
        self.headers = {
            "Cookie": f"signin={cookie}",
            "Accept": "application/json",
            "Content-Type": "application/json",
            "Origin": f"http://127.0.0.1:{scene.house.port}",
        }

    def ask(self, method: str, path: str, body: object = None) -> tuple[float, Any]:
        """Milliseconds until the whole answer was there, and what it says."""
        sent = None if body is None else json.dumps(body)
        began = time.perf_counter()
        self.connection.request(method, path, sent, self.headers)
        answer = self.connection.getresponse()
        said = answer.read()
        took = (time.perf_counter() - began) * 1000
        if answer.status != 200:
            raise RuntimeError(f"{path} answers {answer.status}: {said[:300]!r}")
        return took, json.loads(said)


def _moves(scene: Scene, root: str, cookie: str) -> Row:
    """Slots all over the programme, each five minutes later and taken back again."""
    line = _Line(scene, cookie)
    _took, drawn = line.ask("GET", f"{root}/picture.json")
    placed = [row for row in drawn["slots"] if row[2] is not None]
    chosen = placed[:: max(1, len(placed) // (MOVES // 2))][: MOVES // 2]
    answers, shades = [], []
    for number, (slot, _session, start, end, rooms, version, *_rest) in enumerate(chosen):
        shades.append(line.ask("GET", f"{root}/places.json?slot={slot}")[0])
        step = {"slot": slot, "version": version, "start": start + 5, "end": end + 5, "rooms": rooms}
        moved, done = line.ask("POST", f"{root}/commands", {"do": "move", "steps": [step], "accept": "measured"})
        undo = {"do": "undo", "command": done["command"], "accept": "measured"}
        back, _done = line.ask("POST", f"{root}/commands", undo)
        answers += [moved, back] if number >= 5 else []  # the first ones find nothing prepared
    answers.sort()
    p99 = answers[int(len(answers) * 0.99)]
    what = f"a move’s answer, {len(drawn['slots']):,} slots in {len(drawn['rooms']):,} rooms"
    how = f"moved by five minutes and taken back, {len(answers)} answers with their conflicts; p99"
    more = {"p50 ms": statistics.median(answers), "longest ms": answers[-1], "shades p50 ms": statistics.median(shades)}
    row = Row(GROUP, "move answers", what, how, p99, "ms", more=more)
    return row.judged(goals.most(p99, 100, "ms", "p99"))


def _in_a_browser(scene: Scene, root: str, cookie: str) -> list[Row]:
    if (found := chromium.find()) is None:
        raise RuntimeError(f"there is no Chromium here; {chromium.HOW}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(chromium.ARGUMENTS))
        try:
            return [_first_use(scene, root, cookie, browser), _drag(scene, root, cookie, browser)]
        finally:
            browser.close()


def _page(scene: Scene, cookie: str, browser: Browser) -> Page:
    url = f"http://127.0.0.1:{scene.house.port}"
    context = browser.new_context(base_url=url, viewport={"width": 1280, "height": 900})
    context.add_cookies([{"name": "signin", "value": cookie, "url": url}])
    return context.new_page()


def _open(page: Page, root: str) -> float:
    """Milliseconds from asking for the page until sessions can be taken up."""
    page.goto(root, wait_until="commit")
    page.locator("timetable-editor[data-ready] .te-slot").first.wait_for()
    took: float = page.evaluate("performance.now()")
    return took


def _first_use(scene: Scene, root: str, cookie: str, browser: Browser) -> Row:
    times = []
    for _time in range(OPENED):
        page = _page(scene, cookie, browser)
        times.append(_open(page, root))
        page.context.close()
    what = "the timetable editor’s first use"
    how = f"from asking for the page until a session can be dragged, nothing kept from before; median of {OPENED}"
    seen = statistics.median(times)
    return Row(GROUP, "first use", what, how, seen, "ms", more={"longest ms": max(times)}).judged(
        goals.most(seen, 1000, "ms")
    )


def _drag(scene: Scene, root: str, cookie: str, browser: Browser) -> Row:
    """One session carried about for four seconds, over rooms and hours, with the sheet scrolling at its edge."""
    page = _page(scene, cookie, browser)
    _open(page, root)
    x, y = page.evaluate(_IN_SIGHT)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 20, y + 10)
    page.locator(".te-ghost").first.wait_for()
    page.wait_for_timeout(500)  # the shades have come
    page.evaluate(_DROPPED)
    for number in range(240):
        page.mouse.move(400 + number % 60 * 8, 420 + number * 3 % 300)
        page.wait_for_timeout(FRAME)
    frames: list[float] = page.evaluate("() => { window.looking = false; return window.frames_; }")[1:]
    page.keyboard.press("Escape")
    page.context.close()
    dropped = sum(max(0, round(one / FRAME) - 1) for one in frames)
    frames.sort()
    what = "frames that dragging a session drops"
    how = f"carried over rooms and hours for {sum(frames) / 1000:.0f} s, {len(frames)} frames drawn"
    more = {"median ms": statistics.median(frames), "p99 ms": frames[int(len(frames) * 0.99)], "longest ms": frames[-1]}
    return Row(GROUP, "drag", what, how, dropped, "frames", more=more).judged(goals.none(dropped, "dropped"))
