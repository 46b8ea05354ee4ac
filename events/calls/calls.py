"""An event's calls: reading one with its questions, making and changing it."""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from events.calls.answers import Condition, Question
from events.calls.states import Window, window
from events.catalogue import slugs
from events.core import database
from events.core.errors import NotFound, StaleWrite, Unreadable
from events.core.locales import Lazy, _, lazy

WHO: dict[str, Lazy] = {
    "anyone": lazy("Anyone with an account"),
    "members": lazy("Members"),
    "by_code": lazy("Whoever knows the code"),
}


@dataclass(frozen=True, slots=True)
class CallValues:
    """The columns of a call, as a form means them. code: a new one; empty keeps the one there is."""

    title: str
    words: str
    opens_at: datetime
    closes_at: datetime
    grace_minutes: int
    who: str
    code: str
    track_ids: tuple[int, ...]
    type_ids: tuple[int, ...]
    abstract_words: int | None
    description_words: int | None
    most_per_person: int | None
    announced: bool


@dataclass(frozen=True, slots=True)
class CallRow:
    """A call; opens_at and closes_at aware UTC, `code_hash` None unless it asks for a code.

    questions    about the proposal; presenter_questions: to each presenter; retired: of both, asked before
    """

    id: int
    event_id: int
    slug: str
    title: str
    words: str
    opens_at: datetime
    closes_at: datetime
    grace_minutes: int
    who: str
    code_hash: bytes | None
    track_ids: tuple[int, ...]
    type_ids: tuple[int, ...]
    abstract_words: int | None
    description_words: int | None
    most_per_person: int | None
    announced: bool
    version: int
    questions: tuple[Question, ...] = ()
    presenter_questions: tuple[Question, ...] = ()
    retired: tuple[Question, ...] = ()

    def window(self, at: datetime) -> Window:
        return window(self.opens_at, self.closes_at, self.grace_minutes, at)

    def is_code(self, typed: str) -> bool:
        return self.code_hash is not None and hmac.compare_digest(
            self.code_hash, hash_of(typed, self.event_id, self.slug)
        )


@dataclass(frozen=True, slots=True)
class CallLine:
    """A call in the list of an event's organizers."""

    slug: str
    title: str
    opens_at: datetime
    closes_at: datetime
    announced: bool
    window: Window
    questions: int
    drafts: int
    submitted: int


def hash_of(code: str, event: int, slug: str) -> bytes:
    """What is kept of an access code: small and capital letters and spaces around do not matter. Codes are short
    words, so it costs time to try them (RFC 7914)."""
    return hashlib.scrypt(code.strip().casefold().encode(), salt=f"call-{event}-{slug}".encode(), n=2**12, r=8, p=1)


async def lines(event: int, at: datetime) -> list[CallLine]:
    """The calls of an event, the one that closes first at the top, with how many questions and proposals each has."""
    found = await database.rows(
        "SELECT c.*,"
        " (SELECT count(*) FROM call_question q WHERE q.call_id = c.id AND q.retired_at IS NULL) AS questions,"
        " (SELECT count(*) FROM proposal p WHERE p.call_id = c.id AND p.state = 'draft') AS drafts,"
        " (SELECT count(*) FROM proposal p WHERE p.call_id = c.id AND p.state NOT IN ('draft', 'withdrawn'))"
        " AS submitted"
        " FROM call c WHERE c.event_id = $1 ORDER BY c.closes_at, c.id",
        event,
    )
    return [
        CallLine(
            row["slug"],
            row["title"],
            row["opens_at"],
            row["closes_at"],
            row["announced"],
            window(row["opens_at"], row["closes_at"], row["grace_minutes"], at),
            row["questions"],
            row["drafts"],
            row["submitted"],
        )
        for row in found
    ]


async def by_slug(event: int, slug: str) -> CallRow:
    """A call with its questions in order. Raises NotFound."""
    row = await database.row("SELECT * FROM call WHERE event_id = $1 AND slug = $2", event, slug)
    if row is None:
        raise NotFound
    asked = await all_questions(row["id"])
    now = [one for one, retired in asked if not retired]
    return _call(row, now, [one for one, retired in asked if retired])


async def questions(call: int, about: str = "proposal") -> tuple[Question, ...]:
    """Those that are asked now, in their order."""
    return tuple(one for one, retired in await all_questions(call) if not retired and one.about == about)


