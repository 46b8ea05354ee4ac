"""What people write stays text: in pages, mails, calendars, Atom, JSON, XML, CSV and file names.

Every text of one person, one event, its sessions, rooms, unit and venue is an attack; every page and file is walked by
its route, and read with a real parser.
"""

import csv
import io
import json
import re
import zipfile
from collections.abc import AsyncIterator
from email import message_from_bytes, policy
from typing import Any

import pytest
import pytest_asyncio
from icalendar import Calendar
from lxml import etree, html

from events.core import clock, mail, mime, pages
from events.settings import Settings
from tests.security import conftest, reading
from tests.security.conftest import House
from tests.security.world import Texts

MARK = "zqx"
"""In everything that must never become an element, a property, a header or a cell of its own."""

MARKUP = (
    f"</title></script></style></textarea>--><script>{MARK}()</script>"
    f'<img src=x onerror={MARK}()>"><svg onload={MARK}()>'
)
HOSTILE = {
    "markup": Texts(
        name=f"O{MARKUP}"[:160],
        title=f"T{MARKUP}",
        long=f"{MARKUP}\n\n[x](javascript:{MARK}) <a href='data:{MARK}' onclick='{MARK}'>y</a>",
        link=f'https://x.example/?"><script>{MARK}</script>',
    ),
    "lines": Texts(
        name=f"=HYPERLINK(1)\r\nATTENDEE:mailto:{MARK}@x.example\r\nBcc: {MARK}@x.example",
        title=f"+1\nEND:VEVENT\nBEGIN:VALARM\nX-{MARK}:1;,\\n",
        long=f"@SUM(1)\r\n.\r\nBEGIN:VEVENT\rX-{MARK}:1\u2028X-{MARK}:1",
        link=f"https://x.example/\r\nX-{MARK}:1",
    ),
    "signs": Texts(
        name=f"-{{{{7*7}}}}%(x)s\x1b[31m\x85{MARK}:\u202e]]>&{MARK};",
        title=f"\t]]><{MARK}/>&#0;{{% raw %}}",
        long=f"%s]]>&{MARK};<{MARK}/>",
        link=f"javascript:{MARK}()",
    ),
}
ROLES = ("attendee", "administrator")


@pytest_asyncio.fixture(scope="module", params=HOSTILE)
async def hostile(request: pytest.FixtureRequest, _pool: None, database_url: str) -> AsyncIterator[House]:
    made = conftest.application(database_url)
    yield House(made, await conftest.clean_world(HOSTILE[request.param]))


def refuse_page(text: str) -> list[str]:
    """What in a page was not ours to begin with."""
    tree = html.document_fromstring(text)
    wrong = [f"<{node.tag}>" for node in tree.iter() if isinstance(node.tag, str) and MARK in node.tag]
    for node in tree.iter(etree.Element):
        wrong += [f"<{node.tag} {name}>" for name in node.attrib if name.startswith("on") or MARK in name]
        for name in ("href", "src", "action", "formaction"):
            if re.match(r"\s*(javascript|data|vbscript):", node.get(name, ""), re.I) and MARK in node.get(name, ""):
                wrong.append(f"<{node.tag} {name}={node.get(name)[:40]}>")
        if node.tag == "script":
            if node.get("type") == "application/ld+json":
                json.loads(node.text or "")
            elif MARK in (node.text or ""):
                wrong.append("a script")
        if node.tag == "img" and node.get("src") == "x":
            wrong.append("an image")
    return wrong


def refuse_calendar(body: bytes) -> list[str]:
    names = [line.split(":")[0].split(";")[0] for line in body.decode().replace("\r\n ", "").split("\r\n")]
    wrong = [name for name in names if name and not re.fullmatch(r"[A-Z-]+", name)]
    wrong += [name for name in names if MARK in name.lower() or name in {"ATTENDEE", "BCC"}]
    wrong += ["a bare line end"] if re.search(rb"(?<!\r)\n|\r(?!\n)", body) else []
    for part in Calendar.from_ical(body).walk():
        wrong += [part.name] if part.name in {"VALARM"} else []
    return wrong


def refuse(kind: str, body: bytes) -> list[str]:
    if "html" in kind:
        return refuse_page(body.decode())
    if "calendar" in kind:
        return refuse_calendar(body)
    if "json" in kind:
        json.loads(body)
    elif "spreadsheetml" in kind:
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            sheets = [book.read(name) for name in book.namelist() if name.endswith((".xml", ".rels"))]
        return [
            str(node.tag) for one in sheets for node in etree.fromstring(one).iter("{*}f", "{*}hyperlink", "script")
        ]
    elif "xml" in kind or "svg" in kind:
        tree = etree.fromstring(body)
        tags = [str(node.tag).rpartition("}")[2] for node in tree.iter(etree.Element)]
        return [tag for tag in tags if MARK in tag or tag in {"script", "svg"} - {tags[0]}]
    elif "csv" in kind:
        rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))
        wrong = [cell for row in rows for cell in row if re.match(r"\s*[=+@\t\r-](?!\d+(\.\d+)?$)", cell)]
        return wrong + [f"{len(row)} cells" for row in rows if len(row) != len(rows[0])]
    return []


async def test_no_text_becomes_anything_else_in_any_page_or_file(hostile: House) -> None:
    wrong, kinds, said = [], set(), 0
    for door in reading.doors(hostile.app):
        if door.method != "GET" or door.name in {"static", "metrics"}:
            continue
        for things in (hostile.world.here, {**hostile.world.here, "code": hostile.world.here["talk"]}):
            url = door.filled(door.meant(things))
            for role in ROLES:
                answer = await hostile.ask("GET", url, role)
                kind = answer.headers.get("content-type", "")
                kinds.add(kind.partition(";")[0])
                said += MARK in answer.text
                assert "\n" not in answer.headers.get("content-disposition", "")
                try:
                    found = refuse(kind, answer.content)
                except (ValueError, etree.LxmlError) as error:
                    found = [f"{type(error).__name__}: {error}"]
                if answer.status_code >= 500 and door.name != "readyz":
                    found.append(str(answer.status_code))
                if found:
                    wrong.append(f"{url} as {role}: {found[:4]}")

    assert not wrong, "\n".join(["", *wrong])
    assert {"text/html", "text/calendar", "text/csv", "application/json", "image/svg+xml"} <= kinds
    assert said > 30


async def test_typing_back_what_was_typed_wrong_is_no_markup(hostile: House) -> None:
    wrong = []
    for name, found in (await reading.forms_here(hostile)).items():
        for role, form in found:
            data = {field.name: f"{field.value}{MARKUP}"[:300] for field in form.fields}
            carried: dict[str, Any] = {"data" if form.method == "post" else "params": data}
            answer = await hostile.ask(form.method.upper(), form.action, role, **carried)
            kind = answer.headers.get("content-type", "")
            if ("html" in kind and refuse_page(answer.text)) or answer.status_code >= 500:
                wrong.append(f"{form.method} {form.action} ({name}): {answer.status_code}")

    assert not wrong, "\n".join(["", *wrong])


@pytest.mark.parametrize("texts", HOSTILE.values(), ids=HOSTILE)
def test_a_mail_has_the_headers_we_wrote_and_no_markup_of_others(texts: Texts, settings: Settings) -> None:
    content = mime.multipart("alternative", (mime.part("plain", texts.long), mime.part("html", "<p>x</p>")))

    sealed = mail.seal(settings, "ada@example.org", texts.name, texts.title, clock.now(), content)

    read = message_from_bytes(b"Message-ID: <1@x.example>\r\n" + sealed.body, policy=policy.default)
    assert set(read.keys()) == {
        "Message-ID", "From", "To", "Subject", "Date", "Auto-Submitted", "MIME-Version", "Content-Type"
    }  # fmt: skip
    assert len(read["To"].addresses) == 1
    assert read["To"].addresses[0].addr_spec == "ada@example.org"
    assert [part.get_content_type() for part in read.walk()] == ["multipart/alternative", "text/plain", "text/html"]


def test_no_template_calls_a_text_safe() -> None:
    """`|safe` and autoescape off are the two ways past Jinja's escaping; neither is in any template."""
    folders = (mail.SLICES, pages.TEMPLATES)
    files = [file for folder in folders for file in folder.rglob("*.html")]

    found = [file.name for file in files if re.search(r"\|\s*safe\b|autoescape", file.read_text("utf-8"))]

    assert len(files) > 60
    assert found == []
    assert mail._environment(html=True).autoescape is True
    assert pages.environment().autoescape is True
