"""The night after: time passes, and everything that waits for it is done. `python -m soak.night` as one of the house's
programs, when no other worker runs.

Time is handed in: leases, holds and checkouts run out because relay and upkeep are told a later hour, not because
anybody waits for it. Ends with 1 when something is left or the audit finds something; says it as JSON.
"""

import asyncio
import json
import sys
from datetime import datetime, timedelta
from typing import Any

import httpx
from arq.worker import Worker

from events.audit import audit
from events.core import clock, database, outbox
from events.settings import Settings
from workers import relay, run, settings, upkeep
from workers.tools import Tools

ROUNDS = 40
STEP = relay.LEASE + timedelta(seconds=1)


def context(tools: Tools) -> dict[str, Any]:
    """What arq hands to a job."""
    return {"tools": tools, "topics": settings.TOPICS, "batches": settings.BATCHES}


async def tell_all(tools: Tools, at: datetime, rounds: int = ROUNDS) -> datetime:
    """Relay and run jobs, each round a lease later, until nothing is due. Returns when that was."""
    queue = run.ArqQueue(run.redis_settings(tools.settings))
    pool = await queue._opened()
    try:
        if taken := await pool.keys("arq:in-progress:*"):
            await pool.delete(*taken)  # of workers that were killed; they run out by themselves after two minutes
        for _round in range(rounds):
            while await relay.relay(queue, at, settings.TOGETHER):
                worker = Worker(
                    functions=settings.WorkerSettings.functions,
                    redis_pool=pool,
                    burst=True,
                    handle_signals=False,
                    poll_delay=0.01,
                    keep_result=0,
                    max_jobs=settings.WorkerSettings.max_jobs,
                    ctx=context(tools),
                )
                await worker.async_run()
            at += STEP
            if not await waiting(at):
                return at
        return at
    finally:
        await queue.close()


async def waiting(at: datetime) -> int:
    """How many messages are due then and not told."""
    due, _age, _failed = await outbox.lag(at)
    return due


async def pass_by(tools: Tools) -> datetime:
    """Everything runs out: payment pages at Stripe, holds, checkouts, leases, the pauses of what failed."""
    at = clock.now()
    await _end_payment_pages(tools.settings)
    for _round in range(3):  # what one round does may be the cause of the next one's
        at = await tell_all(tools, at)
        at += timedelta(hours=1)
        await upkeep.holds(at, tools)
        await upkeep.checkouts(at, tools)
        await upkeep.due_mails(at, tools)
        await upkeep.waitlists(at, tools)
    return await tell_all(tools, at)


async def _end_payment_pages(given: Settings) -> None:
    """What Stripe's own clock would do within the hour."""
    rows = await database.rows("SELECT stripe_id FROM checkout_session WHERE state = 'open' AND stripe_id IS NOT NULL")
    headers = {"Authorization": f"Bearer {given.stripe_key.get_secret_value()}"}
    async with httpx.AsyncClient(base_url=given.stripe_url, headers=headers) as stripe:
        for row in rows:
            await stripe.post(f"/v1/checkout/sessions/{row['stripe_id']}/expire")  # 400: it was paid; asked about next


async def _main() -> int:
    tools = Tools(Settings())
    await database.connect(tools.settings.database_url)
    try:
        at = await pass_by(tools)
        left = await database.rows(
            "SELECT topic, attempt, error FROM outbox_message"
            " WHERE done_at IS NULL AND failed_at IS NULL AND due_at <= $1",
            at,
        )
        found = await audit(at)
    finally:
        await tools.close()
        await database.close()
    print(json.dumps({"left": [dict(row) for row in left], "audit": [vars(one) for one in found]}))
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(_main()))
