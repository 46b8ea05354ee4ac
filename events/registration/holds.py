"""Places set aside for a buyer: placed with the whole order in one statement, given up when their time is over."""

import json
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta

import asyncpg

from events.core import database
from events.core.errors import DomainError
from events.core.locales import _
from events.registration import declarations, quotas
from events.registration.declarations import Declared
from events.registration.pricing import Line
from events.registration.states import OrderState

HOLD = timedelta(minutes=30)
"""How long a buyer has to pay. Stripe lets a Checkout Session run out after 30 minutes at the soonest."""

GRACE = timedelta(minutes=5)
"""After the clock a buyer sees, the places stay set aside for so long: the last payment is still on its way."""

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Codes are read aloud and typed: no I and 1, no O and 0."""


@dataclass(frozen=True, slots=True)
class Attendee:
    """Who comes. person: whose account it is, when that is known; answers: question id → what was typed."""

    name: str
    email: str
    answers: Mapping[str, str]
    person: int | None = None


@dataclass(frozen=True, slots=True)
class Code:
    """The code an order is placed with, as it was when its lines were priced."""

    voucher: int
    version: int
    per_person: int | None = None


@dataclass(frozen=True, slots=True)
class Basket:
    """An order as it is placed. `lines` are our own quote; their `person` is a place in `attendees`.

    accepted    the documents (`registration.documents`) that the buyer agreed to
    for_staff   bought by an institution; attendees without names are places that are nobody's yet
    """

    event: int
    name: str
    email: str
    person: int | None
    locale: str
    audience: str
    membership: Mapping[str, str] | None
    currency: str
    attendees: Sequence[Attendee]
    lines: Sequence[Line]
    form_key: str | None = None
    code: Code | None = None
    declared: Declared | None = None
    offered_until: datetime | None = None
    for_staff: bool = False
    accepted: Sequence[int] = ()

    @property
    def total(self) -> int:
        return sum(line.amount.amount for line in self.lines)


@dataclass(frozen=True, slots=True)
class Placed:
    id: int
    code: str
    state: OrderState


class CodeGone(DomainError):
    """The code of an order was good when it was priced, and is not any more, or not for so many."""

    status = 409

    def __init__(self) -> None:
        super().__init__(_("This code changed, or its last use has just been taken. Nothing was charged."))

    @property
    def title(self) -> str:
        return _("The code is not good any more")


class AlreadyPlaced(DomainError):
    """The same form was sent twice; `code` is the order it made."""

    status = 409

    def __init__(self, code: str) -> None:
        super().__init__(_("This order was placed already."), code=code)
        self.code = code


_PLACE_TEXT = """
WITH item AS MATERIALIZED (
    SELECT * FROM unnest($3::text[], $4::int[], $5::bigint[], $6::text[])
        AS t (registration, ticket_type_id, amount, quote)
), wanted AS MATERIALIZED (
    SELECT l.quota_id, count(*)::int AS places FROM item JOIN ticket_type_quota l USING (ticket_type_id)
    GROUP BY l.quota_id
), {code}, {lapsed}, {locked}, {counted}, placed AS (
    INSERT INTO orders (code, event_id, person_id, state, name, email, audience, membership, currency, total,
        held_until, created_at, confirmed_at, locale, form_key, for_staff)
    SELECT $7, $8, $9, $10::text, $11, $12, $13, $14::jsonb, $15, $16,
        $17, $1, CASE $10::text WHEN 'CONFIRMED' THEN $1 END, $18, $19, $25::bool
    FROM fits WHERE yes AND (SELECT count(*) FROM expired) >= 0 RETURNING id
), attendee AS (
    INSERT INTO registration (code, order_id, event_id, person_id, name, email, answers)
    SELECT a.code, placed.id, $8, a.person_id, a.name, a.email, a.answers::jsonb
    FROM placed, unnest($20::text[], $21::int[], $22::text[], $23::text[], $24::text[])
        AS a (code, person_id, name, email, answers)
    RETURNING id, code, order_id
), line AS (
    INSERT INTO order_line (order_id, registration_id, ticket_type_id, amount, quote)
    SELECT a.order_id, a.id, i.ticket_type_id, i.amount, i.quote::jsonb
    FROM item i JOIN attendee a ON a.code = i.registration
    RETURNING id, ticket_type_id
), taken AS (
    INSERT INTO claim (quota_id, line_id)
    SELECT l.quota_id, line.id FROM line JOIN ticket_type_quota l USING (ticket_type_id)
), accepted AS (
    INSERT INTO acceptance (order_id, document_id, accepted_at)
    SELECT placed.id, document, $1 FROM placed, unnest($26::int[]) document
), move AS (
    INSERT INTO order_move (order_id, old, new, moved_at, moved_by_id, reason)
    SELECT id, 'HELD', $10::text, $1, $9, 'nothing to pay' FROM placed WHERE $10::text = 'CONFIRMED'
), message AS (
    INSERT INTO outbox_message (topic, body, created_at, due_at)
    SELECT topic, jsonb_build_object('order', placed.id), $1, $1
    FROM placed, unnest(ARRAY['order.confirmed', 'mail.order_confirmed']) topic WHERE $10::text = 'CONFIRMED'
)
SELECT (SELECT id FROM placed) AS id, {short} AS short
"""


def _written(text: str, code: str, counted: str) -> str:
    parts = {"code": code, "lapsed": quotas.LAPSED, "locked": quotas.LOCKED, "counted": counted, "short": quotas.SHORT}
    for name, part in parts.items():
        text = text.replace(f"{{{name}}}", part)
    return text


def _by_code(text: str) -> str:
    """The same for lines of which some are by a code: $27 says which, $28 and $29 whose and of which version."""
    for old, new in (
        ("$6::text[])\n        AS t (registration, ticket_type_id, amount, quote)",
         "$6::text[], $27::bool[])\n        AS t (registration, ticket_type_id, amount, quote, by_code)"),
        ("count(*)::int AS places FROM item",
         "count(*)::int AS places, (count(*) FILTER (WHERE by_code))::int AS by_code FROM item"),
        ("INSERT INTO order_line (order_id, registration_id, ticket_type_id, amount, quote)",
         "INSERT INTO order_line (order_id, registration_id, ticket_type_id, amount, quote, voucher_id)"),
        ("i.quote::jsonb\n", "i.quote::jsonb, CASE WHEN i.by_code THEN $28::bigint END\n"),
        ("RETURNING id, ticket_type_id\n", "RETURNING id, ticket_type_id, registration_id, voucher_id\n"),
        (_TAKEN_PLAINLY, _TAKEN_BY_CODE),
    ):  # fmt: skip
        assert old in text, old
        text = text.replace(old, new)
    return text


_TAKEN_PLAINLY = """taken AS (
    INSERT INTO claim (quota_id, line_id)
    SELECT l.quota_id, line.id FROM line JOIN ticket_type_quota l USING (ticket_type_id)
)"""
_TAKEN_BY_CODE = """place_of AS (
    SELECT l.quota_id, line.id, line.voucher_id,
        row_number() OVER (PARTITION BY l.quota_id, line.voucher_id ORDER BY line.id) AS n
    FROM line JOIN ticket_type_quota l USING (ticket_type_id)
), taken AS (
    INSERT INTO claim (quota_id, line_id, voucher_id)
    SELECT o.quota_id, o.id, CASE WHEN o.n <= p.own THEN o.voucher_id END
    FROM place_of o JOIN place p ON p.id = o.quota_id
), use AS (
    INSERT INTO voucher_use (voucher_id, order_id, registration_id)
    SELECT DISTINCT line.voucher_id, placed.id, line.registration_id FROM line, placed WHERE line.voucher_id IS NOT NULL
)"""
"""The first lines take what is set aside for their code, the others what is free."""

_CODE = """code AS MATERIALIZED (
    SELECT $28::bigint AS voucher_id, count(DISTINCT registration)::int AS uses, $29::int AS version
    FROM item WHERE by_code
)"""

_PLACE = _written(_PLACE_TEXT, quotas.NO_CODE, quotas.COUNTED)
_PLACE_BY_CODE = _written(_by_code(_PLACE_TEXT), _CODE, quotas.BY_CODE)

_OFFERED_TEXT = _PLACE_TEXT.replace("form_key, for_staff)", "form_key, for_staff, source)")
_PLACE_OFFERED = _written(
    _OFFERED_TEXT.replace("$25::bool\n", "$25::bool, 'waitlist'\n"), quotas.NO_CODE, quotas.OFFERED
)
"""For somebody who waited: held until the end of the offer, also when it costs nothing."""

_AGAIN = f"""
WITH line AS MATERIALIZED (
    SELECT n.id, n.ticket_type_id FROM order_line n WHERE n.order_id = $3 AND n.cancelled_at IS NULL
), wanted AS MATERIALIZED (
    SELECT l.quota_id, count(*)::int AS places FROM line JOIN ticket_type_quota l USING (ticket_type_id)
    GROUP BY l.quota_id
), {quotas.NO_CODE}, {quotas.LAPSED}, {quotas.LOCKED}, {quotas.COUNTED}, taken AS (
    INSERT INTO claim (quota_id, line_id)
    SELECT l.quota_id, line.id FROM fits, line JOIN ticket_type_quota l USING (ticket_type_id) WHERE fits.yes
)
SELECT yes FROM fits
"""  # noqa: S608

_OTHER = f"""
WITH wanted AS MATERIALIZED (
    SELECT l.quota_id, 1 AS places FROM order_line n JOIN ticket_type_quota l USING (ticket_type_id)
    WHERE n.id = $3 AND NOT EXISTS (SELECT FROM claim c WHERE c.line_id = $4 AND c.quota_id = l.quota_id)
), {quotas.NO_CODE}, {quotas.LAPSED}, {quotas.LOCKED}, {quotas.COUNTED}, taken AS (
    INSERT INTO claim (quota_id, line_id) SELECT w.quota_id, $3 FROM fits, wanted w WHERE fits.yes
)
SELECT yes, {quotas.SHORT} AS short FROM fits
"""  # noqa: S608

_AGAIN_BY_CODE = f"""
WITH line AS MATERIALIZED (
    SELECT n.id, n.ticket_type_id, n.registration_id, n.voucher_id FROM order_line n
    WHERE n.order_id = $3 AND n.cancelled_at IS NULL
), wanted AS MATERIALIZED (
    SELECT l.quota_id, count(*)::int AS places, count(line.voucher_id)::int AS by_code
    FROM line JOIN ticket_type_quota l USING (ticket_type_id) GROUP BY l.quota_id
), code AS MATERIALIZED (
    SELECT voucher_id, count(DISTINCT registration_id)::int AS uses, NULL::int AS version FROM line
    WHERE voucher_id IS NOT NULL GROUP BY voucher_id
), {quotas.LAPSED}, {quotas.LOCKED}, {quotas.BY_CODE}, place_of AS (
    SELECT l.quota_id, line.id, line.voucher_id,
        row_number() OVER (PARTITION BY l.quota_id, line.voucher_id ORDER BY line.id) AS n
    FROM line JOIN ticket_type_quota l USING (ticket_type_id)
), taken AS (
    INSERT INTO claim (quota_id, line_id, voucher_id)
    SELECT o.quota_id, o.id, CASE WHEN o.n <= p.own THEN o.voucher_id END
    FROM fits, place_of o JOIN place p ON p.id = o.quota_id WHERE fits.yes
), use AS (
    INSERT INTO voucher_use (voucher_id, order_id, registration_id)
    SELECT DISTINCT line.voucher_id, $3::bigint, line.registration_id FROM fits, line
    WHERE fits.yes AND line.voucher_id IS NOT NULL
)
SELECT yes FROM fits
"""  # noqa: S608
"""A code that ended meanwhile was good when they bought; when its last use is gone, it is as when the places are."""

_TOO_OFTEN = """
SELECT v.per_person < count(*) FROM voucher v
JOIN voucher_use u ON u.voucher_id = v.id JOIN orders o ON o.id = u.order_id
JOIN orders mine ON mine.id = $2
WHERE v.id = $1 AND (o.email = mine.email OR o.person_id = mine.person_id) GROUP BY v.id
"""
"""Asked in a statement of its own after the code is locked, so that it sees the use of whoever had the lock before."""

_SWEEP = f"""
WITH wanted AS MATERIALIZED (
    SELECT NULL::int AS quota_id, 0 AS places WHERE false
), lapsed AS MATERIALIZED (
    SELECT id FROM orders WHERE state = 'HELD' AND held_until <= $1 AND $2::bigint IS NULL ORDER BY held_until LIMIT 200
), {quotas.NO_CODE}, {quotas.LOCKED}, {quotas.COUNTED}
SELECT count(*) FROM expired
"""  # noqa: S608


def new_code(length: int) -> str:
    return "".join(secrets.choice(LETTERS) for _place in range(length))


def visible_until(held_until: datetime) -> datetime:
    """The moment the buyer's clock shows: the hold without its grace."""
    return held_until - GRACE


