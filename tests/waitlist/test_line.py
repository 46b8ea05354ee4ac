"""Whom to offer what."""

from hypothesis import given
from hypothesis import strategies as st

from events.waitlist.line import Offer, Waiting, offers

QUOTAS = {1: frozenset({10}), 2: frozenset({20}), 3: frozenset({10, 20}), 4: frozenset[int]()}


def one(id_: int, party: int = 1, *tickets: int, together: bool = True) -> Waiting:
    return Waiting(id_, party, tickets or (1,), together)


def test_the_first_in_line_comes_first() -> None:
    assert offers([one(1), one(2), one(3)], {10: 2}, QUOTAS) == [Offer(1, 1, 1), Offer(2, 1, 1)]


def test_who_does_not_fit_is_passed_over_and_keeps_their_place() -> None:
    assert offers([one(1, 3), one(2)], {10: 2}, QUOTAS) == [Offer(2, 1, 1)]


def test_who_may_be_split_gets_what_there_is() -> None:
    assert offers([one(1, 3, 1, together=False)], {10: 2}, QUOTAS) == [Offer(1, 1, 2)]


def test_a_dearer_wish_is_fulfilled_first_and_another_that_would_do_next() -> None:
    assert offers([one(1, 1, 1, 2)], {10: 1, 20: 1}, QUOTAS) == [Offer(1, 1, 1)]
    assert offers([one(1, 2, 1, 2)], {10: 1, 20: 2}, QUOTAS) == [Offer(1, 2, 2)]


def test_all_the_quotas_of_a_ticket_have_to_have_places() -> None:
    assert offers([one(1, 1, 3)], {10: 5, 20: 0}, QUOTAS) == []
    assert offers([one(1, 2, 4)], {}, QUOTAS) == [Offer(1, 4, 2)]


def test_what_is_not_sold_is_not_offered() -> None:
    assert offers([one(1, 1, 9)], {10: 5}, QUOTAS) == []


LINES = st.lists(
    st.builds(
        Waiting,
        st.just(0),
        st.integers(1, 4),
        st.lists(st.integers(1, 5), min_size=1, max_size=3, unique=True).map(tuple),
        st.booleans(),
    ),
    max_size=12,
).map(lambda some: [Waiting(place, w.party, w.tickets, w.together) for place, w in enumerate(some)])
FREE = st.fixed_dictionaries({10: st.integers(-2, 9), 20: st.integers(0, 9)})


@given(LINES, FREE)
def test_never_more_than_there_is_nobody_who_fits_is_overtaken_and_all_again_is_nothing(
    line: list[Waiting], free: dict[int, int]
) -> None:
    made = offers(line, free, QUOTAS)
    left = dict(free)
    for offer in made:
        for quota in QUOTAS[offer.ticket]:
            left[quota] -= offer.places
            assert left[quota] >= 0
    got = {offer.entry for offer in made}
    assert len(got) == len(made)
    for waiting in line:
        if waiting.id not in got:  # with all that is left they would not fit either
            assert offers([waiting], left, QUOTAS) == []
        elif waiting.together:
            assert next(offer.places for offer in made if offer.entry == waiting.id) == waiting.party
    assert made == offers(line, free, QUOTAS)
    assert offers([waiting for waiting in line if waiting.id not in got], left, QUOTAS) == []


@given(LINES, FREE, st.integers(0, 11))
def test_who_is_first_gets_the_same_whoever_stands_behind(line: list[Waiting], free: dict[int, int], many: int) -> None:
    ahead = line[:many]
    whole = [offer for offer in offers(line, free, QUOTAS) if offer.entry < len(ahead)]
    assert whole == offers(ahead, free, QUOTAS)
