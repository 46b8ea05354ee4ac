"""Every topic with its job, and every repeated job with its hours: one screen."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from arq.cron import CronJob, cron
from arq.typing import WorkerCoroutine

from events.agenda import notices, reminders
from events.core import clock
from events.core.logs import log
from events.people import mails as people
from events.registration import letters as registration
from workers import agenda, mail, payments, upkeep
from workers.job import Batch, Job, tell
from workers.tools import Tools

TOPICS: dict[str, Job] = {
    "mail.sign_in": mail.post(people.with_proof),
    "mail.address_added": mail.post(people.with_proof),
    "mail.claim_membership": mail.post(people.with_proof),
    "stripe.webhook": payments.webhook,
    "refund.requested": payments.send_refund,
    "checkout.abandoned": payments.abandon,
    "order.confirmed": agenda.follow_order,
    "order.cancelled": agenda.follow_order,
    "release.published": agenda.follow_release,
    "mail.order_confirmed": mail.post(registration.order_confirmed),
    "mail.order_cancelled": mail.post(registration.order_cancelled),
    "mail.order_expired": mail.post(registration.order_expired),
    "mail.late_payment_refunded": mail.post(registration.late_payment_refunded),
    "mail.refund_settled": mail.post(registration.refund_settled),
    "mail.reminder": mail.post(reminders.letter),
    "mail.changes": mail.post(notices.letter),
}

BATCHES: dict[str, Batch] = {
    "mail.invitation": mail.invitations,
}
"""Jobs that take many messages at once: mails sent by the thousand."""

AT_ONCE = frozenset({"mail.sign_in", "mail.address_added", "mail.claim_membership", "mail.order_confirmed"})
"""Mails that somebody waits for in front of a screen."""

TOGETHER = frozenset(topic for topic in (*TOPICS, *BATCHES) if topic.startswith("mail.")) - AT_ONCE
"""Rung many at once."""

Upkeep = Callable[[datetime, Tools], Awaitable[None]]

HOURS: list[tuple[Upkeep, dict[str, Any]]] = [
    (upkeep.holds, {"second": {0, 15, 30, 45}}),
    (upkeep.due_mails, {"second": 5}),
    (upkeep.checkouts, {"second": 40}),
    (upkeep.tombstones, {"minute": 7}),
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
