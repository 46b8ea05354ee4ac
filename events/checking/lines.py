"""Bytes into content lines (RFC 5545, section 3.1). What is wrong is told; what can be read is read all the same."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from events.checking.findings import Finding, error, warning

LONGEST = 75
"""Octets of a line without its end."""
MOST = 3
"""Of one kind of fault so many lines are named; the others are counted."""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_NAME = re.compile(r"[A-Za-z0-9-]+")
_PARAMETER = re.compile(r';([A-Za-z0-9-]+)=((?:"[^"]*"|[^";:,]*)(?:,(?:"[^"]*"|[^";:,]*))*)')


@dataclass(frozen=True, slots=True)
class Line:
    """number: of the first line of the file that it stands in, from 1; names in capitals; value as it is written."""

    number: int
    name: str
    parameters: Mapping[str, tuple[str, ...]]
    value: str


def read(body: bytes) -> tuple[list[Line], list[Finding]]:
    """The content lines of a file, and what is wrong with its bytes."""
    found: list[Finding] = []
    if body.startswith(b"\xef\xbb\xbf"):
        found.append(warning("The file begins with a byte order mark.", "RFC 5545 3.1.4", 1))
        body = body[3:]
    if not body.strip():
        return [], [error("There is nothing in it.", "RFC 5545 3.4")]
    physical = body.split(b"\n")
    if physical[-1] == b"":
        physical.pop()
    else:
        found.append(warning("The last line has no end.", "RFC 5545 3.1", len(physical)))
    bare = [number for number, line in enumerate(physical, 1) if not line.endswith(b"\r")]
    long = [number for number, line in enumerate(physical, 1) if len(line.rstrip(b"\r")) > LONGEST]
    found += _some(bare, "ends without a carriage return", "RFC 5545 3.1", strict=True)
    found += _some(long, f"is longer than {LONGEST} octets", "RFC 5545 3.1", strict=False)
    lines: list[Line] = []
    torn, wrong, controls = [], [], []
    for number, raw, pieces in _unfolded(physical):
        for place, piece in enumerate(pieces):
            if not _is_text(piece):
                torn.append(number + place)
                break
        text = raw.decode("utf-8", "replace")
        if "\ufffd" in text and not torn:
            torn.append(number)
        if _CONTROL.search(text):
            controls.append(number)
        if not text.strip():
            found.append(error("A line is empty.", "RFC 5545 3.1", number))
            continue
        line = _line(number, text)
        if line is None:
            wrong.append(number)
        else:
            lines.append(line)
    found += _some(torn, "is no UTF-8, or folded inside a letter", "RFC 5545 3.1, 3.1.4", strict=True)
    found += _some(controls, "has a control character", "RFC 5545 3.1", strict=True)
    found += _some(wrong, "is no content line: a name, a colon and a value are wanted", "RFC 5545 3.1", strict=True)
    return lines, found


def _unfolded(physical: list[bytes]) -> Iterator[tuple[int, bytes, list[bytes]]]:
    """(number of the first line, the whole line, its pieces)."""
    start, pieces = 1, [b""]
    for number, line in enumerate(physical, 1):
        bare = line.rstrip(b"\r")
        if number > 1 and bare[:1] in (b" ", b"\t") and bare.strip():
            pieces.append(bare[1:])
            continue
        if number > 1:
            yield start, b"".join(pieces), pieces
        start, pieces = number, [bare]
    yield start, b"".join(pieces), pieces


def _is_text(piece: bytes) -> bool:
    try:
        piece.decode()
    except UnicodeDecodeError:
        return False
    return True


def _line(number: int, text: str) -> Line | None:
    name = _NAME.match(text)
    if name is None:
        return None
    place, parameters = name.end(), {}
    while found := _PARAMETER.match(text, place):
        parameters[found[1].upper()] = tuple(one.strip('"') for one in _values(found[2]))
        place = found.end()
    if text[place : place + 1] != ":":
        return None
    return Line(number, name[0].upper(), parameters, text[place + 1 :])


def _values(written: str) -> list[str]:
    return re.findall(r'"[^"]*"|[^,]+', written) or [""]


def _some(numbers: list[int], words: str, source: str, *, strict: bool) -> list[Finding]:
    make = error if strict else warning
    told = [make(f"The line {words}.", source, number) for number in numbers[:MOST]]
    if len(numbers) > MOST:
        told.append(make(f"{len(numbers) - MOST:,} lines more: the line {words}.", source))
    return told
