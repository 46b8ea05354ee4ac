from typing import Any

import pytest

from events.registration.sandbox import lists
from events.registration.sandbox.errors import Refused
from events.registration.sandbox.ledger import Object

TEN = [{"id": f"re_{n}", "created": n, "charge": "ch_1" if n % 2 else "ch_2"} for n in range(9, -1, -1)]


def ids(**params: Any) -> tuple[list[str], bool]:
    page = lists.page("/v1/refunds", TEN, params, dict)
    return [one["id"] for one in page["data"]], page["has_more"]


def test_a_page_goes_on_after_the_last_one_of_the_page_before_until_there_is_no_more() -> None:
    seen: list[str] = []
    after: dict[str, str] = {}
    pages = 0
    more = True
    while more:
        found, more = ids(limit=4, **after)
        seen += found
        after = {"starting_after": found[-1]}
        pages += 1

    assert (seen, pages) == ([one["id"] for one in TEN], 3)


def test_a_page_before_is_the_one_that_ends_there() -> None:
    assert ids(limit=3, ending_before="re_2") == (["re_5", "re_4", "re_3"], True)
    assert ids(limit=3, ending_before="re_8") == (["re_9"], False)


@pytest.mark.parametrize(
    ("params", "left"),
    [
        ({"created": 3}, ["re_3"]),
        ({"created": {"gte": 3, "lt": 5}}, ["re_4", "re_3"]),
        ({"created": {"gt": 3, "lte": 5}}, ["re_5", "re_4"]),
        ({"charge": "ch_2", "created": {"lt": 4}}, ["re_2", "re_0"]),
        ({"payment_intent": "pi_none"}, []),
    ],
)
def test_filters_leave_what_fits(params: Object, left: list[str]) -> None:
    assert ids(**params) == (left, False)


@pytest.mark.parametrize("params", [{"limit": 0}, {"limit": 101}, {"starting_after": "re_none"}])
def test_what_no_page_can_be_is_refused(params: Object) -> None:
    with pytest.raises(Refused) as error:
        ids(**params)

    assert error.value.param in params
