"""Single-use proofs sent by e-mail: a link's token and a six-digit code, for 15 minutes, used for one purpose.

Neither is ever in the database in clear. Both are made from a random handle by a MAC under the application's key, so
the worker that writes the mail needs only the row's id, and a stolen copy of the database opens nothing. What is stored
is the sha256 of the token, and the code's own MAC (a hash of six digits alone would be guessed at once).

The code counts only where it was asked for: the browser keeps the handle, and five wrong codes end the proof. Fifty
wrong ones for one address in a day end all its codes for that day, whoever types them. The token has 256 bits and
counts anywhere, also then.
"""

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import asyncpg

from events.core import database, outbox
from events.core.errors import DomainError, Unreadable
from events.core.locales import _, current, ngettext

LIFETIME = timedelta(minutes=15)
ATTEMPTS = 5
WRONG_A_DAY = 50
KEPT = timedelta(days=1)
"""A proof that ran out is deleted after this (`forget`)."""

SIGN_IN = "sign_in"
ADD_ADDRESS = "add_address"
CLAIM_MEMBERSHIP = "claim_membership"


_HANDLE = re.compile(r"[A-Za-z0-9_-]{43}")
_FIELDS = "id, purpose, handle, email, person_id, subject, next, expires_at"
_OPEN = f"SELECT {_FIELDS} FROM email_code WHERE used_at IS NULL AND expires_at > $1 AND attempts < $2"  # noqa: S608


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof's row: who read the mail at `email`, and what they wanted.

    person    whose request it was, None for a sign-in
    subject   the membership's id of a claim; None also when the number was unknown
    """

    id: int
    purpose: str
    handle: str
    email: str
    person: int | None
    subject: int | None
    next: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Wrong:
    """A wrong code: `left` more may be tried."""

    left: int


class WrongCode(Unreadable):
    def __init__(self, left: int) -> None:
        words = ngettext(
            "That is not the code in the mail. You can try once more.",
            "That is not the code in the mail. You can try %(num)s more times.",
            left,
        )
        if left == 0:
            words = _("That was wrong five times, so this code no longer counts. Ask for a new mail.")
        super().__init__({"code": words % {"num": left}})
        self.left = left


class ProofOver(DomainError):
    """Used, run out, ended by wrong codes, or never made."""

    status = 410

    def __init__(self) -> None:
        super().__init__(_("This link or code was used already, or its 15 minutes are over. Ask for a new one."))

    @property
    def title(self) -> str:
        return _("This one is over")


class CodesOver(Unreadable):
    def __init__(self) -> None:
        super().__init__(
            {"code": _("Too many wrong codes were typed for this address today. The link in the mail still works.")}
        )


async def ask(
    purpose: str,
    email: str,
    key: bytes,
    at: datetime,
    *,
    topic: str,
    person: int | None = None,
    subject: int | None = None,
    next_path: str = "",
) -> str:
    """Make a proof and the message that mails it. Returns the handle, which the asking browser keeps.

    The same two statements whoever asks and whatever is known about the address.
    """
    handle = secrets.token_urlsafe(32)
    token, code = secrets_of(handle, key)
    async with database.transaction():
        made = await database.value(
            "INSERT INTO email_code"
            " (purpose, email, person_id, subject, token_hash, code_hash, handle, next, created_at, expires_at)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id",
            purpose,
            email,
            person,
            subject,
            hash_of_token(token),
            hash_of_code(handle, code, key),
            handle,
            next_path,
            at,
            at + LIFETIME,
        )
        await outbox.write(topic, {"code": made, "locale": current()})
    return handle


def secrets_of(handle: str, key: bytes) -> tuple[str, str]:
    """The token and the six digits that belong to a handle."""
    token = base64.urlsafe_b64encode(_mac(key, "token", handle)).rstrip(b"=").decode()
    digits = int.from_bytes(_mac(key, "digits", handle)[:8], "big") % 1_000_000
    return token, f"{digits:06d}"


def hash_of_token(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def hash_of_code(handle: str, code: str, key: bytes) -> bytes:
    return _mac(key, "code", f"{handle}:{code}")


def read_code(typed: str) -> str:
    """Six digits, however they were typed. Raises Unreadable."""
    digits = "".join(str(int(sign)) for sign in typed[:40] if sign.isdecimal())
    if len(digits) != 6:
        raise Unreadable({"code": _("The code has six digits. It is in the mail we sent.")})
    return digits


async def use_code(purpose: str, handle: str, code: str, key: bytes, at: datetime) -> Proof | Wrong:
    """Spend the proof by its code, inside the caller's transaction; or count a wrong try.

    A wrong one is returned, not raised, so that counting it is committed. Raises ProofOver, CodesOver.
    """
    if not _HANDLE.fullmatch(handle):
        raise ProofOver
    row = await database.row(
        "UPDATE email_code c SET attempts = attempts + 1,"  # noqa: S608 - the fields are ours
        " used_at = CASE WHEN code_hash = $3 THEN $4::timestamptz END"
        " WHERE handle = $2 AND purpose = $1 AND used_at IS NULL AND expires_at > $4 AND attempts < $5 AND $6 > ("
        "  SELECT coalesce(sum(o.attempts - (o.used_at IS NOT NULL)::int), 0) FROM email_code o"
        "  WHERE o.email = c.email AND o.created_at > $4 - interval '1 day')"
        f" RETURNING {_FIELDS}, attempts, used_at",
        purpose,
        handle,
        hash_of_code(handle, code, key),
        at,
        ATTEMPTS,
        WRONG_A_DAY,
    )
    if row is None:
        still = await peek_handle(handle, at)
        if still is not None and still.purpose == purpose:
            raise CodesOver
        raise ProofOver
    if row["used_at"] is None:
        return Wrong(ATTEMPTS - row["attempts"])
    return _proof(row)


async def use_token(purpose: str, token: str, at: datetime) -> Proof:
    """Spend the proof by its link, inside the caller's transaction. Raises ProofOver."""
    row = await database.row(
        "UPDATE email_code SET used_at = $3"  # noqa: S608 - the fields are ours
        " WHERE token_hash = $2 AND purpose = $1 AND used_at IS NULL AND expires_at > $3 AND attempts < $4"
        f" RETURNING {_FIELDS}",
        purpose,
        hash_of_token(token),
        at,
        ATTEMPTS,
    )
    if row is None:
        raise ProofOver
    return _proof(row)


