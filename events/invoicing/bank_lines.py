"""Lines of banks' statements: kept once each, proposed for an order, booked by a person as a receipt, or left alone."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum

import asyncpg

from events.core import database
from events.core.errors import DomainError, NotFound, Unreadable
from events.core.locales import _
from events.core.money import Money
from events.invoicing import bank_csv, bank_matching, invoices, receipts
from events.invoicing.bank_csv import Reading, Table
from events.invoicing.bank_matching import Open
from events.invoicing.receipts import Became, Slip

PAGE = 50


class LineState(StrEnum):
    unknown = "unknown"
    proposed = "proposed"
    booked = "booked"
    ignored = "ignored"


LINE_MOVES: dict[LineState, frozenset[LineState]] = {
    LineState.unknown: frozenset({LineState.proposed, LineState.booked, LineState.ignored}),
    LineState.proposed: frozenset({LineState.unknown, LineState.proposed, LineState.booked, LineState.ignored}),
    LineState.booked: frozenset(),  # money is never unbooked: what came wrongly is given back by a receipt
    LineState.ignored: frozenset({LineState.unknown}),
}


class Settled(DomainError):
    """Somebody else booked this line, or left it alone."""

    status = 409

    def __init__(self) -> None:
        super().__init__(_("This line was settled meanwhile. Look at the list again."))

    @property
    def title(self) -> str:
        return _("Settled already")


@dataclass(frozen=True, slots=True)
class Statement:
    """rows: of the table that waits for its columns. lines, open_: of those that were read."""

    id: int
    name: str
    sent_at: datetime
    sent_by: str
    read_at: datetime | None
    reading: Reading | None
    table: Table
    lines: int
    open_: int


@dataclass(frozen=True, slots=True)
class Line:
    id: int
    dated: date
    amount: Money
    reference: str
    payer: str
    state: LineState
    order: str
    slug: str
    buyer: str
    owed: Money | None
    sure: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Read:
    """How many lines of a file are new, how many were there before, how many of the new ones have a proposal."""

    new: int
    before: int
    proposed: int


async def keep(name: str, data: bytes, currency: str, at: datetime, by: int) -> int:
    """Keep a file as a table, read as the last one with the same columns was. Returns its id. Raises Unreadable."""
    try:
        table = bank_csv.read(data)
    except bank_csv.NoStatement as error:
        raise Unreadable({"file": str(error)}) from error
    head = hashlib.sha256("\n".join(table.head).encode()).hexdigest()
    last = await database.value(
        "SELECT reading FROM bank_statement WHERE head = $1 AND read_at IS NOT NULL ORDER BY id DESC LIMIT 1", head
    )
    reading = _reading(json.loads(last)) if last else bank_csv.guess(table, currency)
    made: int = await database.value(
        "INSERT INTO bank_statement (name, body, reading, head, sent_at, sent_by_id)"
        " VALUES ($1, $2::jsonb, $3::jsonb, $4, $5, $6) RETURNING id",
        name[:200],
        json.dumps({"head": table.head, "rows": table.rows}),
        json.dumps(asdict(reading)),
        head,
        at,
        by,
    )
    return made


def _reading(values: Mapping[str, object]) -> Reading:
    columns = values["columns"]
    assert isinstance(columns, list)
    return Reading(tuple(columns), str(values["days"]), bool(values["comma"]), str(values["currency"]))


async def settle_columns(statement: int, reading: Reading, at: datetime, by: int) -> Read:
    """Read the lines of a table, keep those that are new, and propose orders for them. Raises Unreadable, Settled."""
    async with database.transaction():
        row = await database.row("SELECT body, read_at FROM bank_statement WHERE id = $1 FOR UPDATE", statement)
        if row is None:
            raise NotFound
        if row["read_at"] is not None:
            raise Settled
        body = json.loads(row["body"])
        table = Table(tuple(body["head"]), tuple(tuple(one) for one in body["rows"]))
        _refuse(reading, len(table.head))
        lines, wrong = bank_csv.lines(table, reading)
        if not lines:
            words = _("Not one line could be read: %(why)s") % {"why": wrong[0][1] if wrong else _("there are none.")}
            raise Unreadable({"columns": words})
        new = await database.rows(
            "INSERT INTO bank_line (statement_id, fingerprint, dated, amount, currency, reference, payer, state,"
            " reason, changed_at, changed_by_id) SELECT $1, l.mark, l.dated, l.amount, $2, l.reference, l.payer,"
            " CASE WHEN l.amount > 0 THEN 'unknown' ELSE 'ignored' END, '', $3, $4"
            " FROM unnest($5::text[], $6::date[], $7::bigint[], $8::text[], $9::text[])"
            " AS l (mark, dated, amount, reference, payer) ON CONFLICT (fingerprint) DO NOTHING RETURNING id",
            statement,
            reading.currency,
            at,
            by,
            [one.fingerprint for one in lines],
            [one.dated for one in lines],
            [one.amount for one in lines],
            [one.reference for one in lines],
            [one.payer for one in lines],
        )
        await database.execute(
            "UPDATE bank_statement SET read_at = $2, reading = $3::jsonb, body = '{}'::jsonb WHERE id = $1",
            statement,
            at,
            json.dumps(asdict(reading)),
        )
        proposed = await propose(statement, at)
    return Read(len(new), len(lines) - len(new), proposed)


def _refuse(reading: Reading, width: int) -> None:
    columns = reading.columns
    if len(columns) != width or any(one not in bank_csv.COLUMNS for one in columns):
        raise Unreadable({"columns": _("Say of each column what it is.")})
    if columns.count("date") != 1:
        raise Unreadable({"columns": _("One column has to be the day.")})
    sums = [columns.count(one) for one in ("amount", "credit", "debit")]
    if sums[0] > 1 or sums[1] > 1 or sums[2] > 1 or not (sums[0] or sums[1]) or (sums[0] and (sums[1] or sums[2])):
        raise Unreadable({"columns": _("One column has to be the amount; or one money in, and one money out.")})
    if reading.days not in bank_csv.DAYS:
        raise Unreadable({"days": _("Choose one of the list.")})


_OPEN = f"""
SELECT o.id, o.code, o.currency, o.name, coalesce(d.number, '') AS number, coalesce(d.institution, '') AS institution,
    coalesce(d.reference, '') AS reference,
    ARRAY(SELECT i.year || '-' || i.serial FROM invoice i WHERE i.order_id = o.id) AS invoices,
    {invoices.OWED} + coalesce((SELECT sum(l.amount) FROM ledger l WHERE l.order_id = o.id
        AND l.kind NOT IN ('charge', 'waiver', 'fee')), 0)::bigint AS owed
