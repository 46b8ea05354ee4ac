"""What every answer says beside its page: a policy for scripts, who may keep it, where it leads, whose cookie it is."""

import re
from collections.abc import AsyncIterator
from http.cookies import SimpleCookie
from typing import Any

import pytest
import pytest_asyncio

from events.core import clock, database, pages
from events.people import codes
from tests.routes import TABLE
from tests.security import conftest, reading, world
from tests.security.conftest import House

ELSEWHERE = (
    "https://evil.example/",
    "//evil.example",
    "/\\evil.example",
    "https:evil.example",
    "\t//evil.example",
    "/ok\r\nx: y",
)
FOR_SCRIPTS = {"schedule_xml", "schedule_json"}
"""The public programme as data: pages of other sites may read it, without anybody's cookie."""
PUBLIC = ("/static/", "/calendars/", ".ics", ".json", ".xml", ".atom")


@pytest_asyncio.fixture(scope="module")
async def secure(_pool: None, database_url: str) -> AsyncIterator[House]:
    """The same house at an https address."""
    made = conftest.application(database_url, base_url="https://events.example.org")
    yield House(made, await conftest.clean_world())


async def test_every_answer_has_its_policy_and_nothing_private_may_be_kept_by_others(secure: House) -> None:
    wrong, seen = [], 0
    for door in reading.doors(secure.app):
        url = door.filled(door.meant(secure.world.here))
        for role in ("anonymous", "attendee", "administrator"):
            async with world.browser(secure.app) as client:
                client.cookies.set("__Host-signin", secure.world.tokens.get(role, ""))
                async with _undone():
                    answer = await client.request(door.method, url)
            seen += 1
            found = answer.headers
            problems = [
                "default-src 'none'" not in found.get("content-security-policy", ""),
                "frame-ancestors 'none'" not in found.get("content-security-policy", ""),
                "unsafe" in found.get("content-security-policy", ""),
                found.get("x-content-type-options") != "nosniff",
                found.get("referrer-policy") != "same-origin",
                "max-age" not in found.get("strict-transport-security", ""),
                "access-control-allow-origin" in found and door.name not in FOR_SCRIPTS,
                "cache-control" not in found,
                "public" in found.get("cache-control", "") and not url.endswith(PUBLIC) and not url.startswith(PUBLIC),
                "public" in found.get("cache-control", "") and "/my/" in url,
            ]
            if any(problems):
                wrong.append(f"{door.method} {url} as {role} {answer.status_code}: {problems} {found}")
            for line in answer.headers.get_list("set-cookie"):
                if not re.search(r"(?i)httponly", line) or "Secure" not in line or "samesite=lax" not in line.lower():
                    wrong.append(f"{door.method} {url}: {line}")

    assert not wrong, "\n".join(["", *wrong[:30]])
    assert seen > 300


async def test_errors_have_the_policy_too(secure: House) -> None:
    asked = [
        ("GET", "/nowhere"),
        ("DELETE", "/events"),
        ("POST", "/events"),
        ("GET", "/my/orders"),
        ("GET", "/organize"),
    ]
    for method, path in asked:
        answer = await secure.ask(method, path)
        assert "default-src 'none'" in answer.headers["content-security-policy"], path
        assert answer.headers["cache-control"] == "private, no-cache", path


async def test_the_sign_in_cookie_is_bound_to_this_host_and_out_of_scripts_reach(secure: House) -> None:
    handle = await codes.ask(codes.SIGN_IN, "grace@example.org", world.KEY, clock.now(), topic="mail.sign_in")
    token, _code = codes.secrets_of(handle, world.KEY)

    answer = await secure.ask("POST", f"/sign-in/{token}")

    cookie = SimpleCookie(next(line for line in answer.headers.get_list("set-cookie") if "signin" in line))[
        "__Host-signin"
    ]
    kept = [cookie[name] for name in ("httponly", "secure", "samesite", "path", "domain")]
    assert kept == [True, True, "lax", "/", ""]


