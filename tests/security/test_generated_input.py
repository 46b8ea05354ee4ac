"""Whatever is typed, anywhere, by anybody: an answer, never a 500.

`HYPOTHESIS_PROFILE=long` tries a thousand inputs a route instead of a dozen.
"""

from typing import Any

import pytest
from hypothesis import given, seed
from hypothesis import settings as profiles
from hypothesis import strategies as st

from events import app
from events.settings import Settings
from tests.routes import TABLE
from tests.security import conftest, reading
from tests.security.conftest import House
from tests.security.forms import Form

# An upload's file is closed when it is forgotten: nothing a visitor notices.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")

ROLES = ("anonymous", "attendee", "editor", "registrar", "administrator", "care")

ODD = (
    "", " ", "0", "-1", "1e999", "NaN", "²", "٣", "9" * 10, "9" * 20, "9" * 5000, "1" + "0" * 30, "-" + "9" * 20,
    "2147483648", "0000-13-99", "9999-12-31", "0001-01-01", "2026-02-30T25:61", "24:60", "\x00", "a\x00b", "\ud800",
    "\uffff", "\u202e", "😀" * 200, "x" * 70_000, "<script>", "'\"`;--", "%00%ff", "../../etc/passwd", "a\r\nb: c",
    "{{7*7}}", "%s%n", "%(x)s", "[]", "{}", "null", "true", "Ада@пример.рф", "@", "a@b", "a@b.cd\nBcc: x@y.zz",
    "Europe/../UTC", "../UTC", "EUR", "¤", "http://[", "https://[::1", "javascript:alert(1)", "remove-x",
    "remove-²", "add",
)  # fmt: skip
QUERY = (
    "q page year kind unit topic mode from to sort which state tz track room day again ticket key checkout next zone"
    " view version"
).split()

odd = st.one_of(st.sampled_from(ODD), st.text(max_size=40), st.integers().map(str), st.dates().map(str))
paths = st.sampled_from([one for one in ODD if one not in {"", "9" * 5000} and "\ud800" not in one and len(one) < 400])


def names() -> list[str]:
    made = Settings(database_url="postgres://nowhere/x", secret_key="t" * 32, dev=True)
    return sorted({route.name for route in app.routes(made)})  # type: ignore[attr-defined]


def cleaned(text: str) -> str:
    """A lone surrogate travels as its bytes, which are no UTF-8."""
    return text.encode("utf-8", "surrogatepass").decode("latin-1") if "\ud800" in text else text


@st.composite
def bodies(draw: st.DrawFn, known: list[tuple[str, Form]], given_form: dict[str, str]) -> list[tuple[str, str]]:
    """What a real form of the page would send, with some fields mutated, doubled, gone, or put in."""
    if known:
        _role, form = draw(st.sampled_from(known))
        base = [(field.name, field.value) for field in form.fields]
    else:
        base = list(given_form.items())
    sent: list[tuple[str, str]] = []
    # One field in most examples, so that the others' errors do not hide what it does.
    target = draw(st.integers(0, max(0, len(base) - 1)))
    many = draw(st.sampled_from([False, False, True]))
    for place, (name, value) in enumerate(base):
        if place == target or (many and draw(st.booleans())):
            what = draw(st.sampled_from(["odd", "odd", "odd", "twice", "gone", "name"]))
            if what == "odd":
                sent.append((name, draw(odd)))
            elif what == "twice":
                sent += [(name, value), (name, draw(odd))]
            elif what == "name":
                sent += [(name, value), (f"{name.partition('-')[0]}-{draw(odd)}", draw(odd))]
        else:
            sent.append((name, value))
    return sent


# Hypothesis 6.170 takes some seeds for flaky strategies, here the one it makes of this test's text for two routes.
@seed(2026)
@pytest.mark.parametrize("name", names())
@profiles(profiles.get_profile(conftest.PROFILE))
@given(data=st.data())
async def test_no_input_gives_a_500(house: House, name: str, data: st.DataObject) -> None:
    line = TABLE[name]
    known_forms = await reading.forms_here(house, ("anonymous", "attendee", "administrator"))
    door = data.draw(st.sampled_from([one for one in reading.doors(house.app) if one.name == name]))
    role = data.draw(st.sampled_from([one for one in ROLES if one in line.who] or ROLES))
    things = door.meant(house.world.here)
    if things and data.draw(st.integers(0, 3 if door.method == "POST" else 1)) == 0:
        things[data.draw(st.sampled_from(sorted(things)))] = data.draw(paths)
    request: dict[str, Any] = {}
    if door.method == "POST":
        sent = [
            (cleaned(key), cleaned(value))
            for key, value in data.draw(bodies(known_forms.get(name, []), dict(line.form)))
        ]
        how = data.draw(st.sampled_from(["form", "form", "form", "files", "raw"]))
        if how == "form":
            fields: dict[str, list[str]] = {}
            for key, value in sent:
                fields.setdefault(key, []).append(value)
            request["data"] = fields
        elif how == "files":
            request["files"] = [(key or "f", ("a.csv", value.encode("utf-8", "replace"))) for key, value in sent] or [
                ("f", ("a", b""))
            ]
        else:
            request["content"] = data.draw(st.binary(max_size=60))
            request["headers"] = {
                "Content-Type": data.draw(
                    st.sampled_from(["application/x-www-form-urlencoded", "multipart/form-data", "application/json",
                                     "multipart/form-data; boundary=x", "text/plain; charset=no-such"])
                )
            }  # fmt: skip
    request["params"] = data.draw(
        st.dictionaries(st.sampled_from(QUERY), odd.map(cleaned).filter(lambda text: len(text) < 5001), max_size=3)
    )

    answer = await house.ask(door.method, door.filled(things), role, **request)

    assert answer.status_code < 500 or answer.status_code == line.fails, (door, things, role, request)