FROM orders o JOIN due d ON d.order_id = o.id WHERE o.state IN ('PENDING', 'CONFIRMED', 'EXPIRED')
"""  # noqa: S608 - put together from constants


async def propose(statement: int, at: datetime) -> int:
    """Look for the order of each line of a statement that has none. Returns how many have one now."""
    orders = [
        Open(
            row["id"],
            tuple(one for one in (row["code"], row["number"], row["reference"], *_numbers(row["invoices"])) if one),
            row["owed"],
            row["currency"],
            tuple(one for one in (row["institution"], row["name"]) if one),
        )
        for row in await database.rows(_OPEN)
    ]
    found: list[tuple[int, int, bool]] = []
    for row in await database.rows(
        "SELECT id, reference, payer, amount, currency FROM bank_line WHERE statement_id = $1 AND state = 'unknown'",
        statement,
    ):
        if one := bank_matching.match(row["reference"], row["payer"], row["amount"], row["currency"], orders):
            found.append((row["id"], one.order, one.sure))
    if found:
        await database.execute(
            "UPDATE bank_line l SET state = 'proposed', order_id = f.order_id, sure = f.sure, changed_at = $4"
            " FROM unnest($1::bigint[], $2::bigint[], $3::bool[]) f (id, order_id, sure)"
            " WHERE l.id = f.id AND l.state = 'unknown'",
            [one[0] for one in found],
            [one[1] for one in found],
            [one[2] for one in found],
            at,
        )
    return len(found)


def _numbers(found: list[str]) -> list[str]:
    """Invoices as they stand on the paper."""
    return [invoices.number_of(int(year), int(serial)) for year, serial in (one.split("-") for one in found)]


async def book(line: int, code: str, at: datetime, by: int) -> Became:
    """Book a line as a transfer for an order, "" for the one that is proposed. Raises NotFound, Settled, Unreadable."""
    async with database.transaction():
        row = await database.row("SELECT * FROM bank_line WHERE id = $1 FOR UPDATE", line)
        if row is None:
            raise NotFound
        if LineState.booked not in LINE_MOVES[LineState(row["state"])]:
            raise Settled
        order = await database.row(
            "SELECT id, currency FROM orders WHERE CASE WHEN $1 = '' THEN id = $2 ELSE code = upper($1) END",
            code,
            row["order_id"],
        )
        if order is None:
            raise Unreadable({"order": _("There is no such order.")})
        if order["currency"] != row["currency"] or row["amount"] <= 0:
            raise Unreadable({"order": _("That order is in another currency, or this line is money that went out.")})
        slip = Slip(
            "payment",
            "transfer",
            f"bank {row['dated']:%Y-%m-%d} {row['fingerprint'][:12]}",
            row["dated"],
            Money(row["amount"], row["currency"]),
            row["reference"][:200],
        )
        became = await receipts.book(order["id"], slip, by, at)
        await _move(line, LineState.booked, at, by, order=order["id"])
    return became


async def book_sure(statement: int, at: datetime, by: int) -> int:
    """Book every line whose order is named and owes exactly this. Returns how many; what somebody settles at the same
    moment is theirs."""
    done = 0
    for row in await database.rows(
        "SELECT id FROM bank_line WHERE statement_id = $1 AND state = 'proposed' AND sure ORDER BY id", statement
    ):
        try:
            await book(row["id"], "", at, by)
            done += 1
        except (Settled, Unreadable):
            continue
    return done


async def leave(line: int, reason: str, at: datetime, by: int) -> None:
    """Nobody's payment here: leave it alone. Raises NotFound, Settled."""
    await _settle(line, LineState.ignored, at, by, reason)


