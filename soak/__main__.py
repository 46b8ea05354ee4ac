"""`make soak ARGS="--minutes 10 --seed 7 --faults-every 1"`: an ordinary busy day on which everything breaks.

First a worker is killed at every await of its work (crash_points). Then two web processes and two workers serve
buyers, editors, calendar apps and people who sign in, while a fault is done to them every second. Then all is healed,
the night passes (night), and the books are compared (books). Ends with 1 when anything was lost, came twice, or was
answered as nobody should be answered.
"""

import argparse
import asyncio
import json
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from soak import books, crash_points, waiting_scenes
from soak.between import Between, port_of
from soak.faults import Faults
from soak.house import House, house
from soak.people import Crowd
from soak.scenes import SCENES
from soak.shop import CHECKOUT, Shop, shop_of
from tests import servers

RESULT = CHECKOUT / "benchmarks" / "results" / "soak.json"
HOME = 180.0
"""Seconds after the last fault in which everybody has to have their answer."""
QUIET = 40.0
"""Seconds in which the living workers tell what is due, before the night begins."""


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=7, help="of the dice of people and faults")
    parser.add_argument("--faults-every", type=float, default=1.0, metavar="SECONDS", help="0: none")
    parser.add_argument("--buyers", type=int, default=12, help="at once")
    parser.add_argument("--crash-points", type=int, default=0, metavar="N", help="N of each scene; 0: all, -1: none")
    parser.add_argument("--keep", type=Path, help="a directory for what the house leaves: logs, mails, books")
    wish = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="colloquy-soak-") as folder:
        place = wish.keep or Path(folder)
        place.mkdir(parents=True, exist_ok=True)
        walks = _crash(place, wish.crash_points)
        day = Day(place, wish)
        result = day.run()
    result["crash points"] = [asdict(one) for one in walks]
    wrong = bool(result["unworthy"] or any(result["differences"].values()) or any(one.wrong for one in walks))
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=1) + "\n")
    print(_words(result, wrong))
    return 1 if wrong else 0


def _crash(place: Path, sample: int) -> list[crash_points.Walk]:
    if sample < 0:
        return []
    print("A worker is killed at each of its awaits …", flush=True)
    walks = []
    with house(place / "crash", webs=0, workers=0) as made:
        for scene in (*SCENES, *waiting_scenes.SCENES):
            walks.append(crash_points.walk(scene, made, sample))
            print(f"  {crash_points.report(walks[-1:])}", flush=True)
    return walks


