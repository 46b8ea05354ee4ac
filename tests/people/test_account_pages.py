"""`/my/settings` over HTTP."""

import json
from collections.abc import Awaitable, Callable

import httpx
import pytest

from events.core import database
from events.people.models import Person
from events.settings import Settings
from tests import make
from tests.people.proofs import code_in, last_mail

SignIn = Callable[[Person], Awaitable[httpx.AsyncClient]]


async def test_name_language_and_zone_are_kept_and_the_name_is_optional(signed_in: SignIn) -> None:
    ada = await make.person("Ada")
    client = await signed_in(ada)

    saved = await client.post("/my/settings", data={"name": "  ", "locale": "en", "timezone": "America/Chicago"})
    page = await client.get("/my/settings")

    assert saved.status_code == 303
    row = await database.row("SELECT name, locale, timezone FROM person WHERE id = $1", ada.id)
    assert row is not None
    assert tuple(row) == ("", "en", "America/Chicago")
    assert 'value="America/Chicago" selected' in page.text
    assert "Your settings are saved." in page.text


async def test_what_cannot_be_read_is_said_at_its_field_and_stays_typed(signed_in: SignIn) -> None:
    client = await signed_in(await make.person("Ada"))

    answer = await client.post("/my/settings", data={"name": "x" * 201, "locale": "en", "timezone": "Moon/Crater"})

    assert answer.status_code == 422
    assert "there is room for 200" in answer.text
    assert await database.value("SELECT name FROM person") == "Ada"


async def test_an_address_is_added_by_its_code_made_the_main_one_and_the_old_one_removed(
    signed_in: SignIn, settings: Settings
) -> None:
    ada = await make.person("Ada", "old@example.org")
    client = await signed_in(ada)
    asked = await client.post("/my/settings/addresses", data={"email": "New@Example.org"})
    to, text = await last_mail(settings, "mail.address_added")

    wrong = await client.post(
        asked.headers["location"], data={"code": "000000" if code_in(text) != "000000" else "1" * 6}
    )
    added = await client.post(asked.headers["location"], data={"code": code_in(text)})

    assert (to, wrong.status_code, added.status_code) == ("new@example.org", 422, 303)
    new = await database.value("SELECT id FROM address WHERE email = 'new@example.org'")
    old = await database.value("SELECT id FROM address WHERE email = 'old@example.org'")
    assert (await client.post(f"/my/settings/addresses/{old}/removal")).status_code == 409
    assert (await client.post(f"/my/settings/addresses/{new}/primary")).status_code == 303
    assert (await client.post(f"/my/settings/addresses/{old}/removal")).status_code == 303
    assert (await client.post(f"/my/settings/addresses/{new}/removal")).status_code == 409
    rows = await database.rows("SELECT email, is_primary, person_id FROM address")
    assert [tuple(row) for row in rows] == [("new@example.org", True, ada.id)]


async def test_an_address_of_somebody_else_is_told_only_to_who_reads_it(signed_in: SignIn, settings: Settings) -> None:
    await make.person("Alan", "alan@example.org")
    client = await signed_in(await make.person("Ada"))

    asked = await client.post("/my/settings/addresses", data={"email": "alan@example.org"})
    page = await client.get(asked.headers["location"])
    code = code_in((await last_mail(settings, "mail.address_added"))[1])
    refused = await client.post(asked.headers["location"], data={"code": code})

    assert "another account" not in page.text
    assert (refused.status_code, "signs in to another account" in refused.text) == (422, True)


async def test_nobody_types_the_code_of_somebody_elses_account(signed_in: SignIn, settings: Settings) -> None:
    ada, mallory = await make.person("Ada"), await make.person("Mallory")
    asked = await (await signed_in(ada)).post("/my/settings/addresses", data={"email": "new@example.org"})
    code = code_in((await last_mail(settings, "mail.address_added"))[1])
    other = await signed_in(mallory)

    assert (await other.get(asked.headers["location"])).status_code == 410
    assert (await other.post(asked.headers["location"], data={"code": code})).status_code == 410
    assert await database.value("SELECT attempts FROM email_code") == 0


