"""Signing in: a new token each time, the same work for everybody, codes that count once, and an end on demand."""

import re
from datetime import timedelta
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from events.core import clock, database
from events.people import codes
from events.people.models import Role
from events.settings import Settings
from tests import make
from tests.security import world

COOKIE = "signin"


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every statement asked, without its values."""
    seen: list[str] = []
    really = database._ask

    async def ask(method: str, sql: str, args: tuple[Any, ...]) -> Any:
        seen.append(sql)
        return await really(method, sql, args)

    monkeypatch.setattr(database, "_ask", ask)
    return seen


async def proof(key: bytes) -> tuple[str, str]:
    """The token and the code of a mail to ada@example.org."""
    handle = await codes.ask("sign_in", "ada@example.org", key, clock.now(), topic="mail.sign_in")
    return codes.secrets_of(handle, key)


async def test_a_sign_in_has_a_new_token_and_the_old_one_is_dead(application: Starlette, settings: Settings) -> None:
    ada = await make.person(email="ada@example.org")
    old = await make.sign_in(ada)
    key = settings.secret_key.get_secret_value().encode()
    link, _code = await proof(key)
    async with world.browser(application, old) as client:
        assert (await client.get("/my/orders")).status_code == 200
        answer = await client.post(f"/sign-in/{link}")
        new = answer.cookies[COOKIE]
    async with world.browser(application, old) as client:
        assert (await client.get("/my/orders")).headers["location"].startswith("/sign-in?")
    async with world.browser(application, new) as client:
        assert (await client.get("/my/orders")).status_code == 200

    assert new != old
    async with world.browser(application, "f" * 43) as client:  # a token that an attacker chose
        link, _code = await proof(key)
        assert (await client.post(f"/sign-in/{link}")).cookies[COOKIE] != "f" * 43
    assert not await database.value("SELECT EXISTS (SELECT FROM sign_in WHERE token_hash = sha256($1))", b"f" * 43)


async def test_a_sign_in_ends_here_and_from_another_browser(application: Starlette) -> None:
    ada = await make.person()
    here, there = await make.sign_in(ada), await make.sign_in(ada)
    rows = await database.rows("SELECT id FROM sign_in ORDER BY id")
    async with world.browser(application, here) as client:
        await client.post(f"/my/settings/browsers/{rows[1]['id']}/removal")
    async with world.browser(application, there) as client:
        assert (await client.get("/my/orders")).status_code == 303
    async with world.browser(application, here) as client:
        await client.post("/sign-out")
    async with world.browser(application, here) as client:
        assert (await client.get("/my/orders")).status_code == 303


async def test_a_known_and_an_unknown_address_get_the_same_answer_by_the_same_work(
    application: Starlette, statements: list[str]
) -> None:
    await make.person(email="known@example.org")
    seen = []
    for email in ("known@example.org", "nobody@example.org"):
        async with world.browser(application) as client:
            statements.clear()
            answer = await client.post("/sign-in", data={"email": email, "next": "/my/orders"})
            asked = list(statements)
            cookie = re.sub(r"[\w-]{43}", "*", answer.headers["set-cookie"])
            page = (await client.get("/sign-in/code")).text.replace(email, "*")
            mails = await database.value("SELECT count(*) FROM outbox_message WHERE topic = 'mail.sign_in'")
            seen.append((answer.status_code, answer.headers["location"], answer.content, cookie, page, asked))
            assert mails == len(seen)

    assert seen[0] == seen[1]
    assert len(seen[0][-1]) > 1


async def test_codes_are_limited_by_address_and_by_network(application: Starlette) -> None:
    async def ask(email: str, **headers: str) -> httpx.Response:
        async with world.browser(application, **headers) as client:
            return await client.post("/sign-in", data={"email": email})

    answers = [(await ask("ada@example.org")).status_code for _try in range(8)]

    assert answers == [303] * 6 + [429] * 2
    assert (await ask("grace@example.org")).status_code == 303  # her own count
    assert (await ask("ada@example.org", **{"X-Forwarded-For": "203.0.113.9"})).status_code == 429  # hearsay


async def test_a_code_counts_once_and_for_a_quarter_of_an_hour(settings: Settings, db: None) -> None:
    key = settings.secret_key.get_secret_value().encode()
    at = clock.now()
    handle = await codes.ask("sign_in", "ada@example.org", key, at, topic="mail.sign_in")
    token, code = codes.secrets_of(handle, key)

    with pytest.raises(codes.ProofOver):
        await codes.use_code("sign_in", handle, code, key, at + timedelta(minutes=15, seconds=1))
    assert await codes.use_code("sign_in", handle, code, key, at)
    with pytest.raises(codes.ProofOver):
        await codes.use_code("sign_in", handle, code, key, at)
    with pytest.raises(codes.ProofOver):
        await codes.use_token("sign_in", token, at)


async def test_a_role_taken_away_is_gone_with_the_next_request(application: Starlette) -> None:
    root, editor = await make.person("Root"), await make.person("Editor")
    await make.role(root, "administrator")
    role: Role = await make.role(editor, "administrator")
    token = await make.sign_in(editor)
    async with world.browser(application, token) as client:
        assert (await client.get("/organize/people")).status_code == 200
        async with world.browser(application, await make.sign_in(root)) as other:
            gone = await other.post(f"/organize/people/{editor.code}/roles/{role.id}/removal")
        assert gone.status_code == 303
        assert (await client.get("/organize/people")).status_code == 403
