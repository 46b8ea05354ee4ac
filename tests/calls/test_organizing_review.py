"""How organizers set a review up, and what they and chairs read of it."""

import csv
import io

import httpx
import pytest

from events.calls import review_phases, reviewers, reviewing
from events.calls.models import Criterion, ProposalPerson, Review, Reviewer, ReviewPhase
from events.core import clock
from events.people.models import Address, Person
from events.schedule.models import Track
from tests import make
from tests.calls import reviewing as reviews
from tests.calls.conftest import SignIn, World
from tests.calls.deciding import handed_in

ROOT = "/organize/events/annual/calls/papers/review"


async def manager(signed_in: SignIn) -> httpx.AsyncClient:
    person = await make.person("Mary Manager")
    await make.role(person, "programme_manager")
    return await signed_in(person)


async def chair(round_: reviews.Round, signed_in: SignIn, name: str = "Cleo") -> httpx.AsyncClient:
    made = await round_.reviewer(name, chair=True)
    return await signed_in(await Person.get(id=made.person_id))


def phase(**changes: str) -> dict[str, str]:
    given = {
        "name": "First round",
        "opens": "2027-01-05T09:00",
        "closes": "2027-03-20T17:00",
        "blind": "1",
        "sees_others": "scores",
        "per_proposal": "2",
    }
    return given | changes


async def test_a_phase_is_made_in_the_zone_of_its_event_and_changed(world: World, signed_in: SignIn) -> None:
    mary = await manager(signed_in)

    made = await mary.post(f"{ROOT}/phases/new", data=phase())

    assert made.headers["location"] == ROOT
    stored = await ReviewPhase.get()
    assert (stored.opens_at.isoformat(), stored.closes_at.isoformat()) == (
        "2027-01-05T15:00:00+00:00",
        "2027-03-20T22:00:00+00:00",
    )
    form = (await mary.get(f"{ROOT}/phases/{stored.id}")).text
    assert ('value="2027-01-05T09:00"' in form, "First round" in (await mary.get(ROOT)).text) == (True, True)
    (held,) = await review_phases.of(world.call.id)
    changed = phase(name="Second thoughts", seen=held.seen)
    del changed["blind"]
    await mary.post(f"{ROOT}/phases/{stored.id}", data=changed)
    assert ((await ReviewPhase.get()).name, (await ReviewPhase.get()).blind) == ("Second thoughts", False)


@pytest.mark.parametrize(
    ("field", "value", "place"),
    [
        ("name", "", "name"),
        ("closes", "2027-01-01T09:00", "closes"),
        ("opens", "2027-03-14T02:30", "opens"),
        ("opens", "soon", "opens"),
        ("sees_others", "everything", "sees_others"),
        ("per_proposal", "0", "per_proposal"),
    ],
)
async def test_what_cannot_be_read_of_a_phase_is_said_at_its_field(
    world: World, signed_in: SignIn, field: str, value: str, place: str
) -> None:
    del world
    mary = await manager(signed_in)

    answer = await mary.post(f"{ROOT}/phases/new", data=phase(**{field: value}))

    assert (answer.status_code, f'href="#f-{place}"' in answer.text) == (422, True)
    assert await ReviewPhase.all().count() == 0


async def test_a_phase_that_was_saved_meanwhile_comes_back_with_both_states(world: World, signed_in: SignIn) -> None:
    round_ = await reviews.begin(world)
    mary = await manager(signed_in)
    path = f"{ROOT}/phases/{round_.phase.id}"
    await mary.post(path, data=phase(name="Theirs", seen=round_.phase.seen))

    answer = await mary.post(path, data=phase(name="Ours", seen=round_.phase.seen))
    (now,) = await review_phases.of(round_.call)

    assert answer.status_code == 409
    assert ["Theirs" in answer.text, 'value="Ours"' in answer.text, now.seen in answer.text] == [True, True, True]
    assert now.values.name == "Theirs"


async def test_criteria_are_added_ordered_and_taken_away(world: World, signed_in: SignIn) -> None:
    mary = await manager(signed_in)
    for name in ("Clear", "New", "Useful"):
        await mary.post(f"{ROOT}/criteria/new", data={"name": name, "most": "5", "weight": "1"})
    clear, new, useful = await Criterion.all().order_by("position")

    await mary.post(f"{ROOT}/criteria/{useful.id}/place", data={"way": "up"})
    await mary.post(f"{ROOT}/criteria/{clear.id}/place", data={"way": "up"})
    await mary.post(f"{ROOT}/criteria/{new.id}/removal")
    wrong = await mary.post(f"{ROOT}/criteria/new", data={"name": "Long", "most": "101", "weight": "-1"})

    assert [one.name for one in await Criterion.all().order_by("position")] == ["Clear", "Useful"]
    assert [f'href="#f-{name}"' in wrong.text for name in ("most", "weight")] == [True, True]
    assert world.call.title in (await mary.get(f"{ROOT}/criteria/{clear.id}")).text


