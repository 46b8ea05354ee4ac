"""Deciding about proposals: each decision makes a mail as a draft, and nobody is told before it is sent."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import asyncpg

from events.calls import decision_texts
from events.calls.decision_texts import Text
from events.calls.states import MOVES, WORDS, ProposalState
from events.core import database
from events.core.errors import DomainError, NotFound, StaleWrite
from events.core.locales import _


@dataclass(frozen=True, slots=True)
class Chosen:
    """A proposal as its row in the table showed it; draft: the id of its unsent decision, 0 for none."""

    id: int
    draft: int


@dataclass(frozen=True, slots=True)
class Decided:
    """count: how many have such a draft now; left: titles of those whose state does not allow it."""

    count: int
    left: tuple[str, ...] = ()


class Overtaken(DomainError):
    """Somebody else decided about some since the table was shown. Nothing was done."""

    status = 409

    def __init__(self, titles: Sequence[str]) -> None:
        self.titles = titles
        words = _("Decided by somebody else since you opened this table: %(titles)s. Nothing was done; look again.")
        super().__init__(words % {"titles": named(titles)})


class NotReady(DomainError):
    """Some cannot become that. Nothing was done."""

    status = 409

    def __init__(self, titles: Sequence[str], new: ProposalState) -> None:
        self.titles = titles
        words = _("These cannot become “%(state)s” as they are: %(titles)s. Nothing was done.")
        super().__init__(words % {"state": str(WORDS[new]), "titles": named(titles)})


class AlreadySent(DomainError):
    status = 409

    def __init__(self) -> None:
        super().__init__(_("This mail was sent or dropped meanwhile, so it cannot be changed any more."))


def named(titles: Sequence[str]) -> str:
    """A few titles in a line, and how many more."""
    more = len(titles) - 5
    words = ", ".join(f"“{title or _('Untitled')}”" for title in titles[:5])
    return _("%(titles)s and %(count)s more") % {"titles": words, "count": more} if more > 0 else words


async def decide(
    call: int, chosen: Sequence[Chosen], becomes: ProposalState, by: int, at: datetime, *, strict: bool = True
) -> Decided:
    """Draft the mails of a decision about proposals of a call. One that has such a draft keeps it as it is.

    strict   all or none: raises Overtaken, NotReady. Else (everything that a search matches) those that can

    Raises NotFound for a proposal of another call, or one that was never handed in.
    """
    async with database.transaction():
        held = await _locked(call, chosen, strict=strict)
        refused = [row for row in held if becomes not in MOVES[ProposalState(row["state"])]]
        if refused and strict:
            raise NotReady([row["title"] for row in refused], becomes)
        ready = [row for row in held if row not in refused]
        drafts = await _drafts([row["id"] for row in ready])
        text = (await decision_texts.of(call))[becomes]
        await _write([row for row in ready if row["id"] not in drafts or drafts[row["id"]] != becomes], text, by, at)
    return Decided(len(ready), tuple(row["title"] for row in refused))


async def undecide(call: int, chosen: Sequence[Chosen], *, strict: bool = True) -> Decided:
    """Drop the drafts of these proposals. Raises NotFound, Overtaken."""
    async with database.transaction():
        held = await _locked(call, chosen, strict=strict)
        return Decided(await drop_of([row["id"] for row in held]))


async def drop_of(proposals: Sequence[int]) -> int:
    """Drop the unsent decisions about proposals whose rows the caller has locked; returns how many."""
    return await database.execute(
        "UPDATE decision SET state = 'dropped' WHERE proposal_id = any($1) AND state = 'draft'", list(proposals)
    )


async def _locked(call: int, chosen: Sequence[Chosen], *, strict: bool) -> list[asyncpg.Record]:
    """The proposals, held until the transaction ends, with what their mails say of them."""
    seen = {one.id: one.draft for one in chosen}
    held = await database.rows(
        f"{_HELD} WHERE p.call_id = $1 AND p.id = any($2) AND p.state <> 'draft' ORDER BY p.id FOR UPDATE OF p",
        call,
        list(seen),
    )
    if len(held) != len(seen):
        raise NotFound
    if strict:
        now = {
            row["proposal_id"]: row["id"]
            for row in await database.rows(
                "SELECT proposal_id, id FROM decision WHERE proposal_id = any($1) AND state = 'draft'", list(seen)
            )
        }
        if overtaken := [row["title"] for row in held if now.get(row["id"], 0) != seen[row["id"]]]:
            raise Overtaken(overtaken)
    return held


_HELD = """
SELECT p.id, p.title, p.code, p.state, coalesce(nullif(x.name, ''), o.name) AS name, e.title AS event, c.title AS call
FROM proposal p JOIN call c ON c.id = p.call_id JOIN event e ON e.id = c.event_id JOIN person o ON o.id = p.owner_id
LEFT JOIN proposal_person x ON x.proposal_id = p.id AND x.position = 0
"""


async def _drafts(proposals: Sequence[int]) -> dict[int, str]:
    """What the unsent decisions about these proposals are."""
    found = await database.rows(
        "SELECT proposal_id, becomes FROM decision WHERE proposal_id = any($1) AND state = 'draft'", list(proposals)
    )
    return {row["proposal_id"]: row["becomes"] for row in found}


async def _write(proposals: Sequence[asyncpg.Record], text: Text, by: int, at: datetime) -> None:
    await drop_of([row["id"] for row in proposals])
    mails = [decision_texts.written(text, values(row)) for row in proposals]
    await database.execute(
        "INSERT INTO decision (proposal_id, becomes, subject, body, confirm_by, decided_at, decided_by_id)"
        " SELECT n.proposal, $4, n.subject, n.body, $5, $6, $7"
        " FROM unnest($1::bigint[], $2::text[], $3::text[]) AS n (proposal, subject, body)",
        [row["id"] for row in proposals],
        [subject for subject, _body in mails],
        [body for _subject, body in mails],
        text.becomes,
        text.confirm_by,
        at,
        by,
    )


def values(row: asyncpg.Record) -> dict[str, str]:
    """What one proposal puts into the places of a text."""
    return {name: row[name] for name in ("name", "title", "code", "event", "call")}


async def rewrite(call: int, becomes: ProposalState) -> int:
    """Write the drafts of an outcome anew from its text, but for those in which somebody wrote; returns how many."""
    async with database.transaction():
        rows = await database.rows(
            f"{_HELD} JOIN decision d ON d.proposal_id = p.id WHERE p.call_id = $1 AND d.state = 'draft'"
            " AND d.becomes = $2 AND d.version = 1 ORDER BY p.id FOR UPDATE OF p, d",
            call,
            becomes,
        )
        text = (await decision_texts.of(call))[becomes]
        mails = [decision_texts.written(text, values(row)) for row in rows]
        return await database.execute(
            "UPDATE decision d SET subject = n.subject, body = n.body, confirm_by = $4"
            " FROM unnest($1::bigint[], $2::text[], $3::text[]) AS n (proposal, subject, body)"
            " WHERE d.proposal_id = n.proposal AND d.state = 'draft'",
            [row["id"] for row in rows],
            [subject for subject, _body in mails],
            [body for _subject, body in mails],
            text.confirm_by,
        )


async def example(call: int, apart: Collection[int] = ()) -> dict[str, str] | None:
    """What the proposal handed in last would put into a text, for showing how it reads; None when there is none."""
    row = await database.row(
        f"{_HELD} WHERE p.call_id = $1 AND p.state <> 'draft' AND p.id <> ALL ($2)"
        " ORDER BY p.submitted_at DESC, p.id DESC LIMIT 1",
        call,
        list(apart),
    )
    return values(row) if row else None


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A mail that waits to be sent, and whom it goes to; email is empty when its owner has no address."""

    id: int
    version: int
    becomes: ProposalState
    subject: str
    body: str
    confirm_by: date | None
    decided_at: datetime
    decided_by: str
    proposal: int
    code: str
    title: str
    state: ProposalState
    name: str
    email: str


