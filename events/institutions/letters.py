"""The mails of this room. None when it is not so any more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from events.core import locales, mail
from events.core.mail import Sealed
from events.core.outbox import Message
from events.institutions import asking, places
from events.institutions.places import Institution, Place
from events.institutions.states import PlaceState
from events.registration import accounts, orders
from events.registration import letters as registration
from events.registration.accounts import Account
from events.registration.states import OrderState
from events.settings import Settings

LISTED = 50
"""Places that the buyer's mail names one by one; the page has all."""


@dataclass(frozen=True, slots=True)
class Bought:
    """A confirmed order, and whose it is when an institution bought it."""

    account: Account
    institution: Institution | None
    places: Sequence[Place]


async def bought(messages: Sequence[Message]) -> dict[int, Bought]:
    """What these messages are about, by message id; without orders that have no address."""
    found = {}
    for id_, account in (await registration.accounts_of(messages)).items():
        institution = await places.of_order(account.id) if account.for_staff else None
        there = await places.of_institution(institution.id) if institution else []
        found[id_] = Bought(account, institution, there)
    return found


def order_confirmed(facts: Bought, message: Message, settings: Settings, at: datetime) -> Sealed | None:
    """To the buyer: their tickets; to an institution its places, with a link to give each to somebody."""
    account, institution = facts.account, facts.institution
    if institution is None:
        return registration.order_confirmed(account, message, settings, at)
    if account.state is not OrderState.CONFIRMED:
        return None
    locales.speak(account.locale)
    secret = settings.secret_key.get_secret_value()
    root, query = f"{settings.base_url}/institutions/{account.code}", f"?key={orders.secret(account.code, secret)}"
    open_ = [one for one in facts.places if one.state is not PlaceState.ENDED]
    return _compose(
        "places_bought",
        account,
        account.email,
        account.name,
        settings,
        at,
        institution=institution,
        places=[(one, f"{root}/places/{one.code}{query}") for one in open_[:LISTED]],
        count=len(open_),
        more=max(0, len(open_) - LISTED),
        order_link=f"{settings.base_url}/orders/{account.code}{query}",
        staff_link=staff_link(institution, account, settings) if institution.domains else "",
        link=f"{root}{query}",
    )


def staff_link(institution: Institution, account: Account, settings: Settings) -> str:
    """The address to hand to everybody who works there."""
    token = places.staff_token(institution.id, institution.link_round, settings.secret_key.get_secret_value())
    return f"{settings.base_url}/institutions/{account.code}/staff/{token}"


async def place_invited(message: Message, settings: Settings, at: datetime) -> Sealed | None:
    """To who is invited. None when it was taken, or given to somebody else, meanwhile."""
    found = await _place(message, PlaceState.INVITED)
    return _to_holder("place_invited", *found, settings, at) if found else None


async def place_taken(message: Message, settings: Settings, at: datetime) -> Sealed | None:
    """To who took it: the ticket."""
    found = await _place(message, PlaceState.TAKEN)
    return _to_holder("place_taken", *found, settings, at) if found else None


async def place_ended(message: Message, settings: Settings, at: datetime) -> Sealed | None:
    """To who had it: it is theirs no more."""
    move = await places.move_by_id(message.number("move"))
    if move is None or not move.was.get("email"):
        return None
    account = await accounts.by_id(move.order)
    assert account is not None
    locales.speak(account.locale)
    link = f"{settings.base_url}/events/{account.slug}"
    to, name = move.was["email"], move.was.get("name", "")
    return _compose(
        "place_ended", account, to, name, settings, at, institution=move.institution,
        over=move.new is PlaceState.ENDED, taken=move.old is PlaceState.TAKEN, link=link,
    )  # fmt: skip


async def place_asked(message: Message, settings: Settings, at: datetime) -> Sealed | None:
    """To an address that somebody typed: take a place, or do nothing."""
    ask = await asking.load(message.number("ask"), at)
    account = await accounts.by_id(ask.order) if ask else None
    if ask is None or account is None or account.state is not OrderState.CONFIRMED:
        return None
    institution = await places.by_id(ask.institution)
    locales.speak(account.locale)
    token = places.ask_token(ask.id, settings.secret_key.get_secret_value())
    return _compose(
        "place_asked", account, ask.email, "", settings, at, institution=institution,
        link=f"{settings.base_url}/staff-places/{ask.id}/{token}",
    )  # fmt: skip


async def _place(message: Message, state: PlaceState) -> tuple[Account, Institution, Place] | None:
    place = await places.load(message.number("place"))
    if place is None or place.state is not state or place.round != message.number("round") or not place.email:
        return None
    account = await accounts.by_id(place.order)
    if account is None or account.state is not OrderState.CONFIRMED:
        return None
    return account, await places.by_id(place.institution), place


def _to_holder(
    name: str, account: Account, institution: Institution, place: Place, settings: Settings, at: datetime
) -> Sealed:
    locales.speak(account.locale)
    token = places.token(place.id, place.round, settings.secret_key.get_secret_value())
    ticket = next(one for one in account.attendees if one.id == place.registration)
    return _compose(
        name, account, place.email, place.name, settings, at, institution=institution, place=place, ticket=ticket,
        lines=[line for line in ticket.lines if not line.cancelled],
        link=f"{settings.base_url}/places/{place.code}/{token}",
    )  # fmt: skip


def _compose(
    name: str, account: Account, to: str, to_name: str, settings: Settings, at: datetime, **values: Any
) -> Sealed:
    return mail.compose(
        settings, f"institutions/{name}", to, at, locale=account.locale, to_name=to_name, account=account, **values
    )
