"""Until when buyers change their tickets themselves, and how a ticket goes to another person; as each event says."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from events.core import database
from events.core.errors import NotFound, StaleWrite
from events.core.locales import _, lazy
from events.registration.accounts import Account
from events.registration.refund_policies import local_day


class Transfers(StrEnum):
    accept = "accept"
    at_once = "at_once"
    request = "request"
    never = "never"


TRANSFER_WORDS = {
    Transfers.accept: lazy("The other person gets a mail and says yes or no"),
    Transfers.at_once: lazy("It is the other person’s at once"),
    Transfers.request: lazy("Only the registrar, when somebody asks"),
    Transfers.never: lazy("Never"),
}


@dataclass(frozen=True, slots=True)
class Rules:
    """until: the last local day on which buyers change things themselves; None: the day before the event."""

    until: date | None = None
    transfers: Transfers = Transfers.accept
    version: int = 0

    def last_day(self, starts_on: date) -> date:
        return self.until or starts_on - timedelta(days=1)

    def open(self, account: Account, at: datetime) -> bool:
        """Whether a buyer may still change something without asking."""
        return local_day(at, account.zone) <= self.last_day(account.starts_on)


async def of(event_id: int) -> Rules:
    row = await database.row("SELECT until, transfers, version FROM change_rules WHERE event_id = $1", event_id)
    return Rules(row["until"], Transfers(row["transfers"]), row["version"]) if row else Rules()


async def save(event_id: int, rules: Rules) -> None:
    """Write an event's rules; `rules.version` is what was seen, 0 for none. Raises StaleWrite."""
    async with database.transaction():
        if await database.value("SELECT id FROM event WHERE id = $1 FOR UPDATE", event_id) is None:
            raise NotFound
        now = await of(event_id)
        if now.version != rules.version:
            words = _("Somebody else changed these rules meanwhile. Look at them, and make your change again.")
            raise StaleWrite(words, {}, {})
        await database.execute(
            "INSERT INTO change_rules (event_id, until, transfers) VALUES ($1, $2, $3) ON CONFLICT (event_id)"
            " DO UPDATE SET until = excluded.until, transfers = excluded.transfers, version = change_rules.version + 1",
            event_id,
            rules.until,
            rules.transfers.value,
        )
