"""What was typed on this room's pages, as values."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.datastructures import FormData

from events.core.errors import Unreadable
from events.core.locales import _, ngettext
from events.institutions.counting import MOST
from events.people import addresses
from events.registration.offers import Offer
from events.registration.ticket_changes import Who

CARD = "card"
ORDER = "purchase_order"


@dataclass(frozen=True, slots=True)
class Buying:
    """The form of an institution that buys, as it was typed; counts: ticket type → digits.

    way   CARD, which leaves the choice to the order's page, or ORDER, which needs what follows it
    """

    form_key: str
    institution: str = ""
    domains: str = ""
    name: str = ""
    email: str = ""
    counts: Mapping[int, str] | None = None
    voucher: str = ""
    way: str = ""
    number: str = ""
    address: str = ""
    reference: str = ""

    @property
    def wanted(self) -> dict[int, int]:
        """Numbers only; what is none, or far too many, is refused by `errors`."""
        typed = (self.counts or {}).items()
        return {ticket: min(int(count), MOST + 1) for ticket, count in typed if _is_number(count)}

    def count(self, ticket: int) -> str:
        return (self.counts or {}).get(ticket, "")


def blank() -> Buying:
    return Buying(secrets.token_hex(16))


def read(form: FormData, offer: Offer) -> Buying:
    """Everything typed, cut to sensible lengths; nothing is refused here, so that nothing is lost."""
    key = line(form, "form_key", 32)
    return Buying(
        key if re.fullmatch(r"[0-9a-f]{32}", key) else secrets.token_hex(16),
        line(form, "institution", 200),
        line(form, "domains", 600),
        line(form, "name", 200),
        line(form, "email", 254),
        {ticket.id: line(form, f"count-{ticket.id}", 6) for ticket in offer.tickets},
        line(form, "voucher", 60),
        line(form, "way", 16),
        line(form, "number", 60),
        lines(form, "address", 600),
        line(form, "reference", 120),
    )


def errors(typed: Buying, ways: tuple[str, ...]) -> dict[str, str]:
    """What has to be looked at before places are held: field → words. The domains are read by `asking`."""
    found = {}
    if len(typed.institution) < 2:
        found["institution"] = _("Write the name of the library or group.")
    if len(typed.name) < 2:
        found["name"] = _("Write who looks after these places.")
    try:
        addresses.read(typed.email)
    except Unreadable as error:
        found |= error.errors
    for ticket, count in (typed.counts or {}).items():
        if count and not _is_number(count):
            found[f"count-{ticket}"] = _("Write a number.")
    places = sum(typed.wanted.values())
    if not places:
        found.setdefault("count", _("Write how many places you want of one ticket at least."))
    elif places > MOST:
        found.setdefault(
            "count", ngettext("At most %(num)s place in one order.", "At most %(num)s places in one order.", MOST)
            % {"num": MOST},
        )  # fmt: skip
    if typed.way not in ways:
        found["way"] = _("Choose one of the list.")
    return found


def who(form: FormData, *, named: bool = False) -> Who:
    """A name, which may be empty unless `named`, and an address. Raises Unreadable."""
    name, found, email = line(form, "name", 200), {}, ""
    if named and len(name) < 2:
        found["name"] = _("Type a name.")
    try:
        email = addresses.read(line(form, "email", 254))
    except Unreadable as error:
        found |= error.errors
    if found:
        raise Unreadable(found)
    return Who(name, email)


def number(typed: str) -> int:
    """A small number in digits; 0 for anything else."""
    return int(typed) if _is_number(typed) else 0


def _is_number(typed: str) -> bool:
    return typed.isascii() and typed.isdecimal() and len(typed) < 5


def line(form: FormData, name: str, most: int) -> str:
    return " ".join("".join(one for one in str(form.get(name, "")) if one.isprintable()).split())[:most]


def lines(form: FormData, name: str, most: int) -> str:
    kept = (" ".join(one.split()) for one in str(form.get(name, "")).splitlines())
    return "\n".join(one for one in kept if one)[:most]
