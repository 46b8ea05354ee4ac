"""Who may do what, and where. Every page asks here, and only here:

    actor = permissions.require(request.state.actor, permissions.EDIT_PROGRAMME, event=event.id, unit=event.unit_id)

returns the actor, or raises NotSignedIn (303 to the sign-in page and back) or Forbidden (403). `can(...)` says the same
as a bool, for templates that show or leave out a button.

A role counts in the whole association, in a unit with all units below it, or in one event. So a page names what it is
about:

    event=  the event's id: asks for roles in this event
    unit=   its owning unit, or several: an editor of unit U may edit the events and the sessions U owns. For a session
            pass both owners, `unit=(event.unit_id, session.unit_id)`; None among them is skipped
    neither asks for a role in the whole association

`somewhere(actor, permission)` is for pages that many may open and that then show only their part (the organizers' home,
a list of sessions of all units); `reach(actor, permission)` says which part: everything, or these units and events.
`signed_in(actor)` is for /my pages, which need a person and no role.

Pure: the actor carries its roles and the units below them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NewType

from events.core.errors import Forbidden, NotSignedIn
from events.people.actors import Actor, Grant

Permission = NewType("Permission", str)

ADMINISTER = Permission("administer")
"""Units, roles and everything that has no word of its own."""
MANAGE_PEOPLE = Permission("manage_people")
"""Find people with their addresses, and see what is kept of them."""
MANAGE_MEMBERSHIPS = Permission("manage_memberships")
"""Upload the roster."""
SEE_DRAFT = Permission("see_draft")
"""Open the organizers' pages of an event and read what is not published yet."""
CREATE_EVENT = Permission("create_event")
"""Make an event, owned by `unit`."""
EDIT_EVENT = Permission("edit_event")
"""Change an event's facts, texts and dates (not its state)."""
EDIT_VENUES = Permission("edit_venues")
"""Venues, buildings and rooms, which all events share."""
EDIT_PROGRAMME = Permission("edit_programme")
"""Sessions, the people in them, slots and rooms in the draft."""
PUBLISH = Permission("publish")
"""Announce, postpone, cancel an event; publish a release; accept a conflict for everybody."""
MANAGE_REGISTRATION = Permission("manage_registration")
"""Ticket types, prices, quotas; cancel and refund an order."""
READ_ORDERS = Permission("read_orders")
"""Orders with names and addresses, and their CSV."""
COUNT_CASES = Permission("count_cases")
"""How many people need what to take part, without names: for catering and whoever plans."""
HANDLE_CASES = Permission("handle_cases")
"""Read and answer what somebody needs to take part. No other role has it, also no administrator."""

ALL = frozenset(
    {
        ADMINISTER,
        MANAGE_PEOPLE,
        MANAGE_MEMBERSHIPS,
        SEE_DRAFT,
        CREATE_EVENT,
        EDIT_EVENT,
        EDIT_VENUES,
        EDIT_PROGRAMME,
        PUBLISH,
        MANAGE_REGISTRATION,
        READ_ORDERS,
        COUNT_CASES,
        HANDLE_CASES,
    }
)

ROLES: dict[str, frozenset[Permission]] = {
    "administrator": ALL - {HANDLE_CASES},
    "programme_manager": frozenset(
        {SEE_DRAFT, CREATE_EVENT, EDIT_EVENT, EDIT_VENUES, EDIT_PROGRAMME, PUBLISH, COUNT_CASES}
    ),
    "editor": frozenset({SEE_DRAFT, EDIT_EVENT, EDIT_PROGRAMME}),
    "registrar": frozenset({SEE_DRAFT, MANAGE_REGISTRATION, READ_ORDERS, COUNT_CASES}),
    "care": frozenset({SEE_DRAFT, COUNT_CASES, HANDLE_CASES}),
    "reader": frozenset({SEE_DRAFT}),
}
"""What each role may do, where it counts. The rows of the table `role` name these."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Where a permission counts: `everywhere`, or in these units and these events."""

    everywhere: bool
    units: frozenset[int]
    events: frozenset[int]

    def __bool__(self) -> bool:
        return self.everywhere or bool(self.units) or bool(self.events)


def can(
    actor: Actor | None,
    permission: Permission,
    event: int | None = None,
    unit: int | Iterable[int | None] | None = None,
) -> bool:
    if actor is None:
        return False
    units = frozenset([unit] if isinstance(unit, int) else [one for one in unit or () if one is not None])
    return any(permission in ROLES[grant.role] and _covers(grant, event, units) for grant in actor.roles)


def require(
    actor: Actor | None,
    permission: Permission,
    event: int | None = None,
    unit: int | Iterable[int | None] | None = None,
) -> Actor:
    """The actor, who may. Raises NotSignedIn or Forbidden."""
    actor = signed_in(actor)
    if not can(actor, permission, event, unit):
        raise Forbidden
    return actor


def signed_in(actor: Actor | None) -> Actor:
    """The actor. Raises NotSignedIn."""
    if actor is None:
        raise NotSignedIn
    return actor


def reach(actor: Actor | None, permission: Permission) -> Reach:
    """Everywhere, or the units and events where the actor may; false when nowhere."""
    grants = [grant for grant in actor.roles if permission in ROLES[grant.role]] if actor else []
    return Reach(
        any(grant.everywhere for grant in grants),
        frozenset(unit for grant in grants for unit in grant.units or ()),
        frozenset(grant.event for grant in grants if grant.event is not None),
    )


def somewhere(actor: Actor | None, permission: Permission) -> bool:
    return bool(reach(actor, permission))


def require_somewhere(actor: Actor | None, permission: Permission) -> Actor:
    """The actor, who may in one place at least. Raises NotSignedIn or Forbidden."""
    actor = signed_in(actor)
    if not somewhere(actor, permission):
        raise Forbidden
    return actor


def _covers(grant: Grant, event: int | None, units: frozenset[int]) -> bool:
    return (
        grant.everywhere
        or (grant.event is not None and grant.event == event)
        or (grant.units is not None and not grant.units.isdisjoint(units))
    )
