"""kill -9 of a worker at every await of sending, fulfilling and relaying: `python -m soak.crash_points [--sample N]`.

For every point of every scene (see scenes, steps): make the rows, fork a process that does the work and kills itself
at that point, let normal workers do what is left, and look: nothing lost, nothing twice. There are no hooks in the
product; the worker's own coroutine is driven from outside.

One window nobody can close: the mail server has said 250 and the row is not marked yet. The mail is sent again then,
with the same Message-ID and the same words, by which mailboxes know a copy; "twice" means by Message-ID, and copies
are counted apart.
"""

import argparse
import asyncio
import os
import signal
import sys
import tempfile
import traceback
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from redis.asyncio import Redis

from events.core import database
from events.settings import Settings
from soak import steps
from soak.house import House, house
from soak.scenes import SCENES, Ids, Scene, Stage, finish
from soak.steps import Points
from workers.tools import Tools

Result = TypeVar("Result")


@dataclass
class Walk:
    """What came of one scene. points: how many a whole run has; killed: how many kills; copies: mails that came again
    with their old Message-ID; wrong: what was lost or came twice, by point."""

    scene: str
    points: int = 0
    killed: int = 0
    copies: int = 0
    wrong: list[str] = field(default_factory=list)


def walk(scene: Scene, house: House, sample: int = 0) -> Walk:
    """Kill at every point of a scene, or at `sample` points spread over it. Call it where no event loop runs."""
    settings = house.settings()
    found = Walk(scene.name, points=_whole(scene, house, settings))
    step = max(1, found.points // sample) if sample else 1
    for point in range(1, found.points + 1, step):
        ids = _within(settings, house, scene.prepare)
        if not _die(scene, house, settings, ids, point):
            continue  # this run had fewer awaits than the first: answers came in fewer pieces
        found.killed += 1
        try:
            found.copies += _within(settings, house, lambda stage, ids=ids: _after(scene, stage, ids))  # type: ignore[misc]
        except Exception as error:
            found.wrong.append(f"point {point}: {type(error).__name__}: {error}")
            _within(settings, house, _clear)
    return found


def _whole(scene: Scene, house: House, settings: Settings) -> int:
    """How many points an undisturbed run has; it has to be right, too."""

    async def run(stage: Stage) -> int:
        ids = await scene.prepare(stage)
        points = Points()
        await steps.walk(await scene.act(stage, ids), points)
        if await _after(scene, stage, ids):
            raise AssertionError(f"{scene.name}: mails came twice although nobody was killed")
        return points.count

    return _within(settings, house, run)


async def _after(scene: Scene, stage: Stage, ids: Ids) -> int:
    await finish(stage)
    return await scene.check(stage, ids)


async def _clear(stage: Stage) -> None:
    """After a scene that went wrong: the next one starts without its messages."""
    await database.execute("UPDATE outbox_message SET done_at = now() WHERE done_at IS NULL")
    async with Redis.from_url(stage.tools.settings.redis_url) as redis:
        await redis.flushdb()


def _die(scene: Scene, house: House, settings: Settings, ids: Ids, point: int) -> bool:
    """Do the work in a process of its own, which ends at the point. False when it came through."""
    child = os.fork()
    if not child:
        try:
            _within(settings, house, lambda stage: _act(scene, stage, ids, point))
            os._exit(0)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
    _pid, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return True
    if os.waitstatus_to_exitcode(status):
        raise RuntimeError(f"{scene.name}: the worker failed before it was killed at point {point}")
    return False


async def _act(scene: Scene, stage: Stage, ids: Ids, point: int) -> None:
    await steps.walk(await scene.act(stage, ids), Points(point))


def _within(settings: Settings, house: House, do: Callable[[Stage], Awaitable[Result]]) -> Result:
    """Run something with a database of its own, as one process does."""

    async def run() -> Result:
        await database.connect(settings.database_url)
        tools = Tools(settings)
        try:
            return await do(Stage(tools, lambda: house.mails))
        finally:
            await tools.close()
            await database.close()

    return asyncio.run(run())


def report(walks: Sequence[Walk]) -> str:
    lines = [
        f"{one.scene:34} {one.points:4} points, killed {one.killed:4} times, {one.copies:3} copies" for one in walks
    ]
    lines += [f"  WRONG {words}" for one in walks for words in one.wrong]
    return "\n".join(lines)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m soak.crash_points", description=__doc__)
    parser.add_argument("--sample", type=int, default=0, help="so many points of each scene; 0 is all of them")
    parser.add_argument("--scene", default="", help="only scenes whose name has this in it")
    chosen = parser.parse_args(arguments)
    with (
        tempfile.TemporaryDirectory(prefix="colloquy-crash-") as folder,
        house(Path(folder), webs=0, workers=0) as made,
    ):
        walks = []
        for scene in SCENES:
            if chosen.scene in scene.name:
                walks.append(walk(scene, made, chosen.sample))
                print(report(walks[-1:]), flush=True)
    return 1 if any(one.wrong for one in walks) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
