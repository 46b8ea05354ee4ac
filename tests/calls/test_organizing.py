import httpx
import pytest

from events.calls import calls, proposals, questions
from events.calls.answers import Condition
from events.calls.models import Call
from events.core import clock, database
from events.core.errors import Unreadable
from tests import make
from tests.calls.conftest import SignIn, World, question, values

ROOT = "/organize/events/annual/calls"


async def manager(world: World, signed_in: SignIn) -> httpx.AsyncClient:
    person = await make.person("Mary Manager")
    await make.role(person, "programme_manager", event_id=world.event.id)
    return await signed_in(person)


def typed(**changes: str) -> dict[str, str]:
    given = {
        "title": "Posters",
        "opens": "2026-01-05T09:00",
        "closes": "2026-03-01T17:00",
        "grace_minutes": "15",
        "who": "anyone",
        "version": "1",
    }
    return given | changes


async def test_a_call_is_made_in_the_zone_of_its_event(world: World, signed_in: SignIn) -> None:
    mary = await manager(world, signed_in)

    answer = await mary.post(f"{ROOT}/new", data=typed())

    assert answer.headers["location"] == f"{ROOT}/posters"
    made = await Call.get(slug="posters")
    assert (made.opens_at.isoformat(), made.closes_at.isoformat()) == (
        "2026-01-05T15:00:00+00:00",
        "2026-03-01T23:00:00+00:00",
    )
    assert [words in (await mary.get(ROOT)).text for words in ("Posters", "Papers")] == [True, True]
    assert 'value="2026-01-05T09:00"' in (await mary.get(f"{ROOT}/posters")).text


@pytest.mark.parametrize(
    ("field", "value", "place"),
    [
        ("closes", "2026-01-01T09:00", "closes"),
        ("closes", "tomorrow", "closes"),
        ("opens", "2025-03-09T02:30", "opens"),
        ("opens", "2025-11-02T01:30", "opens_again"),
        ("title", "", "title"),
        ("who", "nobody", "who"),
        ("who", "by_code", "code"),
        ("tracks", "77", "tracks"),
        ("abstract_words", "0", "abstract_words"),
    ],
)
async def test_what_cannot_be_read_is_said_at_its_field(
    world: World, signed_in: SignIn, field: str, value: str, place: str
) -> None:
    mary = await manager(world, signed_in)

    answer = await mary.post(f"{ROOT}/new", data=typed(words="Kept words", **{field: value}))

    assert (answer.status_code, f'href="#f-{place}"' in answer.text, "Kept words" in answer.text) == (422, True, True)
    assert await Call.filter(slug="posters").count() == 0


async def test_a_code_is_kept_as_a_hash_and_opens_the_call(world: World, signed_in: SignIn) -> None:
    mary = await manager(world, signed_in)
    await mary.post(
        f"{ROOT}/papers", data=typed(title="Papers", closes="2099-01-01T09:00", who="by_code", code="Owls 12")
    )
    ada = await signed_in(world.ada)

    wrong = await ada.post(f"{world.path}/proposals", data={"code": "owls"})
    right = await ada.post(f"{world.path}/proposals", data={"code": " owls 12 "})

    assert (wrong.status_code, right.status_code) == (422, 303)
    assert b"wls" not in ((await Call.get(slug="papers")).code_hash or b"")
    assert "wls 12" not in (await mary.get(f"{ROOT}/papers")).text


async def test_two_organizers_see_both_states(world: World, signed_in: SignIn) -> None:
    mary = await manager(world, signed_in)
    await mary.post(f"{ROOT}/papers", data=typed(title="First"))

    answer = await mary.post(f"{ROOT}/papers", data=typed(title="Second"))

    assert answer.status_code == 409
    assert ("First" in answer.text, 'value="Second"' in answer.text, (await world.fresh()).title) == (
        True,
        True,
        "First",
    )


async def test_questions_are_added_changed_ordered_and_taken_away(world: World, signed_in: SignIn) -> None:
    mary = await manager(world, signed_in)
    own = f"{ROOT}/papers/questions"
    await mary.post(
        f"{own}/new", data={"kind": "choice", "label": "Room set?", "options": "Theatre\n\nRounds\nTheatre"}
    )
    added = (await world.fresh()).questions[-1]
    assert (added.label, added.options) == ("Room set?", (("Theatre", "Theatre"), ("Rounds", "Rounds")))

    await mary.post(
        f"{own}/{added.id}",
        data={"kind": "choice", "label": "Which set?", "options": "Theatre\nRounds", "required": "1"},
    )
    await mary.post(f"{own}/{added.id}/place", data={"way": "up"})
    assert [one.label for one in (await world.fresh()).questions] == [
        "Do you need a piano?",
        "Which set?",
        "Which piano?",
    ]

    assert (await mary.post(f"{own}/{added.id}/removal")).status_code == 303
    assert [one.label for one in (await world.fresh()).questions] == ["Do you need a piano?", "Which piano?"]


