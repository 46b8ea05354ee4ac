import pytest

from events.registration import holds, order_list
from events.registration.order_list import Filter
from tests import make
from tests.make import NOON


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("  @SUM(A1)", "'  @SUM(A1)"),
        ("-2", "'-2"),
        ("\tx", "'\tx"),
        ("Ada - Lovelace", "Ada - Lovelace"),
        ("", ""),
    ],
)
def test_no_text_is_taken_for_a_formula(text: str, safe: str) -> None:
    assert order_list.safe(text) == safe


async def test_a_page_of_orders_takes_as_many_statements_with_three_as_with_one(
    db: None, statements: list[str]
) -> None:
    free = await make.ticket_type(name="Free")
    event: int = free.event_id  # type: ignore[attr-defined]
    seen = []
    for _order in range(3):
        await holds.place(await make.basket([free]), NOON)
        statements.clear()
        found = await order_list.search(event, "USD", Filter(), 1)
        seen.append((len(found.rows), found.found, len(statements)))

    assert seen == [(1, 1, 2), (2, 2, 2), (3, 3, 2)]
    assert (await order_list.search(event, "USD", Filter("nobody"), 1)).rows == []
    assert (await order_list.search(event, "USD", Filter(state="CONFIRMED"), 9)).rows == []
