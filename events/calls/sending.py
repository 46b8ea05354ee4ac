"""Sending what was decided: proposals become what their drafts say, sessions are made, and each owner gets one mail."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import asyncpg

from events.calls import accepted_sessions
from events.calls.states import MOVES, ProposalState
from events.core import database

TOPIC = "mail.decision"
AT_ONCE = 50
"""Mails of one transaction: while it makes sessions, nobody else changes the draft's times."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A draft as it was shown to who sends it."""

    id: int
    version: int


@dataclass(slots=True)
class Sent:
    """counts: mails by what their proposals are now; left: titles that were changed, dropped or withdrawn since."""

    counts: dict[ProposalState, int] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        return sum(self.counts.values())


async def send(call: int, event: int, seen: Sequence[Seen], at: datetime) -> Sent:
    """Send drafts of a call. What was sent already is passed over, so that a second press does nothing.

    In portions, each in a transaction of its own: when it is cut off, the rest are drafts as before.
    """
    done = Sent()
    for start in range(0, len(seen), AT_ONCE):
        await _send(call, event, seen[start : start + AT_ONCE], done, at)
    return done


async def _send(call: int, event: int, seen: Sequence[Seen], done: Sent, at: datetime) -> None:
    versions = {one.id: one.version for one in seen}
    async with database.transaction():
        held = await _locked(call, list(versions))
        ready = [
            row
            for row in held
            if row["decision_state"] == "draft"
            and row["version"] == versions[row["decision"]]
            and ProposalState(row["becomes"]) in MOVES[ProposalState(row["state"])]
        ]
        await database.execute(
            "UPDATE decision SET state = 'sent', sent_at = $2 WHERE id = any($1)",
            [row["decision"] for row in ready],
            at,
        )
        await database.execute(
            "UPDATE proposal p SET state = n.state, version = p.version + 1, changed_at = $3"
            " FROM unnest($1::bigint[], $2::text[]) AS n (id, state) WHERE p.id = n.id",
            [row["id"] for row in ready],
            [row["becomes"] for row in ready],
            at,
        )
        await _tell(ready, at)
        for row in ready:
            if row["becomes"] == ProposalState.ACCEPTED:
                await accepted_sessions.make(row["id"], event, at)
    for row in ready:
        state = ProposalState(row["becomes"])
        done.counts[state] = done.counts.get(state, 0) + 1
    done.left += [row["title"] for row in held if row not in ready and row["decision_state"] != "sent"]


async def _locked(call: int, decisions: Sequence[int]) -> list[asyncpg.Record]:
    """The decisions of this call with their proposals, held until the transaction ends; others' are left out."""
    return await database.rows(
        "SELECT d.id AS decision, d.version, d.becomes, d.state AS decision_state, p.id, p.state, p.title"
        " FROM decision d JOIN proposal p ON p.id = d.proposal_id WHERE p.call_id = $1 AND d.id = any($2)"
        " ORDER BY p.id, d.id FOR UPDATE OF p, d",
        call,
        list(decisions),
    )


async def _tell(rows: Sequence[asyncpg.Record], at: datetime) -> None:
    """One message a decision, ever."""
    await database.execute(
        "INSERT INTO outbox_message (topic, key, body, created_at, due_at)"
        " SELECT $2, 'decision-' || n.id, jsonb_build_object('decision', n.id), $3, $3"
        " FROM unnest($1::bigint[]) AS n (id) ON CONFLICT (key) DO NOTHING",
        [row["decision"] for row in rows],
        TOPIC,
        at,
    )
