"""Signing in without a password: a mail with a link and a six-digit code, and what happens when either comes back.

Nothing here looks whether an address is known until the mail was read: the answer, the work and the mail are the same
for everybody. An unknown address becomes a person when its link or code is used, so signing in is signing up.

Limits count the address, and the address together with the network, never the network alone: a conference's whole
audience shares one. Codes can be guessed only by a browser that asked (see `codes`).
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from events.core import database
from events.core.access import Limit, Limiter
from events.core.locales import current
from events.people import browsers, codes, persons
from events.people.codes import Proof, Wrong

TOPIC = "mail.sign_in"

MAILS = Limit("sign-in mails to an address", "12/hour")
MAILS_FROM_NETWORK = Limit("sign-in mails to an address from a network", "6/15minutes")


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A browser that just signed in.

    token   for its cookie, told once
    next    the local path it wanted, or ""
    first   the person was made just now
    """

    person: int
    token: str
    next: str
    first: bool


async def ask(email: str, next_path: str, network: str, limiter: Limiter, key: bytes, at: datetime) -> str:
    """Send a link and a code to an address. Returns the handle that the browser keeps to type the code with.

    Raises TooMany.
    """
    await limiter.hit(MAILS_FROM_NETWORK, email, network)
    await limiter.hit(MAILS, email)
    return await codes.ask(codes.SIGN_IN, email, key, at, topic=TOPIC, next_path=next_path)


async def by_code(handle: str, typed: str, key: bytes, at: datetime, client: str, replaces: bytes | None) -> SignedIn:
    """Sign in by the six digits, in the browser that asked. Raises Unreadable, WrongCode, ProofOver, CodesOver."""
    code = codes.read_code(typed)

    async def spend() -> Proof | Wrong:
        return await codes.use_code(codes.SIGN_IN, handle, code, key, at)

    done = await _open(spend, at, client, replaces)
    if isinstance(done, Wrong):
        raise codes.WrongCode(done.left)
    return done


async def by_link(token: str, at: datetime, client: str, replaces: bytes | None) -> SignedIn:
    """Sign in by the link. Raises ProofOver."""

    async def spend() -> Proof | Wrong:
        return await codes.use_token(codes.SIGN_IN, token, at)

    done = await _open(spend, at, client, replaces)
    assert isinstance(done, SignedIn)
    return done


async def _open(
    spend: Callable[[], Awaitable[Proof | Wrong]], at: datetime, client: str, replaces: bytes | None
) -> SignedIn | Wrong:
    """Spend a proof, find or make its person, and sign them in: all of it or nothing.

    Of two mails to one unknown address used in the same moment the second fails on the unique address; tried once
    more, it finds the person that the first has made.
    """
    try:
        return await _open_once(spend, at, client, replaces)
    except asyncpg.UniqueViolationError:
        return await _open_once(spend, at, client, replaces)


async def _open_once(
    spend: Callable[[], Awaitable[Proof | Wrong]], at: datetime, client: str, replaces: bytes | None
) -> SignedIn | Wrong:
    async with database.transaction():
        proof = await spend()
        if isinstance(proof, Wrong):
            return proof
        known: int | None = await database.value("SELECT person_id FROM address WHERE email = $1", proof.email)
        person = known or await persons.create("", at, locale=current(), email=proof.email)
        token = await browsers.sign_in(person, client, at, replaces)
        return SignedIn(person, token, proof.next, first=known is None)
