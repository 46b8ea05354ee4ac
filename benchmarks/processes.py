"""CPU seconds and memory of a program and everything it started, from the operating system."""

from dataclasses import dataclass

import psutil


@dataclass(frozen=True)
class Use:
    """cpu: seconds, user and system, of living and ended children; memory: MiB, proportional share."""

    cpu: float
    memory: float


def use(pid: int) -> Use:
    try:
        parent = psutil.Process(pid)
        family = [parent, *parent.children(recursive=True)]
    except psutil.NoSuchProcess:
        return Use(0.0, 0.0)
    cpu = memory = 0.0
    for process in family:
        try:
            times = process.cpu_times()
            cpu += times.user + times.system + times.children_user + times.children_system
            memory += process.memory_full_info().pss / 2**20
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return Use(cpu, memory)
