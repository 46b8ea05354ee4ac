"""Every text of ours goes through gettext: in the pseudo-locale, what is not accented was forgotten."""

import httpx
import pytest

from tests.words import untranslated


def test_a_forgotten_text_is_found() -> None:
    assert untranslated("<p>⟦Sávé⟧ <b>forgotten</b> 9:00 AM CDT</p>") == ["forgotten"]
    assert untranslated('<a aria-label="also forgotten">⟦x⟧</a>') == ["also forgotten"]
    assert untranslated("<p>⟦With⟧ Grace Hopper, speaker</p>", ["Grace Hopper"]) == ["⟦With⟧ Grace Hopper, speaker"]
    assert untranslated("<p>⟦With Grace Hopper⟧, Grace Hopper</p>", ["Grace Hopper"]) == []


PAGES = ["/", "/events", "/celebrations", "/sign-in", "/my/schedule", "/nowhere"]


@pytest.mark.parametrize("path", PAGES)
async def test_every_text_of_a_page_goes_through_gettext(client: httpx.AsyncClient, path: str) -> None:
    client.cookies.set("locale", "en-XA")

    answer = await client.get(path, follow_redirects=True)

    assert untranslated(answer.text) == []
