from events.schedule import sponsors
from events.schedule.models import SessionUnit
from tests import make
from tests.make import NOON
from tests.schedule.asking import asking
from tests.schedule.conftest import Conference


async def test_a_sponsor_comes_once_and_goes_and_the_owner_is_none(draft: Conference) -> None:
    asked, other = await asking(draft), await make.unit("Youth Division")
    for unit in (other.id, other.id, asked.teens.id):
        await sponsors.change(draft.zines.id, unit, [], NOON)

    assert [one.name for one in await sponsors.of(draft.zines.id)] == ["Youth Division"]
    await sponsors.change(draft.zines.id, None, [other.id], NOON)
    assert await SessionUnit.all().count() == 0
