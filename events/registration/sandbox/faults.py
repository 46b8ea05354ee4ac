"""What goes wrong on demand: the next questions that fit get no answer, a late one, or an error."""

from asyncio import sleep
from dataclasses import dataclass
from enum import StrEnum

from events.registration.sandbox.errors import Refused

SILENCE = 30.0
"""Seconds: longer than the shop waits."""


class Kind(StrEnum):
    busy = "busy"
    """429, and nothing was done."""
    broken_before = "broken before"
    """500, and nothing was done."""
    broken_after = "broken after"
    """500, and the work was done."""
    lost = "lost"
    """The work was done, and the answer comes when nobody waits for it any more."""
    slow = "slow"
    """Nothing happens for a while, and then all is well. Meanwhile the idempotency key is in use."""


@dataclass
class Fault:
    """path: how the address begins; method: "" is any; times: how often it still happens; seconds: of lost and slow."""

    kind: Kind
    path: str = "/v1/"
    method: str = ""
    times: int = 1
    seconds: float = SILENCE

    def fits(self, method: str, path: str) -> bool:
        return path.startswith(self.path) and self.method in {"", method}


class Faults:
    def __init__(self) -> None:
        self.coming: list[Fault] = []

    def take(self, method: str, path: str) -> Fault | None:
        """The fault that this question meets, which is then one fewer."""
        fault = next((one for one in self.coming if one.fits(method, path)), None)
        if fault is not None:
            fault.times -= 1
            if fault.times <= 0:
                self.coming.remove(fault)
        return fault


async def before(fault: Fault | None) -> None:
    """What happens instead of the work. Raises Refused."""
    if fault is None:
        return
    if fault.kind is Kind.busy:
        raise Refused("Request rate limit exceeded.", status=429, code="rate_limit", kept=False)
    if fault.kind is Kind.broken_before:
        raise _broken()
    if fault.kind is Kind.slow:
        await sleep(fault.seconds)


def after(fault: Fault | None) -> None:
    """What happens although the work was done. Raises Refused."""
    if fault is not None and fault.kind is Kind.broken_after:
        raise _broken()


async def silence(fault: Fault | None) -> None:
    """What happens when all is done and kept, before the answer is sent."""
    if fault is not None and fault.kind is Kind.lost:
        await sleep(fault.seconds)


def _broken() -> Refused:
    return Refused("An error occurred, and we were notified.", status=500, kind="api_error")
