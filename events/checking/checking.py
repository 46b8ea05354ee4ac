"""A whole calendar looked at."""

from dataclasses import dataclass
from pathlib import Path

from events.checking import components, fetching, lines, methods, rules
from events.checking.findings import Finding, Level


@dataclass(frozen=True, slots=True)
class Report:
    """entries: how many VEVENTs; findings in the order of the lines, what has none first."""

    source: str
    entries: int
    findings: tuple[Finding, ...]

    @property
    def good(self) -> bool:
        """Whether no calendar app has a reason to stumble."""
        return not any(one.level is Level.error for one in self.findings)


def check(body: bytes, source: str, *, feed: bool) -> Report:
    """feed: somebody subscribes to it."""
    read, found = lines.read(body)
    roots, wrong = components.grow(read)
    found += wrong
    entries = 0
    for root in roots:
        found += rules.check(root, feed=feed)
        if root.name == "VCALENDAR":
            found += methods.check(root)
            entries += len(root.of("VEVENT"))
    return Report(source, entries, tuple(sorted(found, key=lambda one: one.line)))


async def check_address(address: str) -> Report:
    """Raises fetching.NotFetched."""
    body, served = await fetching.fetch(address)
    report = check(body, address, feed=True)
    return Report(address, report.entries, (*served, *report.findings))


def check_file(path: Path, *, feed: bool) -> Report:
    """Raises OSError."""
    return check(path.read_bytes(), str(path), feed=feed)