async def peek_token(purpose: str, token: str, at: datetime) -> Proof | None:
    """What a link would do, without doing it: mail scanners follow links."""
    row = await database.row(
        f"{_OPEN} AND purpose = $3 AND token_hash = $4", at, ATTEMPTS, purpose, hash_of_token(token)
    )
    return _proof(row) if row else None


async def peek_handle(handle: str, at: datetime) -> Proof | None:
    """The open proof that this browser asked for."""
    if not _HANDLE.fullmatch(handle):
        return None
    row = await database.row(f"{_OPEN} AND handle = $3", at, ATTEMPTS, handle)
    return _proof(row) if row else None


async def peek_id(code_id: int, at: datetime) -> Proof | None:
    """For the worker that mails it; None when it was used or is over, then there is nothing to send."""
    row = await database.row(f"{_OPEN} AND id = $3", at, ATTEMPTS, code_id)
    return _proof(row) if row else None


async def forget(at: datetime) -> int:
    """Delete what ran out a day ago. Returns how many."""
    return await database.execute("DELETE FROM email_code WHERE expires_at < $1", at - KEPT)


def _proof(row: asyncpg.Record) -> Proof:
    return Proof(
        row["id"],
        row["purpose"],
        row["handle"],
        row["email"],
        row["person_id"],
        row["subject"],
        row["next"],
        row["expires_at"],
    )


def _mac(key: bytes, use: str, text: str) -> bytes:
    return hmac.digest(key, f"email-code {use} {text}".encode(), "sha256")