async def test_head_says_what_get_says_without_its_body(house: House) -> None:
    wrong = []
    for door in reading.doors(house.app):
        if door.method != "HEAD" or door.name == "metrics":
            continue
        url = door.filled(door.meant(house.world.here))
        for role in ("anonymous", "administrator"):
            got, head = await house.ask("GET", url, role), await house.ask("HEAD", url, role)
            said = [(one.status_code, one.headers.get("etag"), one.headers.get("content-type")) for one in (got, head)]
            if head.content or said[0] != said[1]:
                wrong.append(f"{url} as {role}: {said} {len(head.content)} bytes")

    assert not wrong, "\n".join(["", *wrong])


async def test_two_people_never_share_a_validator_of_a_page_that_is_theirs(house: House) -> None:
    wrong = []
    for door in reading.doors(house.app):
        if door.method != "GET" or TABLE[door.name].who == frozenset():
            continue
        url = door.filled(door.meant(house.world.here))
        ours, theirs = await house.ask("GET", url, "attendee"), await house.ask("GET", url, "administrator")
        validators = ours.headers.get("etag", "ours"), theirs.headers.get("etag", "theirs")
        if validators[0] == validators[1] and ours.content != theirs.content:
            wrong.append(url)

    assert not wrong


@pytest.mark.parametrize("to", ELSEWHERE)
async def test_no_redirect_leads_to_strangers(house: House, to: str) -> None:
    assert pages.local_path(to) == "/"
    here = house.world.here
    asked: list[tuple[str, str, dict[str, Any]]] = [
        ("GET", "/sign-in", {"params": {"next": to}}),
        ("POST", "/sign-in", {"data": {"email": "grace@example.org", "next": to}}),
        ("POST", f"/events/{here['event']}/saved", {"data": {"session": here["talk"], "next": to}}),
        ("POST", f"/events/{here['event']}/unsaved", {"data": {"session": here["talk"], "next": to}}),
        ("POST", "/my/settings", {"data": {"next": to, "name": "Ada", "locale": "en", "timezone": "UTC"}}),
        (
            "POST",
            "/sign-out",
            {"data": {"next": to}, "headers": {"Referer": to.strip()[:1] and "https://evil.example/"}},
        ),
    ]
    for method, url, request in asked:
        answer = await house.ask(method, url, "attendee", **request)

        assert "evil" not in answer.headers.get("location", ""), (url, answer.headers)
        assert 'value="https://evil' not in answer.text
        assert "evil.example" not in answer.headers.get("set-cookie", "")


async def test_links_are_at_our_address_whatever_host_was_asked(house: House) -> None:
    wrong = []
    for door in reading.doors(house.app):
        if door.method != "GET" or door.name.startswith("dev_"):
            continue
        url = door.filled(door.meant(house.world.here))
        headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
        answer = await house.ask("GET", url, "attendee", headers=headers)
        if "evil.example" in answer.text or "evil.example" in answer.headers.get("location", ""):
            wrong.append(url)

    assert not wrong


async def test_a_method_stays_the_method_it_was(house: House) -> None:
    before = await world.contents()
    for name in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
        for door in reading.doors(house.app):
            if door.method == "GET":
                url = door.filled(door.meant(house.world.here))
                headers = {name: "POST"}
                await house.ask("GET", url, "administrator", keep=True, headers=headers, params={"_method": "POST"})

    assert {name for name, rows in (await world.contents()).items() if rows != before[name]} == set()


class _undone:
    """What is done inside is rolled back."""

    async def __aenter__(self) -> None:
        self._transaction = database.transaction()
        await self._transaction.__aenter__()

    async def __aexit__(self, *_error: object) -> bool:
        try:
            return bool(await self._transaction.__aexit__(world.Undone, world.Undone(), None)) or True
        except world.Undone:
            return True
