from datetime import date

import pytest

from events.registration.admission import Admission, Door, admits, seats

FULL = Admission.of("full", {}, None)
DAY = Admission.of("one_day", {"days": ["2026-07-10"]}, None)
EXHIBITS = Admission.of("exhibits", {"session_types": ["exhibit"]}, None)
VIRTUAL = Admission.of("virtual", {"modes": ["virtual"]}, None)
MEAL = Admission.of("meal", {}, None)
PRECONFERENCE = Admission.of("preconference", {}, 7)

FRIDAY_TALK = Door(1, session_type="talk", days=(date(2026, 7, 10),))
SATURDAY_TALK = Door(2, session_type="talk", days=(date(2026, 7, 11),))
STAND = Door(3, session_type="exhibit", days=(date(2026, 7, 10),))
WORKSHOP = Door(7, ticketed=True, session_type="workshop", days=(date(2026, 7, 9),))


@pytest.mark.parametrize(
    ("ticket", "doors"),
    [
        (FULL, [True, True, True, False]),
        (DAY, [True, False, True, False]),
        (EXHIBITS, [False, False, True, False]),
        (VIRTUAL, [True, True, True, False]),
        (MEAL, [False, False, False, False]),
        (PRECONFERENCE, [False, False, False, True]),
    ],
)
def test_every_ticket_opens_its_doors_and_no_others(ticket: Admission, doors: list[bool]) -> None:
    assert [admits([ticket], door) for door in (FRIDAY_TALK, SATURDAY_TALK, STAND, WORKSHOP)] == doors


def test_the_way_in_counts_where_it_is_asked_for() -> None:
    assert admits([VIRTUAL], FRIDAY_TALK, "virtual")
    assert not admits([VIRTUAL], FRIDAY_TALK, "in_person")
    assert admits([FULL], FRIDAY_TALK, "virtual")
    assert admits([PRECONFERENCE], WORKSHOP, "in_person")


def test_several_tickets_open_what_any_of_them_opens() -> None:
    assert admits([DAY, PRECONFERENCE], WORKSHOP)
    assert not admits([], FRIDAY_TALK)
    assert seats([DAY, PRECONFERENCE]) == {7}


def test_a_session_without_a_time_is_open_to_every_day_only() -> None:
    nowhen = Door(9, session_type="talk")

    assert admits([FULL], nowhen)
    assert not admits([DAY], nowhen)
