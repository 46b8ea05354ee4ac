"""What somebody typed to get in line, as values; what is wrong is said at its field."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from starlette.datastructures import FormData

from events.core.errors import Unreadable
from events.core.locales import _
from events.people.actors import Actor
from events.registration.pricing import Ticket

MOST = 20
_ADDRESS = re.compile(r"[^@\s<>,;\"]{1,64}@[^@\s<>,;\"]{1,180}\.[^@\s<>,;\".]{2,}")


@dataclass(frozen=True, slots=True)
class Typed:
    ticket: str = ""
    others: tuple[str, ...] = ()
    party: str = "1"
    together: str = "1"
    name: str = ""
    email: str = ""


def blank(ticket: str, actor: Actor | None) -> Typed:
    return Typed(ticket, name=actor.name if actor else "", email=(actor.email or "") if actor else "")


def read(form: FormData) -> Typed:
    """Everything typed, cut to sensible lengths."""
    others = [one for one in form.getlist("others") if isinstance(one, str)]
    return Typed(
        _text(form, "ticket", 12),
        tuple(dict.fromkeys(others))[:20],
        _text(form, "party", 4) or "1",
        "1" if form.get("together", "") == "1" else "0",
        _text(form, "name", 200),
        _text(form, "email", 254),
    )


def wanted(typed: Typed, tickets: Sequence[Ticket]) -> tuple[int, ...]:
    """The ticket types that would do, the dearest wish first. Raises Unreadable."""
    known = {str(ticket.id): ticket for ticket in tickets}
    errors = {}
    if typed.ticket not in known:
        errors["ticket"] = _("Choose what you wait for.")
    if not typed.party.isdecimal() or not 1 <= int(typed.party) <= MOST:
        errors["party"] = _("Write a number from 1 to %(most)s.") % {"most": MOST}
    elif typed.ticket in known:
        ticket = known[typed.ticket]
        if not ticket.min_per_order <= int(typed.party) <= ticket.max_per_order:
            errors["party"] = _("From %(least)s to %(most)s of this ticket go into one order.") % {
                "least": ticket.min_per_order,
                "most": ticket.max_per_order,
            }
    if len(typed.name) < 2:
        errors["name"] = _("Write your name.")
    if not _ADDRESS.fullmatch(typed.email):
        errors["email"] = _("Write an e-mail address, such as ada@example.org: the offer goes there.")
    if errors:
        raise Unreadable(errors)
    also = [int(one) for one in typed.others if one in known and one != typed.ticket]
    return (int(typed.ticket), *sorted(also))


def _text(form: FormData, name: str, most: int) -> str:
    value = form.get(name, "")
    if not isinstance(value, str):
        return ""
    return " ".join("".join(letter for letter in value if letter.isprintable()).split())[:most]