async def test_a_reviewer_is_found_by_address_or_made_and_told(world: World, signed_in: SignIn) -> None:
    mary = await manager(signed_in)
    maps = await Track.create(event=world.event, slug="maps", name="Maps")
    new = f"{ROOT}/reviewers/new"

    known = await mary.post(new, data={"email": " Ada@Example.org", "tracks": str(maps.id)})
    fresh = await mary.post(new, data={"email": "bea@example.org", "name": "Bea", "chair": "1"})
    twice = await mary.post(new, data={"email": "ada@example.org"})
    wrong = await mary.post(new, data={"email": "bea", "name": "Kept name"})
    foreign = await mary.post(new, data={"email": "dora@example.org", "tracks": "99"})

    assert [one.status_code for one in (known, fresh, twice, wrong, foreign)] == [303, 303, 422, 422, 422]
    assert "Kept name" in wrong.text
    assert {(one.person_id, tuple(one.track_ids), one.chair) for one in await Reviewer.all()} == {  # type: ignore[attr-defined]
        (world.ada.id, (maps.id,), False),
        ((await Address.get(email="bea@example.org")).person_id, (), True),  # type: ignore[attr-defined]
    }
    assert await Person.filter(name="Dora").count() == 0
    page = (await mary.get(ROOT)).text
    assert [words in page for words in ("Ada Lovelace", "Bea", "Maps", "Chair")] == [True] * 4


async def test_what_has_reviews_is_refused_with_the_reason(world: World, signed_in: SignIn) -> None:
    round_ = await reviews.begin(world)
    await round_.give(await round_.reviewer("Bea"), await handed_in(world))
    mary = await manager(signed_in)

    answers = [
        await mary.post(f"{ROOT}/{what}/removal") for what in (f"phases/{round_.phase.id}", f"criteria/{round_.clear}")
    ]

    assert [one.status_code for one in answers] == [409] * 2
    for answer, words in zip(answers, ("1 reviews and conflicts", "points for “Clear” already"), strict=True):
        assert words in answer.text


async def test_a_reviewer_is_taken_away_and_the_page_says_what_becomes_of_their_reviews(
    world: World, signed_in: SignIn
) -> None:
    round_ = await reviews.begin(world)
    bea = await round_.reviewer("Bea")
    await round_.give(bea, await handed_in(world))
    mary = await manager(signed_in)

    page = await mary.post(f"{ROOT}/reviewers/{bea.id}/removal", follow_redirects=True)

    assert "They do not review for this call any more. Their 1 review still counts." in page.text
    assert "No reviewer yet" in page.text


async def test_the_ranking_is_sorted_searched_and_filtered(world: World, signed_in: SignIn) -> None:
    maps = await Track.create(event=world.event, slug="maps", name="Maps")
    round_ = await reviews.begin(world, per_proposal=2)
    best, torn, none = (
        await handed_in(world, "Best"),
        await handed_in(world, "Torn", track=maps),
        await handed_in(world, "No"),
    )
    bea, cleo = await round_.reviewer("Bea"), await round_.reviewer("Cleo")
    for one, two, proposal in ((5, 4, best), (5, 0, torn)):
        await round_.give(bea, proposal, one, None)
        await round_.give(cleo, proposal, two, None)
    mary = await manager(signed_in)

    async def codes(**asked: str) -> list[str]:
        page = (await mary.get(f"{ROOT}/ranking", params=asked)).text
        known = {one.code: one.title for one in (best, torn, none)}
        return [known[code] for code in sorted((code for code in known if code in page), key=page.index)]

    assert await codes() == ["Best", "Torn", "No"]
    assert await codes(sort="score") == ["Torn", "Best", "No"]
    assert await codes(sort="-spread") == ["Torn", "Best", "No"]
    assert await codes(sort="reviews") == ["No", "Best", "Torn"]
    assert await codes(sort="'; DROP") == ["Best", "Torn", "No"]
    assert await codes(fewer="1") == ["No"]
    assert await codes(track=str(maps.id)) == ["Torn"]
    assert await codes(q="best") == ["Best"]
    assert await codes(q="lovelace") == ["Best", "Torn", "No"]
    assert await codes(state="accepted") == []
    page = (await mary.get(f"{ROOT}/ranking")).text
    assert ["90.0" in page, "10.0" in page, "50.0" in page] == [True, True, True]


