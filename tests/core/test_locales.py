"""Languages and the pseudo-locale."""

import pytest

from events.core import locales


@pytest.mark.parametrize(
    ("wanted", "accepted", "chosen"),
    [
        ("", "", "en"),
        ("en-XA", "", "en-XA"),
        ("tlh", "", "en"),
        ("", "tlh, en;q=0.5", "en"),
        ("", "en;q=nonsense, fr;q=", "en"),
        ("", "," * 10_000, "en"),
    ],
)
def test_a_language_is_chosen_from_what_there_is(wanted: str, accepted: str, chosen: str) -> None:
    assert locales.choose(wanted, accepted) == chosen


def test_the_pseudo_locale_accents_words_and_keeps_placeholders_and_tags() -> None:
    locales.speak(locales.PSEUDO)
    try:
        assert locales._(
            "Seats left: %(free)s of {total} <b>now</b>"
        ) == "⟦Séátś léft: %(free)s óf {total} <b>ñów</b>⟧".replace("ś", "s")
    finally:
        locales.speak("en")
