"""Pages rendered once, with blanks for their readers' own words."""

import pytest
from starlette.requests import Request
from starlette.responses import Response

from events.people import blanks
from events.people.actors import Actor, Grant
from events.people.blanks import Sheet, Sheets

ADA = Actor(7, "Ada Lovelace", "ada@example.org", (Grant("editor"),), "de", "Europe/Berlin", 9)


def test_words_come_into_their_blanks_escaped_and_are_not_looked_into() -> None:
    page = f'<a title="{blanks.mark("name")}">{blanks.mark("name")}</a> <b>{blanks.mark("email")}</b>'

    filled = Sheet.of(page.encode()).filled({"name": f"<é> \"'&{blanks.mark('email')}", "email": "a@b.example"})

    name = f"&lt;é&gt; &#34;&#39;&amp;{blanks.mark('email')}"
    assert filled.decode() == f'<a title="{name}">{name}</a> <b>a@b.example</b>'


def test_a_blank_without_words_is_an_error_and_no_page() -> None:
    with pytest.raises(KeyError, match="name"):
        Sheet.of(f"Dear {blanks.mark('name')}".encode()).filled({"email": "ada@example.org"})


def test_whose_page_is_rendered_has_nothing_of_who_asks() -> None:
    headers = [(b"cookie", b"signin=secret"), (b"host", b"testserver")]
    scope = {"type": "http", "path": "/x", "query_string": b"again=CODE", "headers": headers, "state": {"actor": ADA}}

    anyone = blanks.reader(Request(scope))

    assert anyone.state.actor == Actor(0, blanks.mark("name"), blanks.mark("email"))
    assert (anyone.state.actor.locale, anyone.state.actor.timezone, anyone.state.actor.sign_in) == ("en", "", 0)
    assert (anyone.cookies, dict(anyone.query_params), anyone.url.path) == ({}, {}, "/x")
    assert scope["state"] == {"actor": ADA}


def test_a_blank_is_left_only_for_what_a_person_has() -> None:
    assert blanks.somebody(Actor(7, "", "ada@example.org")) == Actor(0, "", blanks.mark("email"))
    assert blanks.somebody(None) is None
    assert blanks.words(None) == {}


def test_the_sheet_that_nobody_asked_for_longest_goes_first() -> None:
    sheets, rendered = Sheets(most=2), []

    def shown(key: str) -> bytes:
        def render() -> Response:
            rendered.append(key)
            return Response(f"{key} for {blanks.mark('name')}")

        return bytes(sheets.answer(key, render, {"name": "Ada"}).body)

    assert [shown(key) for key in "abacab"][:2] == [b"a for Ada", b"b for Ada"]
    assert rendered == ["a", "b", "c", "b"]