async def all_questions(call: int) -> list[tuple[Question, bool]]:
    """Every question with whether it is retired, in their order."""
    found = await database.rows("SELECT * FROM call_question WHERE call_id = $1 ORDER BY position, id", call)
    return [(_question(row), row["retired_at"] is not None) for row in found]


def _call(row: asyncpg.Record, asked: Sequence[Question], retired: Sequence[Question]) -> CallRow:
    others = {"questions", "presenter_questions", "retired"}
    values = {name: row[name] for name in CallRow.__slots__ if name not in others}
    values |= {"track_ids": tuple(row["track_ids"]), "type_ids": tuple(row["type_ids"])}
    values["questions"] = tuple(one for one in asked if one.about == "proposal")
    values["presenter_questions"] = tuple(one for one in asked if one.about == "presenter")
    return CallRow(**values, retired=tuple(retired))


def _question(row: asyncpg.Record) -> Question:
    condition = json.loads(row["shown_if"] or "{}")
    return Question(
        row["id"],
        row["kind"],
        row["label"],
        row["help"],
        row["required"],
        row["words"],
        tuple((one["value"], one["words"]) for one in json.loads(row["options"] or "[]")),
        Condition(condition["question"], tuple(condition["in"])) if condition else None,
        row["reviewers"],
        row["position"],
        row["about"],
    )


_MAKE = """
INSERT INTO call (event_id, slug, title, words, opens_at, closes_at, grace_minutes, who, code_hash, track_ids, type_ids,
    abstract_words, description_words, most_per_person, announced)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
"""

_CHANGE = """
UPDATE call SET version = version + 1, (title, words, opens_at, closes_at, grace_minutes, who, code_hash, track_ids,
    type_ids, abstract_words, description_words, most_per_person, announced)
    = ($3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
WHERE id = $1 AND version = $2
"""


async def create(event: int, values: CallValues) -> str:
    """Make a call; returns its slug, which never changes. Raises Unreadable."""
    if values.who == "by_code" and not values.code:
        raise Unreadable({"code": _("Write the code that people need.")})
    async with database.transaction():
        await database.execute("SELECT FROM event WHERE id = $1 FOR UPDATE", event)
        slug = await _free(event, values.title)
        await database.execute(
            _MAKE,
            event,
            slug,
            *_fields(values, hash_of(values.code, event, slug) if values.who == "by_code" else None),
        )
    return slug


async def change(call: CallRow, values: CallValues, version: int) -> None:
    """Raises Unreadable; StaleWrite when somebody saved since this form was opened."""
    code = hash_of(values.code, call.event_id, call.slug) if values.code else call.code_hash
    if values.who == "by_code" and code is None:
        raise Unreadable({"code": _("Write the code that people need.")})
    done = await database.execute(
        _CHANGE,
        call.id,
        version,
        *_fields(values, code if values.who == "by_code" else None),
    )
    if not done:
        theirs = await by_slug(call.event_id, call.slug)
        raise StaleWrite(_("Somebody saved this call while your form was open."), told(theirs), told(values))


def told(values: CallRow | CallValues) -> Mapping[str, object]:
    """The values that two organizers may disagree about, under the names of the form."""
    return {
        _("Title"): values.title,
        _("Words"): values.words,
        _("Opens"): values.opens_at.isoformat(" ", "minutes"),
        _("Closes"): values.closes_at.isoformat(" ", "minutes"),
        _("Who may hand in"): str(WHO[values.who]),
        _("Announced"): _("Yes") if values.announced else _("No"),
    }


def _fields(values: CallValues, code: bytes | None) -> tuple[object, ...]:
    return (
        values.title,
        values.words,
        values.opens_at,
        values.closes_at,
        values.grace_minutes,
        values.who,
        code,
        list(values.track_ids),
        list(values.type_ids),
        values.abstract_words,
        values.description_words,
        values.most_per_person,
        values.announced,
    )


async def _free(event: int, title: str) -> str:
    base = slugs.suggest(title)[: slugs.LONGEST - 4].strip("-") or "call"
    taken = {row["slug"] for row in await database.rows("SELECT slug FROM call WHERE event_id = $1", event)}
    taken.add("new")
    return next(slug for slug in (base, *(f"{base}-{n}" for n in range(2, 10_000))) if slug not in taken)
