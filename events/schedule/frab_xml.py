"""Reading somebody's XML without harm: elements with their lines, inside bounds. Pure.

No document type, no entities, nothing from outside (defusedxml); a bounded number of bytes, elements and levels. What
cannot be read ends in `NotReadable`, with the line.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any
from xml.parsers.expat import ExpatError  # only the name of its error

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

MAX_BYTES = 64 * 1024 * 1024
MAX_ELEMENTS = 500_000
MAX_DEPTH = 40
_PIECE = 1 << 16


class NotReadable(Exception):
    """The file as a whole cannot be read; `why` says it in words, `line` where."""

    def __init__(self, why: str, line: int = 0) -> None:
        super().__init__(why)
        self.why = why
        self.line = line


class Element:
    """An XML element without its namespace, and the line it starts at."""

    __slots__ = ("attributes", "children", "line", "name", "pieces")

    def __init__(self, name: str, attributes: dict[str, str], line: int) -> None:
        self.name = name
        self.attributes = attributes
        self.line = line
        self.children: list[Element] = []
        self.pieces: list[str] = []

    @property
    def text(self) -> str:
        """The words directly inside; what stands in a child element comes after them."""
        return "".join(self.pieces) + "".join(child.text for child in self.children)

    def child(self, name: str) -> "Element | None":
        return next((child for child in self.children if child.name == name), None)

    def all(self, name: str) -> Iterator["Element"]:
        return (child for child in self.children if child.name == name)

    def words(self, name: str) -> str:
        """The text of the first child of this name, without space around, or ""."""
        child = self.child(name)
        return child.text.strip() if child else ""


class _Builder:
    """What the parser calls for every piece; keeps the open elements on a stack."""

    def __init__(self) -> None:
        self.parser: Any = None
        self.root: Element | None = None
        self.open: list[Element] = []
        self.count = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.count += 1
        line: int = self.parser.CurrentLineNumber
        if self.count > MAX_ELEMENTS:
            raise NotReadable(f"more than {MAX_ELEMENTS:,} elements", line)
        if len(self.open) >= MAX_DEPTH:
            raise NotReadable(f"elements lie more than {MAX_DEPTH} deep", line)
        element = Element(_local(tag), {_local(name): value for name, value in attributes.items()}, line)
        if self.open:
            self.open[-1].children.append(element)
        else:
            self.root = element
        self.open.append(element)

    def end(self, tag: str) -> None:
        self.open.pop()

    def data(self, text: str) -> None:
        self.open[-1].pieces.append(text)

    def close(self) -> Element | None:
        return self.root


def read(data: bytes) -> Element:
    """The root element of an XML file. Raises NotReadable."""
    if len(data) > MAX_BYTES:
        raise NotReadable(f"larger than {MAX_BYTES // 1024 // 1024} MB")
    if not data.strip():
        raise NotReadable("the file is empty")
    builder = _Builder()
    # Python's own XMLParser: the one written in C keeps its place in the file to itself.
    parser = DefusedXMLParser(target=builder, forbid_dtd=True)
    builder.parser = parser.parser
    try:
        for at in range(0, len(data), _PIECE):
            parser.feed(data[at : at + _PIECE])
        parser.close()
    except DefusedXmlException:
        raise NotReadable(
            "a document type or entity declaration; those can make a small file endless", _line(parser)
        ) from None
    except (ExpatError, SyntaxError) as error:
        raise NotReadable(_expat_words(error, data), _line(parser)) from None
    except (LookupError, ValueError) as error:
        raise NotReadable(f"the encoding cannot be read ({error})", _line(parser)) from None
    if builder.root is None:
        raise NotReadable("there is no element in it")
    return builder.root


def _line(parser: Any) -> int:
    line: int = parser.parser.ErrorLineNumber or parser.parser.CurrentLineNumber
    return line


_DECLARED = re.compile(rb"""^<\?xml[^>]*encoding=["']([A-Za-z0-9._-]+)["']""")


def _expat_words(error: Exception, data: bytes) -> str:
    words = re.sub(r": line \d+, column \d+$", "", str(error))
    if "invalid token" in words or "unknown encoding" in words:
        declared = _DECLARED.match(data[:200])
        name = declared.group(1).decode() if declared else "UTF-8"
        try:
            data.decode(name)
        except (LookupError, UnicodeDecodeError):
            return f"not well-formed: the file says it is {name}, but its bytes are not"
    return f"not well-formed: {words}"


@lru_cache(maxsize=256)
def _local(name: str) -> str:
    """The name without `{namespace}` or a prefix."""
    return name.rpartition("}")[2].rpartition(":")[2]
