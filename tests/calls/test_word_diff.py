import random

from hypothesis import given
from hypothesis import strategies as st

from events.calls import word_diff
from events.calls.word_diff import Piece, compare

TEXTS = st.lists(st.sampled_from(["a", "b", " ", "cd", "\n", ".", "é"]), max_size=40).map("".join)


def test_words_that_were_exchanged_are_marked_on_their_side() -> None:
    old, new = compare("Zines in the stacks", "Zines on the old stacks")

    assert old == [Piece("Zines ", True), Piece("in", False), Piece(" the stacks", True)]
    assert new == [
        Piece("Zines ", True),
        Piece("on", False),
        Piece(" the", True),
        Piece(" old", False),
        Piece(" stacks", True),
    ]


def test_equal_texts_have_no_mark_and_an_empty_one_no_piece() -> None:
    assert compare("Same.", "Same.") == ([Piece("Same.", True)], [Piece("Same.", True)])
    assert compare("", "New") == ([], [Piece("New", False)])
    assert compare("", "") == ([], [])


@given(TEXTS, TEXTS)
def test_both_sides_stay_what_they_were_and_share_what_is_unmarked(old: str, new: str) -> None:
    left, right = compare(old, new)

    assert ("".join(one.text for one in left), "".join(one.text for one in right)) == (old, new)
    assert "".join(one.text for one in left if one.same) == "".join(one.text for one in right if one.same)


def naive(left: list[str], right: list[str]) -> int:
    """The length of a longest common row, by the table of all pairs."""
    before = [0] * (len(right) + 1)
    for word in left:
        row = [0]
        for place, other in enumerate(right):
            row.append(before[place] + 1 if word == other else max(before[place + 1], row[-1]))
        before = row
    return before[-1]


@given(st.lists(st.sampled_from("abc"), max_size=25), st.lists(st.sampled_from("abc"), max_size=25))
def test_as_many_words_are_shared_as_can_be(left: list[str], right: list[str]) -> None:
    assert len(word_diff._common(left, right)) == naive(left, right)


def test_texts_that_share_little_are_shown_whole() -> None:
    dice = random.Random(1)
    old, new = (" ".join(dice.choice("ab") * dice.randint(1, 3) for _n in range(6_000)) for _side in range(2))

    left, right = compare(f"same x {old} x end", f"same y {new} y end")

    assert [one.same for one in left] == [one.same for one in right] == [True, False, True]
    assert (left[0].text, left[2].text) == ("same ", " end")


def test_the_space_between_two_exchanged_words_goes_along() -> None:
    old, new = compare("What three people learned", "What two of us learned")

    assert [one.text for one in old if not one.same] == ["three people"]
    assert [one.text for one in new if not one.same] == ["two of us"]
