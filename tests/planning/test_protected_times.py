from datetime import UTC, datetime

import pytest

from events.core.errors import NotFound
from events.planning import protected_times
from tests import make

NINE, TEN = datetime(2026, 7, 10, 14, tzinfo=UTC), datetime(2026, 7, 10, 15, tzinfo=UTC)


@pytest.mark.usefixtures("db")
async def test_a_protected_time_is_its_units_alone() -> None:
    event, unit, other = await make.event("annual"), await make.unit("Teens"), await make.unit("Other")
    await protected_times.add(event.id, unit.id, "Membership meeting", NINE, TEN)
    [made] = await protected_times.of(event.id, unit.id)

    with pytest.raises(NotFound):
        await protected_times.remove(event.id, other.id, made.id)

    assert (made.title, made.starts_at, made.ends_at) == ("Membership meeting", NINE, TEN)
    assert await protected_times.of(event.id, other.id) == []
    await protected_times.remove(event.id, unit.id, made.id)
    assert await protected_times.of(event.id, unit.id) == []
