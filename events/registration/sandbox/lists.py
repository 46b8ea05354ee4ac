"""Lists as Stripe gives them: the newest first, filtered, a page at a time (docs.stripe.com/api/pagination)."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from events.registration.sandbox import balance
from events.registration.sandbox.errors import Refused
from events.registration.sandbox.ledger import Object

USUAL, MOST = 10, 100
_OF_PAGES = frozenset({"limit", "starting_after", "ending_before", "expand"})
_BOUNDS: Mapping[str, Callable[[int, int], bool]] = {
    "gt": lambda value, bound: value > bound,
    "gte": lambda value, bound: value >= bound,
    "lt": lambda value, bound: value < bound,
    "lte": lambda value, bound: value <= bound,
}


def page(url: str, found: Iterable[Object], params: Object, show: Callable[[Object], Object]) -> Object:
    """found   the newest first. Raises Refused for a limit that Stripe has not, or nothing to go on from."""
    limit = params.get("limit", USUAL)
    if not 1 <= limit <= MOST:
        raise Refused(f"This value must be between 1 and {MOST}.", code="parameter_invalid_integer", param="limit")
    fitting = [one for one in found if all(_fits(one, name, value) for name, value in _filters(params))]
    if before := params.get("ending_before"):
        end = _place(fitting, before, "ending_before")
        start = max(0, end - limit)
        more = start > 0
    else:
        after = params.get("starting_after")
        start = _place(fitting, after, "starting_after") + 1 if after else 0
        end = start + limit
        more = end < len(fitting)
    return {"object": "list", "url": url, "has_more": more, "data": [show(one) for one in fitting[start:end]]}


def _filters(params: Object) -> list[tuple[str, Any]]:
    return [(name, value) for name, value in params.items() if name not in _OF_PAGES]


def _place(found: list[Object], id_: str, param: str) -> int:
    for place, one in enumerate(found):
        if one["id"] == id_:
            return place
    raise Refused(f"No such object: '{id_}'", code="resource_missing", param=param)


def _fits(thing: Object, name: str, value: Any) -> bool:
    if name == "types":
        return bool(thing["type"] in value)
    if name == "type" and value.endswith("*"):
        return bool(thing["type"].startswith(value[:-1]))
    if name == "delivery_success":
        return bool(value == (thing["pending_webhooks"] == 0))
    if name == "payout":
        return bool(thing.get(balance.PAYOUT) == value)
    has = thing.get(name)
    if isinstance(value, dict) and value.keys() <= _BOUNDS.keys():
        return all(_BOUNDS[bound](has or 0, limit) for bound, limit in value.items())
    if isinstance(value, dict):
        return isinstance(has, dict) and all(has.get(part) == one for part, one in value.items())
    return bool(has == value)
