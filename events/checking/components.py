"""Content lines into a tree of components (RFC 5545, section 3.4 and 3.6)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from events.checking.findings import Finding, error
from events.checking.lines import Line

DEEPEST = 10


@dataclass(eq=False, slots=True)
class Component:
    """name: in capitals; line: of its BEGIN."""

    name: str
    line: int
    properties: list[Line] = field(default_factory=list)
    inside: list["Component"] = field(default_factory=list)

    def all(self, name: str) -> list[Line]:
        return [one for one in self.properties if one.name == name]

    def first(self, name: str) -> Line | None:
        return next((one for one in self.properties if one.name == name), None)

    def text(self, name: str) -> str:
        """The value as it is written; "" for none."""
        found = self.first(name)
        return found.value if found else ""

    def of(self, *names: str) -> list["Component"]:
        return [one for one in self.inside if one.name in names]

    def everything(self) -> Iterator["Component"]:
        yield self
        for one in self.inside:
            yield from one.everything()


def grow(lines: Sequence[Line]) -> tuple[list[Component], list[Finding]]:
    """The components that stand on their own, and what does not end, begin or nest as it should."""
    roots: list[Component] = []
    open_: list[Component] = []
    found: list[Finding] = []
    for line in lines:
        if line.name == "BEGIN":
            made = Component(line.value.strip().upper(), line.number)
            (open_[-1].inside if open_ else roots).append(made)
            open_.append(made)
            if len(open_) > DEEPEST:
                return roots, [*found, error("Components are nested too deeply.", "RFC 5545 3.6", line.number)]
        elif line.name == "END":
            name = line.value.strip().upper()
            if open_ and open_[-1].name == name:
                open_.pop()
            else:
                inner = open_[-1].name if open_ else "nothing"
                found.append(error(f"END:{name} ends {inner}.", "RFC 5545 3.6", line.number))
        elif open_:
            open_[-1].properties.append(line)
        else:
            found.append(error(f"{line.name} stands outside of a calendar.", "RFC 5545 3.4", line.number))
    found += [error(f"BEGIN:{one.name} has no end.", "RFC 5545 3.6", one.line) for one in open_]
    return roots, found