class Day:
    """One run. Faults and starts are this thread's; the crowd and Stripe's forwarders have a loop in another."""

    def __init__(self, place: Path, wish: argparse.Namespace) -> None:
        self.place, self.wish = place, wish
        self.shop: Shop
        self.between: Between
        self.crowd: Crowd
        self.failed: list[BaseException] = []
        self.ready = threading.Event()

    def run(self) -> dict[str, Any]:
        (self.place / "day").mkdir()
        with house(self.place / "day", webs=2, workers=2, prepare=self._prepare) as made:
            self.crowd = Crowd(made, self.shop, random.Random(self.wish.seed))
            faults = Faults(made, self.between, random.Random(self.wish.seed + 1))
            crowd = threading.Thread(target=self._have_people, daemon=True)
            crowd.start()
            began = time.monotonic()
            try:
                self._break(faults, began)
                seconds = time.monotonic() - began
                print("All is healed, people go home …", flush=True)
                faults.heal()
            finally:
                self.loop.call_soon_threadsafe(self.crowd.stop.set)
                until = time.monotonic() + HOME
                while crowd.is_alive():
                    faults.tend()
                    crowd.join(0.5)
                    if time.monotonic() > until:
                        raise RuntimeError(f"{HOME:.0f} s after everything is healed somebody still gets no answer")
            if self.failed:
                raise self.failed[0]
            faults.heal()
            return self._close(made, faults, seconds)

    def _prepare(self, made: House) -> None:
        """Fill the database, and put the forwarders between the house and Stripe."""
        servers.fill(made.dsn, made.programs)
        self.shop = shop_of(made)
        self.between = Between(made.sandbox.port, [web.port for web in made.webs], random.Random(self.wish.seed + 2))
        api = f"http://127.0.0.1:{port_of(self.between.api_line)}"
        webhooks = f"http://127.0.0.1:{port_of(self.between.webhook_line)}"
        for part in (*made.webs, *made.workers):
            part.environment["COLLOQUY_STRIPE_URL"] = api
        made.sandbox.environment["COLLOQUY_BASE_URL"] = webhooks

    def _have_people(self) -> None:
        async def have() -> None:
            self.loop = asyncio.get_running_loop()
            servers = await self.between.open()
            self.ready.set()
            try:
                await self.crowd.come(self.wish.buyers)
                await self.between.settled()
                await asyncio.sleep(5)  # webhooks that Stripe sends again
            finally:
                for server in servers:
                    server.close()

        try:
            asyncio.run(have())
        except BaseException as error:
            self.failed.append(error)
            self.ready.set()

    def _break(self, faults: Faults, began: float) -> None:
        """Until the time is over: a fault when one is due, a line every ten seconds."""
        self.ready.wait()
        end, due, line = began + self.wish.minutes * 60, began + 3, began + 10
        while (now := time.monotonic()) < end and not self.failed:
            if self.wish.faults_every and now >= due:
                faults.strike()
                due = max(due + self.wish.faults_every, time.monotonic())
            faults.tend()
            if now >= line:
                line += 10
                print(_line(now - began, self.crowd, faults), flush=True)
            time.sleep(0.05)

    def _close(self, made: House, faults: Faults, seconds: float) -> dict[str, Any]:
        """The living workers tell what they can; then the night passes without them; then the books."""
        until = time.monotonic() + QUIET
        while asyncio.run(_due(made)) and time.monotonic() < until:
            time.sleep(0.5)
        for worker in made.workers:
            worker.stop()
        print("The night passes …", flush=True)
        done = subprocess.run(
            [sys.executable, "-m", "soak.night"],
            env=made.environment,
            cwd=CHECKOUT,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"the night ended badly:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
        night = json.loads(done.stdout.splitlines()[-1])
        found = asyncio.run(books.compare(made, self.crowd.told, night))
        crowd = self.crowd
        return {
            "seconds": round(seconds, 1),
            "seed": self.wish.seed,
            "held": {
                "confirmed orders a second": round(found.counted["confirmed orders"] / seconds, 2),
                "pages a second": round(crowd.troubles.pages / seconds, 2),
                "mails a second": round(found.counted["mails"] / seconds, 2),
            },
            "done": dict(crowd.told.did.most_common()),
            "seen": dict(crowd.troubles.seen.most_common()),
            "faults": dict(faults.did.most_common()),
            "between": dict(self.between.did.most_common()),
            "counted": found.counted,
            "copies": found.copies,
            "unworthy": crowd.troubles.unworthy,
            "differences": {"lost": found.lost, "twice": found.twice, "other": found.other},
        }


async def _due(made: House) -> bool:
    return bool(
        await made.ask(
            "SELECT FROM outbox_message WHERE done_at IS NULL AND failed_at IS NULL AND due_at <= now()"
            " AND (leased_until IS NULL OR leased_until <= now()) LIMIT 1"
        )
    )


def _line(seconds: float, crowd: Crowd, faults: Faults) -> str:
    did, seen = crowd.told.did, crowd.troubles.seen
    orders = sum(count for what, count in did.items() if what.endswith(" order"))
    return (
        f"{seconds:5.0f} s  {orders} orders ({orders / seconds:.1f} /s)  {crowd.troubles.pages} pages"
        f" ({crowd.troubles.pages / seconds:.0f} /s)  {sum(faults.did.values())} faults"
        f"  {sum(seen.values())} broken  {len(crowd.troubles.unworthy) + len(crowd.told.wrong)} wrong"
    )


def _words(result: dict[str, Any], wrong: bool) -> str:
    lines = ["", f"{result['seconds']:g} s with {sum(result['faults'].values())} faults, seed {result['seed']}"]
    for name in ("held", "counted", "done", "seen", "faults", "between"):
        lines += [f"{name}:", *(f"  {count:>8}  {what}" for what, count in result[name].items())]
    lines += [f"  UNWORTHY {one}" for one in result["unworthy"][:20]]
    for kind, found in result["differences"].items():
        lines += [f"  {kind.upper()} {one}" for one in found[:20]]
    counts = {kind: len(found) for kind, found in result["differences"].items()}
    lines.append(
        f"{counts['lost']} lost, {counts['twice']} twice, {counts['other']} other differences,"
        f" {len(result['unworthy'])} unworthy answers;"
        f" {result['copies']} mails came as a copy with the Message-ID they had."
    )
    lines.append("This was not a good day." if wrong else f"All is well. {RESULT.relative_to(CHECKOUT)}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
