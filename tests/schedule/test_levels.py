from events.planning.models import ConflictLevel
from events.schedule import levels
from events.schedule.conflicts import LEVELS, Kind, Level
from tests import make
from tests.schedule.conftest import Conference


async def test_only_what_is_not_as_usual_is_kept_and_only_for_this_event(draft: Conference) -> None:
    other = await make.event("forum")

    await levels.choose(draft.event.id, {**LEVELS, Kind.PERSON: Level.BLOCK, Kind.TOPIC: Level.IGNORE})

    assert await ConflictLevel.all().order_by("kind").values_list("kind", "level") == [
        ("person", "block"),
        ("topic", "ignore"),
    ]
    assert await levels.of(other.id) == dict(LEVELS)
    assert (await levels.of(draft.event.id))[Kind.PERSON] is Level.BLOCK


async def test_what_is_chosen_as_usual_again_is_forgotten(draft: Conference) -> None:
    await levels.choose(draft.event.id, {Kind.PERSON: Level.BLOCK})

    await levels.choose(draft.event.id, {Kind.PERSON: Level.WARN})

    assert await ConflictLevel.all().count() == 0
