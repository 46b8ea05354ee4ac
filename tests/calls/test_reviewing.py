"""Who gets which proposal, what a review has to have, and conflicts of interest."""

import asyncio
import random
from datetime import timedelta

import pytest

from events.calls import criteria, review_lists, review_phases, review_progress, reviewers, reviewing
from events.calls.criteria import CriterionValues
from events.calls.models import Proposal, ProposalPerson, Review
from events.calls.review_phases import InUse
from events.calls.reviewers import ReviewerValues
from events.calls.reviewing import HELD, NotReviewing, ReviewValues
from events.core import clock, database
from events.core.errors import NotFound, StaleWrite, Unreadable
from events.schedule.models import Track
from tests import make
from tests.calls import reviewing as reviews
from tests.calls.conftest import World
from tests.calls.deciding import handed_in


async def taken(round_: reviews.Round, reviewer: reviewers.ReviewerRow, besides: str = "") -> str | None:
    return await reviewing.take_next(round_.call, reviewer, clock.now(), besides)


async def test_reviews_are_spread_evenly_whoever_asks_when(world: World) -> None:
    """With reviewers who come in any order, no proposal is ever more than one review ahead of another, until all have
    as many as the phase wants."""
    round_ = await reviews.begin(world, per_proposal=2)
    for number in range(12):
        await handed_in(world, f"Talk {number}")
    people = [await round_.reviewer(name) for name in ("Bea", "Cleo", "Dora", "Edna")]
    chance = random.Random(4)

    given = 0
    while given < 24:
        who = chance.choice(people)
        code = await taken(round_, who)
        if code is None:
            break
        await round_.give(who, code)
        given += 1
        counts = [len(await Review.filter(proposal=one, state="given")) for one in await Proposal.all()]
        assert max(counts) - min(counts) <= 1, counts

    assert {await Review.filter(proposal=one).count() for one in await Proposal.all()} == {2}
    assert [await taken(round_, one) for one in people] == [None] * 4


async def test_two_who_ask_at_once_get_two(world: World) -> None:
    round_ = await reviews.begin(world, per_proposal=1)
    made = {(await handed_in(world, f"Talk {number}")).code for number in range(4)}
    people = [await round_.reviewer(name) for name in ("Bea", "Cleo", "Dora", "Edna")]

    got = await asyncio.gather(*(taken(round_, one) for one in people))

    assert set(got) == made


async def test_who_asks_twice_at_once_holds_one(world: World) -> None:
    round_ = await reviews.begin(world)
    for number in range(4):
        await handed_in(world, f"Talk {number}")
    bea = await round_.reviewer("Bea")

    first, second = await asyncio.gather(taken(round_, bea), taken(round_, bea))

    assert (first == second, await Review.all().count()) == (True, 1)


async def test_another_one_leaves_the_one_in_hand_to_others(world: World) -> None:
    round_ = await reviews.begin(world, per_proposal=1)
    one, other = await handed_in(world, "One"), await handed_in(world, "Other")
    bea, cleo = await round_.reviewer("Bea"), await round_.reviewer("Cleo")
    first = await taken(round_, bea)

    second = await taken(round_, bea, besides=first or "")

    assert {first, second} == {one.code, other.code}
    assert await taken(round_, cleo) == first


async def test_what_was_handed_to_somebody_who_writes_nothing_is_free_after_some_hours(world: World) -> None:
    round_ = await reviews.begin(world, per_proposal=1)
    only = await handed_in(world)
    bea, cleo = await round_.reviewer("Bea"), await round_.reviewer("Cleo")
    await taken(round_, bea)
    assert await taken(round_, cleo) is None

    await database.execute("UPDATE review SET changed_at = $1", clock.now() - HELD)

    assert await taken(round_, cleo) == only.code


async def test_what_somebody_writes_on_stays_theirs(world: World) -> None:
    round_ = await reviews.begin(world, per_proposal=1)
    only = await handed_in(world)
    bea, cleo = await round_.reviewer("Bea"), await round_.reviewer("Cleo")
    begun = ReviewValues({round_.clear: 2}, "")
    await reviewing.save(round_.call, bea, only.code, begun, 0, clock.now(), give=False)

    await database.execute("UPDATE review SET changed_at = $1", clock.now() - HELD)

    assert await taken(round_, cleo) is None