async def take_up(line: int, at: datetime, by: int) -> None:
    """What was left alone is looked at again, and what was proposed is thought about anew. Raises NotFound, Settled."""
    await _settle(line, LineState.unknown, at, by, "")


async def _settle(line: int, new: LineState, at: datetime, by: int, reason: str) -> None:
    async with database.transaction():
        state = await database.value("SELECT state FROM bank_line WHERE id = $1 FOR UPDATE", line)
        if state is None:
            raise NotFound
        if new not in LINE_MOVES[LineState(state)]:
            raise Settled
        await _move(line, new, at, by, reason=reason)


async def _move(
    line: int, new: LineState, at: datetime, by: int, *, order: int | None = None, reason: str = ""
) -> None:
    await database.execute(
        "UPDATE bank_line SET state = $2::text, order_id = $3, reason = $4, changed_at = $5, changed_by_id = $6,"
        " sure = sure AND $2::text = 'booked' WHERE id = $1",
        line,
        new.value,
        order,
        reason,
        at,
        by,
    )


_STATEMENT = """
SELECT s.*, coalesce(p.name, '') AS sent_by,
    (SELECT count(*) FROM bank_line l WHERE l.statement_id = s.id)::int AS lines,
    (SELECT count(*) FROM bank_line l WHERE l.statement_id = s.id AND l.state IN ('unknown', 'proposed'))::int AS open_
FROM bank_statement s LEFT JOIN person p ON p.id = s.sent_by_id
"""


