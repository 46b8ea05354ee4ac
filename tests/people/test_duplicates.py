"""Which rows may be one person, and why: names as people type them, and what else speaks for it."""

import pytest

from events.core import database, outbox
from events.people import candidates, duplicates, names
from events.people.duplicates import Known, Reason
from events.people.models import DuplicateCandidate, Person
from events.people.names import Name
from events.schedule.models import SessionPerson
from tests import make
from tests.make import NOON


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Ada Lovelace", Name(("ada",), ("lovelace",))),
        ("LOVELACE, Ada", Name(("ada",), ("lovelace",))),
        ("Dr. José  Núñez", Name(("jose",), ("nunez",))),
        ("Prof. Dr. Łukasz Żak, PhD", Name(("lukasz",), ("zak",))),
        ("Smith, Dr. J. Q., Jr., Ph.D.", Name(("j", "q"), ("smith",), 2)),
        ("J.Q. Smith III", Name(("j", "q"), ("smith",), 3)),
        ("Smith Sr., Bob", Name(("bob",), ("smith",), 1)),
        ("Sean O’Brien (he/him), MLIS, MA", Name(("sean",), ("obrien",))),
        ("van der Rohe, Ludwig", Name(("ludwig",), ("van", "der", "rohe"))),
        ("Ma, Jun", Name(("jun",), ("ma",))),
        ("Lee, Ma", Name(("ma",), ("lee",))),
        ("Plato", Name((), ("plato",))),
        ("王小明", Name((), ("王小明",))),
        ("Ph.D.", Name((), ("phd",))),
        (" , ", Name((), ())),
        ("", Name((), ())),
    ],
)
def test_a_name_is_taken_apart_however_it_is_typed(typed: str, read: Name) -> None:
    assert names.read(typed) == read


def found(*people: Known, apart: list[tuple[int, int]] | None = None) -> list[tuple[int, int, int, tuple[Reason, ...]]]:
    return [(pair.one, pair.other, pair.score, pair.reasons) for pair in duplicates.find(people, apart or [])]


@pytest.mark.parametrize(
    ("one", "other", "score", "reasons"),
    [
        (Known(1, "Ada Lovelace"), Known(2, "lovelace, ADA"), 60, (Reason.SAME_NAME,)),
        (Known(1, "Lovelace Ada"), Known(2, "Ada Lovelace"), 60, (Reason.ORDER,)),
        (Known(1, "Ada Lovelace"), Known(2, "Ada K. Lovelace"), 50, (Reason.MIDDLE,)),
        (Known(1, "Ada King Lovelace"), Known(2, "Ada K. Lovelace"), 50, (Reason.MIDDLE,)),
        (
            Known(1, "A. Lovelace", "City Library"),
            Known(2, "Ada Lovelace", "city library"),
            55,
            (Reason.INITIAL, Reason.AFFILIATION),
        ),
        (
            Known(1, "Katherine Jonson", "City Library"),
            Known(2, "Katharine Jonson", "City Library"),
            55,
            (Reason.TYPO, Reason.AFFILIATION),
        ),
        (
            Known(1, "Micheal Brown", emails=frozenset({"m@example.org"})),
            Known(2, "Michael Brown", emails=frozenset({"m@example.org"})),
            75,
            (Reason.TYPO, Reason.EMAIL),
        ),
        (
            Known(1, "", emails=frozenset({"ada@example.org"})),
            Known(2, "Ada Lovelace", emails=frozenset({"ada@example.org"})),
            60,
            (Reason.NO_NAME, Reason.EMAIL),
        ),
        (
            Known(1, "Ada Lovelace", "NYPL"),
            Known(2, "Ada Lovelace", "New York Public Library"),
            72,
            (Reason.SAME_NAME, Reason.LIKE_AFFILIATION),
        ),
        (
            Known(1, "Ada Lovelace", "City Library", "Wrote the first program that anybody knows of. " * 2),
            Known(2, "Ada Lovelace", "Harbor College", "Wrote the first program that anybody knows of. " * 2),
            75,
            (Reason.SAME_NAME, Reason.BIOGRAPHY, Reason.OTHER_AFFILIATION),
        ),
        (
            Known(1, "Ada Lovelace", emails=frozenset({"lovelace@old.example.org"})),
            Known(2, "Ada Lovelace", emails=frozenset({"lovelace@example.org"})),
            70,
            (Reason.SAME_NAME, Reason.MAILBOX),
        ),
    ],
)
def test_what_speaks_for_one_person_is_named(one: Known, other: Known, score: int, reasons: tuple[Reason, ...]) -> None:
    assert found(one, other) == [(1, 2, score, reasons)]
    assert found(other, one) == [(1, 2, score, reasons)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Bob Smith Jr.", "Bob Smith Sr."),
        ("Mary Ann Smith", "Mary Beth Smith"),
        ("Bob Smith", "Robert Smith"),  # no nickname is guessed
        ("A. Lovelace", "Ada Lovelace"),  # an initial alone is too little
        ("Jo Li", "Jo Lu"),
        ("", ""),
    ],
)
def test_who_is_rather_two_is_not_proposed(one: str, other: str) -> None:
    assert found(Known(1, one), Known(2, other)) == []