DRAFTS = """
SELECT d.id, d.version, d.becomes, d.subject, d.body, d.confirm_by, d.decided_at, coalesce(b.name, '') AS decided_by,
       p.id AS proposal, p.code, p.title, p.state, coalesce(nullif(x.name, ''), o.name) AS name,
       coalesce(a.email, '') AS email
FROM decision d JOIN proposal p ON p.id = d.proposal_id JOIN person o ON o.id = p.owner_id
LEFT JOIN person b ON b.id = d.decided_by_id
LEFT JOIN address a ON a.person_id = o.id AND a.is_primary
LEFT JOIN proposal_person x ON x.proposal_id = p.id AND x.position = 0
WHERE p.call_id = $1 AND d.state = 'draft'
"""


async def drafts(call: int, only: Sequence[int] | None = None) -> list[DraftRow]:
    """The unsent mails of a call, of all proposals or of `only` these, in the order of their titles."""
    rows = await database.rows(
        DRAFTS + " AND ($2::bigint[] IS NULL OR p.id = any($2)) ORDER BY d.becomes, lower(p.title), p.id",
        call,
        None if only is None else list(only),
    )
    return [_draft(row) for row in rows]


async def draft(call: int, number: int) -> DraftRow:
    """Raises NotFound; AlreadySent for one that is no draft any more."""
    row = await database.row(DRAFTS + " AND d.id = $2", call, number)
    if row is not None:
        return _draft(row)
    if await database.value(
        "SELECT EXISTS (SELECT FROM decision d JOIN proposal p ON p.id = d.proposal_id"
        " WHERE d.id = $2 AND p.call_id = $1)",
        call,
        number,
    ):
        raise AlreadySent
    raise NotFound


