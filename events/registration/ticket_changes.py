"""A ticket's name, address and answers changed; and the one way in which a ticket becomes somebody else's.

Both in the surrounding transaction, under the lock of the order. What was is kept beside: who, when, why.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from events.core import database
from events.core.errors import Unreadable
from events.core.locales import _
from events.people.audiences import audience_of
from events.registration import orders
from events.registration.accounts import Account, Attendee
from events.registration.holds import new_code
from events.registration.pricing import MAIN_KINDS
from events.registration.states import OrderState


@dataclass(frozen=True, slots=True)
class Who:
    """Whose a ticket becomes. The address is read already (`addresses.read`)."""

    name: str
    email: str

    @property
    def kept(self) -> str:
        return json.dumps({"name": self.name, "email": self.email})


async def open_ticket(account: Account, attendee: int) -> Attendee:
    """Lock the order, and read a live ticket of it as it is now.

    Raises TooLate when it is not valid, or went to another person since `account` was read.
    """
    order = await orders.lock(account.id)
    row = await database.row(
        "SELECT name, email, code, person_id, answers FROM registration"
        " WHERE id = $1 AND order_id = $2 AND cancelled_at IS NULL",
        attendee,
        account.id,
    )
    was = next(one for one in account.attendees if one.id == attendee)
    if order.state is not OrderState.CONFIRMED or row is None or row["code"] != was.code:
        raise orders.TooLate(_("This ticket is not valid any more, or somebody else’s by now."), order.state)
    return Attendee(
        was.id, row["code"], row["name"], row["email"], row["person_id"], json.loads(row["answers"] or "{}"), False,
        was.lines,
    )  # fmt: skip


async def change_details(
    account: Account,
    attendee: int,
    who: Who,
    answers: Mapping[str, str] | None,
    at: datetime,
    by: int | None,
    reason: str = "",
) -> bool:
    """Write a ticket's details; answers None: as they are. Another address is another mailbox of the same person.

    Returns whether anything changed. Raises TooLate.
    """
    async with database.transaction():
        now = await open_ticket(account, attendee)
        new_answers = dict(now.answers) if answers is None else dict(answers)
        if (now.name, now.email, dict(now.answers)) == (who.name, who.email, new_answers):
            return False
        await database.execute(
            "UPDATE registration SET name = $2, email = $3, answers = $4::jsonb WHERE id = $1",
            attendee,
            who.name,
            who.email,
            json.dumps(new_answers),
        )
        await _keep(account.id, now, "details", who, at, by, reason)
        if now.email != who.email or now.name != who.name:
            await orders.tell(account.id, at, "order.confirmed")  # calendars follow the address
    return True


async def check_receiver(
    account: Account, now: Attendee, who: Who, at: datetime, *, members_only: bool = True
) -> int | None:
    """Whose account the address is, or None. Raises Unreadable: to oneself, to somebody who has a ticket already, a
    member's price to somebody who is no member (the registrar may: members_only=False)."""
    if who.email == now.email:
        raise Unreadable({"email": _("The ticket is in this address’s hands already.")})
    person: int | None = await database.value("SELECT person_id FROM address WHERE email = $1", who.email)
    if any(line.kind in MAIN_KINDS and not line.cancelled for line in now.lines) and await database.value(
        "SELECT EXISTS (SELECT FROM registration r JOIN orders o ON o.id = r.order_id AND o.state = 'CONFIRMED'"
        " JOIN order_line n ON n.registration_id = r.id AND n.cancelled_at IS NULL"
        " JOIN ticket_type t ON t.id = n.ticket_type_id AND t.kind = any($4)"
        " WHERE r.event_id = $1 AND r.id <> $5 AND r.cancelled_at IS NULL AND (r.email = $2 OR r.person_id = $3))",
        account.event,
        who.email,
        person,
        sorted(MAIN_KINDS),
        now.id,
    ):
        raise Unreadable({"email": _("This person has a ticket already.")})
    if (
        members_only
        and account.membership is not None
        and (await audience_of(person, at, account.unit)).membership is None
    ):
        words = _(
            "This ticket was bought at a member’s price, and we know no member by this address. Ask the registrar."
        )
        raise Unreadable({"email": words})
    return person


async def hand_over(
    account: Account,
    now: Attendee,
    who: Who,
    person: int | None,
    at: datetime,
    by: int | None,
    reason: str = "",
) -> None:
    """Make a ticket somebody else's, under the lock of the order: a new code, and none of the answers of the other.

    Seats, invitations and join links follow the order's message.
    """
    await database.execute(
        "UPDATE registration SET name = $2, email = $3, person_id = $4, code = $5, answers = '{}' WHERE id = $1",
        now.id,
        who.name,
        who.email,
        person,
        new_code(10),
    )
    await _keep(account.id, now, "transfer", who, at, by, reason)
    await orders.tell(account.id, at, "order.confirmed")


async def _keep(order: int, was: Attendee, kind: str, who: Who, at: datetime, by: int | None, reason: str) -> None:
    await database.execute(
        "INSERT INTO ticket_change (order_id, registration_id, kind, old, new, old_person_id, reason, changed_at,"
        " changed_by_id) VALUES ($1, $2, $3, $4::jsonb, $5::jsonb, $6, $7, $8, $9)",
        order,
        was.id,
        kind,
        Who(was.name, was.email).kept,
        who.kept,
        was.person if kind == "transfer" else None,
        reason[:200],
        at,
        by,
    )
    await database.execute("UPDATE orders SET version = version + 1 WHERE id = $1", order)
