"""Form fields (`line_items[0][quantity]=2`) into nested values, refused unless the library's own types know them."""

import re
import sys
from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

import typing_extensions
from stripe import _request_options, _stripe_object

from events.registration.sandbox.errors import Refused

_NAMES = {**vars(_stripe_object), **vars(_request_options), "StripeContext": str}
_OF_THE_CALL = frozenset(_request_options.RequestOptions.__annotations__)
_PART = re.compile(r"\[([^\[\]]*)\]")


def read(pairs: Iterable[tuple[str, str]], kind: Any) -> dict[str, Any]:
    """Nested values of the types that `kind` (a TypedDict of `stripe.params`) says. Raises Refused as Stripe would."""
    nested: dict[str, Any] = {}
    for name, value in pairs:
        head = name.partition("[")[0]
        target, key = nested, head
        for part in _PART.findall(name[len(head) :]):
            inner = target.setdefault(key, {})
            if not isinstance(inner, dict):
                raise Refused(f"Invalid object: {name}", param=name)
            target, key = inner, part
        target[key] = value
    return _typed(nested, kind, "")  # type: ignore[no-any-return]


@cache
def _fields(kind: Any) -> tuple[dict[str, Any], frozenset[str]]:
    names = {**_NAMES, **vars(sys.modules[kind.__module__])}  # a type's parts stand in the module beside it
    hints = typing_extensions.get_type_hints(kind, names, names)
    return {name: hint for name, hint in hints.items() if name not in _OF_THE_CALL}, kind.__required_keys__


def _typed(value: Any, hint: Any, where: str) -> Any:
    if typing_extensions.is_typeddict(hint):
        return _typed_object(value, hint, where)
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        return _first_that_fits(value, get_args(hint), where)
    if origin is Literal:
        if value in get_args(hint):
            return value
        raise Refused(f"Invalid {where}: must be one of {', '.join(map(str, get_args(hint)))}", param=where)
    if origin is list:
        if not isinstance(value, dict):
            raise Refused(f"Invalid array: {where}", param=where)
        [inner] = get_args(hint)
        return [_typed(one, inner, f"{where}[{place}]") for place, one in value.items()]
    if origin in (dict, _stripe_object.UntypedStripeObject):
        if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
            raise Refused(f"Invalid object: {where}", param=where)
        return value
    return _typed_word(value, hint, where)


def _typed_object(value: Any, hint: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Refused(f"Invalid object: {where}", param=where)
    fields, required = _fields(hint)
    for name in value:
        if name not in fields:
            full = f"{where}[{name}]" if where else name
            raise Refused(f"Received unknown parameter: {full}", code="parameter_unknown", param=full)
    for name in required - value.keys() - _OF_THE_CALL:
        full = f"{where}[{name}]" if where else name
        raise Refused(f"Missing required param: {full}.", code="parameter_missing", param=full)
    return {name: _typed(one, fields[name], f"{where}[{name}]" if where else name) for name, one in value.items()}


def _first_that_fits(value: Any, hints: tuple[Any, ...], where: str) -> Any:
    """A union: the refusal that is told is the one of the deepest alternative, which is the likeliest meant."""
    refusals = []
    for hint in sorted(hints, key=lambda one: one is str):
        try:
            return _typed(value, hint, where)
        except Refused as refused:
            refusals.append(refused)
    raise max(refusals, key=lambda one: len(one.param))


def _typed_word(value: Any, hint: Any, where: str) -> Any:
    if not isinstance(value, str):
        raise Refused(f"Invalid string: {where}", param=where)
    if hint is bool:
        if value not in {"true", "false"}:
            raise Refused(f"Invalid boolean: {value}", param=where)
        return value == "true"
    if hint is int:
        if not re.fullmatch(r"-?\d{1,18}", value):
            raise Refused(f"Invalid integer: {value}", code="parameter_invalid_integer", param=where)
        return int(value)
    if hint in (float, Decimal):
        if not re.fullmatch(r"-?\d{1,18}(\.\d{1,12})?", value):
            raise Refused(f"Invalid decimal: {value}", param=where)
        return value
    return value
