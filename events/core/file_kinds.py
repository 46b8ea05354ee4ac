"""What a file is, by its own bytes: neither its name nor the word of a browser counts.

A few kinds are known, because a few are enough to ask for, and what is not known is refused. Office documents are zip
archives; only their list of contents is looked at, and only when it is small: nothing is unpacked. One with macros is
refused.
"""

import zipfile
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Kind:
    """suffix: with its dot, as the file is called from then on; words: as people call it, in every language."""

    suffix: str
    media_type: str
    words: str


_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN = "application/vnd.oasis.opendocument."

PDF = Kind(".pdf", "application/pdf", "PDF")
PNG = Kind(".png", "image/png", "PNG")
JPEG = Kind(".jpg", "image/jpeg", "JPEG")
WEBP = Kind(".webp", "image/webp", "WebP")
DOCX = Kind(".docx", f"{_OFFICE}wordprocessingml.document", "DOCX")
PPTX = Kind(".pptx", f"{_OFFICE}presentationml.presentation", "PPTX")
ODT = Kind(".odt", f"{_OPEN}text", "ODT")
ODP = Kind(".odp", f"{_OPEN}presentation", "ODP")

PICTURES = frozenset({PNG, JPEG, WEBP})
DOCUMENTS = frozenset({PDF, DOCX, PPTX, ODT, ODP})
ORDER = (PDF, DOCX, ODT, PPTX, ODP, JPEG, PNG, WEBP)
"""As a sentence lists them."""

_PARTS = {"word/document.xml": DOCX, "ppt/presentation.xml": PPTX}
_OPEN_KINDS = {kind.media_type.encode(): kind for kind in (ODT, ODP)}

TAIL = 66_000
"""Where the end of a zip archive's list stands: 22 bytes and a comment of at most 65,535 (APPNOTE.TXT 4.3.16)."""
MOST_PARTS = 5_000
MOST_LIST = 1024 * 1024
"""Entries of an archive, and bytes of their list: a bigger list is read by nobody."""


def kind_of(path: Path) -> Kind | None:
    """The kind of a file, None for what is not known. Reads a few kilobytes of it; blocks."""
    with path.open("rb") as file:
        head = file.read(64)
    if head.startswith(b"%PDF-"):
        return PDF
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    return _archive(path, head) if head.startswith(b"PK\x03\x04") else None


def _archive(path: Path, head: bytes) -> Kind | None:
    # OpenDocument begins with an entry `mimetype`, neither packed nor with extra fields (ODF 1.3, part 2, 3.3).
    if head[30:38] == b"mimetype" and int.from_bytes(head[28:30], "little") == 0:
        with path.open("rb") as file:
            file.seek(38)
            named = file.read(min(int.from_bytes(head[18:22], "little"), 100))
        return _OPEN_KINDS.get(named) if _names(path) is not None else None
    names = _names(path)
    if names is None or "[Content_Types].xml" not in names or any(name.endswith("vbaProject.bin") for name in names):
        return None
    return next((kind for part, kind in _PARTS.items() if part in names), None)


def _names(path: Path) -> frozenset[str] | None:
    """The names in an archive; None when it is broken, or its list is larger than any document's."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - TAIL))
        tail = file.read()
    place = tail.rfind(b"PK\x05\x06")
    if place < 0 or b"PK\x06\x07" in tail[max(0, place - 20) : place]:  # a zip64 archive: nobody's document
        return None
    end = tail[place : place + 22]
    if int.from_bytes(end[10:12], "little") > MOST_PARTS or int.from_bytes(end[12:16], "little") > MOST_LIST:
        return None
    try:
        with zipfile.ZipFile(path) as archive:
            return frozenset(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError, ValueError):
        return None
