"""Students and retired people who say so themselves: their price at once, and a registrar who can look at it later.

Whoever is on the roster as a student or as retired has that price without saying anything.
"""

from dataclasses import dataclass
from datetime import datetime

from events.core import database
from events.core.errors import DomainError, NotFound
from events.core.locales import _, lazy
from events.people.audiences import Audience
from events.registration.offers import Offer
from events.registration.states import DECLARATION_MOVES, DeclarationState

PAGE = 50
KINDS = {"student": lazy("Student"), "retired": lazy("Retired")}
ASKED = {
    "student": lazy("Where you study, and what"),
    "retired": lazy("The library you retired from, and when"),
}


@dataclass(frozen=True, slots=True)
class Declared:
    """kind: student or retired; words: what they wrote about it."""

    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Row:
    """A declaration as the registrar's list shows it. order: the code; saved: nothing but what the order cost."""

    id: int
    order: str
    order_state: str
    name: str
    email: str
    kind: str
    words: str
    state: DeclarationState
    answer: str
    declared_at: datetime
    answered_at: datetime | None
    answered_by: str


class Answered(DomainError):
    """Somebody else answered it the same way."""

    status = 409

    def __init__(self) -> None:
        super().__init__(_("This was answered meanwhile. Look at the list again."))

    @property
    def title(self) -> str:
        return _("Answered already")


def kinds(offer: Offer, audience: Audience) -> list[str]:
    """What somebody may declare: nothing where no ticket has such a price, or who has a member's."""
    if audience.membership is not None:
        return []
    priced = {rate.audience for ticket in offer.tickets for rate in ticket.rates}
    return [kind for kind in KINDS if kind in priced]


def audience_with(audience: Audience, joined: str, declared: str) -> str:
    """Whose price somebody pays who joins ("" or what they become) or declares ("" or a kind): joining comes first."""
    if joined and audience.name == "nonmember":
        return joined
    if declared and audience.name == "nonmember":
        return f"declared_{declared}"
    return audience.name


async def write(order_id: int, declared: Declared, at: datetime) -> None:
    """In the transaction that places the order."""
    await database.execute(
        "INSERT INTO declaration (order_id, kind, words, declared_at) VALUES ($1, $2, $3, $4)",
        order_id,
        declared.kind,
        declared.words,
        at,
    )


async def is_of(event_id: int, declaration: int) -> bool:
    return bool(
        await database.value(
            "SELECT EXISTS (SELECT FROM declaration d JOIN orders o ON o.id = d.order_id"
            " WHERE d.id = $1 AND o.event_id = $2)",
            declaration,
            event_id,
        )
    )


async def of_order(order_id: int) -> Row | None:
    row = await database.row(_LIST.format(which="d.order_id = $1"), order_id)
    return Row(**{**dict(row), "state": DeclarationState(row["state"])}) if row else None


_LIST = """
SELECT d.id, o.code AS order, o.state AS order_state, o.name, o.email, d.kind, d.words, d.state, d.answer,
    d.declared_at, d.answered_at, coalesce(p.name, '') AS answered_by
FROM declaration d JOIN orders o ON o.id = d.order_id LEFT JOIN person p ON p.id = d.answered_by_id
WHERE {which}
"""
_OF_EVENT = _LIST.format(
    which="""o.event_id = $1 AND o.state IN ('CONFIRMED', 'PENDING') AND ($2 = '' OR d.state = $2)
    AND ($3 = '' OR o.code = upper($3) OR strpos(lower(o.name || ' ' || o.email || ' ' || d.words), lower($3)) > 0)"""
)


async def of_event(event_id: int, state: str, words: str, page: int) -> tuple[list[Row], int]:
    """A page of the declarations of orders that came to something, the oldest unanswered first; and how many in all.

    state   "" for all
    """
    total = await database.value(f"SELECT count(*) FROM ({_OF_EVENT}) found", event_id, state, words)  # noqa: S608
    rows = await database.rows(
        _OF_EVENT + " ORDER BY d.state <> 'declared', d.id LIMIT $4 OFFSET $5",
        event_id,
        state,
        words,
        PAGE,
        (page - 1) * PAGE,
    )
    return [Row(**{**dict(row), "state": DeclarationState(row["state"])}) for row in rows], int(total)


async def counts(event_id: int) -> dict[str, int]:
    """State → how many, of orders that came to something."""
    rows = await database.rows(
        "SELECT d.state, count(*) AS n FROM declaration d JOIN orders o ON o.id = d.order_id"
        " WHERE o.event_id = $1 AND o.state IN ('CONFIRMED', 'PENDING') GROUP BY d.state",
        event_id,
    )
    return {row["state"]: row["n"] for row in rows}


async def answer(event_id: int, declaration: int, new: DeclarationState, words: str, at: datetime, by: int) -> None:
    """Accept or refuse one of an event's declarations; refused, the buyer is told. Their price stays as it is.

    Raises NotFound, Answered when it is so already.
    """
    async with database.transaction():
        found = await database.row(
            "SELECT d.state, d.order_id FROM declaration d JOIN orders o ON o.id = d.order_id"
            " WHERE d.id = $1 AND o.event_id = $2 FOR UPDATE OF d",
            declaration,
            event_id,
        )
        if found is None:
            raise NotFound
        if new not in DECLARATION_MOVES[DeclarationState(found["state"])]:
            raise Answered
        await database.execute(
            "UPDATE declaration SET state = $2, answer = $3, answered_at = $4, answered_by_id = $5 WHERE id = $1",
            declaration,
            new.value,
            words,
            at,
            by,
        )
        if new is DeclarationState.refused:
            await database.execute(
                "INSERT INTO outbox_message (topic, body, created_at, due_at) VALUES"
                " ('mail.declaration_refused', jsonb_build_object('order', $1::bigint), $2, $2)",
                found["order_id"],
                at,
            )
