from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from events.core.errors import StaleWrite
from events.planning import budgets
from events.planning.budgets import Budget
from tests import make

CHICAGO = ZoneInfo("America/Chicago")


@pytest.mark.parametrize(
    ("at", "left", "over"),
    [
        (datetime(2026, 5, 1, 12, tzinfo=UTC), 1, False),
        (datetime(2026, 5, 3, 4, 59, tzinfo=UTC), 0, False),
        (datetime(2026, 5, 3, 5, 0, tzinfo=UTC), -1, True),
    ],
)
def test_the_last_day_ends_at_the_events_midnight(at: datetime, left: int, over: bool) -> None:
    budget = Budget(3, date(2026, 5, 2))

    assert (budget.days_left(at, CHICAGO), budget.over(at, CHICAGO)) == (left, over)


def test_without_a_last_day_it_is_never_over() -> None:
    assert Budget(3).over(datetime(2200, 1, 1, tzinfo=UTC), CHICAGO) is False


@pytest.mark.usefixtures("db")
async def test_a_budget_is_given_and_changed_by_who_saw_it() -> None:
    event, unit = await make.event("annual"), await make.unit()
    first, second = Budget(3, date(2026, 5, 2), "As last year"), Budget(5)
    await budgets.put(event.id, unit.id, None, first)
    await budgets.put(event.id, unit.id, first, second)

    with pytest.raises(StaleWrite) as error:
        await budgets.put(event.id, unit.id, first, Budget(9))

    assert (error.value.theirs["slots"], error.value.yours["slots"]) == (5, 9)
    assert await budgets.of(event.id, unit.id) == second
    assert await budgets.units(event.id) == [unit.id]
    assert await budgets.of(event.id, None) is None