async def place(
    basket: Basket,
    at: datetime,
    replaces: int | None = None,
    beside: Callable[[int], Awaitable[None]] | None = None,
) -> Placed:
    """Claim every place of an order and write it, in one statement.

    at        the request's clock, aware UTC
    replaces  an order of the same buyer, still HELD, whose places are given back first (they chose again)
    beside    writes what else belongs to the order of this id, in the same transaction
    returns   an order HELD until `at` + HOLD + GRACE, or the end of an offer + GRACE; CONFIRMED at once when there is
              nothing to pay and it was not offered

    Raises SoldOut, carrying what is free: every quota of every line is claimed, or nothing is written (but for run-out
    holds, which are released first in any case). Raises AlreadyPlaced when this form has made an order, CodeGone when
    the uses of its code are gone or it was changed.
    """
    if basket.offered_until is not None:
        return await _place(_PLACE_OFFERED, basket, at, replaces, within=True)
    if basket.code is None and basket.declared is None and beside is None:
        return await _place(_PLACE, basket, at, replaces)
    async with database.transaction():
        if basket.code is None:
            placed = await _place(_PLACE, basket, at, replaces, within=True)
        else:
            placed = await _place_by_code(basket, basket.code, at, replaces)
        if basket.declared is not None:
            await declarations.write(placed.id, basket.declared, at)
        if beside is not None:
            await beside(placed.id)
    return placed


