"""Bytes of strangers: what they are, where they lie, and that nothing of them is lost or left behind."""

import asyncio
import contextvars
import io
import os
import zipfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import psutil
import pytest
from PIL import Image
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from events.core import database, file_kinds, files, uploads
from events.core.errors import Unreadable
from events.core.file_kinds import DOCUMENTS, PICTURES, Kind
from events.core.files import Store
from events.core.uploads import MEGABYTE, Rules, Sent

RULES = Rules(DOCUMENTS | PICTURES, 2 * MEGABYTE, side=800)
NOW = datetime.now(UTC)


def picture(format_: str = "JPEG", size: tuple[int, int] = (1600, 900)) -> bytes:
    """A picture that says where it was taken, and that it lies on its side."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "kitchen of 12 Elm Street"
    exif.get_ifd(0x8825)[1] = "N"
    buffer = io.BytesIO()
    Image.new("RGB", size, (200, 40, 90)).save(buffer, format_, exif=exif)
    return buffer.getvalue()


def archive(*parts: str, mimetype: str = "") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        if mimetype:
            made.writestr("mimetype", mimetype)
        for part in parts:
            made.writestr(part, "<x/>", zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


ODT = archive("content.xml", mimetype=file_kinds.ODT.media_type)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7\n...", file_kinds.PDF),
        (picture("JPEG"), file_kinds.JPEG),
        (picture("PNG"), file_kinds.PNG),
        (picture("WEBP"), file_kinds.WEBP),
        (archive("[Content_Types].xml", "word/document.xml"), file_kinds.DOCX),
        (archive("[Content_Types].xml", "ppt/presentation.xml"), file_kinds.PPTX),
        (ODT, file_kinds.ODT),
        (archive("content.xml", mimetype=file_kinds.ODP.media_type), file_kinds.ODP),
        (archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), None),
        (archive("a.txt"), None),
        (archive("content.xml", mimetype="application/epub+zip"), None),
        (ODT[:-30], None),
        (archive(*(f"{number}" for number in range(6000))), None),
        (b"MZ\x90\x00", None),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", None),
        (b"<html><script>alert(1)</script>", None),
        (b"PK\x03\x04", None),
        (b"x", None),
    ],
)
def test_a_file_is_what_its_bytes_say(content: bytes, kind: Kind | None, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(content)

    assert file_kinds.kind_of(tmp_path / "file") == kind


async def checked(content: bytes, name: str, tmp_path: Path) -> tuple[uploads.Checked, bytes]:
    path = tmp_path / "sent"
    path.write_bytes(content)
    sent = Sent(name, RULES, path, len(content))
    sent.digest.update(content)
    async with AsyncExitStack() as stack:
        found = await uploads.check(sent, Store(tmp_path), stack)
        return found, found.path.read_bytes()


async def refused(content: bytes, tmp_path: Path) -> str:
    with pytest.raises(Unreadable) as error:
        await checked(content, "me.png", tmp_path)
    return error.value.errors[""]


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP"])
async def test_a_picture_is_written_anew_upright_smaller_and_without_where_it_was_taken(
    format_: str, tmp_path: Path
) -> None:
    found, content = await checked(picture(format_), "me.gif", tmp_path)

    with Image.open(io.BytesIO(content)) as made:
        assert (made.format, made.size, dict(made.getexif()), "exif" in made.info) == (format_, (450, 800), {}, False)
    assert (b"Elm Street" in content, found.size, len(content) == found.size) == (False, len(content), True)
    assert list((tmp_path / "files" / "coming").iterdir()) == []


async def test_what_is_no_picture_a_broken_one_and_a_bomb_are_refused(tmp_path: Path) -> None:
    bomb = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(bomb, "PNG")

    assert "none of what is taken here" in await refused(b"MZ\x90\x00 a program", tmp_path)
    assert "cannot be read" in await refused(picture("PNG")[:80], tmp_path)
    assert "50 million dots" in await refused(bomb.getvalue(), tmp_path)
    assert "is empty" in await refused(b"", tmp_path)


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("C:\\Users\\ada\\talk.exe", "talk.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ('a"b\r\nSet-Cookie: x=1.pdf', "a b Set-Cookie x 1.pdf"),
        ("<script>.pdf", "script.pdf"),
        ("Vortrag über Bücher.pdf", "Vortrag über Bücher.pdf"),
        ("...", "file.pdf"),
        ("", "file.pdf"),
        ("x" * 300, "x" * 120 + ".pdf"),
    ],
)
def test_a_name_keeps_its_letters_and_nothing_that_means_something(name: str, clean: str) -> None:
    assert uploads.clean_name(name, file_kinds.PDF) == clean


# Forms with files, as they come.


def server(store: Store) -> httpx.AsyncClient:
    async def take(request: Request) -> Response:
        async with uploads.read(request, store, {"cv": RULES}) as (form, sent):
            one = sent.get("cv")
            on_disk = one.path.stat().st_size if one else 0
            return JSONResponse([dict(form), sorted(sent), one.size if one else 0, on_disk])

    app = Starlette(routes=[Route("/", take, methods=["POST"])])
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://testserver")


async def test_texts_and_files_of_a_form_come_apart_and_nothing_stays(tmp_path: Path) -> None:
    given = {"cv": ("cv.pdf", b"%PDF-1.7"), "other": ("x.pdf", b"%PDF-1.7")}

    async with server(Store(tmp_path)) as client:
        answer = await client.post("/", data={"title": "Zines – 1"}, files=given)
        head = b'--b\r\nContent-Disposition: form-data; name="cv"; filename=""\r\n\r\n\r\n--b--\r\n'
        nothing = await client.post("/", content=head, headers={"Content-Type": "multipart/form-data; boundary=b"})
        plain = await client.post("/", data={"title": "U"})

    assert answer.json() == [{"title": "Zines – 1"}, ["cv"], 8, 8]
    assert nothing.json() == [{}, [], 0, 0]
    assert plain.json() == [{"title": "U"}, [], 0, 0]
    assert list((tmp_path / "files" / "coming").iterdir()) == []


async def test_a_file_of_80_megabytes_is_read_to_its_end_and_neither_memory_nor_disk_has_it(tmp_path: Path) -> None:
    """What is typed after it is not lost."""
    before = psutil.Process().memory_info().rss
    most = [0]

    async def body() -> AsyncIterator[bytes]:
        yield b'--b\r\nContent-Disposition: form-data; name="cv"; filename="me.png"\r\n\r\n'
        for _number in range(80):
            yield b"\x89PNG" * (MEGABYTE // 4)
            most[0] = max(most[0], psutil.Process().memory_info().rss)
        yield b'\r\n--b\r\nContent-Disposition: form-data; name="note"\r\n\r\ntyped after it\r\n--b--\r\n'

    async with server(Store(tmp_path)) as client:
        answer = await client.post("/", content=body(), headers={"Content-Type": "multipart/form-data; boundary=b"})

    form, names, size, on_disk = answer.json()
    assert (form, names, size) == ({"note": "typed after it"}, ["cv"], 80 * MEGABYTE)
    assert on_disk <= RULES.most
    assert most[0] - before < 24 * MEGABYTE


@pytest.mark.parametrize(
    "body",
    [
        b"no form at all",
        b'--b\r\nContent-Disposition: form-data; name="' + b"x" * 20_000 + b'"\r\n\r\n1\r\n--b--\r\n',
        b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n' * 500 + b"--b--\r\n",
    ],
)
async def test_what_is_no_form_is_refused_and_leaves_nothing(body: bytes, tmp_path: Path) -> None:
    async with server(Store(tmp_path)) as client:
        with pytest.raises(Unreadable):
            await client.post("/", content=body, headers={"Content-Type": "multipart/form-data; boundary=b"})

    assert not list((tmp_path / "files" / "coming").glob("*"))


# What is kept, and what goes.


def coming(store: Store, content: bytes) -> Path:
    path = store.new_coming()
    path.write_bytes(content)
    return path


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


async def nobody(_some: list[str]) -> set[str]:
    return set()


async def test_what_no_row_names_goes_and_what_one_names_stays(db: None, store: Store) -> None:
    kept, gone = "a" * 64, "b" * 64
    for name in (kept, gone):
        await store.keep(coming(store, b"x"), name)

    async def named(some: list[str]) -> set[str]:
        return {kept} & set(some)

    assert await files.forget_unnamed(store, named, NOW) == 1
    assert (store.path(kept).exists(), store.path(gone).exists()) == (True, False)
    assert await files.forget_unnamed(store, named, NOW) == 0


async def test_what_comes_now_is_left_alone_and_what_was_abandoned_goes(db: None, store: Store) -> None:
    now, abandoned = coming(store, b"x"), coming(store, b"y")
    old = (NOW - timedelta(days=2)).timestamp()
    os.utime(abandoned, (old, old))

    assert await files.forget_unnamed(store, nobody, NOW) == 1
    assert (now.exists(), abandoned.exists()) == (True, False)


async def test_the_night_waits_for_a_file_whose_row_is_just_being_written(db: None, store: Store) -> None:
    name = "c" * 64
    await store.keep(coming(store, b"x"), name)  # since long, and nobody names it any more
    rows: set[str] = set()
    outside = contextvars.copy_context()  # a task that is made in a transaction would be part of it

    async def named(some: list[str]) -> set[str]:
        return rows & set(some)

    async with database.transaction():
        await files.hold()
        await store.keep(coming(store, b"x"), name)
        night = asyncio.create_task(files.forget_unnamed(store, named, NOW), context=outside)
        done, _pending = await asyncio.wait({night}, timeout=0.3)
        rows.add(name)  # as the row is, with the commit

    assert (done, await night, store.path(name).exists()) == (set(), 0, True)
