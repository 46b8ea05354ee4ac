"""Which questions somebody is asked, and what their answers mean."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.registration import asking
from events.registration.asking import KINDS, Question

FIRST = Question(1, "Your first time?", "yes_no", required=True)
MENTOR = Question(2, "Shall a mentor write?", "yes_no", required=True, only_if=1, only_answers=("yes",))
TOPICS = Question(3, "About what?", "choices", ("Jobs", "Papers", "Rooms"), only_if=2, only_answers=("yes",))
BADGE = Question(4, "On your badge", ticket_types=frozenset({9}))
GUESTS = Question(5, "Guests", "number", minimum=0, maximum=3)
ARRIVES = Question(6, "You arrive on", "date")
ALL = [FIRST, MENTOR, TOPICS, BADGE, GUESTS, ARRIVES]


def ids(chosen: list[int], answers: dict[int, str]) -> list[int]:
    return [question.id for question in asking.asked(ALL, chosen, answers)]


def test_one_question_follows_another_along_a_chain() -> None:
    assert ids([1], {}) == [1, 5, 6]
    assert ids([1], {1: "yes"}) == [1, 2, 5, 6]
    assert ids([9], {1: "yes", 2: "yes"}) == [1, 2, 3, 4, 5, 6]
    assert ids([1], {1: "no", 2: "yes", 3: "Jobs"}) == [1, 5, 6]


def test_what_is_not_asked_is_neither_kept_nor_wrong() -> None:
    kept, wrong = asking.answered(ALL, [1], {1: "no", 2: "maybe", 3: "Jobs", 5: "2"})
    assert (kept, wrong) == ({1: "no", 5: "2"}, {})


def test_what_is_asked_has_to_be_answered_where_it_says_so() -> None:
    kept, wrong = asking.answered(ALL, [1], {1: "yes", 5: "many", 6: "soon"})
    assert kept == {1: "yes"}
    assert set(wrong) == {2, 5, 6}


@pytest.mark.parametrize(
    ("question", "said", "kept"),
    [
        (GUESTS, " 03 ", "3"),
        (ARRIVES, "2027-03-04", "2027-03-04"),
        (TOPICS, "Rooms\nJobs", "Jobs\nRooms"),
        (FIRST, "yes", "yes"),
        (BADGE, "  Ada ", "Ada"),
    ],
)
def test_an_answer_is_kept_in_one_form(question: Question, said: str, kept: str) -> None:
    assert asking.read(question, said) == kept
    assert asking.read(question, kept) == kept


@pytest.mark.parametrize(
    ("question", "said"),
    [(GUESTS, "4"), (GUESTS, "-1"), (GUESTS, "1.5"), (GUESTS, "9" * 20), (ARRIVES, "2027-02-30"), (FIRST, "maybe"),
     (TOPICS, "Jobs\nMoney")],
)  # fmt: skip
def test_an_answer_that_is_none_is_refused_in_words(question: Question, said: str) -> None:
    with pytest.raises(ValueError, match=r"\w+ \w+"):
        asking.read(question, said)


def test_a_question_does_not_depend_on_itself() -> None:
    assert asking.cycle(1, 3, {1: None, 2: 1, 3: 2})
    assert asking.cycle(1, 1, {1: None})
    assert not asking.cycle(4, 3, {1: None, 2: 1, 3: 2, 4: None})
    loop = [Question(1, "a", only_if=2, only_answers=("x",)), Question(2, "b", only_if=1, only_answers=("x",))]
    assert asking.asked(loop, [], {1: "x", 2: "x"}) == []


SOME = st.lists(
    st.builds(
        Question,
        st.just(0),
        st.just("Q"),
        st.sampled_from(KINDS),
        st.just(("a", "b")),
        st.booleans(),
        st.frozensets(st.integers(1, 3), max_size=2),
        only_if=st.none() | st.integers(0, 5),
        only_answers=st.just(("a", "yes", "1")),
    ),
    max_size=6,
).map(lambda some: [Question(n, q.label, q.kind, q.options, q.required, q.ticket_types, only_if=q.only_if,
                             only_answers=q.only_answers) for n, q in enumerate(some)])  # fmt: skip
SAID = st.dictionaries(st.integers(0, 6), st.sampled_from(["", "a", "a\nb", "yes", "1", "2027-01-01", "<script>"]))


@given(SOME, st.lists(st.integers(1, 3), max_size=3), SAID)
def test_reading_what_was_kept_again_keeps_the_same(
    questions: list[Question], chosen: list[int], said: dict[int, str]
) -> None:
    kept, wrong = asking.answered(questions, chosen, said)
    again, still = asking.answered(questions, chosen, kept)

    assert again == kept
    asked = {question.id for question in asking.asked(questions, chosen, kept)}
    assert set(kept) <= asked
    assert set(wrong) <= asked
    assert set(kept).isdisjoint(wrong)
    assert set(still) <= {question.id for question in questions if question.required}
