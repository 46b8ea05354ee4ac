"""What goes when nobody needs it any more: every kind of row in batches, each its own transaction.

A night that is cut off goes on in the next one: nothing is marked, each step looks what is due. What a step removed is
told in the log, by number.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime

from events.agenda import freshness
from events.agenda import retention as agenda
from events.calls import files as call_files
from events.calls import retention as calls
from events.cases import retention as cases
from events.core import files, inbox, outbox
from events.core.files import Store
from events.core.logs import log
from events.institutions import retention as institutions
from events.invoicing import bank_lines
from events.invoicing import retention as invoices
from events.people import browsers, codes, erasing, memberships, merges
from events.registration import exemptions, order_story, webhooks
from events.registration import retention as registration
from events.settings import Settings
from events.sheets import runs as imports
from events.solver import runs as arrangements
from events.waitlist import retention as waitlist

BATCH = 500
MOST = 200
"""Batches of one kind in a night: a first run over years of rows leaves something for the next one."""

Step = Callable[[datetime, int], Awaitable[int]]
"""Removes or blanks at most so many rows that are due at that time, and returns how many it were."""

AT_ONCE: dict[str, Callable[[datetime], Awaitable[int]]] = {
    "codes": codes.forget,
    "sign-ins": browsers.forget,
    "feed fetches": freshness.forget,
}
"""Few rows a day: all in one statement."""


async def _webhook_events(at: datetime, limit: int) -> int:
    """What an earlier version told of disputes stays until this one has understood it."""
    return await inbox.forget(at, limit, but=[webhooks.UNBOOKED])


IN_BATCHES: dict[str, Step] = {
    "mails about orders noted": order_story.keep_mails,
    "messages": outbox.forget,
    "webhook events": _webhook_events,
    "memberships": memberships.forget,
    "merges of people": merges.forget,
    "saved sessions of archived events": agenda.forget_archived,
    "reminders": agenda.forget_reminders,
    "proposals never handed in": calls.forget_drafts,
    "arrangements by the machine": arrangements.forget,
    "invitations blanked": agenda.blank_invitations,
    "tickets of erased people blanked": registration.blank_tickets,
    "abandoned orders blanked": registration.blank_abandoned,
    "codes blanked": registration.blank_codes,
    "exhibitors blanked": registration.blank_exhibitors,
    "places in line blanked": waitlist.blank,
    "imported files": imports.forget,
    "places asked for by a staff link": institutions.forget_asks,
}


async def forget(at: datetime, settings: Settings) -> dict[str, int]:
    """Do every step. One that fails is told in the log and holds up no other. Returns how many went, by their name."""

    async def accounts(at: datetime, limit: int) -> int:
        return await registration.blank_accounts(at, settings.accounts_years, limit)

    async def needs(at: datetime, limit: int) -> int:
        return await cases.forget(at, settings.care_days, limit)

    async def names(_at: datetime) -> int:
        return await erasing.blank()

    gone: dict[str, int] = {}
    for name, once in {**AT_ONCE, "names of erased people": names}.items():
        await _noted(gone, name, once(at))

    async def bank(at: datetime, limit: int) -> int:
        return await bank_lines.blank(at, settings.accounts_years, limit)

    async def papers(_at: datetime, limit: int) -> int:
        return await invoices.blank(limit)

    steps = {
        "orders blanked": accounts,
        "invoices blanked": papers,
        "lines of banks blanked": bank,
        "places blanked": institutions.blank,
        "cases": needs,
    }
    for name, step in {**IN_BATCHES, **steps}.items():
        for _batch in range(MOST):
            if await _noted(gone, name, step(at, BATCH)) < BATCH:
                break
    await _noted(gone, "files nobody names", files.forget_unnamed(Store(settings.var), _named, at))  # after their rows
    log.info("old rows went", **{name.replace(" ", "_").replace("-", "_"): count for name, count in gone.items()})
    return gone


async def _noted(gone: dict[str, int], name: str, doing: Awaitable[int]) -> int:
    """How many it were; 0 when it failed."""
    try:
        count = await doing
    except Exception as error:
        log.error("old rows could not go", rows=name, exc_info=error)
        return 0
    gone[name] = gone.get(name, 0) + count
    return count


async def _named(some: list[str]) -> set[str]:
    """Of these sha256 those that a row of some room names."""
    return await call_files.named(some) | await exemptions.named(some)
