import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.calls.answers import Answers, Condition, Question, asked, count_words, counted, problems

PIANO = Question(1, "yes_no", "Do you need a piano?", required=True)
WHICH = Question(
    2, "choice", "Which?", required=True, options=(("Grand",) * 2, ("Upright",) * 2), shown_if=Condition(1, ("yes",))
)
WHY = Question(3, "long", "Why a grand?", required=True, words=3, shown_if=Condition(2, ("Grand",)))
ALL = (PIANO, WHICH, WHY)


def wrong(answers: Answers) -> list[str]:
    return list(problems(ALL, answers))


def test_what_is_not_asked_is_not_required() -> None:
    assert wrong({"1": "no"}) == []
    assert wrong({"1": "yes"}) == ["q-2"]
    assert wrong({"1": "yes", "2": "Upright"}) == []
    assert wrong({"1": "yes", "2": "Grand"}) == ["q-3"]


def test_a_condition_on_a_question_that_is_not_asked_is_not_met() -> None:
    left_over = {"1": "no", "2": "Grand", "3": "because"}

    assert [one.id for one in asked(ALL, left_over)] == [1]
    assert counted(ALL, left_over) == {1: ["no"]}


@pytest.mark.parametrize(
    ("kind", "answer", "fine"),
    [
        ("number", "12", True),
        ("number", "2,5", True),
        ("number", "a dozen", False),
        ("number", "١٢", False),
        ("link", "https://example.org/a", True),
        ("link", "javascript:alert(1)", False),
        ("link", "https://", False),
        ("link", "https://exa mple.org", False),
        ("yes_no", "yes", True),
        ("yes_no", "perhaps", False),
        ("text", "  ", False),
        ("text", "one two", True),
        ("choice", "Organ", False),
        ("choices", ["Grand", "Organ"], False),
        ("choices", ["Grand", "Upright"], True),
        ("text", 7, False),
    ],
)
def test_each_kind_says_what_it_takes(kind: str, answer: object, fine: bool) -> None:
    one = Question(1, kind, "?", required=True, words=2, options=(("Grand",) * 2, ("Upright",) * 2))

    assert (problems([one], {"1": answer}) == {}) is fine


def test_a_text_may_have_as_many_words_as_the_limit_and_not_one_more() -> None:
    one = Question(1, "long", "?", words=3)

    assert problems([one], {"1": "a  b\nc"}) == {}
    assert problems([one], {"1": "a b c d"}) == {"q-1": "These are 4 words; at most 3 fit."}


def test_an_optional_question_may_stay_empty() -> None:
    assert problems([Question(1, "number", "?")], {}) == {}


@settings(max_examples=150, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from("1234"),
        st.one_of(st.text(max_size=8), st.sampled_from(["yes", "Grand"]), st.integers(), st.lists(st.text(max_size=3))),
    )
)
def test_only_what_is_asked_is_counted_and_complained_about(answers: dict[str, object]) -> None:
    names = {one.name for one in asked(ALL, answers)}

    assert set(problems(ALL, answers)) <= names
    assert {f"q-{id_}" for id_ in counted(ALL, answers)} <= names


def test_words_are_what_white_space_separates() -> None:
    assert count_words("  l'été,\tthe summer\n") == 3
