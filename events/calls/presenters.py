"""The presenters of a proposal: written down, invited by mail, and their answer.

The link's token is made from the application's key, so neither the table nor the outbox holds it; its hash is kept
until it is answered. It was sent to one mailbox only, so whoever has it reads that mailbox.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from events.calls import accepted_sessions
from events.core import database, outbox
from events.core.access import Limit
from events.core.errors import DomainError, NotFound
from events.core.locales import _
from events.people import addresses, persons

MOST = 10

INVITING = Limit("proposals handed in by one person", "20/hour")
"""Each may invite nine people."""


class AlreadyPresents(DomainError):
    status = 409

    def __init__(self) -> None:
        super().__init__(_("Your account is a presenter of this proposal already."))


@dataclass(frozen=True, slots=True)
class PresenterValues:
    """One presenter as the form has them. position: their place in the form; 0 is who began the proposal."""

    position: int
    name: str
    email: str
    role: str


@dataclass(frozen=True, slots=True)
class Presenter:
    """A row of proposal_person. state: named, invited, accepted, declined; answers: to the questions to each presenter,
    {question id: a text, or a list of texts}."""

    id: int
    position: int
    name: str
    email: str
    role: str
    state: str
    person_id: int | None
    answers: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Invitation:
    """What an invited presenter is asked, for the page and the mail."""

    id: int
    name: str
    email: str
    role: str
    proposal: int
    title: str
    asker: str
    event: str
    slug: str
    call: str
    call_slug: str
    code: str
    invited_at: datetime


async def of(proposal: int) -> tuple[Presenter, ...]:
    found = await database.rows(
        "SELECT id, position, name, email, role, state, person_id, answers FROM proposal_person"
        " WHERE proposal_id = $1 ORDER BY position, id",
        proposal,
    )
    return tuple(Presenter(**{**dict(row), "answers": json.loads(row["answers"] or "{}")}) for row in found)


async def write(proposal: int, values: Sequence[PresenterValues]) -> None:
    """Bring the rows to what the form says, in the caller's transaction, which has the proposal's row locked.

    Whoever stands at a place stays who they are while their address does; another address there is another person.
    """
    known = {one.position: one for one in await of(proposal)}
    for one in values:
        old = known.pop(one.position, None)
        if old is None:
            await database.execute(
                "INSERT INTO proposal_person (proposal_id, position, name, email, role, answers)"
                " VALUES ($1, $2, $3, $4, $5, '{}')",
                proposal,
                one.position,
                one.name,
                one.email,
                one.role,
            )
        elif one.position == 0 or one.email == old.email:
            await database.execute(
                "UPDATE proposal_person SET name = $2, role = $3 WHERE id = $1", old.id, one.name, one.role
            )
        else:
            await database.execute(
                "UPDATE proposal_person SET name = $2, email = $3, role = $4, state = 'named', person_id = NULL,"
                " token_hash = NULL, invited_at = NULL, answered_at = NULL, answers = '{}' WHERE id = $1",
                old.id,
                one.name,
                one.email,
                one.role,
            )
            await database.execute("DELETE FROM proposal_file WHERE presenter_id = $1", old.id)
    gone = [one.id for position, one in known.items() if position != 0]
    await database.execute("DELETE FROM proposal_person WHERE id = any($1)", gone)


async def invite(proposal: int, key: bytes, at: datetime) -> None:
    """Invite who has an address and was not asked yet, in the caller's transaction."""
    for one in await of(proposal):
        if one.state == "named" and one.email and one.position != 0:
            await database.execute(
                "UPDATE proposal_person SET state = 'invited', invited_at = $2, token_hash = $3 WHERE id = $1",
                one.id,
                at,
                _hash(token(one.id, at, key)),
            )
            await outbox.write("mail.presenter_invited", {"presenter": one.id})


async def take_back(proposal: int) -> None:
    """The open invitations of a withdrawn proposal end, in the caller's transaction."""
    await database.execute(
        "UPDATE proposal_person SET state = 'named', token_hash = NULL, invited_at = NULL"
        " WHERE proposal_id = $1 AND state = 'invited'",
        proposal,
    )


def token(presenter: int, invited_at: datetime, key: bytes) -> str:
    """The secret of one invitation's link: 32 letters that only this house can make."""
    words = f"presenter {presenter} {int(invited_at.timestamp() * 1_000_000)}".encode()
    return base64.urlsafe_b64encode(hmac.digest(key, words, "sha256")[:24]).decode()


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


_INVITATION = """
SELECT x.id, x.name, x.email, x.role, x.proposal_id AS proposal, p.title, o.name AS asker, e.title AS event, e.slug,
    c.title AS call, c.slug AS call_slug, p.code, x.invited_at
FROM proposal_person x JOIN proposal p ON p.id = x.proposal_id JOIN call c ON c.id = p.call_id
JOIN event e ON e.id = c.event_id LEFT JOIN proposal_person o ON o.proposal_id = p.id AND o.position = 0
WHERE x.state = 'invited'
"""


async def open_invitation(secret: str) -> Invitation:
    """The invitation of a link that is not answered yet. Raises NotFound."""
    row = await database.row(_INVITATION + " AND x.token_hash = $1", _hash(secret[:100]))
    if row is None:
        raise NotFound(_("This invitation was answered already, or it was taken back."))
    return Invitation(**dict(row))


async def invitation(presenter: int) -> Invitation | None:
    """The invitation of a row, None when it is not open any more: for the mail."""
    row = await database.row(_INVITATION + " AND x.id = $1", presenter)
    return Invitation(**dict(row)) if row else None


async def answer(secret: str, accept: bool, person: int | None, at: datetime) -> Invitation:
    """Accept or decline, once. Raises NotFound, AlreadyPresents.

    person   who is signed in, and so claims it; None: whoever has the address it was sent to, made now if nobody has
    """
    async with database.transaction():
        asked = await open_invitation(secret)
        await database.execute("SELECT FROM proposal WHERE id = $1 FOR UPDATE", asked.proposal)
        if accept and person is None:
            email = addresses.read(asked.email)
            person = await database.value("SELECT person_id FROM address WHERE email = $1", email)
            person = person or await persons.create(asked.name, at, email=email)
        if accept and await database.value(
            "SELECT EXISTS (SELECT FROM proposal_person WHERE proposal_id = $1 AND person_id = $2)",
            asked.proposal,
            person,
        ):
            raise AlreadyPresents
        done = await database.execute(
            "UPDATE proposal_person SET state = $2, person_id = $3, answered_at = $4, token_hash = NULL"
            " WHERE id = $1 AND state = 'invited'",
            asked.id,
            "accepted" if accept else "declined",
            person if accept else None,
            at,
        )
        if not done:
            raise NotFound(_("This invitation was answered already, or it was taken back."))
        if accept and person is not None:
            await accepted_sessions.join(asked.proposal, person, asked.role, at)
    return asked