async def test_a_reviewer_of_a_track_gets_only_its_proposals(world: World) -> None:
    maps, zines = [await Track.create(event=world.event, slug=name, name=name) for name in ("maps", "zines")]
    round_ = await reviews.begin(world)
    mine, other = await handed_in(world, track=maps), await handed_in(world, track=zines)
    without = await handed_in(world)
    bea = await round_.reviewer("Bea", tracks=(maps.id,))

    assert await taken(round_, bea) == mine.code
    for code in (other.code, without.code):
        with pytest.raises(NotFound):
            await round_.give(bea, code)


@pytest.mark.parametrize("state", ["draft", "withdrawn", "accepted", "confirmed", "declined"])
async def test_only_what_waits_for_a_decision_is_reviewed(world: World, state: str) -> None:
    round_ = await reviews.begin(world)
    bea = await round_.reviewer("Bea")
    made = await handed_in(world, state=state)

    assert await taken(round_, bea) is None
    with pytest.raises((NotFound, NotReviewing)):
        await round_.give(bea, made)


async def test_nobody_reviews_their_own_whatever_they_answered(world: World) -> None:
    round_ = await reviews.begin(world)
    bea = await round_.reviewer("Bea")
    wrote = await handed_in(world, owner=await make.person("Somebody", "somebody@example.org"))
    await database.execute("UPDATE proposal SET owner_id = $1 WHERE id = $2", bea.person_id, wrote.id)
    asked, declined = await handed_in(world, "Asked"), await handed_in(world, "Declined")
    await ProposalPerson.create(proposal=asked, name="B.", email="Bea@example.org", state="invited")
    await ProposalPerson.create(proposal=declined, name="B.", person_id=bea.person_id, state="declined")

    assert await taken(round_, bea) is None
    for one in (wrote, asked, declined):
        with pytest.raises(NotFound):
            await round_.give(bea, one)
    assert (await review_progress.of_reviewer(bea.id, clock.now())).own == 3


async def test_who_becomes_a_presenter_afterwards_counts_no_more(world: World) -> None:
    round_ = await reviews.begin(world)
    made = await handed_in(world)
    bea, cleo = await round_.reviewer("Bea"), await round_.reviewer("Cleo")
    await round_.give(bea, made, 5, 10)
    await round_.give(cleo, made, 0, 0)
    assert (await review_lists.ranking_of(round_.call))[made.id].score == 50

    await ProposalPerson.create(proposal=made, name="B.", person_id=bea.person_id, state="accepted")

    ranked = (await review_lists.ranking_of(round_.call))[made.id]
    assert (ranked.reviews, ranked.score, ranked.conflicts) == (1, 0, 1)


async def test_a_conflict_of_interest_takes_the_review_and_stays_in_the_next_phase(world: World) -> None:
    round_ = await reviews.begin(world)
    made = await handed_in(world)
    bea = await round_.reviewer("Bea")
    await round_.give(bea, made, 5, 10, "Best friends")

    await reviewing.declare(round_.call, bea, made.code, "We share a desk.", clock.now())

    kept = await Review.get()
    assert (kept.state, kept.scores, kept.comment, kept.reason) == ("conflict", {}, "", "We share a desk.")
    ranked = (await review_lists.ranking_of(round_.call))[made.id]
    assert (ranked.reviews, ranked.score, ranked.conflicts) == (0, None, 1)
    await round_.follow_with()
    assert await taken(round_, bea) is None
    with pytest.raises(NotFound):
        await round_.give(bea, made)


async def test_a_conflict_that_was_a_mistake_is_lifted(world: World) -> None:
    round_ = await reviews.begin(world)
    made = await handed_in(world)
    bea = await round_.reviewer("Bea")
    await reviewing.declare(round_.call, bea, made.code, "A namesake.", clock.now())

    await reviewing.lift(round_.call, made.id, (await Review.get()).id)

    assert await taken(round_, bea) == made.code


async def test_a_conflict_needs_its_reason(world: World) -> None:
    round_ = await reviews.begin(world)
    made = await handed_in(world)
    bea = await round_.reviewer("Bea")

    with pytest.raises(Unreadable) as error:
        await reviewing.declare(round_.call, bea, made.code, " "[:0], clock.now())

    assert (list(error.value.errors), await Review.all().count()) == (["reason"], 0)


async def test_nobody_reviews_before_or_after_the_phase(world: World) -> None:
    now = clock.now()
    round_ = await reviews.begin(world, opens_at=now, closes_at=now + timedelta(hours=1))
    made = await handed_in(world)
    bea = await round_.reviewer("Bea")

    for at in (now - timedelta(microseconds=1), now + timedelta(hours=1)):
        with pytest.raises(NotReviewing):
            await round_.give(bea, made, at=at)
        with pytest.raises(NotReviewing):
            await reviewing.take_next(round_.call, bea, at)
        with pytest.raises(NotReviewing):
            await reviewing.declare(round_.call, bea, made.code, "We share a desk.", at)
    await round_.give(bea, made, at=now)

    assert await Review.filter(state="given").count() == 1


