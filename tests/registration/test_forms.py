import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import FormData

from events.people.actors import Actor
from events.registration import forms
from events.registration.asking import Question
from events.registration.forms import PersonTyped, Typed
from events.registration.offers import Offer
from events.registration.pricing import Ticket

MEAL = Question(7, "Meals", "choice", ("Meat", "No meat"), True, frozenset())
OFFER = Offer((Ticket(1, "Full", "full", ()), Ticket(2, "Dinner", "meal", ())), (), (MEAL,), {})
ADA = Actor(1, "Ada Lovelace", "ada@example.org")
GOOD = PersonTyped("1", (), "Ada", "ada@example.org", {7: "Meat"})


def test_the_signed_in_person_is_the_first_one() -> None:
    typed = forms.blank(OFFER, ADA)

    assert (typed.people[0].name, typed.people[0].email, typed.people[0].main) == (
        "Ada Lovelace",
        "ada@example.org",
        "1",
    )
    assert forms.blank(OFFER, None, ticket="2").people[0].extras == ("2",)
    assert forms.blank(OFFER, None, ticket="99").people[0].chosen == [1]


@pytest.mark.parametrize(
    ("person", "field"),
    [
        (PersonTyped("", (), "Ada", "ada@example.org", {7: "Meat"}), "p0-main"),
        (PersonTyped("1", (), "", "ada@example.org", {7: "Meat"}), "p0-name"),
        (PersonTyped("1", (), "Ada", "", {7: "Meat"}), "p0-email"),
        (PersonTyped("1", (), "Ada", "ada@", {7: "Meat"}), "p0-email"),
        (PersonTyped("1", (), "Ada", "a@b.org, c@d.org", {7: "Meat"}), "p0-email"),
        (PersonTyped("1", (), "Ada", "ada@example.org", {}), "p0-q7"),
        (PersonTyped("1", (), "Ada", "ada@example.org", {7: "Stones"}), "p0-q7"),
    ],
)
def test_what_is_missing_is_said_at_its_field(person: PersonTyped, field: str) -> None:
    assert list(forms.errors(Typed("0" * 32, (person,)), OFFER, ())) == [field]
    assert forms.errors(Typed("0" * 32, (GOOD,)), OFFER, ()) == {}


def test_only_the_first_person_needs_an_address_and_the_receipt_may_bring_it() -> None:
    second = PersonTyped("1", (), "Alan", "", {7: "Meat"})
    without = PersonTyped("1", (), "Ada", "", {7: "Meat"})

    assert forms.errors(Typed("0" * 32, (GOOD, second)), OFFER, ()) == {}
    assert forms.errors(Typed("0" * 32, (without,), email="library@example.org"), OFFER, ()) == {}
    assert [one.email for one in forms.attendees(Typed("0" * 32, (GOOD, second)), OFFER, None)] == [
        "ada@example.org"
    ] * 2


def test_an_attendee_is_the_signed_in_person_only_by_their_own_address() -> None:
    other = PersonTyped("1", (), "Ada Lovelace", "other@example.org", {7: "Meat"})

    assert [one.person for one in forms.attendees(Typed("0" * 32, (GOOD, other)), OFFER, ADA)] == [1, None]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["people", "form_key", "p0-main", "p0-extra", "p0-name", "p1-email", "p0-q7", "email"]),
            st.text(),
        )
    )
)
def test_whatever_is_sent_is_read_or_refused_and_never_fails(pairs: list[tuple[str, str]]) -> None:
    typed = forms.read(FormData([*pairs]), OFFER)

    forms.errors(typed, OFFER, ())
    assert 1 <= len(typed.people) <= forms.MOST_PEOPLE
    assert all(len(person.name) <= 200 and "\0" not in person.name for person in typed.people)
