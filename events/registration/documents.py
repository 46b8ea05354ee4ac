"""What buyers agree to: terms, code of conduct, refund policy, recording. Every version stays as it was accepted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from events.core import database
from events.core.errors import StaleWrite
from events.core.locales import _, lazy

KINDS = {
    "terms": lazy("Terms and conditions"),
    "code_of_conduct": lazy("Code of conduct"),
    "refund_policy": lazy("Refund policy"),
    "recording_consent": lazy("Being recorded"),
}


@dataclass(frozen=True, slots=True)
class Current:
    """The newest version of a document, as the registration page asks for it."""

    id: int
    kind: str
    title: str
    version: int
    required: bool


@dataclass(frozen=True, slots=True)
class Document:
    """A version with its text. ended: nobody is asked any more; accepted: by how many orders with places."""

    id: int
    kind: str
    title: str
    text: str
    version: int
    required: bool
    since: datetime
    ended: bool
    saved_by: str
    accepted: int


@dataclass(frozen=True, slots=True)
class Accepted:
    kind: str
    title: str
    version: int
    at: datetime


CURRENT = """
(SELECT json_agg(json_build_array(d.id, d.kind, d.title, d.version, d.required) ORDER BY NOT d.required, d.id)
    FROM document d WHERE d.event_id = {event} AND NOT d.ended
    AND NOT EXISTS (SELECT FROM document n WHERE n.event_id = d.event_id AND n.kind = d.kind AND n.version > d.version))
"""
"""The newest versions as JSON, those that have to be accepted first; null for none. {event}: the column of its id."""

_DOCUMENTS = """
SELECT d.id, d.kind, d.title, d.text, d.version, d.required, d.since, d.ended, coalesce(p.name, '') AS saved_by,
    (SELECT count(*) FROM acceptance a JOIN orders o ON o.id = a.order_id
        WHERE a.document_id = d.id AND o.state IN ('HELD', 'PENDING', 'CONFIRMED'))::int AS accepted
FROM document d LEFT JOIN person p ON p.id = d.saved_by_id WHERE d.event_id = $1
"""


async def of_event(event_id: int) -> list[Document]:
    """Every version, by kind, the newest first."""
    rows = await database.rows(_DOCUMENTS + " ORDER BY d.kind, d.version DESC", event_id)
    return [Document(**dict(row)) for row in rows]


async def one(event_id: int, kind: str, version: int | None) -> Document | None:
    """A version, or the newest for None."""
    row = await database.row(
        _DOCUMENTS + " AND d.kind = $2 AND ($3::int IS NULL OR d.version = $3) ORDER BY d.version DESC LIMIT 1",
        event_id,
        kind,
        version,
    )
    return Document(**dict(row)) if row else None


async def write(
    event_id: int, kind: str, title: str, text: str, *, required: bool, seen: int, at: datetime, by: int | None
) -> int:
    """A new version; no text ends the document. seen: the version whose text was changed, 0 for none.

    Returns its number. Raises StaleWrite when there is a newer one already.
    """
    version: int | None = await database.value(
        "INSERT INTO document (event_id, kind, title, text, version, required, since, ended, saved_by_id)"
        " SELECT $1, $2::text, $3, $4, $5 + 1, $6, $7, $8, $9 WHERE $5 = (SELECT coalesce(max(version), 0)"
        " FROM document WHERE event_id = $1 AND kind = $2::text)"
        " ON CONFLICT (event_id, kind, version) DO NOTHING RETURNING version",
        event_id,
        kind,
        title,
        text,
        seen,
        required,
        at,
        not text,
        by,
    )
    if version is None:
        raise StaleWrite(_("Somebody else wrote a newer version meanwhile. Look at it first."), {}, {})
    return version


async def of_order(order_id: int) -> list[Accepted]:
    rows = await database.rows(
        "SELECT d.kind, d.title, d.version, a.accepted_at AS at FROM acceptance a"
        " JOIN document d ON d.id = a.document_id WHERE a.order_id = $1 ORDER BY a.accepted_at, d.kind",
        order_id,
    )
    return [Accepted(**dict(row)) for row in rows]


async def accept(order_id: int, documents: Sequence[int], at: datetime) -> None:
    """Note what was accepted later than the order was placed: of an offer, when it is taken. Once."""
    await database.execute(
        "INSERT INTO acceptance (order_id, document_id, accepted_at) SELECT o.id, d.id, $3 FROM orders o"
        " JOIN document d ON d.event_id = o.event_id AND d.id = any($2) WHERE o.id = $1 ON CONFLICT DO NOTHING",
        order_id,
        list(documents),
        at,
    )