async def _place_by_code(basket: Basket, code: Code, at: datetime, replaces: int | None) -> Placed:
    """In the surrounding transaction: the code's row is locked by the first statement, its uses counted by the next."""
    by_code = [line.voucher == code.voucher for line in basket.lines]
    assert any(by_code), "a code that changes nothing is not used"
    placed = await _place(_PLACE_BY_CODE, basket, at, replaces, by_code, code.voucher, code.version, within=True)
    if code.per_person is not None and await database.value(_TOO_OFTEN, code.voucher, placed.id):
        raise CodeGone
    return placed


async def _place(
    sql: str, basket: Basket, at: datetime, replaces: int | None, *of_code: object, within: bool = False
) -> Placed:
    """within: a transaction surrounds this, of which a code that exists already must not undo more than this."""
    offered = basket.offered_until
    state = OrderState.CONFIRMED if basket.total == 0 and offered is None else OrderState.HELD
    codes = [new_code(10) for _attendee in basket.attendees]
    for _try in range(3):
        code = new_code(8)
        try:
            async with database.transaction() if within else nullcontext():
                row = await database.row(
                    sql,
                    at,
                    replaces,
                    [codes[line.person] for line in basket.lines],
                    [line.ticket.id for line in basket.lines],
                    [line.amount.amount for line in basket.lines],
                    [json.dumps(line.reasons) for line in basket.lines],
                    code,
                    basket.event,
                    basket.person,
                    state.value,
                    basket.name,
                    basket.email,
                    basket.audience,
                    json.dumps(dict(basket.membership)) if basket.membership else None,
                    basket.currency,
                    basket.total,
                    (offered or at + HOLD) + GRACE if state is OrderState.HELD else None,
                    basket.locale,
                    basket.form_key,
                    codes,
                    [attendee.person for attendee in basket.attendees],
                    [attendee.name for attendee in basket.attendees],
                    [attendee.email for attendee in basket.attendees],
                    [json.dumps(dict(attendee.answers)) for attendee in basket.attendees],
                    basket.for_staff,
                    list(basket.accepted),
                    *of_code,
                )
        except asyncpg.UniqueViolationError as error:
            if "form_key" in str(error):
                raise AlreadyPlaced(str(await _find(basket.form_key))) from error
            continue  # a code that exists: one in 10^12 tries
        if row is None or row["id"] is None:
            if replaces is None and basket.form_key and (own := await _find(basket.form_key)):
                raise AlreadyPlaced(own)  # sent twice at once: it is the first that has the last places
            short = json.loads(row["short"]) if row and row["short"] else {}
            if of_code and not short:
                raise CodeGone
            raise quotas.SoldOut({int(quota): free for quota, free in short.items()})
        return Placed(row["id"], code, state)
    raise RuntimeError("three order codes in a row were taken")


