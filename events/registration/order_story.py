"""What an order's timeline tells beside states and money: tickets that changed, what was asked, mails that left."""

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from events.core import database
from events.core.locales import _, lazy
from events.registration import change_requests, documents
from events.registration.states import TransferState

MAILS = {
    "mail.order_confirmed": lazy("The tickets"),
    "mail.order_cancelled": lazy("What was cancelled"),
    "mail.order_expired": lazy("The hold ran out"),
    "mail.late_payment_refunded": lazy("A late payment goes back"),
    "mail.refund_settled": lazy("Money went back"),
    "mail.ticket_exchanged": lazy("The ticket was changed into another"),
    "mail.dispute_opened": lazy("A payment is disputed, to the organizers"),
    "mail.refund_failed": lazy("A refund failed, to the organizers"),
    "mail.event_called_off": lazy("The event is cancelled"),
    "mail.transfer_offered": lazy("A ticket is offered, to the other person"),
    "mail.transfer_received": lazy("The ticket, to the other person"),
    "mail.transfer_settled": lazy("What became of an offered ticket"),
    "mail.change_answered": lazy("The registrar’s answer"),
    "mail.exemption_answered": lazy("What became of the certificate"),
    "mail.payment_due": lazy("What is to be paid"),
    "mail.payment_reminder": lazy("What is still to be paid"),
    "mail.place_invited": lazy("A place of the institution, to who is invited"),
    "mail.place_taken": lazy("The ticket, to who took a place"),
    "mail.place_ended": lazy("The place is theirs no more, to who had it"),
    "mail.place_asked": lazy("The way to a place, to who asked for one"),
}
"""What the mails about an order say, by topic. Others are told by their topic."""

TO_US = frozenset({"mail.dispute_opened", "mail.refund_failed"})
"""Those that go to whoever answers for the event."""


@dataclass(frozen=True, slots=True)
class Told:
    """mail_to: of a mail that left, them or us; its note says why it did not."""

    at: datetime
    words: str
    note: str = ""
    mail_to: str = ""


_CHANGES = (
    "SELECT c.kind, c.old, c.new, c.reason, c.changed_at, coalesce(p.name, '') AS by FROM ticket_change c"
    " LEFT JOIN person p ON p.id = c.changed_by_id WHERE c.order_id = $1"
)
_EXCHANGES = (
    "SELECT w.name AS was, t.name AS ticket, x.state, x.started_at, x.settled_at, coalesce(p.name, '') AS by"
    " FROM exchange x JOIN ticket_type t ON t.id = x.ticket_type_id JOIN order_line n ON n.id = x.old_line_id"
    " JOIN ticket_type w ON w.id = n.ticket_type_id LEFT JOIN person p ON p.id = x.started_by_id WHERE x.order_id = $1"
)
_OFFERS = (
    "SELECT t.name, t.email, t.state, t.offered_at, t.settled_at, coalesce(p.name, '') AS by FROM transfer t"
    " LEFT JOIN person p ON p.id = t.offered_by_id WHERE t.order_id = $1"
)
_MAILS = """
SELECT topic, left_at AS at, '' AS error FROM order_mail WHERE order_id = $1
UNION ALL
SELECT m.topic, coalesce(m.done_at, m.failed_at, m.due_at), m.error FROM outbox_message m
WHERE m.topic LIKE 'mail.%' AND (m.body @> jsonb_build_object('order', $1::bigint)
    OR m.body->'transfer' IN (SELECT to_jsonb(id) FROM transfer WHERE order_id = $1))
AND NOT EXISTS (SELECT FROM order_mail k WHERE k.message = m.id)
"""
_KEEP = """
INSERT INTO order_mail (order_id, message, topic, left_at)
SELECT o.id, m.id, m.topic, m.done_at FROM outbox_message m
LEFT JOIN transfer t ON t.id = (m.body->>'transfer')::bigint
JOIN orders o ON o.id = coalesce((m.body->>'order')::bigint, t.order_id)
WHERE m.topic LIKE 'mail.%' AND m.done_at < $1 AND NOT EXISTS (SELECT FROM order_mail k WHERE k.message = m.id)
ORDER BY m.id LIMIT $2
ON CONFLICT (message) DO NOTHING
"""


Teller = Callable[[int], Awaitable[Sequence[Told]]]
"""What a higher room tells of an order (its id), such as whom an institution invited. Handed in at start."""


async def of(order_id: int, tellers: Sequence[Teller] = ()) -> list[Told]:
    """In no order; the timeline sorts. tellers: what else tells of it."""
    found = [
        Told(one.at, _("Accepted: %(document)s") % {"document": one.title}, _("Version %(n)s") % {"n": one.version})
        for one in await documents.of_order(order_id)
    ]
    for row in await database.rows(_CHANGES, order_id):
        old, new = (json.loads(row[one] or "{}") for one in ("old", "new"))
        words = _("Ticket given to another person") if row["kind"] == "transfer" else _("Details changed")
        found.append(Told(row["changed_at"], words, _note(_from_to(old, new), row["reason"], row["by"])))
    for row in await database.rows(_EXCHANGES, order_id):
        told = _note(f"{row['was']} → {row['ticket']}", row["by"])
        found.append(Told(row["started_at"], _("Another ticket chosen"), told))
        if row["settled_at"]:
            ends = {
                "done": _("Ticket changed"),
                "lapsed": _("The time to pay was over"),
                "withdrawn": _("Kept the old"),
            }
            found.append(Told(row["settled_at"], ends[row["state"]], told))
    for row in await database.rows(_OFFERS, order_id):
        to = f"{row['name']} {row['email']}".strip()
        found.append(Told(row["offered_at"], _("Ticket offered"), _note(to, row["by"])))
        if row["settled_at"] and row["state"] != TransferState.accepted:
            ended = _("Offer declined") if row["state"] == TransferState.declined else _("Offer taken back")
            found.append(Told(row["settled_at"], ended, to))
    for one in await change_requests.of_order(order_id):
        what = str(change_requests.KINDS[one.kind])
        found.append(Told(one.asked_at, _("Asked of the registrar: %(what)s") % {"what": what}, one.words))
        if one.answered_at:
            ends = {"granted": _("Granted"), "refused": _("Refused"), "withdrawn": _("Request taken back")}
            found.append(Told(one.answered_at, ends[one.state.value], _note(one.answer, one.answered_by)))
    for row in await database.rows(_MAILS, order_id):
        what = str(MAILS.get(row["topic"], row["topic"].removeprefix("mail.")))
        failed = _("not sent: %(why)s") % {"why": row["error"][:100]} if row["error"] else ""
        to = "us" if row["topic"] in TO_US else "them"
        found.append(Told(row["at"], _("Mail: %(what)s") % {"what": what}, failed, to))
    for tell in tellers:
        found += await tell(order_id)
    return found


async def keep_mails(at: datetime, limit: int) -> int:
    """Note mails about orders that left, before the outbox forgets them. Returns how many."""
    return await database.execute(_KEEP, at, limit)


def _from_to(old: dict[str, str], new: dict[str, str]) -> str:
    one, other = (" ".join(part for part in (who.get("name"), who.get("email")) if part) for who in (old, new))
    return f"{one} → {other}" if one or other else ""


def _note(*parts: str) -> str:
    return " · ".join(part for part in parts if part)
