from datetime import date

from events.core.money import Money
from events.registration import cancellations
from events.registration.accounts import OrderLine
from tests.make import NOON


def test_what_comes_back_depends_on_the_day_where_the_event_is() -> None:
    line = OrderLine(1, 1, "Full", "full", "", "", Money(32500, "USD"), "", False, True, date(2026, 6, 25), 5000)
    free = OrderLine(1, 1, "Full", "full", "", "", Money(0, "USD"), "", False, True, None, 5000)
    never = OrderLine(1, 1, "Full", "full", "", "", Money(2500, "USD"), "", False, False, None, 0)
    small = OrderLine(1, 1, "Full", "full", "", "", Money(2500, "USD"), "", False, True, None, 5000)

    def back(one: OrderLine, hour: int, zone: str = "America/Chicago") -> int:
        return cancellations.comes_back(one, date(2026, 7, 9), zone, NOON.replace(hour=hour)).amount.amount

    assert back(line, 23) == 27500
    assert back(line, 23, "Asia/Tokyo") == 0
    assert [back(one, 12) for one in (free, never, small)] == [0, 0, 0]
