"""Who works at an institution asks for a place by the staff link; a mail to their address there lets them take one."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from events.core import database, outbox
from events.core.errors import Unreadable
from events.core.locales import _, ngettext
from events.institutions.places import Institution
from events.people import addresses

ASKED = "mail.place_asked"
"""To the address that somebody typed: {order, ask}."""

GOOD_FOR = timedelta(days=14)
"""How long the link in the mail opens anything."""

MOST_DOMAINS = 10


@dataclass(frozen=True, slots=True)
class Ask:
    id: int
    institution: int
    order: int
    email: str
    asked_at: datetime
    place: int | None


async def ask(institution: Institution, typed: str, at: datetime) -> None:
    """Send the mail to an address of one of the institution's domains. Asked again, it is sent again.

    Raises Unreadable: no address, or of another domain.
    """
    email = addresses.read(typed)
    if email.rpartition("@")[2] not in institution.domains:
        known = ", ".join(f"@{domain}" for domain in institution.domains)
        raise Unreadable({"email": _("Type your address at work: one that ends in %(domains)s.") % {"domains": known}})
    async with database.transaction():
        made = await database.value(
            "INSERT INTO staff_ask (institution_id, email, asked_at) VALUES ($1, $2, $3)"
            " ON CONFLICT (institution_id, email) DO UPDATE SET asked_at = excluded.asked_at RETURNING id",
            institution.id,
            email,
            at,
        )
        await outbox.write(ASKED, {"order": institution.order, "ask": made}, due=at)


async def load(ask: int, at: datetime) -> Ask | None:
    """None when there is none, or its time is over."""
    row = await database.row(
        "SELECT a.id, a.institution_id, i.order_id, a.email, a.asked_at, a.place_id FROM staff_ask a"
        " JOIN institution i ON i.id = a.institution_id WHERE a.id = $1 AND a.asked_at > $2",
        ask,
        at - GOOD_FOR,
    )
    if row is None:
        return None
    return Ask(row["id"], row["institution_id"], row["order_id"], row["email"], row["asked_at"], row["place_id"])


async def save_domains(institution: int, domains: list[str], *, new_link: bool) -> None:
    """Keep whose addresses may ask. new_link: the link there was opens nothing any more."""
    await database.execute(
        "UPDATE institution SET domains = $2, link_round = link_round + $3 WHERE id = $1",
        institution,
        domains,
        1 if new_link else 0,
    )


def read_domains(typed: str) -> list[str]:
    """Domains, one a line or with commas between. Raises Unreadable: no domain, one where anybody has an address."""
    found = []
    for word in typed.replace(",", " ").replace(";", " ").split():
        domain = word.rpartition("@")[2]
        try:
            domain = addresses.read(f"someone@{domain}").rpartition("@")[2]
        except Unreadable:
            raise Unreadable(
                {"domains": _("“%(word)s” is no domain of mail addresses, such as library.org.") % {"word": word[:80]}}
            ) from None
        if domain in EVERYBODYS:
            words = _("Anybody can have an address at %(domain)s. Assign those places by address.")
            raise Unreadable({"domains": words % {"domain": domain}})
        found.append(domain)
    found = list(dict.fromkeys(found))
    if len(found) > MOST_DOMAINS:
        words = ngettext("Write %(num)s domain at most.", "Write %(num)s domains at most.", MOST_DOMAINS)
        raise Unreadable({"domains": words % {"num": MOST_DOMAINS}})
    return found


EVERYBODYS = frozenset(
    {
        "aol.com",
        "gmail.com",
        "gmx.de",
        "gmx.net",
        "googlemail.com",
        "hotmail.com",
        "icloud.com",
        "live.com",
        "me.com",
        "msn.com",
        "outlook.com",
        "proton.me",
        "protonmail.com",
        "qq.com",
        "web.de",
        "yahoo.com",
        "yandex.ru",
    }
)
"""Where everybody gets an address. Not all of them: it saves an institution from a slip, and is no protection."""
