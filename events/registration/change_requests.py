"""What a buyer asks of the registrar when the day for doing it alone has passed: granted or refused, once."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from events.core import database, outbox
from events.core.errors import NotFound
from events.core.locales import _, lazy
from events.registration import accounts, cancellations, orders, ticket_changes
from events.registration.accounts import Account
from events.registration.states import REQUEST_MOVES, OrderState, RequestState
from events.registration.ticket_changes import Who

PAGE = 50
KINDS = {
    "details": lazy("Change the name or address"),
    "transfer": lazy("Give the ticket to another person"),
    "cancel": lazy("Cancel, with money back"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One request with what its list shows."""

    id: int
    event: int
    order: str
    registration: int
    attendee: str
    kind: str
    wanted: Mapping[str, str]
    words: str
    state: RequestState
    asked_at: datetime
    answer: str
    answered_at: datetime | None
    answered_by: str


_LIST = (
    "SELECT q.id, o.event_id, o.code, q.registration_id, r.name, q.kind, q.wanted, q.words, q.state, q.asked_at,"
    " q.answer, q.answered_at, coalesce(p.name, '') AS by, count(*) OVER () AS found FROM change_request q"
    " JOIN orders o ON o.id = q.order_id JOIN registration r ON r.id = q.registration_id"
    " LEFT JOIN person p ON p.id = q.answered_by_id WHERE "
)


async def of_event(event_id: int, state: str, page: int) -> tuple[list[Asked], int]:
    """A page of an event's requests, the longest waiting first, and how many there are. state "": all."""
    rows = await database.rows(
        _LIST + f"o.event_id = $1 AND ($2 = '' OR q.state = $2)"
        f" ORDER BY q.state <> 'open', q.asked_at, q.id LIMIT {PAGE} OFFSET $3",
        event_id,
        state,
        max(page - 1, 0) * PAGE,
    )
    return [_asked(row) for row in rows], rows[0]["found"] if rows else 0


async def waiting(event_id: int) -> dict[str, int]:
    """How many of each state."""
    rows = await database.rows(
        "SELECT q.state, count(*)::int AS n FROM change_request q JOIN orders o ON o.id = q.order_id"
        " WHERE o.event_id = $1 GROUP BY q.state",
        event_id,
    )
    return {row["state"]: row["n"] for row in rows}


async def of_order(order_id: int) -> list[Asked]:
    return [_asked(row) for row in await database.rows(_LIST + "o.id = $1 ORDER BY q.id", order_id)]


async def load(request: int) -> Asked:
    """Raises NotFound."""
    row = await database.row(_LIST + "q.id = $1", request)
    if row is None:
        raise NotFound
    return _asked(row)


async def ask(account: Account, attendee: int, kind: str, wanted: Who | None, words: str, at: datetime) -> int:
    """Put a request to the registrar; asked again while it is open, it is the same one. Raises TooLate."""
    async with database.transaction():
        await ticket_changes.open_ticket(account, attendee)
        made: int = await database.value(
            "INSERT INTO change_request (order_id, registration_id, kind, wanted, words, state, asked_at)"
            " VALUES ($1, $2, $3, $4::jsonb, $5, 'open', $6)"
            " ON CONFLICT (registration_id, kind) WHERE state = 'open'"
            " DO UPDATE SET wanted = excluded.wanted, words = excluded.words RETURNING id",
            account.id,
            attendee,
            kind,
            wanted.kept if wanted else "{}",
            words,
            at,
        )
    return made


async def withdraw(account: Account, request: int, at: datetime) -> None:
    """The buyer takes a request back; one that was answered stays answered."""
    await database.execute(
        "UPDATE change_request SET state = 'withdrawn', answered_at = $3"
        " WHERE id = $1 AND order_id = $2 AND state = 'open'",
        request,
        account.id,
        at,
    )


async def answer(
    request: int, state: RequestState, words: str, at: datetime, by: int, *, kept: int | None = None
) -> None:
    """The registrar grants a request, which does what was asked for in the same transaction, or refuses it.

    kept   of a cancellation: minor units kept of each ticket; None: what the terms say

    Raises TooLate when it was answered, NotFound, and Unreadable when what was asked for cannot be.
    """
    asked = await load(request)
    account = await accounts.by_code(asked.order)
    assert account is not None
    async with database.transaction():
        order = await orders.lock(account.id)
        old = RequestState(await database.value("SELECT state FROM change_request WHERE id = $1 FOR UPDATE", request))
        if state not in REQUEST_MOVES[old]:
            raise orders.TooLate(_("This request was answered already."), order.state)
        if state is RequestState.granted:
            await _do(asked, account, order, at, by, words, kept)
        await database.execute(
            "UPDATE change_request SET state = $2, answer = $3, answered_at = $4, answered_by_id = $5 WHERE id = $1",
            request,
            state.value,
            words,
            at,
            by,
        )
        await outbox.write("mail.change_answered", {"order": account.id, "request": request}, due=at)


async def _do(
    asked: Asked, account: Account, order: orders.Locked, at: datetime, by: int, words: str, kept: int | None
) -> None:
    if asked.kind == "cancel":
        if order.state is not OrderState.CONFIRMED:
            raise orders.TooLate(_("Only a confirmed order can be cancelled."), order.state)
        await cancellations.give_up(order, account, [asked.registration], at, words, by, kept)
        return
    who = Who(asked.wanted.get("name", ""), asked.wanted.get("email", ""))
    if asked.kind == "details":
        await ticket_changes.change_details(account, asked.registration, who, None, at, by, words)
        return
    now = await ticket_changes.open_ticket(account, asked.registration)
    person = await ticket_changes.check_receiver(account, now, who, at, members_only=False)
    await ticket_changes.hand_over(account, now, who, person, at, by, words)
    transfer: int = await database.value(
        "INSERT INTO transfer (order_id, registration_id, name, email, state, offered_at, offered_by_id, settled_at)"
        " VALUES ($1, $2, $3, $4, 'accepted', $5, $6, $5) RETURNING id",
        account.id,
        asked.registration,
        who.name,
        who.email,
        at,
        by,
    )
    await database.execute(
        "UPDATE transfer SET state = 'withdrawn', settled_at = $2 WHERE registration_id = $1 AND state = 'offered'",
        asked.registration,
        at,
    )
    await outbox.write("mail.transfer_received", {"transfer": transfer}, due=at)


def _asked(row: Any) -> Asked:
    return Asked(
        row["id"],
        row["event_id"],
        row["code"],
        row["registration_id"],
        row["name"],
        row["kind"],
        json.loads(row["wanted"] or "{}"),
        row["words"],
        RequestState(row["state"]),
        row["asked_at"],
        row["answer"],
        row["answered_at"],
        row["by"],
    )
