"""The places of an institution, read: one, found, listed, counted; and the secrets that open them."""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from events.core import database
from events.core.errors import NotFound
from events.institutions.states import PlaceState

PAGE = 50


@dataclass(frozen=True, slots=True)
class Institution:
    """`models.Institution` as values."""

    id: int
    order: int
    name: str
    domains: tuple[str, ...]
    link_round: int


@dataclass(frozen=True, slots=True)
class Place:
    """`models.StaffPlace` as values. tickets: names of what it lets somebody into."""

    id: int
    code: str
    institution: int
    order: int
    registration: int
    state: PlaceState
    round: int
    name: str
    email: str
    changed_at: datetime
    tickets: str

    @property
    def called(self) -> str:
        return self.name or self.email


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of places. total: of all that was found; page: as there are pages."""

    rows: Sequence[Place]
    total: int
    page: int
    pages: int


async def of_order(order: int) -> Institution | None:
    row = await database.row(
        "SELECT id, order_id, name, domains, link_round FROM institution WHERE order_id = $1", order
    )
    return _institution(row) if row else None


async def by_id(institution: int) -> Institution:
    row = await database.row(
        "SELECT id, order_id, name, domains, link_round FROM institution WHERE id = $1", institution
    )
    if row is None:
        raise NotFound
    return _institution(row)


def _institution(row: Any) -> Institution:
    return Institution(row["id"], row["order_id"], row["name"], tuple(row["domains"]), row["link_round"])


_PLACE = """
SELECT p.id, p.code, p.institution_id, r.order_id, p.registration_id, p.state, p.round, p.name, p.email, p.changed_at,
    (SELECT string_agg(t.name, ', ' ORDER BY n.id) FROM order_line n JOIN ticket_type t ON t.id = n.ticket_type_id
        WHERE n.registration_id = r.id AND (n.cancelled_at IS NULL OR r.cancelled_at IS NOT NULL)
        AND NOT n.pending) AS tickets
FROM staff_place p JOIN registration r ON r.id = p.registration_id
"""


async def load(place: int) -> Place | None:
    row = await database.row(_PLACE + "WHERE p.id = $1", place)
    return _place(row) if row else None


async def by_code(code: str, institution: int | None = None) -> Place:
    """Raises NotFound, also for another institution's."""
    row = await database.row(
        _PLACE + "WHERE p.code = $1 AND ($2::bigint IS NULL OR p.institution_id = $2)", code[:12].upper(), institution
    )
    if row is None:
        raise NotFound
    return _place(row)


async def lock(place: int) -> Place:
    """The row, for the rest of the transaction. The order is locked before it (`orders.lock`)."""
    row = await database.row(_PLACE + "WHERE p.id = $1 FOR UPDATE OF p", place)
    assert row is not None, f"place {place} is gone"
    return _place(row)


async def of_institution(institution: int) -> list[Place]:
    """All of them, also those that were given back."""
    return [
        _place(row) for row in await database.rows(_PLACE + "WHERE p.institution_id = $1 ORDER BY p.id", institution)
    ]


_FOUND = (
    "WHERE p.institution_id = $1 AND ($2 = '' OR p.name ILIKE $2 ESCAPE '\\' OR p.email ILIKE $2 ESCAPE '\\'"
    " OR p.code = upper($3)) AND ($4 = '' OR p.state = $4)"
)


async def find(institution: int, query: str, state: str, page: int) -> Listed:
    """A page of the places with the words in name, address or code; state "" is every one."""
    escaped = query.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    given = (institution, f"%{escaped}%" if query else "", query, state)
    total: int = await database.value(f"SELECT count(*)::int FROM staff_place p {_FOUND}", *given)  # noqa: S608
    pages = max(1, -(-total // PAGE))
    page = min(max(page, 1), pages)
    rows = await database.rows(f"{_PLACE} {_FOUND} ORDER BY p.id LIMIT {PAGE} OFFSET $5", *given, (page - 1) * PAGE)
    return Listed([_place(row) for row in rows], total, page, pages)


async def counts(institution: int) -> Mapping[PlaceState, int]:
    """How many there are of each state, every state named."""
    rows = await database.rows(
        "SELECT state, count(*)::int AS n FROM staff_place WHERE institution_id = $1 GROUP BY state", institution
    )
    there = {row["state"]: row["n"] for row in rows}
    return {state: there.get(state.value, 0) for state in PlaceState}


@dataclass(frozen=True, slots=True)
class Move:
    """One step in the life of a place."""

    id: int
    place: int
    code: str
    institution: str
    order: int
    old: PlaceState
    new: PlaceState
    was: Mapping[str, str]
    now: Mapping[str, str]
    round: int
    moved_at: datetime
    by: str


_MOVES = """
SELECT m.id, m.place_id, p.code, i.name AS institution, i.order_id, m.old, m.new, m.was, m.now, m.round, m.moved_at,
    coalesce(b.name, '') AS by
FROM staff_move m JOIN staff_place p ON p.id = m.place_id JOIN institution i ON i.id = p.institution_id
LEFT JOIN person b ON b.id = m.moved_by_id
"""


async def move_by_id(move: int) -> Move | None:
    row = await database.row(_MOVES + "WHERE m.id = $1", move)
    return _move(row) if row else None


async def moves_of(place: int) -> list[Move]:
    return [_move(row) for row in await database.rows(_MOVES + "WHERE m.place_id = $1 ORDER BY m.id", place)]


async def moves_of_order(order: int) -> list[Move]:
    return [_move(row) for row in await database.rows(_MOVES + "WHERE i.order_id = $1 ORDER BY m.id", order)]


def _move(row: Any) -> Move:
    return Move(
        row["id"],
        row["place_id"],
        row["code"],
        row["institution"],
        row["order_id"],
        PlaceState(row["old"]),
        PlaceState(row["new"]),
        json.loads(row["was"] or "{}"),
        json.loads(row["now"] or "{}"),
        row["round"],
        row["moved_at"],
        row["by"],
    )


def _place(row: Any) -> Place:
    values = dict(row)
    return Place(
        values["id"],
        values["code"],
        values["institution_id"],
        values["order_id"],
        values["registration_id"],
        PlaceState(values["state"]),
        values["round"],
        values["name"],
        values["email"],
        values["changed_at"],
        values["tickets"] or "",
    )


def _mac(what: str, key: str) -> str:
    return hmac.new(key.encode(), what.encode(), hashlib.sha256).hexdigest()[:32]


def token(place: int, round_: int, key: str) -> str:
    """What opens a place for whom it was given to in that round. Nothing secret is stored."""
    return f"{round_}-{_mac(f'staff place {place} {round_}', key)}"


def round_of(given: str, place: int, key: str) -> int | None:
    """The round that a token was made for, also one that is over; None when it is none of ours."""
    round_, _dash, _rest = given.partition("-")
    if not (round_.isascii() and round_.isdecimal() and len(round_) < 9):
        return None
    return int(round_) if hmac.compare_digest(given.encode(), token(place, int(round_), key).encode()) else None


def staff_token(institution: int, link_round: int, key: str) -> str:
    """What opens the page on which whoever works there asks for a place."""
    return _mac(f"staff link {institution} {link_round}", key)


def ask_token(ask: int, key: str) -> str:
    """What opens a place for who asked, by the mail that only they can read."""
    return _mac(f"staff ask {ask}", key)


def same(given: str, meant: str) -> bool:
    return hmac.compare_digest(given.encode(), meant.encode())