async def claim_again(order_id: int, at: datetime) -> bool:
    """Claim the places of an expired order once more, and the uses of its code (it was paid late). False when they
    are gone."""
    voucher = await database.value(
        "SELECT max(voucher_id) FROM order_line WHERE order_id = $1 AND cancelled_at IS NULL", order_id
    )
    if voucher is None:
        return bool(await database.value(_AGAIN, at, None, order_id))
    try:
        async with database.transaction():
            if not await database.value(_AGAIN_BY_CODE, at, None, order_id):
                return False
            if await database.value(_TOO_OFTEN, voucher, order_id):
                raise CodeGone
    except CodeGone:
        return False
    return True


async def claim_other(new_line: int, old_line: int, at: datetime) -> None:
    """Claim for a line the places that the line it is to replace does not have. Raises SoldOut; nothing is claimed."""
    row = await database.row(_OTHER, at, None, new_line, old_line)
    if row is None or not row["yes"]:
        short = json.loads(row["short"]) if row and row["short"] else {}
        raise quotas.SoldOut({int(quota): free for quota, free in short.items()})


async def sweep(at: datetime) -> int:
    """Expire holds that ran out, a batch at a time. Returns how many; run it again while it returns any."""
    return int(await database.value(_SWEEP, at, None))


async def _find(form_key: str | None) -> str | None:
    """The code of the order that this form made."""
    code: str | None = await database.value("SELECT code FROM orders WHERE form_key = $1", form_key)
    return code
