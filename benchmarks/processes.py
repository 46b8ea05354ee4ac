"""CPU seconds and memory of a program and everything it started, from the operating system."""

from dataclasses import dataclass

import psutil


@dataclass(frozen=True)
class Cpu:
    """CPU seconds, user and system, of web, worker and database apart."""

    web: float
    worker: float
    database: float

    @property
    def all(self) -> float:
        return self.web + self.worker + self.database

    def __sub__(self, before: "Cpu") -> "Cpu":
        return Cpu(self.web - before.web, self.worker - before.worker, self.database - before.database)

    def each(self, count: int) -> dict[str, float]:
        """Milliseconds for each of `count`."""
        times = {"CPU ms": self.all, "web": self.web, "worker": self.worker, "database": self.database}
        return {name: seconds / count * 1000 for name, seconds in times.items()}


def cpu(pid: int) -> float:
    """Of a process, its living children and those that ended."""
    total = 0.0
    for process in _family(pid):
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system + times.children_user + times.children_system
    return total


def memory(pid: int) -> float:
    """MiB, proportional share (PSS), of one process."""
    return float(psutil.Process(pid).memory_full_info().pss) / 2**20


def family_memory(pid: int) -> float:
    """MiB of a process and everything it started."""
    total = 0.0
    for process in _family(pid):
        try:
            total += float(process.memory_full_info().pss) / 2**20
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return total


def _family(pid: int) -> list[psutil.Process]:
    try:
        parent = psutil.Process(pid)
        return [parent, *parent.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []
