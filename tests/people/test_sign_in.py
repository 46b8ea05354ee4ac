"""Signing in over the real HTTP application."""

import asyncio
import json
import re
from collections import Counter
from collections.abc import MutableMapping
from datetime import timedelta
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response

from events.core import database
from events.core.outbox import Message
from events.people import codes, mails
from events.settings import Settings
from tests import make
from tests.letterbox import opened


async def mail_of(settings: Settings) -> str:
    """The text of the last sign-in mail, as the worker would write it."""
    row = await database.row("SELECT * FROM outbox_message WHERE topic = 'mail.sign_in' ORDER BY id DESC LIMIT 1")
    assert row is not None
    message = Message(row["id"], row["topic"], json.loads(row["body"]), 1)
    written = opened(await mails.with_proof(message, settings, row["created_at"]))
    body = written.get_body(("plain",))
    assert body is not None
    return f"To: {written['To']}\n{body.get_content()}"


def code_in(mail: str) -> str:
    found = re.search(r"Your code: (\d{6})", mail)
    assert found is not None
    return found[1]


def link_in(mail: str) -> str:
    found = re.search(r"http://testserver(/sign-in/\S+)", mail)
    assert found is not None
    return found[1]


async def ask(client: httpx.AsyncClient, email: str, next_path: str = "") -> httpx.Response:
    return await client.post("/sign-in", data={"email": email, "next": next_path})


async def test_an_unknown_address_becomes_a_person_when_its_code_is_typed(
    client: httpx.AsyncClient, settings: Settings
) -> None:
    asked = await ask(client, " Ada@Example.org ")
    assert asked.headers["location"] == "/sign-in/code"
    assert await database.value("SELECT count(*) FROM person") == 0

    mail = await mail_of(settings)
    assert mail.startswith("To: ada@example.org")
    done = await client.post("/sign-in/code", data={"code": code_in(mail)})

    assert (done.status_code, done.headers["location"]) == (303, "/my/settings")
    row = await database.row("SELECT email, is_primary, name FROM person JOIN address ON person_id = person.id")
    assert row is not None
    assert tuple(row) == ("ada@example.org", True, "")
    page = await client.get("/sign-in")
    assert "You are signed in" in page.text


async def test_the_link_shows_a_button_and_signs_in_when_it_is_pressed(
    client: httpx.AsyncClient, settings: Settings
) -> None:
    person = await make.person(email="ada@example.org")
    await ask(client, "ada@example.org", "/events/annual?day=2")
    link = link_in(await mail_of(settings))
    client.cookies.clear()

    for _scanner in range(3):
        page = await client.get(link)
        assert (page.status_code, "ada@example.org" in page.text) == (200, True)
        assert await database.value("SELECT count(*) FROM sign_in") == 0
    done = await client.post(link)

    assert (done.status_code, done.headers["location"]) == (303, "/events/annual?day=2")
    assert await database.value("SELECT person_id FROM sign_in") == person.id
    again = await client.post(link)
    assert (again.status_code, "was used already" in again.text) == (410, True)


async def test_a_known_and_an_unknown_address_get_the_same_answer_and_the_same_rows(client: httpx.AsyncClient) -> None:
    await make.person(email="known@example.org")
    answers = []
    for email in ("known@example.org", "nobody@example.org"):
        answer = await ask(client, email)
        page = await client.get("/sign-in/code")
        answers.append((answer.status_code, answer.headers["location"], page.text.replace(email, "…")))
        client.cookies.clear()

    assert answers[0] == answers[1]
    rows = await database.rows("SELECT purpose, person_id, subject, next FROM email_code ORDER BY id")
    assert rows[0] == rows[1]
    assert await database.value("SELECT count(*) FROM outbox_message WHERE topic = 'mail.sign_in'") == 2


async def test_neither_the_token_nor_the_code_nor_the_address_is_in_the_outbox_or_in_clear_in_the_database(
    client: httpx.AsyncClient, settings: Settings
) -> None:
    await ask(client, "ada@example.org")
    mail = await mail_of(settings)

    body = await database.value("SELECT body::text FROM outbox_message")
    assert sorted(json.loads(body)) == ["code", "locale"]
    row = await database.value("SELECT row_to_json(email_code)::text FROM email_code")
    assert link_in(mail).rpartition("/")[2] not in row
    assert code_in(mail) not in json.loads(row)["handle"]
    key = settings.secret_key.get_secret_value().encode()
    handle = json.loads(row)["handle"]
    assert codes.secrets_of(handle, key)[1] == code_in(mail)
    assert codes.secrets_of(handle, b"another key" * 4) != codes.secrets_of(handle, key)


async def test_five_wrong_codes_end_it(client: httpx.AsyncClient, settings: Settings) -> None:
    await ask(client, "ada@example.org")
    mail = await mail_of(settings)
    wrong = "000000" if code_in(mail) != "000000" else "111111"

    words = [(await client.post("/sign-in/code", data={"code": wrong})).text for _ in range(5)]

    assert ["You can try" in page for page in words] == [True, True, True, True, False]
    assert "wrong five times" in words[4]
    assert (await client.post("/sign-in/code", data={"code": code_in(mail)})).status_code == 410
    assert (await client.post(link_in(mail))).status_code == 410


async def test_a_code_counts_only_in_the_browser_that_asked(client: httpx.AsyncClient, settings: Settings) -> None:
    await ask(client, "ada@example.org")
    code = code_in(await mail_of(settings))
    client.cookies.clear()

    elsewhere = await client.post("/sign-in/code", data={"code": code})

    assert elsewhere.status_code == 410
    assert await database.value("SELECT count(*) FROM sign_in") == 0


async def test_what_is_no_code_is_said_and_not_counted(client: httpx.AsyncClient, settings: Settings) -> None:
    await ask(client, "ada@example.org")
    code = code_in(await mail_of(settings))

    short = await client.post("/sign-in/code", data={"code": "12 34"})
    spaced = await client.post("/sign-in/code", data={"code": f" {code[:3]} {code[3:]} "})

    assert (short.status_code, "six digits" in short.text) == (422, True)
    assert spaced.status_code == 303
    assert await database.value("SELECT attempts FROM email_code") == 1


async def test_after_fifteen_minutes_neither_link_nor_code_counts(
    client: httpx.AsyncClient, settings: Settings
) -> None:
    await ask(client, "ada@example.org")
    mail = await mail_of(settings)
    await database.execute("UPDATE email_code SET expires_at = expires_at - $1::interval", timedelta(minutes=15))

    assert (await client.get(link_in(mail))).status_code == 410
    assert (await client.post(link_in(mail))).status_code == 410
    assert (await client.post("/sign-in/code", data={"code": code_in(mail)})).status_code == 410
    assert await database.value("SELECT count(*) FROM sign_in") == 0


async def test_signing_in_gives_a_new_token_and_ends_the_one_that_was_there(
    client: httpx.AsyncClient, settings: Settings
) -> None:
    mallory = await make.person("Mallory", "mallory@example.org")
    planted = await make.sign_in(mallory)
    client.cookies.set("signin", planted)
    await ask(client, "ada@example.org")

    done = await client.post(link_in(await mail_of(settings)))

    assert done.cookies["signin"] != planted
    names = await database.rows("SELECT p.code FROM sign_in s JOIN person p ON p.id = s.person_id")
    assert [row["code"] for row in names] != [mallory.code]
    assert len(names) == 1


async def test_the_cookie_is_bound_to_https_and_this_host_where_there_is_https(
    client: httpx.AsyncClient, application: Starlette, settings: Settings
) -> None:
    application.state.settings = settings.model_copy(update={"base_url": "https://testserver"})
    await ask(client, "ada@example.org")
    link = link_in(await mail_of(settings))

    done = await client.post(link)

    cookie = next(value for value in done.headers.get_list("set-cookie") if value.startswith("__Host-signin="))
    assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))
    assert "Domain" not in cookie


async def test_next_leads_only_to_pages_of_this_site(client: httpx.AsyncClient, settings: Settings) -> None:
    await make.person(email="ada@example.org")
    led = []
    for wanted in ("//evil.example", "https://evil.example/x", "/\\evil.example", "/sign-out", "/my/orders?page=2"):
        await ask(client, "ada@example.org", wanted)
        led.append((await client.post(link_in(await mail_of(settings)))).headers["location"])

    assert led == ["/my/schedule"] * 4 + ["/my/orders?page=2"]


async def test_what_waits_for_a_sign_in_is_called_with_the_person(
    client: httpx.AsyncClient, application: Starlette, settings: Settings
) -> None:
    person = await make.person(email="ada@example.org")
    seen: list[int] = []

    async def merge(request: Request, response: Response, person_id: int) -> None:
        seen.append(person_id)
        response.set_cookie("merged", "1")

    application.state.after_sign_in.append(merge)
    await ask(client, "ada@example.org")
    done = await client.post(link_in(await mail_of(settings)))

    assert seen == [person.id]
    assert done.cookies["merged"] == "1"


async def test_one_address_is_mailed_six_times_in_a_quarter_of_an_hour_and_then_asked_to_wait(
    client: httpx.AsyncClient,
) -> None:
    statuses = [(await ask(client, "ada@example.org")).status_code for _ in range(7)]
    other = await ask(client, "alan@example.org")

    assert statuses == [303] * 6 + [429]
    assert other.status_code == 303


async def test_an_address_that_cannot_be_one_is_said_at_its_field_and_stays_typed(client: httpx.AsyncClient) -> None:
    answer = await ask(client, "ada@", "/events")

    assert answer.status_code == 422
    assert 'value="ada@"' in answer.text
    assert 'name="next" value="/events"' in answer.text


async def test_signing_out_ends_the_sign_in_on_the_server(client: httpx.AsyncClient) -> None:
    client.cookies.set("signin", await make.sign_in(await make.person()))

    out = await client.post("/sign-out")

    assert (out.status_code, out.headers["location"]) == (303, "/")
    assert await database.value("SELECT count(*) FROM sign_in") == 0


async def test_two_mails_used_at_once_make_one_person(client: httpx.AsyncClient, settings: Settings) -> None:
    links = []
    for _ in range(4):
        await ask(client, "ada@example.org")
        links.append(link_in(await mail_of(settings)))

    answers = await asyncio.gather(*(client.post(link) for link in links))

    assert [answer.status_code for answer in answers] == [303] * 4
    assert await database.value("SELECT count(*) FROM person") == 1


async def post(
    application: Starlette, path: str, form: dict[str, str], cookies: dict[str, str]
) -> tuple[int, dict[str, str]]:
    """A POST from one network address, straight into the application: httpx would be most of what is measured."""
    body = urlencode(form).encode()
    headers = {
        "host": "testserver",
        "content-type": "application/x-www-form-urlencoded",
        "content-length": str(len(body)),
        "sec-fetch-site": "same-origin",
        "cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()),
    }
    scope = {
        "type": "http",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "http_version": "1.1",
        "server": ("testserver", 80),
        "client": ("203.0.113.7", 40000),
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    started: list[MutableMapping[str, Any]] = []

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            started.append(message)

    await application(scope, receive, send)
    given = SimpleCookie()
    for name, value in started[0]["headers"]:
        if name == b"set-cookie":
            given.load(value.decode())
    return started[0]["status"], {name: morsel.value for name, morsel in given.items()}


async def test_two_thousand_people_sign_in_from_one_network_address(application: Starlette, settings: Settings) -> None:
    key = settings.secret_key.get_secret_value().encode()

    async def sign_in(number: int) -> tuple[int, int]:
        asked, cookies = await post(application, "/sign-in", {"email": f"person-{number}@example.org"}, {})
        code = codes.secrets_of(cookies["asked"], key)[1]
        done, cookies = await post(application, "/sign-in/code", {"code": code}, {"asked": cookies["asked"]})
        assert len(cookies["signin"]) == 43
        return asked, done

    statuses: Counter[tuple[int, int]] = Counter()
    for first in range(0, 2000, 20):
        statuses.update(await asyncio.gather(*(sign_in(number) for number in range(first, first + 20))))

    assert statuses == {(303, 303): 2000}
    assert await database.value("SELECT count(DISTINCT person_id) FROM sign_in") == 2000