def test_an_initial_is_nobodys_when_it_fits_several_of_other_libraries() -> None:
    people = [Known(1, "A. Lovelace", "City Library"), Known(2, "Ada Lovelace", "Harbor College")]

    assert found(*people, Known(3, "Anna Lovelace", "City Library")) == [
        (1, 3, 55, (Reason.INITIAL, Reason.AFFILIATION))
    ]


def test_a_name_that_many_have_needs_more() -> None:
    many = [Known(number, "Maria Garcia", f"Library {number}") for number in range(1, 8)]

    assert found(*many) == []
    assert found(*many, Known(9, "Garcia, Maria", "Library 3")) == [
        (3, 9, 65, (Reason.SAME_NAME, Reason.AFFILIATION, Reason.COMMON_NAME))
    ]


def test_a_crowd_of_one_name_is_compared_within_its_libraries_only() -> None:
    crowd = [Known(number, "Maria Garcia", f"Library {number % 400}") for number in range(1, 801)]

    assert [(one, other) for one, other, _score, _reasons in found(*crowd)] == [(n, n + 400) for n in range(1, 401)]


def test_who_was_told_apart_is_not_proposed_again() -> None:
    people = [Known(1, "Ada Lovelace"), Known(2, "Ada Lovelace"), Known(3, "Ada Lovelace")]

    assert [pair[:2] for pair in found(*people, apart=[(2, 1), (1, 2)])] == [(1, 3), (2, 3)]


async def test_an_address_typed_in_a_proposal_or_an_order_is_a_reason(db: None) -> None:
    signed_up = await make.person("", "ada@example.org")
    typed = await make.person("Ada Lovelace", None)
    await make.seat(typed, await make.session(await make.event(), NOON), email="Ada@Example.org")

    await candidates.look(NOON)

    [line], total = await candidates.listed("", None, "-score", 1)
    assert total == 1
    assert (line.one.code, line.other.code, line.score) == (signed_up.code, typed.code, 60)
    assert line.reasons == [str(duplicates.WORDS[one]) for one in (Reason.NO_NAME, Reason.EMAIL)]


async def test_looking_again_replaces_what_was_found_and_keeps_what_staff_said(db: None) -> None:
    ada, again, third = [await make.person("Ada Lovelace") for _ in range(3)]
    await candidates.look(NOON)
    first = await candidates.listed("", None, "-score", 1)

    await candidates.tell_apart(again.id, ada.id, third.id, NOON)
    told = await candidates.listed("", None, "-score", 1)
    await Person.filter(id=third.id).update(name="Grace Hopper")
    await candidates.look(NOON)

    assert (first[1], told[1]) == (3, 2)
    assert await DuplicateCandidate.all().count() == 0
    await candidates.tell_together(ada.id, again.id)
    await candidates.look(NOON)
    assert await DuplicateCandidate.all().values_list("one_id", "other_id") == [(ada.id, again.id)]


async def test_the_list_is_searched_sorted_filtered_and_paged(db: None) -> None:
    event = await make.event("annual")
    session = await make.session(event, NOON)
    for number in range(candidates.PAGE + 1):
        for _ in range(2):
            await make.person(f"Reader{chr(97 + number // 26)}{chr(97 + number % 26)} {'x' * (number + 9)}", None)
    await SessionPerson.create(session=session, person=await Person.filter(name="Readeraa xxxxxxxxx").first())
    await database.execute("UPDATE person SET affiliation = 'Harbor College' WHERE name LIKE 'Readerab %'")
    await candidates.look(NOON)

    lines, total = await candidates.listed("", None, "name", 2)
    by_event, _ = await candidates.listed("", event.id, "-score", 1)
    by_word, _ = await candidates.listed("harbor", None, "-score", 1)
    none, none_at_all = await candidates.listed("%", None, "-score", 1)

    assert (len(lines), total) == (1, candidates.PAGE + 1)
    assert lines[0].one.name.startswith("Readerby ")
    assert [line.one.name for line in by_event] == ["Readeraa xxxxxxxxx"]
    assert [line.score for line in by_word] == [80]
    assert (none, none_at_all) == ([], 0)


async def test_asking_twice_to_look_is_asking_once(db: None) -> None:
    await candidates.ask()
    await candidates.ask()

    assert await candidates.asked()
    assert await database.value("SELECT count(*) FROM outbox_message WHERE topic = $1", candidates.TOPIC) == 1
    await outbox.finish([await database.value("SELECT id FROM outbox_message")], NOON)
    assert not await candidates.asked()
