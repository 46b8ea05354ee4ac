"""The mails of this room, as the worker writes them."""

from datetime import timedelta

import pytest

from events.core import database
from events.core.access import Limiter
from events.core.outbox import Message
from events.people import account, codes, mails, memberships, sign_in
from events.settings import Settings
from tests import make
from tests.letterbox import opened
from tests.make import NOON


async def written(settings: Settings, locale: str = "en") -> tuple[str, str, str]:
    """To whom, the text and the HTML of the mail of the last proof."""
    proof = await database.value("SELECT max(id) FROM email_code")
    message = Message(1, "mail", {"code": proof, "locale": locale}, 1)
    mail = opened(await mails.with_proof(message, settings, NOON))
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    return f"{mail['To']}: {mail['Subject']}", text.get_content(), html.get_content()


async def test_a_sign_in_mail_has_the_code_first_and_a_link_that_stands_alone(db: None, settings: Settings) -> None:
    key = settings.secret_key.get_secret_value().encode()
    handle = await sign_in.ask("ada@example.org", "", "", Limiter(None), key, NOON)
    token, code = codes.secrets_of(handle, key)

    to, text, html = await written(settings)

    assert to == f"ada@example.org: Sign in to The Library Association: code {code}"
    assert text.replace("\r", "").split("\n\n")[0] == f"Your code: {code}"
    assert f"http://testserver/sign-in/{token}" in text.split()
    assert f'href="http://testserver/sign-in/{token}"' in html
    assert "<img" not in html


async def test_an_address_mail_says_who_asks_and_carries_no_link(db: None, settings: Settings) -> None:
    key = settings.secret_key.get_secret_value().encode()
    ada = await make.person("Ada <b>Lovelace</b>")
    await account.ask_for_address(ada.id, "new@example.org", Limiter(None), key, NOON)

    to, text, html = await written(settings)

    assert to.startswith("new@example.org: Add this address")
    assert "Ada <b>Lovelace</b> wants to add this address" in text
    assert "Ada &lt;b&gt;Lovelace&lt;/b&gt; wants" in html
    assert "/sign-in/" not in text


async def test_every_mail_speaks_the_language_of_the_page_that_asked(db: None, settings: Settings) -> None:
    key = settings.secret_key.get_secret_value().encode()
    ada = await make.person()
    await make.membership(number="M1", email="work@example.org")
    await memberships.ask_to_claim(ada.id, "M1", Limiter(None), key, NOON)

    to, text, _html = await written(settings, locale="en-XA")

    assert to.startswith("work@example.org: ⟦")
    assert all(line.startswith("⟦") for line in text.replace("\r", "").split("\n") if line)


@pytest.mark.parametrize("minutes", [15, 60])
async def test_a_proof_that_is_over_is_not_mailed(db: None, settings: Settings, minutes: int) -> None:
    key = settings.secret_key.get_secret_value().encode()
    await sign_in.ask("ada@example.org", "", "", Limiter(None), key, NOON)
    message = Message(1, "mail.sign_in", {"code": 1}, 1)

    assert await mails.with_proof(message, settings, NOON + timedelta(minutes=minutes)) is None
