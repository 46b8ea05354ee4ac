"""The whole way from a problem to a result, by the engine's word; small, so that CP-SAT proves what is best."""

import random
import time

import pytest

from events.schedule.conflicts import Closure, Kind, Level, find
from events.solver import checking
from events.solver.costs import UNPLACED
from events.solver.problem import Problem, Where, from_json, to_json
from events.solver.search import Progress, Search
from tests.solver.problems import at, fixed, item, problem


def solved(asked: Problem) -> Search:
    search = Search(asked, time.monotonic)
    for _progress in search.steps():
        continue
    assert checking.hard_conflicts(search.layout) == []
    return search


def test_everything_is_placed_and_the_engine_finds_nothing() -> None:
    asked = problem(
        *(item(number, people=(number % 3,), seats=40 + 10 * number, units=(1,)) for number in range(1, 6)),
        hours=(9, 10, 11, 12, 13),
    )

    search = solved(asked)

    assert len(search.layout.at) == 5
    assert find(search.layout.bookings.values(), asked.frame) == []
    assert search.proven


def test_cp_sat_finds_the_one_way_that_the_first_arrangement_missed() -> None:
    """1 takes nine o'clock, so that 2, with the same person, has to take the only hour at which 3 can be."""
    asked = problem(
        item(1, people=(1,), wheres=(0,)),
        item(2, people=(1,), wheres=(1,)),
        item(3, resources=(8,), wheres=(1,)),
        fixed=(fixed(9, 9, 0, resources=(8,)),),
        hours=(9, 10),
    )

    told = list(Search(asked, time.monotonic).steps())

    assert (told[0].left, told[-1].left) == (1, 0)
    assert solved(asked).layout.at == {1: at(10, 0), 2: at(9, 1), 3: at(10, 1)}


def test_what_costs_is_avoided_where_it_can_be() -> None:
    """Two of one topic do not lie at once, and the small session does not take the large room."""
    asked = problem(item(1, topics=(7,), seats=45), item(2, topics=(7,), seats=45), item(3, seats=180), hours=(9, 10))

    search = solved(asked)

    assert search.proven
    assert search.layout.at[1].start != search.layout.at[2].start
    assert [search.layout.at[slot].where for slot in (1, 2, 3)] == [0, 0, 1]


def test_few_moves_are_made_of_what_lies_well() -> None:
    asked = problem(item(1, at(9)), item(2, at(10)), item(3))

    search = solved(asked)

    assert search.result().at.keys() == {3}


def test_a_conflict_of_the_draft_is_mended_by_a_move_with_its_reason() -> None:
    asked = problem(item(1, at(9), people=(5,)), fixed=(fixed(9, 9, 2, people=(5,)),))

    result = solved(asked).result()

    assert result.at[1].start != at(9).start
    assert [(why.rule, why.subject) for why in result.moved[1]][:1] == [("person", 5)]


def test_what_is_fixed_is_never_moved_and_nothing_is_laid_over_it() -> None:
    pinned = tuple(fixed(90 + number, hour, room) for number, (hour, room) in enumerate([(9, 1), (10, 1), (9, 2)]))

    search = solved(problem(*(item(number) for number in range(1, 4)), fixed=pinned))

    assert [search.layout.bookings[one.slot] for one in pinned] == list(pinned)
    assert sorted(search.layout.at.values()) == [at(10, 1), at(11, 0), at(11, 1)]


def test_who_has_no_better_place_stays_in_the_draft_with_the_rule_that_is_broken() -> None:
    asked = problem(item(1, at(9), seats=999), item(2, at(10)))

    search = solved(asked)
    result = search.result()

    assert result.at == {}
    assert [why.rule for why in result.left[1]] == ["capacity"]
    assert search.layout.bookings[1].start == at(9).start


def test_a_session_with_a_time_and_no_room_gets_one() -> None:
    wheres = (Where((1,), (1,), 50), Where(()))
    asked = problem(item(1, at(9, 1)), wheres=wheres, general=1)

    assert solved(asked).result().at == {1: at(9, 0)}


def test_a_unit_is_given_no_more_than_its_slots() -> None:
    asked = problem(
        *(item(number, units=(4,)) for number in range(1, 4)), fixed=(fixed(9, 9, units=(4,)),), budgets={4: 2}
    )

    search = solved(asked)

    assert len(search.layout.at) == 1
    assert {why.rule for reasons in search.result().left.values() for why in reasons} == {"budget"}