async def test_the_rankings_csv_says_the_same_and_no_cell_becomes_a_formula(world: World, signed_in: SignIn) -> None:
    round_ = await reviews.begin(world)
    made = await handed_in(world, "=cmd|' /C calc'!A0")
    await round_.give(await round_.reviewer("Bea"), made, 4, None)
    mary = await manager(signed_in)

    answer = await mary.get(f"{ROOT}/ranking.csv")

    heads, line = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert dict(zip(heads, line, strict=True)) == {
        "rank": "1",
        "code": made.code,
        "title": "'=cmd|' /C calc'!A0",
        "track": "",
        "presenters": "Ada Lovelace",
        "state": "submitted",
        "reviews": "1",
        "score": "80.00",
        "spread": "",
        "conflicts": "0",
    }


async def test_all_reviews_of_a_proposal_are_read_and_a_conflict_is_taken_back(world: World, signed_in: SignIn) -> None:
    round_ = await reviews.begin(world)
    made = await handed_in(world)
    bea, cleo = await round_.reviewer("Bea"), await round_.reviewer("Cleo")
    await round_.give(bea, made, 5, 0, "Fine <b>words</b>")
    await reviewing.declare(round_.call, cleo, made.code, "We share a desk.", clock.now())
    mary = await manager(signed_in)
    own = f"{ROOT}/proposals/{made.code}"

    page = (await mary.get(own)).text
    conflict = await Review.get(state="conflict")
    lifted = await mary.post(f"{own}/conflicts/{conflict.id}/lifting")

    assert [words in page for words in ("Bea", "Fine &lt;b&gt;", "75.0", "Cleo", "We share a desk.")] == [True] * 5
    assert (lifted.status_code, await Review.filter(state="conflict").count()) == (303, 0)


async def test_a_chair_reads_ranking_and_progress_and_sets_nothing_up(world: World, signed_in: SignIn) -> None:
    round_ = await reviews.begin(world)
    made = await handed_in(world)
    cleo = await chair(round_, signed_in)
    bea = await round_.reviewer("Bea")
    await reviewing.declare(round_.call, bea, made.code, "We share a desk.", clock.now())
    plain = await signed_in(await Person.get(id=bea.person_id))
    reads = [ROOT, f"{ROOT}/ranking", f"{ROOT}/ranking.csv", f"{ROOT}/proposals/{made.code}"]
    sets = [f"{ROOT}/phases/new", f"{ROOT}/criteria/{round_.clear}", f"{ROOT}/reviewers/{bea.id}"]
    lifting = f"{ROOT}/proposals/{made.code}/conflicts/{(await Review.get()).id}/lifting"

    assert [(await cleo.get(path)).status_code for path in reads] == [200] * 4
    assert [(await cleo.get(path)).status_code for path in sets] == [403] * 3
    assert (await cleo.post(lifting)).status_code == 403
    assert [(await plain.get(path)).status_code for path in reads + sets] == [403] * 7
    assert "/phases/new" not in (await cleo.get(ROOT)).text


async def test_a_chair_reads_nothing_about_their_own_proposal(world: World, signed_in: SignIn) -> None:
    round_ = await reviews.begin(world)
    made, other = await handed_in(world), await handed_in(world, "Other")
    cleo = await chair(round_, signed_in)
    bea = await round_.reviewer("Bea")
    await round_.give(bea, made, comment="Between us: weak")
    await ProposalPerson.create(proposal=made, name="Cleo", email="Cleo@example.org", state="invited", position=1)

    listed = (await cleo.get(f"{ROOT}/ranking")).text
    table = (await cleo.get(f"{ROOT}/ranking.csv")).text
    page = await cleo.get(f"{ROOT}/proposals/{made.code}")

    assert [made.code in listed, made.code in table, other.code in listed] == [False, False, True]
    assert (page.status_code, "Between us" in page.text) == (404, False)


async def test_what_is_another_calls_is_nothing_here(world: World, signed_in: SignIn) -> None:
    round_ = await reviews.begin(world)
    bea = await round_.reviewer("Bea")
    made = await handed_in(world)
    await reviewing.declare(round_.call, bea, made.code, "We share a desk.", clock.now())
    mary = await manager(signed_in)
    await mary.post(
        "/organize/events/annual/calls/new",
        data={"title": "Posters", "opens": "2027-01-05T09:00", "closes": "2027-03-01T17:00", "who": "anyone"},
    )
    other = "/organize/events/annual/calls/posters/review"
    paths = [f"phases/{round_.phase.id}", f"criteria/{round_.clear}", f"reviewers/{bea.id}", f"proposals/{made.code}"]

    assert (await mary.get(other)).status_code == 200
    assert [(await mary.get(f"{other}/{path}")).status_code for path in paths] == [404] * 4
    assert [(await mary.post(f"{other}/{path}/removal")).status_code for path in paths[:3]] == [404] * 3
    assert await reviewers.of(round_.call)
