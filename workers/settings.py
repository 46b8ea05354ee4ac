"""Every topic with its job, and every repeated job with its hours: one screen."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from arq.cron import CronJob, cron
from arq.typing import WorkerCoroutine

from events.agenda import notices, presenter_letters, reminders
from events.books import reconciliation
from events.calls import decision_letters, review_letters, task_reminders
from events.calls import letters as calls
from events.cases import letters as cases
from events.core import clock
from events.core.logs import log
from events.institutions import asking, assigning
from events.institutions import letters as institutions
from events.invoicing import letters as invoice_letters
from events.people import candidates
from events.people import mails as people
from events.registration import allotment_letters, calling_off, change_letters
from events.registration import letters as registration
from events.schedule import request_letters
from events.waitlist import letters as waitlist_letters
from workers import agenda, imports, mail, payments, upkeep
from workers.job import Batch, Job, tell
from workers.people import look_for_duplicates
from workers.tools import Tools

TOPICS: dict[str, Job] = {
    "stripe.webhook": payments.webhook,
    "refund.requested": payments.send_refund,
    "checkout.abandoned": payments.abandon,
    calling_off.TOPIC: payments.call_off,
    reconciliation.TOPIC: payments.compare_books,
    "release.published": agenda.follow_release,
    candidates.TOPIC: look_for_duplicates,
    "programme.import": imports.work,
}
"""Each rung alone."""

BATCHES: dict[str, Batch] = {
    "order.confirmed": agenda.follow_orders,
    "order.cancelled": agenda.follow_orders,
    "mail.sign_in": mail.post(people.with_proof),
    "mail.address_added": mail.post(people.with_proof),
    "mail.claim_membership": mail.post(people.with_proof),
    "mail.order_confirmed": mail.post_about(institutions.bought, institutions.order_confirmed),
    "mail.order_cancelled": mail.post_about(registration.accounts_of, registration.order_cancelled),
    "mail.order_expired": mail.post_about(registration.accounts_of, registration.order_expired),
    "mail.late_payment_refunded": mail.post_about(registration.accounts_of, registration.late_payment_refunded),
    "mail.ticket_exchanged": mail.post_about(registration.accounts_of, registration.ticket_exchanged),
    "mail.refund_settled": mail.post_about(registration.accounts_of, registration.refund_settled),
    "mail.dispute_opened": mail.post(registration.dispute_opened),
    "mail.refund_failed": mail.post(registration.refund_failed),
    "mail.transfer_offered": mail.post(change_letters.transfer_offered),
    "mail.transfer_received": mail.post(change_letters.transfer_received),
    "mail.transfer_settled": mail.post(change_letters.transfer_settled),
    "mail.change_answered": mail.post(change_letters.change_answered),
    "mail.declaration_refused": mail.post(change_letters.declaration_refused),
    "mail.allotted": mail.post(allotment_letters.allotted),
    "mail.exemption_answered": mail.post(change_letters.exemption_answered),
    "mail.event_called_off": mail.post(registration.event_called_off, bulk=True),
    "mail.presenter_invited": mail.post(calls.presenter_invited),
    "mail.proposal_received": mail.post(calls.proposal_received),
    "mail.reviewer_asked": mail.post(review_letters.asked),
    "mail.task_reminder": mail.post(task_reminders.letter, bulk=True),
    "mail.decision": mail.post(decision_letters.decided, bulk=True),
    "mail.confirmation_reminder": mail.post(decision_letters.reminded, bulk=True),
    "mail.edit_answered": mail.post(decision_letters.edit_answered),
    assigning.INVITED: mail.post(institutions.place_invited),
    assigning.TAKEN: mail.post(institutions.place_taken),
    assigning.ENDED: mail.post(institutions.place_ended),
    asking.ASKED: mail.post(institutions.place_asked),
    "mail.payment_due": mail.post(invoice_letters.payment_due),
    "mail.waitlist_joined": mail.post(waitlist_letters.joined),
    "mail.waitlist_offered": mail.post(waitlist_letters.offered),
    "mail.waitlist_lapsed": mail.post(waitlist_letters.lapsed),
    "mail.waitlist_closed": mail.post(waitlist_letters.closed),
    "mail.payment_reminder": mail.post(invoice_letters.payment_reminder, bulk=True),
    "mail.case_message": mail.post(cases.message),
    "mail.case_news": mail.post(cases.news),
    "mail.invitation": mail.invitations,
    "mail.reminder": mail.post(reminders.letter, bulk=True),
    "mail.changes": mail.post(notices.letter, bulk=True),
    "mail.programme_changed": mail.post(presenter_letters.letter, bulk=True),
    "mail.request_answered": mail.post(request_letters.answered, bulk=True),
}
"""Several in one ring, when several are due."""

TOGETHER = frozenset(BATCHES)

BULK = frozenset(
    {
        "mail.invitation",
        "mail.reminder",
        "mail.changes",
        "mail.programme_changed",
        "mail.request_answered",
        "mail.decision",
        "mail.confirmation_reminder",
        "mail.task_reminder",
        "mail.event_called_off",
        "mail.payment_reminder",
    }
)
"""Mails by the thousand: what somebody waits for in front of a screen passes them by."""

Upkeep = Callable[[datetime, Tools], Awaitable[None]]

HOURS: list[tuple[Upkeep, dict[str, Any]]] = [
    (upkeep.holds, {"second": {0, 15, 30, 45}}),
    (upkeep.waitlists, {"second": {2, 12, 22, 32, 42, 52}}),
    (upkeep.due_mails, {"second": 5}),
    (upkeep.unpaid, {"second": 25}),
    (upkeep.checkouts, {"second": 40}),
    (upkeep.tombstones, {"minute": 7}),
    (upkeep.stripes_books, {"minute": 37}),
    (upkeep.task_reminders, {"hour": set(range(7, 20)), "minute": 20}),
    (upkeep.duplicates, {"hour": 2, "minute": 17}),
    (upkeep.old_rows, {"hour": 3, "minute": 23}),
    (upkeep.celebrations, {"hour": 4, "minute": 41}),
]
"""UTC. Of several workers one runs each."""


def hours() -> list[CronJob]:
    return [cron(_timed(run), name=run.__name__, timeout=600, **when) for run, when in HOURS]


def _timed(run: Upkeep) -> WorkerCoroutine:
    async def job(ctx: dict[Any, Any], *args: Any, **kwargs: Any) -> None:
        try:
            await run(clock.now(), ctx["tools"])
        except Exception as error:
            log.error("upkeep failed", upkeep=run.__name__, exc_info=error)

    return job


class WorkerSettings:
    """arq 0.28, with its traps closed: a kept result would block its job id for an hour (arq#221), and a job may not
    outlive its message's lease."""

    functions = [tell]
    keep_result = 0
    job_timeout = 120
    max_jobs = 20
    poll_delay = 0.05
