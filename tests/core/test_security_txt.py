"""Where to report a hole: said in the standard's place, or not at all."""

from datetime import UTC, datetime

import httpx
import pytest
from pydantic import ValidationError
from starlette.applications import Starlette

from events.core import security_txt
from events.settings import Settings


def test_it_says_whom_to_tell_until_when_in_which_languages_and_where_it_stands() -> None:
    at = datetime(2026, 11, 22, 20, 15, 3, tzinfo=UTC)

    assert security_txt.text("mailto:holes@example.org", "https://events.example.org/", ("en", "es"), at) == (
        "Contact: mailto:holes@example.org\n"
        "Expires: 2027-05-21T00:00:00Z\n"
        "Preferred-Languages: en, es\n"
        "Canonical: https://events.example.org/.well-known/security.txt\n"
    )


async def test_a_house_that_named_an_address_tells_it(application: Starlette, client: httpx.AsyncClient) -> None:
    application.state.settings = application.state.settings.model_copy(
        update={"security_contact": "https://example.org/holes"}
    )

    answer = await client.get("/.well-known/security.txt")

    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/plain; charset=utf-8")
    assert answer.text.startswith("Contact: https://example.org/holes\nExpires: 20")
    assert datetime.fromisoformat(answer.text.split()[3]) > datetime.now(UTC)


async def test_a_house_that_named_none_has_no_such_page(client: httpx.AsyncClient) -> None:
    assert (await client.get("/.well-known/security.txt")).status_code == 404


@pytest.mark.parametrize(
    "wrong", ["holes@example.org", "http://example.org", "mailto:a@b.org\nContact: x", "https://a b"]
)
def test_an_address_that_nobody_could_follow_stops_the_start(wrong: str) -> None:
    with pytest.raises(ValidationError, match="mailto: or https:"):
        Settings(security_contact=wrong)
