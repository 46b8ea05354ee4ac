"""What a run was made on: figures of another machine compare by their ratios only."""

import asyncio
import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import asyncpg
import psutil

from benchmarks.house import House


def facts(house: House, seconds: float) -> dict[str, str]:
    return {
        "measured": f"{datetime.now(UTC):%d %B %Y}".lstrip("0"),
        "commit": _commit(),
        "cores": str(len(os.sched_getaffinity(0))),
        "processor": processor(Path("/proc/cpuinfo").read_text()),
        "memory": f"{psutil.virtual_memory().total / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "Python": platform.python_version(),
        "PostgreSQL": asyncio.run(_postgres(house.dsn)),
        "granian": version("granian"),
        "starlette": version("starlette"),
        "size": house.size,
        "seconds": f"{seconds:g}",
    }


def processor(cpuinfo: str) -> str:
    """The model's name; "unknown" where the kernel does not tell."""
    names = [line.partition(":")[2].strip() for line in cpuinfo.splitlines() if line.startswith("model name")]
    return names[0] if names and names[0] else "unknown"


async def _postgres(dsn: str) -> str:
    connection = await asyncpg.connect(dsn)
    try:
        return str(await connection.fetchval("SHOW server_version")).split(" ")[0]
    finally:
        await connection.close()


def _commit() -> str:
    found = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    changed = subprocess.run(["git", "status", "--porcelain", "events", "workers"], capture_output=True, text=True)
    return (found.stdout.strip() or "unknown") + (" and changes" if changed.stdout.strip() else "")
