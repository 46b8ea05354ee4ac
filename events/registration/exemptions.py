"""Certificates of buyers who pay no tax: sent with an order, looked at by a registrar, and the tax given back.

An order is placed with its tax. Once its certificate is accepted, the tax is taken off each of its tickets, once: who
has not paid yet owes less, who has gets it back.
"""

from dataclasses import dataclass
from datetime import date, datetime

import asyncpg

from events.core import database, files
from events.core.errors import DomainError, NotFound
from events.core.file_kinds import DOCUMENTS, PICTURES
from events.core.files import Store
from events.core.locales import _
from events.core.money import Money
from events.core.uploads import MEGABYTE, Checked, Rules
from events.registration import orders, refunds, taxes, written_off
from events.registration.states import EXEMPTION_MOVES, ExemptionState, OrderState

PAGE = 50
PAPER = Rules(DOCUMENTS | PICTURES, 5 * MEGABYTE)


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a buyer says of it. valid_until: the last day, None for no end."""

    institution: str
    number: str
    issued_by: str
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class Exemption:
    """A certificate as its pages show it. tax: what it took off so far; file: "" for no paper."""

    id: int
    order: str
    order_id: int
    order_state: str
    name: str
    email: str
    certificate: Certificate
    file: str
    media_type: str
    sha256: str
    state: ExemptionState
    answer: str
    asked_at: datetime
    answered_at: datetime | None
    answered_by: str
    tax: Money


class NotNow(DomainError):
    """The order or its certificate is not where this can be done."""

    status = 409

    @property
    def title(self) -> str:
        return _("This cannot be done now")


_LIST = """
SELECT x.*, o.code AS order_code, o.state AS order_state, o.name, o.email, o.currency, coalesce(p.name, '') AS by,
    coalesce((SELECT sum(l.tax) FROM exempted_line l WHERE l.exemption_id = x.id), 0)::bigint AS tax
FROM exemption x JOIN orders o ON o.id = x.order_id LEFT JOIN person p ON p.id = x.answered_by_id WHERE {which}
"""
_OF_EVENT = _LIST.format(
    which="""o.event_id = $1 AND x.number <> '' AND ($2 = '' OR x.state = $2) AND ($3 = '' OR o.code = upper($3)
    OR strpos(lower(concat_ws(' ', o.name, o.email, x.institution, x.number, x.issued_by)), lower($3)) > 0)"""
)


async def of_order(order_id: int) -> Exemption | None:
    row = await database.row(_LIST.format(which="x.order_id = $1 AND x.number <> ''"), order_id)
    return _exemption(row) if row else None


async def of_event(event_id: int, state: str, words: str, page: int) -> tuple[list[Exemption], int]:
    """A page of an event's certificates, those that wait first; and how many in all. state: "" for all."""
    total = await database.value(f"SELECT count(*) FROM ({_OF_EVENT}) found", event_id, state, words)  # noqa: S608
    rows = await database.rows(
        _OF_EVENT + " ORDER BY x.state <> 'asked', x.id LIMIT $4 OFFSET $5",
        event_id,
        state,
        words,
        PAGE,
        (page - 1) * PAGE,
    )
    return [_exemption(row) for row in rows], int(total)


async def counts(event_id: int) -> dict[str, int]:
    """State → how many."""
    rows = await database.rows(
        "SELECT x.state, count(*) AS n FROM exemption x JOIN orders o ON o.id = x.order_id"
        " WHERE o.event_id = $1 AND x.number <> '' GROUP BY x.state",
        event_id,
    )
    return {row["state"]: row["n"] for row in rows}


async def find(event_id: int, number: int) -> Exemption:
    """Raises NotFound, also for one of another event."""
    row = await database.row(_LIST.format(which="x.id = $1 AND o.event_id = $2 AND x.number <> ''"), number, event_id)
    if row is None:
        raise NotFound
    return _exemption(row)


def _exemption(row: asyncpg.Record) -> Exemption:
    return Exemption(
        row["id"],
        row["order_code"],
        row["order_id"],
        row["order_state"],
        row["name"],
        row["email"],
        Certificate(row["institution"], row["number"], row["issued_by"], row["valid_until"]),
        row["file"],
        row["media_type"],
        row["sha256"],
        ExemptionState(row["state"]),
        row["answer"],
        row["asked_at"],
        row["answered_at"],
        row["by"],
        Money(row["tax"], row["currency"]),
    )


async def ask(order_id: int, certificate: Certificate, paper: Checked | None, store: Store, at: datetime) -> None:
    """Send a certificate with an order, or another one in place of one that was refused or not looked at yet.

    Raises NotNow for an order without tax or that is neither confirmed nor waits for its money, and when it was
    accepted already. Without a paper the one that was there stays.
    """
    async with database.transaction():
        order = await orders.lock(order_id)
        if order.state not in {OrderState.PENDING, OrderState.CONFIRMED} or not await taxes.of_order(order_id):
            raise NotNow(_("There is no tax in this order that could be taken off."))
        was = await database.value("SELECT state FROM exemption WHERE order_id = $1", order_id)
        if was == ExemptionState.accepted:
            raise NotNow(_("The certificate of this order was accepted already."))
        kept = ("", "", 0, "")
        if paper is not None:
            await files.hold()
            await store.keep(paper.path, paper.sha256)
            kept = paper.name, paper.media_type, paper.size, paper.sha256
        await database.execute(
            "INSERT INTO exemption (order_id, institution, number, issued_by, valid_until, file, media_type, size,"
            " sha256, state, asked_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'asked', $10)"
            " ON CONFLICT (order_id) DO UPDATE SET (institution, number, issued_by, valid_until) = ($2, $3, $4, $5),"
            " file = CASE WHEN $9::text = '' THEN exemption.file ELSE $6 END,"
            " media_type = CASE WHEN $9::text = '' THEN exemption.media_type ELSE $7 END,"
            " size = CASE WHEN $9::text = '' THEN exemption.size ELSE $8 END,"
            " sha256 = CASE WHEN $9::text = '' THEN exemption.sha256 ELSE $9 END,"
            " state = 'asked', asked_at = $10, answer = '', answered_at = NULL, answered_by_id = NULL",
            order_id,
            certificate.institution,
            certificate.number,
            certificate.issued_by,
            certificate.valid_until,
            *kept,
            at,
        )