def test_walking_that_blocks_is_a_rule_and_otherwise_a_cost() -> None:
    wheres = (Where((1,), (1,), 50, {}, 1), Where((2,), (2,), 50, {}, 2))
    lying = fixed(9, 9, 1, people=(5,), zone=1)
    only_far = problem(
        item(1, people=(5,), wheres=(1,)), fixed=(lying,), wheres=wheres, hours=(10,), walks=((1, 2, 30),)
    )
    blocked = Problem(**{**vars(only_far), "levels": {Kind.WALK: Level.BLOCK}})
    free = problem(
        item(1, people=(5,), wheres=(1,)), fixed=(lying,), wheres=wheres, hours=(10, 11), walks=((1, 2, 30),)
    )

    assert solved(only_far).layout.at == {1: at(10, 1)}
    assert solved(blocked).layout.at == {}
    assert solved(free).layout.at == {1: at(11, 1)}


def test_a_kind_that_is_no_matter_in_this_event_is_no_rule() -> None:
    asked = problem(item(1, seats=999), levels={Kind.CAPACITY: Level.IGNORE})

    assert len(solved(asked).layout.at) == 1


def test_rooms_that_are_parts_of_a_combined_one_are_taken_with_it() -> None:
    wheres = (Where((1,), (1,), 50), Where((2,), (2,), 50), Where((3,), (1, 2), 100))
    asked = problem(item(1, seats=100), item(2, seats=50), item(3, seats=50), wheres=wheres, hours=(9, 10))

    layout = solved(asked).layout

    assert len(layout.at) == 3
    assert layout.at[1].start not in (layout.at[2].start, layout.at[3].start)


def test_it_ends_at_once_when_it_is_told_to_and_keeps_what_it_has() -> None:
    asked = problem(*(item(number) for number in range(1, 5)), seconds=600)

    search = Search(asked, time.monotonic, lambda: True)
    phases = [progress.phase for progress in search.steps()]

    assert phases == ["first", "done"]


def test_two_runs_give_the_same() -> None:
    asked = _random(3)

    assert solved(asked).layout.at == solved(asked).layout.at


@pytest.mark.parametrize("seed", range(8))
def test_a_random_programme_never_breaks_a_rule(seed: int) -> None:
    """The engine is asked in `solved`; here that nothing is lost, nothing pinned moves, and it never gets worse."""
    asked = from_json(to_json(_random(seed)))
    search = Search(asked, time.monotonic)
    told = list(search.steps())

    assert checking.hard_conflicts(search.layout) == []
    ranks = [(one.left, one.cost) for one in told]
    assert ranks == sorted(ranks, reverse=True)
    assert all(search.layout.bookings[one.slot] == one for one in asked.fixed)
    result = search.result()
    settled = {one.slot for one in asked.items if one.now is not None} - result.at.keys()
    assert {one.slot for one in asked.items} == {*result.at, *result.left, *settled}
    for item_ in [*search.layout.items.values()]:
        search.costs.take(item_)
    assert search.costs.total == UNPLACED * sum(1 for one in asked.items if one.slot not in search.layout.bookings)


def _random(seed: int) -> Problem:
    dice = random.Random(seed)
    items = []
    for number in range(1, 16):
        now = at(dice.choice((9, 10, 11, 12)), dice.randrange(2)) if dice.random() < 0.5 else None
        items.append(
            item(
                number,
                now,
                hours=dice.choice((1, 1, 1.5)),
                people=tuple(dice.sample(range(1, 9), dice.randint(0, 2))),
                topics=tuple(dice.sample(range(1, 4), dice.randint(0, 1))),
                units=(dice.randint(1, 3),),
                seats=dice.choice((None, 30, 60, 150)),
                resources=tuple(dice.sample(range(1, 3), dice.randint(0, 1))),
                setup=dice.choice((0, 0, 900)),
                impossible=((at(9).start, at(10).start),) if dice.random() < 0.2 else (),
            )
        )
    return problem(
        *items,
        hours=(9, 10, 11, 12, 13, 14),
        seconds=1,
        wheres=(Where((1,), (1,), 50, {}, 1), Where((2,), (2,), 200, {}, 2)),
        fixed=(fixed(90, 10, 1, people=(1,)), fixed(91, 13, 2, topics=(1,))),
        blocks=(Closure(1, at(12).start, at(12.5).start), Closure(2, at(14).start, at(15).start, frozenset({1}))),
        present={2: ((at(10).start, at(15).start),)},
        open_rooms={2: ((at(9).start, at(14).start),)},
        budgets={3: 2},
        walks=((1, 2, 10),),
        seed=seed,
    )


def test_progress_says_how_it_went() -> None:
    told: list[Progress] = list(Search(problem(item(1), item(2, seats=999)), time.monotonic).steps())

    assert (told[-1].phase, told[-1].placed, told[-1].left, told[-1].proven) == ("done", 1, 1, True)
    assert told[-1].course[0][1:] == (1, told[0].cost)
