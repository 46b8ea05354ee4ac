import pytest

from events.schedule import frab_xml
from events.schedule.frab_xml import NotReadable


def test_elements_keep_their_line_and_lose_their_namespace() -> None:
    root = frab_xml.read(b'<a xmlns="urn:x">\n<b k="v">one<i>two</i></b>\n</a>')

    [child] = root.children
    assert (root.name, child.name, child.line, child.attributes, child.text) == ("a", "b", 2, {"k": "v"}, "onetwo")


def test_an_entity_bomb_is_refused_before_it_grows() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><schedule>&b;</schedule>'

    with pytest.raises(NotReadable, match="document type"):
        frab_xml.read(bomb)


def test_nothing_from_outside_is_read() -> None:
    outside = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><schedule>&a;</schedule>'

    with pytest.raises(NotReadable, match="document type"):
        frab_xml.read(outside)


def test_elements_too_deep_inside_each_other_are_refused() -> None:
    with pytest.raises(NotReadable, match="deep"):
        frab_xml.read(b"<a>" * 50 + b"</a>" * 50)


def test_too_many_elements_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frab_xml, "MAX_ELEMENTS", 10)

    with pytest.raises(NotReadable, match="more than 10 elements"):
        frab_xml.read(b"<a>" + b"<b/>" * 20 + b"</a>")


def test_a_file_that_is_too_large_is_not_even_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frab_xml, "MAX_BYTES", 1024 * 1024)

    with pytest.raises(NotReadable, match="larger than 1 MB"):
        frab_xml.read(b"<" + b"a" * 1024 * 1024)


@pytest.mark.parametrize(
    ("data", "why", "line"),
    [
        (b"", "the file is empty", 0),
        (b"  \n ", "the file is empty", 0),
        (b"<a>\n<b>\n</a>", "not well-formed: mismatched tag", 3),
        (b"<a>", "not well-formed: no element found", 1),
        (b"just words", "not well-formed: syntax error", 1),
        (
            b'<?xml version="1.0" encoding="UTF-8"?>\n<a>caf\xe9</a>',
            "the file says it is UTF-8, but its bytes are not",
            2,
        ),
        (b'<?xml version="1.0" encoding="klingon"?>\n<a/>', "klingon", 1),
    ],
)
def test_what_cannot_be_read_says_where_and_why(data: bytes, why: str, line: int) -> None:
    with pytest.raises(NotReadable) as error:
        frab_xml.read(data)

    assert why in error.value.why
    assert error.value.line == line


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1", "windows-1252"])
def test_a_file_is_read_in_the_encoding_it_names(encoding: str) -> None:
    written = f'<?xml version="1.0" encoding="{encoding}"?><a>café</a>'.encode(encoding)

    assert frab_xml.read(written).text == "café"