async def test_a_review_is_given_whole(world: World) -> None:
    round_ = await reviews.begin(world)
    made = await handed_in(world)
    bea = await round_.reviewer("Bea")
    clear, new = round_.clear, round_.new

    async def wrong(points: dict[int, int | None], comment: str = "", *, give: bool = True) -> list[str]:
        values = ReviewValues(points, comment)
        with pytest.raises(Unreadable) as error:
            await reviewing.save(round_.call, bea, made.code, values, 0, clock.now(), give=give)
        return list(error.value.errors)

    assert await wrong({clear: 3}) == [f"c-{new}"]
    assert await wrong({clear: 6, new: 11}) == [f"c-{clear}", f"c-{new}"]
    assert await wrong({clear: 6}, give=False) == [f"c-{clear}"]
    assert await wrong({clear: None, new: None}) == ["comment"]
    assert await wrong({clear: 3, new: 3}, "a" * 5001) == ["comment"]
    await round_.give(bea, made, None, None, "I cannot read this language.")
    assert (await Review.get()).state == "given"


async def test_two_windows_of_one_reviewer_do_not_write_over_each_other(world: World) -> None:
    round_ = await reviews.begin(world)
    made = await handed_in(world)
    bea = await round_.reviewer("Bea")
    await taken(round_, bea)
    await round_.give(bea, made, 1, 1)

    with pytest.raises(StaleWrite):
        await round_.give(bea, made, 2, 2)

    assert (await Review.get()).scores == {str(round_.clear): 1, str(round_.new): 1}


async def test_a_given_review_may_change_and_stays_given(world: World) -> None:
    round_ = await reviews.begin(world)
    made = await handed_in(world)
    bea = await round_.reviewer("Bea")
    await round_.give(bea, made, 1, 1)
    values = ReviewValues({round_.clear: 4, round_.new: None}, "")

    assert await reviewing.save(round_.call, bea, made.code, values, 1, clock.now(), give=False) == 2

    assert ((await Review.get()).state, (await Review.get()).scores[str(round_.clear)]) == ("given", 4)


async def test_the_ranking_counts_each_reviewer_once_with_the_latest_phase(world: World) -> None:
    round_ = await reviews.begin(world)
    made, plain = await handed_in(world), await handed_in(world, "Plain")
    bea, cleo = await round_.reviewer("Bea"), await round_.reviewer("Cleo")
    await round_.give(bea, made, 0, 0)
    await round_.give(cleo, made, 5, 10)
    second = await round_.follow_with()
    await round_.give(bea, made, 5, 10)

    ranked = await review_lists.ranking_of(round_.call)
    assert list(ranked) == [made.id]
    assert plain.id not in ranked
    assert (ranked[made.id].reviews, ranked[made.id].score, ranked[made.id].spread) == (2, 100, 0)
    first = (await review_lists.ranking_of(round_.call, round_.phase.id))[made.id]
    assert (first.reviews, first.score, first.spread) == (2, 50, 50)
    assert (await review_lists.ranking_of(round_.call, second.id))[made.id].reviews == 1


async def test_one_phase_begins_when_another_is_over(world: World) -> None:
    round_ = await reviews.begin(world)
    held = round_.phase.values

    with pytest.raises(Unreadable):
        await review_phases.create(
            round_.call,
            reviews.phase_values(
                opens_at=held.closes_at - timedelta(seconds=1), closes_at=held.closes_at + timedelta(days=1)
            ),
        )
    later = reviews.phase_values(opens_at=held.closes_at, closes_at=held.closes_at + timedelta(days=1))
    await review_phases.create(round_.call, later)

    assert [one.values for one in await review_phases.of(round_.call)] == [held, later]


async def test_what_has_reviews_is_not_taken_away(world: World) -> None:
    round_ = await reviews.begin(world)
    made = await handed_in(world)
    await round_.give(await round_.reviewer("Bea"), made)

    for removal in (review_phases.remove(round_.call, round_.phase.id), criteria.remove(round_.call, round_.clear)):
        with pytest.raises(InUse):
            await removal


