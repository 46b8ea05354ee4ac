"""What a search finds: what reading every text from end to end would, and what somebody without accents on the keys
means."""

import random

import pytest

from events.schedule.word_index import WordIndex, folded

TEXTS = (
    "Opening General Session Imani Okafor Ballroom A",
    "Catalogación en español Lucía Fernández Biblioteca",
    "Straße und Łódź: e-book lending",
    "Library card sign-up month",
    "",
)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("imani", [0]),
        ("OKAFOR session", [0]),
        ("fernandez", [1]),
        ("Fernández", [1]),
        ("catalogacion espanol", [1]),
        ("log", [1]),
        ("strasse lodz", [2]),
        ("book", [2]),
        ("sign-up", [3]),
        ("a", [0, 1, 2, 3]),
        ("library imani", []),
        ("nowhere", []),
        ("  ", [0, 1, 2, 3, 4]),
    ],
)
def test_a_search_means_letters_and_not_how_they_are_written(query: str, found: list[int]) -> None:
    assert WordIndex(TEXTS).matching(query) == found


def test_what_is_found_is_what_reading_every_text_would_find() -> None:
    dice = random.Random(3)
    texts = [" ".join("".join(dice.choices("abcé", k=dice.randint(1, 4))) for _ in range(12)) for _ in range(60)]
    index = WordIndex(texts)

    for query in ("a", "ab", "bca", "e", "é a", "cab bc", "abca", "aaaa c"):
        slowly = [
            number for number, text in enumerate(texts) if all(one in folded(text) for one in folded(query).split())
        ]
        assert index.matching(query) == slowly


def test_no_texts_no_finds() -> None:
    assert WordIndex([]).matching("anything") == []