async def test_somebody_elses_addresses_and_browsers_are_not_there(signed_in: SignIn) -> None:
    ada, mallory = await make.person("Ada"), await make.person("Mallory")
    client = await signed_in(mallory)
    browser = await database.value("SELECT id FROM sign_in") + 1
    await make.sign_in(ada)
    address = await database.value("SELECT id FROM address WHERE person_id = $1", ada.id)

    statuses = [
        (await client.post(f"/my/settings/addresses/{address}/primary")).status_code,
        (await client.post(f"/my/settings/addresses/{address}/removal")).status_code,
        (await client.post(f"/my/settings/browsers/{browser}/removal")).status_code,
    ]

    assert statuses == [404, 404, 404]
    assert await database.value("SELECT count(*) FROM sign_in WHERE person_id = $1", ada.id) == 1


async def test_a_browser_is_signed_out_from_another_one(signed_in: SignIn) -> None:
    ada = await make.person("Ada")
    laptop, phone = await signed_in(ada), await signed_in(ada)
    assert (await phone.get("/my/settings")).status_code == 200
    on_phone = await database.value("SELECT max(id) FROM sign_in")

    await laptop.post(f"/my/settings/browsers/{on_phone}/removal")

    assert (await phone.get("/my/settings")).status_code == 303
    assert (await laptop.get("/my/settings")).status_code == 200


async def test_a_membership_is_claimed_by_its_number_and_a_code_sent_to_the_rosters_address(
    signed_in: SignIn, settings: Settings
) -> None:
    ada = await make.person("Ada", "private@example.org")
    await make.membership(number="M001", email="work@example.org")
    await make.membership(number="M001", email="work@example.org", unit=await make.unit("Division"))
    client = await signed_in(ada)

    asked = await client.post("/my/settings/memberships", data={"number": " m 001 "})
    to, text = await last_mail(settings, "mail.claim_membership")
    page = await client.get(asked.headers["location"])
    claimed = await client.post(asked.headers["location"], data={"code": code_in(text)})

    assert to == "work@example.org"
    assert "work@example.org" not in page.text
    assert claimed.status_code == 303
    assert await database.value("SELECT count(*) FROM membership WHERE person_id = $1", ada.id) == 2
    assert "Division" in (await client.get("/my/settings")).text


async def test_a_number_that_is_on_no_roster_gets_the_same_answer_and_no_mail(
    signed_in: SignIn, settings: Settings
) -> None:
    await make.membership(number="M001", email="work@example.org")
    client = await signed_in(await make.person("Ada"))
    answers = []
    for number in ("M001", "M999"):
        asked = await client.post("/my/settings/memberships", data={"number": number})
        page = await client.get(asked.headers["location"])
        wrong = await client.post(asked.headers["location"], data={"code": "000000"})
        answers.append((asked.status_code, len(asked.headers["location"]), page.text, wrong.status_code, wrong.text))

    assert answers[0] == answers[1]
    assert await last_mail(settings, "mail.claim_membership") == ("", "")
    assert await database.value("SELECT count(*) FROM outbox_message WHERE topic = 'mail.claim_membership'") == 2


async def test_the_export_has_what_is_kept_and_no_secret(signed_in: SignIn) -> None:
    ada = await make.person("Ada", "ada@example.org")
    await make.membership(ada, number="M001")
    await make.role(ada, "reader")

    answer = await (await signed_in(ada)).get("/my/settings/account.json")
    kept = json.loads(answer.text)

    assert (kept["person"]["name"], kept["addresses"][0]["email"]) == ("Ada", "ada@example.org")
    assert (kept["memberships"][0]["number"], kept["roles"][0]["name"]) == ("M001", "reader")
    assert "hash" not in answer.text


@pytest.mark.parametrize("path", ["/my/settings", "/my/settings/account.json", "/my/settings/code/" + "x" * 43])
async def test_without_a_sign_in_the_way_leads_to_the_sign_in_page(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)

    assert answer.status_code in {303, 401}