async def test_a_question_does_not_get_before_the_one_it_depends_on(world: World, signed_in: SignIn) -> None:
    mary = await manager(world, signed_in)
    which = world.call.questions[1].id

    assert (await mary.post(f"{ROOT}/papers/questions/{which}/place", data={"way": "up"})).status_code == 409
    assert [one.id for one in (await world.fresh()).questions] == [one.id for one in world.call.questions]


async def test_what_depended_on_a_question_that_went_away_is_asked_always(world: World, signed_in: SignIn) -> None:
    mary = await manager(world, signed_in)

    await mary.post(f"{ROOT}/papers/questions/{world.call.questions[0].id}/removal")

    (left,) = (await world.fresh()).questions
    assert (left.label, left.shown_if) == ("Which piano?", None)


async def test_what_was_answered_stays_when_its_question_goes_away(world: World, signed_in: SignIn) -> None:
    mary, ada = await manager(world, signed_in), await signed_in(world.ada)
    own = (await ada.post(f"{world.path}/proposals")).headers["location"]
    piano = world.call.questions[0]
    await ada.post(own, data={"version": "1", piano.name: "yes"})

    assert (await mary.post(f"{ROOT}/papers/questions/{piano.id}/removal")).status_code == 303
    await ada.post(own, data={"version": "2", "title": "Zines"})

    call = await world.fresh()
    assert ([one.label for one in call.questions], [one.label for one in call.retired]) == (
        ["Which piano?"],
        ["Do you need a piano?"],
    )
    page = (await ada.get(own)).text
    assert [words in page for words in ("Asked before", "Do you need a piano?", "<dd>Yes</dd>")] == [True] * 3


async def test_a_question_that_asks_something_else_now_is_asked_anew(world: World, signed_in: SignIn) -> None:
    mary, ada = await manager(world, signed_in), await signed_in(world.ada)
    own = (await ada.post(f"{world.path}/proposals")).headers["location"]
    piano, which = world.call.questions
    await ada.post(own, data={"version": "1", piano.name: "yes", which.name: "Grand"})
    path = f"{ROOT}/papers/questions/{piano.id}"
    form = {"kind": "yes_no", "label": "Do you need a stage?", "required": "1"}

    assert "ask everybody again" in (await mary.get(path)).text
    reworded = await mary.post(path, data=form | {"label": "Do you need a piano there?"})
    same = await world.fresh()
    await mary.post(path, data=form | {"anew": "1"})

    call = await world.fresh()
    assert (reworded.status_code, same.questions[0].id, same.retired) == (303, piano.id, ())
    assert [(one.label, one.position) for one in call.questions] == [("Do you need a stage?", 1), ("Which piano?", 2)]
    assert (call.questions[0].id != piano.id, call.questions[1].shown_if) == (
        True,
        Condition(call.questions[0].id, ("yes",)),
    )
    assert [one.label for one in call.retired] == ["Do you need a piano there?"]


async def test_an_answer_that_cannot_be_chosen_any_more_stays_as_asked_before(world: World) -> None:
    await questions.save(world.call.id, None, question("Where?", "choice", options=("Hall", "Yard")))
    where = (await world.fresh()).questions[2]
    changed = question("Where?", "choice", options=("Hall", "Roof"))
    await questions.save(world.call.id, where.id, changed)  # nobody has answered
    assert (await world.fresh()).retired == ()
    code = await proposals.begin(world.call, world.ada.id, "Ada", "", "en", clock.now())
    await database.execute(
        "UPDATE proposal SET answers = jsonb_build_object($2::text, 'Roof') WHERE code = $1", code, str(where.id)
    )

    await questions.save(world.call.id, where.id, question("Where?", "choice", options=("Hall", "Yard")))

    assert [one.id for one in (await world.fresh()).retired] == [where.id]


async def test_an_answer_that_another_question_waits_for_stays(world: World) -> None:
    with pytest.raises(Unreadable) as error:
        await questions.save(world.call.id, world.call.questions[0].id, question("Do you need a piano?", "text"))

    assert list(error.value.errors) == ["options"]


async def test_another_events_call_is_not_there(world: World, signed_in: SignIn) -> None:
    mary = await manager(world, signed_in)
    other = await make.event("other")
    await calls.create(other.id, values())
    foreign = world.call.questions[0].id

    assert (await mary.get("/organize/events/other/calls/papers")).status_code == 403
    assert (await mary.post(f"{ROOT}/papers/questions/{foreign + 99}/removal")).status_code == 404


async def test_only_announced_calls_stand_in_the_events_list(
    world: World, signed_in: SignIn, client: httpx.AsyncClient
) -> None:
    mary = await manager(world, signed_in)
    assert "Papers" in (await client.get("/events/annual/calls")).text

    await mary.post(f"{ROOT}/papers", data=typed(title="Papers"))

    assert "Papers" not in (await client.get("/events/annual/calls")).text
    assert (await client.get(world.path)).status_code == 200