async def test_a_reviewer_who_leaves_sees_nothing_any_more_and_what_they_gave_counts_on(world: World) -> None:
    round_ = await reviews.begin(world)
    made = await handed_in(world)
    bea, cleo = await round_.reviewer("Bea"), await round_.reviewer("Cleo")
    await taken(round_, cleo)
    await round_.give(bea, made)

    gave = [await reviewers.remove(round_.call, one.id, clock.now()) for one in (bea, cleo)]

    assert gave == [1, 0]
    assert await reviewers.of(round_.call) == []
    assert await reviewers.of_person(round_.call, bea.person_id) is None
    assert not await review_progress.reviews_anything(bea.person_id)
    assert await review_progress.desks(bea.person_id, clock.now()) == []
    assert await review_progress.of(round_.call, clock.now()) == []
    assert (await review_lists.ranking_of(round_.call))[made.id].reviews == 1
    assert await database.value("SELECT count(*) FROM reviewer") == 1


async def test_who_left_and_is_asked_again_finds_what_they_wrote(world: World) -> None:
    round_ = await reviews.begin(world)
    bea = await round_.reviewer("Bea")
    await round_.give(bea, await handed_in(world))
    await reviewers.remove(round_.call, bea.id, clock.now())

    await reviewers.add(round_.call, bea.email, "", ReviewerValues((), chair=True), clock.now())

    again = await reviewers.of_person(round_.call, bea.person_id)
    assert again is not None
    assert (again.id, again.chair) == (bea.id, True)
    assert [one.given for one in await review_progress.of(round_.call, clock.now())] == [1]


async def test_what_somebody_who_left_had_in_hand_goes_to_the_others(world: World) -> None:
    round_ = await reviews.begin(world, per_proposal=1)
    made = await handed_in(world)
    bea, cleo = await round_.reviewer("Bea"), await round_.reviewer("Cleo")
    begun = ReviewValues({}, "An hour of work")
    await reviewing.save(round_.call, bea, made.code, begun, 0, clock.now(), give=False)
    assert await taken(round_, cleo) is None
    await reviewers.remove(round_.call, bea.id, clock.now())

    assert await taken(round_, cleo) == made.code


async def test_points_of_a_scored_criterion_stay_and_its_weight_may_change(world: World) -> None:
    round_ = await reviews.begin(world)
    made = await handed_in(world)
    await round_.give(await round_.reviewer("Bea"), made, 5, 0)
    held = await criteria.find(round_.call, round_.clear)

    with pytest.raises(Unreadable) as error:
        await criteria.change(round_.call, held.id, CriterionValues("Clear", "", 10, 3), held.seen)
    await criteria.change(round_.call, held.id, CriterionValues("Clear", "", 5, 1), held.seen)

    assert list(error.value.errors) == ["most"]
    assert (await review_lists.ranking_of(round_.call))[made.id].score == 50


async def test_two_organizers_see_both_states(world: World) -> None:
    round_ = await reviews.begin(world)
    bea = await round_.reviewer("Bea")
    phase, criterion = round_.phase, await criteria.find(round_.call, round_.new)
    await review_phases.change(round_.call, phase.id, reviews.phase_values(name="Theirs"), phase.seen)
    await criteria.change(round_.call, criterion.id, CriterionValues("Theirs", "", 10, 1), criterion.seen)
    await reviewers.change(round_.call, bea.id, ReviewerValues((), True), bea.seen)

    for change in (
        review_phases.change(round_.call, phase.id, reviews.phase_values(name="Ours"), phase.seen),
        criteria.change(round_.call, criterion.id, CriterionValues("Ours", "", 10, 1), criterion.seen),
        reviewers.change(round_.call, bea.id, ReviewerValues((7,), False), bea.seen),
    ):
        with pytest.raises(StaleWrite):
            await change


async def test_progress_says_what_is_given_begun_left_and_set_apart(world: World) -> None:
    round_ = await reviews.begin(world)
    made = [await handed_in(world, f"Talk {number}") for number in range(5)]
    bea = await round_.reviewer("Bea")
    await round_.give(bea, made[0])
    begun = ReviewValues({}, "Hm.")
    await reviewing.save(round_.call, bea, made[1].code, begun, 0, clock.now(), give=False)
    await reviewing.declare(round_.call, bea, made[2].code, "We share a desk.", clock.now())
    await ProposalPerson.create(proposal=made[3], name="B.", person_id=bea.person_id, state="named")

    (one,) = await review_progress.of(round_.call, clock.now())

    assert (one.reach, one.given, one.begun, one.held, one.left, one.declared, one.own) == (3, 1, 1, 0, 2, 1, 1)
    assert await review_progress.coverage(round_.call, round_.phase.id, 2) == [(0, 4), (1, 1), (2, 0)]
