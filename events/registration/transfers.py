"""A ticket offered to another person: accepted, declined, withdrawn; or theirs at once, where the event says so."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from events.core import database, outbox
from events.core.errors import DomainError, NotFound
from events.core.locales import _
from events.registration import accounts, orders, ticket_changes
from events.registration.accounts import Account
from events.registration.states import TRANSFER_MOVES, TransferState
from events.registration.ticket_changes import Who


class NoTransfer(DomainError):
    """The offer is not open any more, or another one is."""

    status = 409

    @property
    def title(self) -> str:
        return _("Not any more")


@dataclass(frozen=True, slots=True)
class Transfer:
    id: int
    order: int
    registration: int
    who: Who
    state: TransferState
    offered_at: datetime
    settled_at: datetime | None


def secret(transfer: int, key: str) -> str:
    """What opens an offer's page: a MAC of its number. Nothing secret is stored."""
    return hmac.new(key.encode(), f"transfer {transfer}".encode(), hashlib.sha256).hexdigest()[:32]


def opens(given: str, transfer: int, key: str) -> bool:
    return hmac.compare_digest(given.encode(), secret(transfer, key).encode())


_COLUMNS = "SELECT id, order_id, registration_id, name, email, state, offered_at, settled_at FROM transfer WHERE "


async def load(transfer: int) -> Transfer | None:
    row = await database.row(_COLUMNS + "id = $1", transfer)
    return _transfer(row) if row else None


async def of_order(order: int) -> list[Transfer]:
    return [_transfer(row) for row in await database.rows(_COLUMNS + "order_id = $1 ORDER BY id", order)]


async def offer(account: Account, attendee: int, who: Who, at: datetime, by: int | None, *, at_once: bool) -> int:
    """Offer a ticket to somebody by mail, or (at_once) make it theirs. Returns the offer's number.

    Raises TooLate, Unreadable (see `ticket_changes.check_receiver`), NoTransfer when it is offered to somebody else.
    """
    async with database.transaction():
        now = await ticket_changes.open_ticket(account, attendee)
        person = await ticket_changes.check_receiver(account, now, who, at)
        open_ = await database.row(
            "SELECT id, email FROM transfer WHERE registration_id = $1 AND state = 'offered'", attendee
        )
        if open_ is not None:
            if open_["email"] == who.email:
                return int(open_["id"])  # a double click
            raise NoTransfer(_("This ticket is offered to somebody else. Take that back first."))
        made: int = await database.value(
            "INSERT INTO transfer (order_id, registration_id, name, email, state, offered_at, offered_by_id)"
            " VALUES ($1, $2, $3, $4, 'offered', $5, $6) RETURNING id",
            account.id,
            attendee,
            who.name,
            who.email,
            at,
            by,
        )
        if at_once:
            await ticket_changes.hand_over(account, now, who, person, at, by)
            await _settle(made, TransferState.accepted, at)
        else:
            await outbox.write("mail.transfer_offered", {"transfer": made}, due=at)
    return made


async def accept(transfer: int, at: datetime, by: int | None) -> None:
    """The other person says yes. by: who is signed in; the ticket goes to their account. Twice is once.

    Raises NoTransfer, TooLate, and Unreadable when they have a ticket by now.
    """
    offered = await load(transfer)
    if offered is None:
        raise NotFound
    account = await accounts.by_id(offered.order)
    assert account is not None
    async with database.transaction():
        await orders.lock(account.id)
        state = await _locked(transfer)
        if state is TransferState.accepted:
            return
        _check(state)
        now = await ticket_changes.open_ticket(account, offered.registration)
        person = await ticket_changes.check_receiver(account, now, offered.who, at)
        await ticket_changes.hand_over(account, now, offered.who, person or by, at, by)
        await _settle(transfer, TransferState.accepted, at)


async def end(transfer: int, state: TransferState, at: datetime) -> None:
    """Declined by the other, or withdrawn by the buyer. Raises NoTransfer when it is neither any more."""
    async with database.transaction():
        old = await _locked(transfer)
        if old is state:
            return
        _check(old)
        await _settle(transfer, state, at)


async def _locked(transfer: int) -> TransferState:
    state = await database.value("SELECT state FROM transfer WHERE id = $1 FOR UPDATE", transfer)
    if state is None:
        raise NotFound
    return TransferState(state)


def _check(state: TransferState) -> None:
    if not TRANSFER_MOVES[state]:
        words = {
            TransferState.accepted: _("This ticket was accepted already."),
            TransferState.declined: _("This offer was declined."),
            TransferState.withdrawn: _("This offer was taken back."),
        }
        raise NoTransfer(words[state])


async def _settle(transfer: int, state: TransferState, at: datetime) -> None:
    await database.execute(
        "UPDATE transfer SET state = $2, settled_at = $3 WHERE id = $1 AND state = 'offered'", transfer, state.value, at
    )
    if state is TransferState.accepted:
        await outbox.write("mail.transfer_received", {"transfer": transfer}, due=at)
    if state is not TransferState.withdrawn:
        await outbox.write("mail.transfer_settled", {"transfer": transfer}, due=at)


def _transfer(row: Any) -> Transfer:
    id_, order, registration, name, email, state, offered_at, settled_at = row
    return Transfer(id_, order, registration, Who(name, email), TransferState(state), offered_at, settled_at)