def _draft(row: asyncpg.Record) -> DraftRow:
    return DraftRow(**{**row, "becomes": ProposalState(row["becomes"]), "state": ProposalState(row["state"])})


async def change(call: int, number: int, mail: Text) -> None:
    """Write in one mail; mail.version is the one its form was opened with. Raises NotFound, AlreadySent, StaleWrite."""
    done = await database.execute(
        "UPDATE decision d SET subject = $3, body = $4, confirm_by = $5, version = d.version + 1"
        " FROM proposal p WHERE p.id = d.proposal_id AND p.call_id = $1 AND d.id = $2 AND d.state = 'draft'"
        " AND d.version = $6",
        call,
        number,
        mail.subject,
        mail.body,
        mail.confirm_by if mail.becomes is ProposalState.ACCEPTED else None,
        mail.version,
    )
    if not done:
        held = await draft(call, number)
        theirs = Text(held.becomes, held.subject, held.body, held.confirm_by)
        words = _("Somebody changed this mail while you had it open.")
        raise StaleWrite(words, decision_texts.told(theirs), decision_texts.told(mail))


async def drop(call: int, number: int) -> None:
    """Let a draft go: the proposal is undecided again. Raises NotFound, AlreadySent."""
    done = await database.execute(
        "UPDATE decision d SET state = 'dropped' FROM proposal p"
        " WHERE p.id = d.proposal_id AND p.call_id = $1 AND d.id = $2 AND d.state = 'draft'",
        call,
        number,
    )
    if not done:
        await draft(call, number)
        raise AlreadySent


async def waiting(call: int) -> dict[ProposalState, int]:
    """How many mails of a call wait to be sent, by what they say."""
    rows = await database.rows(
        "SELECT d.becomes, count(*) AS n FROM decision d JOIN proposal p ON p.id = d.proposal_id"
        " WHERE p.call_id = $1 AND d.state = 'draft' GROUP BY 1",
        call,
    )
    return {ProposalState(row["becomes"]): row["n"] for row in rows}