async def statements(page: int) -> tuple[list[Statement], int]:
    """The newest first; and how many in all."""
    total: int = await database.value("SELECT count(*) FROM bank_statement")
    rows = await database.rows(_STATEMENT + " ORDER BY s.id DESC LIMIT $1 OFFSET $2", PAGE, (page - 1) * PAGE)
    return [_statement(row) for row in rows], total


async def statement(number: int) -> Statement:
    row = await database.row(_STATEMENT + " WHERE s.id = $1", number)
    if row is None:
        raise NotFound
    return _statement(row)


def _statement(row: asyncpg.Record) -> Statement:
    body = json.loads(row["body"])
    return Statement(
        row["id"],
        row["name"],
        row["sent_at"],
        row["sent_by"],
        row["read_at"],
        _reading(json.loads(row["reading"])),
        Table(tuple(body.get("head", ())), tuple(tuple(one) for one in body.get("rows", ()))),
        row["lines"],
        row["open_"],
    )


_FOUND = """
FROM bank_line l LEFT JOIN orders o ON o.id = l.order_id LEFT JOIN event e ON e.id = o.event_id
WHERE l.statement_id = $1 AND ($2 = '' OR l.state = $2) AND ($3 = '' OR strpos(
    lower(l.reference || ' ' || l.payer || ' ' || coalesce(o.code, '') || ' ' || coalesce(o.name, '')), lower($3)) > 0)
"""
_OWED = f"""
{invoices.OWED} + coalesce((SELECT sum(g.amount) FROM ledger g WHERE g.order_id = o.id
    AND g.kind NOT IN ('charge', 'waiver', 'fee')), 0)::bigint
"""  # noqa: S608 - put together from constants


async def lines(statement: int, state: str, words: str, page: int) -> tuple[list[Line], int]:
    """A page of a statement's lines, what is open first; and how many in all."""
    total: int = await database.value("SELECT count(*) " + _FOUND, statement, state, words)
    rows = await database.rows(
        "SELECT l.*, coalesce(o.code, '') AS code, coalesce(o.name, '') AS buyer, coalesce(e.slug, '') AS slug,"
        f" CASE WHEN o.id IS NOT NULL THEN {_OWED} END AS owed {_FOUND}"
        " ORDER BY array_position(ARRAY['proposed', 'unknown', 'booked', 'ignored'], l.state), l.dated, l.id"
        f" LIMIT {PAGE} OFFSET $4",
        statement,
        state,
        words,
        (page - 1) * PAGE,
    )
    found = [
        Line(
            row["id"],
            row["dated"],
            Money(row["amount"], row["currency"]),
            row["reference"],
            row["payer"],
            LineState(row["state"]),
            row["code"],
            row["slug"],
            row["buyer"],
            Money(row["owed"], row["currency"]) if row["owed"] is not None else None,
            row["sure"],
            row["reason"],
        )
        for row in rows
    ]
    return found, total


async def counts(statement: int) -> dict[str, int]:
    rows = await database.rows(
        "SELECT state, count(*) AS n FROM bank_line WHERE statement_id = $1 GROUP BY state"
        " UNION ALL SELECT 'sure', count(*) FROM bank_line WHERE statement_id = $1 AND state = 'proposed' AND sure",
        statement,
    )
    return {row["state"]: row["n"] for row in rows}


async def statement_of(line: int) -> int:
    """Raises NotFound."""
    found: int | None = await database.value("SELECT statement_id FROM bank_line WHERE id = $1", line)
    if found is None:
        raise NotFound
    return found


_BLANK = """
UPDATE bank_line SET reference = '', payer = '', reason = '', changed_by_id = NULL WHERE id IN (
    SELECT id FROM bank_line WHERE dated < $1 AND (reference <> '' OR payer <> '' OR changed_by_id IS NOT NULL)
    ORDER BY id LIMIT $2)
"""


async def blank(at: datetime, years: int, limit: int) -> int:
    """Who paid what for goes with the accounts' years; days, sums and orders stay. Returns how many."""
    return await database.execute(_BLANK, at.date().replace(year=at.year - years, day=min(at.day, 28)), limit)