async def accept(event_id: int, number: int, by: int, at: datetime) -> Money:
    """Accept a certificate: the tax goes off the order's tickets, and what was paid of it goes back.

    Again for one that was accepted: the tax of tickets that came to the order since. Returns what was taken off.
    Raises NotFound, NotNow.
    """
    found = await find(event_id, number)
    async with database.transaction():
        order = await orders.lock(found.order_id)
        state = await database.value("SELECT state FROM exemption WHERE id = $1 FOR UPDATE", number)
        if order.state not in {OrderState.PENDING, OrderState.CONFIRMED}:
            raise NotNow(_("The order is neither confirmed nor does it wait for its money."))
        if await database.value(_PAYING, order.id):
            raise NotNow(_("A payment of this order is on its way. Answer again when it is there."))
        if state != ExemptionState.accepted:
            _step(state, ExemptionState.accepted)
            await _answer(number, ExemptionState.accepted, "", by, at)
        off = await _take_off(order, number, at)
        if state != ExemptionState.accepted or off:
            await orders.tell(order.id, at, "mail.exemption_answered")
        if off and order.state is OrderState.CONFIRMED:
            await written_off.take_back(order.id, order.currency, f"exemption-{number}-{at.timestamp():.0f}", at)
            await refunds.request_owed(order.id, order.currency, "exempt from tax", at)
    return Money(off, order.currency)


async def refuse(event_id: int, number: int, why: str, by: int, at: datetime) -> None:
    """The buyer is told why, and may send another. Raises NotFound, NotNow."""
    found = await find(event_id, number)
    async with database.transaction():
        await orders.lock(found.order_id)
        _step(await database.value("SELECT state FROM exemption WHERE id = $1", number), ExemptionState.refused)
        await _answer(number, ExemptionState.refused, why, by, at)
        await orders.tell(found.order_id, at, "mail.exemption_answered")


def _step(old: str, new: ExemptionState) -> None:
    if new not in EXEMPTION_MOVES[ExemptionState(old)]:
        raise NotNow(_("This was answered meanwhile. Look at the list again."))


async def _answer(number: int, state: ExemptionState, words: str, by: int, at: datetime) -> None:
    await database.execute(
        "UPDATE exemption SET state = $2, answer = $3, answered_by_id = $4, answered_at = $5 WHERE id = $1",
        number,
        state.value,
        words,
        by,
        at,
    )


_PAYING = (
    "SELECT EXISTS (SELECT FROM checkout_session WHERE order_id = $1 AND state IN ('creating', 'open', 'processing'))"
)
_TAKE_OFF = f"""
WITH taxed AS (
    SELECT n.id, {taxes.WITHIN.format(amount="n.amount", rate="tax.rate")}::bigint AS tax
    FROM order_line n JOIN orders o ON o.id = n.order_id {taxes.OF_LINE}
    WHERE n.order_id = $1 AND n.cancelled_at IS NULL AND exempted.line_id IS NULL AND tax.rate > 0
), noted AS (
    INSERT INTO exempted_line (line_id, exemption_id, tax, exempted_at) SELECT id, $2, tax, $3 FROM taxed WHERE tax > 0
    ON CONFLICT (line_id) DO NOTHING RETURNING line_id, tax
), less AS (
    UPDATE order_line n SET amount = n.amount - noted.tax,
        quote = n.quote || jsonb_build_array(jsonb_build_object('words', $4::text, 'amount', -noted.tax))
    FROM noted WHERE n.id = noted.line_id RETURNING n.id
), waived AS (
    INSERT INTO ledger (order_id, kind, amount, currency, source, booked_at)
    SELECT $1, 'waiver', -tax, $5, 'exemption-' || line_id, $3 FROM noted WHERE $6
    ON CONFLICT (kind, source) DO NOTHING
)
UPDATE orders SET total = total - coalesce((SELECT sum(tax) FROM noted), 0) WHERE id = $1
RETURNING coalesce((SELECT sum(tax) FROM noted), 0)::bigint
"""  # noqa: S608 - texts of ours


async def _take_off(order: orders.Locked, number: int, at: datetime) -> int:
    charged = order.state is OrderState.CONFIRMED
    off: int = await database.value(_TAKE_OFF, order.id, number, at, "Exempt from tax", order.currency, charged)
    return off


async def named(sha256: list[str]) -> set[str]:
    """Of these sha256 those that a certificate names."""
    rows = await database.rows("SELECT DISTINCT sha256 FROM exemption WHERE sha256 = any($1)", sha256)
    return {row["sha256"] for row in rows}
