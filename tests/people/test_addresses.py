"""E-mail addresses as people type them."""

import pytest

from events.core.errors import Unreadable
from events.people import addresses


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Ada@Example.ORG ", "ada@example.org"),
        ("o'hara+lib@sub.example.co.uk", "o'hara+lib@sub.example.co.uk"),
        ("ada@bücherei.example", "ada@xn--bcherei-n2a.example"),
    ],
)
def test_an_address_is_kept_in_one_form(typed: str, kept: str) -> None:
    assert addresses.read(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ada",
        "@example.org",
        "ada@",
        "ada@localhost",
        "ada@example..org",
        "a da@example.org",
        "ada@example.org\nBcc: all@example.org",
        "ada@exa mple.org",
        "<ada@example.org>",
        ".ada@example.org",
        "ada@[127.0.0.1]",
        "ada@127.0.0.1",
        "ada@-example.org",
        "x" * 65 + "@example.org",
        "ada@" + "x." * 130 + "org",
        "ada\0@example.org",
        "a@b@c.org,d@e.org",
    ],
)
def test_what_is_no_address_is_refused_at_its_field(typed: str) -> None:
    with pytest.raises(Unreadable) as refused:
        addresses.read(typed)

    assert list(refused.value.errors) == ["email"]
