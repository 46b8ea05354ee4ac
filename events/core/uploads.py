"""Forms with files in them, read as they come: the texts into memory, the files onto the disk.

    async with uploads.read(request, store, {"q-5": RULES}) as (form, sent):
        …

`form` has the texts, `sent` the files by their field's name. A file that is larger than its field takes is read to its
end and thrown away, so the browser is done sending and sees our answer, with everything else that was typed. At the end
of the block what was not kept is gone.
"""

import asyncio
import contextlib
import hashlib
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from events.core import file_kinds, files, pictures
from events.core.errors import Unreadable
from events.core.file_kinds import Kind
from events.core.files import Store
from events.core.locales import _
from events.core.web import MAX_BODY, TooLarge

MEGABYTE = 1024 * 1024
MOST_FIELDS = 400
PIECE = 256 * 1024
"""Bytes that a thread parses, digests and writes at once."""
LONGEST_HEADER = 8_000
LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class Rules:
    """What a field takes. most: bytes; side: dots of a picture's longer side, larger ones are made smaller."""

    kinds: frozenset[Kind]
    most: int
    side: int = 4000

    @property
    def words(self) -> str:
        """For the hint at the field."""
        named = ", ".join(kind.words for kind in file_kinds.ORDER if kind in self.kinds)
        return _("%(kinds)s; at most %(limit)s MB.") % {"kinds": named, "limit": self.most // MEGABYTE}

    @property
    def accept(self) -> str:
        """Of the field, so that a browser offers only these."""
        return ",".join(kind.suffix for kind in file_kinds.ORDER if kind in self.kinds)


@dataclass(slots=True)
class Sent:
    """A file as it was sent. name: the sender's, not to be trusted; size: in bytes, also of what was thrown away."""

    name: str
    rules: Rules
    path: Path
    size: int = 0
    digest: Any = field(default_factory=hashlib.sha256)

    @property
    def too_large(self) -> bool:
        return self.size > self.rules.most


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that is what it says, synced and ready to be kept."""

    path: Path
    name: str
    media_type: str
    size: int
    sha256: str


@asynccontextmanager
async def read(
    request: Request, store: Store, rules: Mapping[str, Rules]
) -> AsyncIterator[tuple[FormData, dict[str, Sent]]]:
    """Raises Unreadable for what is no form, TooLarge for too many texts. A field without rules takes no file."""
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != b"multipart/form-data":
        yield await request.form(max_fields=MOST_FIELDS), {}
        return
    if not options.get(b"boundary"):
        raise Unreadable({"": _("The form did not arrive whole. Please send it again.")})
    parts = _Parts(options[b"boundary"], store.new_coming, rules)
    try:
        try:
            piece = bytearray()
            async for chunk in request.stream():
                piece += chunk
                if len(piece) >= PIECE:
                    await asyncio.to_thread(parts.write, bytes(piece))
                    piece.clear()
            await asyncio.to_thread(parts.finish, bytes(piece))
        except FormParserError:
            raise Unreadable({"": _("The form did not arrive whole. Please send it again.")}) from None
        yield FormData(parts.texts), {name: one for name, one in parts.sent.items() if one.name or one.size}
    finally:
        await asyncio.to_thread(parts.close)


class _Parts:
    """Callbacks of the parser, and what they gather. Its methods block."""

    def __init__(self, boundary: bytes, new_path: Callable[[], Path], rules: Mapping[str, Rules]) -> None:
        self.texts: list[tuple[str, str | UploadFile]] = []
        self.sent: dict[str, Sent] = {}
        self._new_path = new_path
        self._rules = rules
        self._paths: list[Path] = []
        self._seen = 0
        self._count = 0
        self._name = ""
        self._text: bytearray | None = None
        self._file: IO[bytes] | None = None
        self._one: Sent | None = None
        self._header = self._value = b""
        self._disposition = b""
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin,
                "on_header_field": self._add_header,
                "on_header_value": self._add_value,
                "on_header_end": self._end_header,
                "on_headers_finished": self._open,
                "on_part_data": self._data,
                "on_part_end": self._end,
            },
        )

    def write(self, piece: bytes) -> None:
        self._parser.write(piece)

    def finish(self, piece: bytes) -> None:
        self._parser.write(piece)
        self._parser.finalize()

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
        for path in self._paths:
            path.unlink(missing_ok=True)

    def _begin(self) -> None:
        self._disposition = self._header = self._value = b""
        self._text, self._one = None, None

    def _add_header(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]
        if len(self._header) > LONGEST_HEADER:
            raise FormParserError("a header is too long")

    def _add_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]
        if len(self._value) > LONGEST_HEADER:
            raise FormParserError("a header is too long")

    def _end_header(self) -> None:
        if self._header.lower() == b"content-disposition":
            self._disposition = self._value
        self._header = self._value = b""

    def _open(self) -> None:
        _kind, options = parse_options_header(self._disposition)
        self._name = options.get(b"name", b"").decode("utf-8", "replace")
        self._count += 1
        if self._count > MOST_FIELDS:
            raise FormParserError("too many fields")
        if b"filename" not in options:
            self._text = bytearray()
        elif (rules := self._rules.get(self._name)) is not None and self._name not in self.sent:
            path = self._new_path()
            self._paths.append(path)
            self._file = path.open("xb")
            self._one = Sent(options[b"filename"].decode("utf-8", "replace"), rules, path)

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._text is not None:
            self._seen += end - start
            if self._seen > MAX_BODY:
                raise TooLarge
            self._text += data[start:end]
        elif self._one is not None and self._file is not None:
            self._one.size += end - start
            if not self._one.too_large:
                piece = memoryview(data)[start:end]
                self._one.digest.update(piece)
                self._file.write(piece)

    def _end(self) -> None:
        if self._text is not None:
            self.texts.append((self._name, self._text.decode("utf-8", "replace")))
        elif self._one is not None and self._file is not None:
            self._file.close()
            self.sent[self._name] = self._one
            self._file = self._one = None


async def check(sent: Sent, store: Store, into: contextlib.AsyncExitStack) -> Checked:
    """What a file is, by its bytes; pictures are written anew. Raises Unreadable with words for its field as "".

    into   removes what is written here, unless it was kept meanwhile
    """
    if sent.too_large:
        raise Unreadable(
            {
                "": _("This file is larger than %(limit)s MB. Send a smaller one.")
                % {"limit": sent.rules.most // MEGABYTE}
            }
        )
    if not sent.size:
        raise Unreadable({"": _("This file is empty.")})
    kind = await asyncio.to_thread(file_kinds.kind_of, sent.path)
    if kind is None or kind not in sent.rules.kinds:
        raise Unreadable(
            {
                "": _("This file is none of what is taken here, whatever its name says: %(kinds)s")
                % {"kinds": sent.rules.words}
            }
        )
    path, size, digest = sent.path, sent.size, str(sent.digest.hexdigest())
    if kind in file_kinds.PICTURES:
        path = await asyncio.to_thread(store.new_coming)
        into.callback(lambda: path.unlink(missing_ok=True))
        await pictures.write_anew(sent.path, path, kind, sent.rules.side)
        size, digest = await asyncio.to_thread(_measured, path)
    await asyncio.to_thread(files.sync, path)
    return Checked(path, clean_name(sent.name, kind), kind.media_type, size, digest)


def _measured(path: Path) -> tuple[int, str]:
    with path.open("rb") as file:
        return path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest()


def clean_name(name: str, kind: Kind) -> str:
    """A sender's name for a file, without its folders and without signs that mean something to a disk or a page, and
    with the ending of what it is: `C:\\\\me\\\\talk.exe` of a PDF is `talk.pdf`."""
    last = name.replace("\\", "/").rpartition("/")[2]
    stem = last.rpartition(".")[0] or last
    letters = "".join(letter if letter.isalnum() or letter in "-_ ()." else " " for letter in stem)
    return (" ".join(letters.split()).strip(". ")[:LONGEST_NAME] or "file") + kind.suffix
