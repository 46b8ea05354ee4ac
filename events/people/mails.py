"""The mails of this room, written by the worker from the id of a proof: its secrets are made again from the handle."""

from datetime import datetime

from events.core import database, mail
from events.core.mail import Sealed
from events.core.outbox import Message
from events.people import codes
from events.settings import Settings

NAMES = {
    codes.SIGN_IN: "people/sign_in",
    codes.ADD_ADDRESS: "people/address_added",
    codes.CLAIM_MEMBERSHIP: "people/claim_membership",
}


async def with_proof(message: Message, settings: Settings, at: datetime) -> Sealed | None:
    """The mail that carries a proof, for the topics `mail.sign_in`, `mail.address_added`, `mail.claim_membership`.

    None when there is nobody to tell: the proof was used or is over, or the number of a claim is on no roster.
    """
    proof = await codes.peek_id(message.number("code"), at)
    if proof is None or not proof.email:
        return None
    token, code = codes.secrets_of(proof.handle, settings.secret_key.get_secret_value().encode())
    asker = await database.row("SELECT name FROM person WHERE id = $1", proof.person) if proof.person else None
    return mail.compose(
        settings,
        NAMES[proof.purpose],
        proof.email,
        at,
        locale=str(message.body.get("locale") or "en"),
        code=code,
        link=f"{settings.base_url}/sign-in/{token}",
        minutes=int(codes.LIFETIME.total_seconds() // 60),
        asker=asker["name"] if asker else "",
    )
