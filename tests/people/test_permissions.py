"""Who may do what, and where: pure, from an actor's roles."""

import pytest

from events.core.errors import Forbidden, NotSignedIn
from events.people import permissions, roles
from events.people.actors import Actor, Grant
from events.people.permissions import EDIT_EVENT, EDIT_PROGRAMME, PUBLISH, READ_ORDERS, SEE_DRAFT

DIVISION, COMMITTEE, OTHER = 1, 2, 3


def actor(*grants: Grant) -> Actor:
    return Actor(7, "Ada", "ada@example.org", grants)


def test_every_role_of_the_table_has_permissions_and_words() -> None:
    assert set(permissions.ROLES) == set(roles.WORDS)
    assert permissions.ROLES["administrator"] == permissions.ALL - {permissions.HANDLE_CASES}
    assert all(held <= permissions.ALL for held in permissions.ROLES.values())


def test_an_editor_of_a_unit_edits_what_the_unit_and_those_below_own() -> None:
    editor = actor(Grant("editor", units=frozenset({DIVISION, COMMITTEE})))

    assert permissions.can(editor, EDIT_EVENT, event=5, unit=COMMITTEE)
    assert permissions.can(editor, EDIT_PROGRAMME, event=5, unit=(OTHER, DIVISION))
    assert not permissions.can(editor, EDIT_EVENT, event=5, unit=OTHER)
    assert not permissions.can(editor, EDIT_PROGRAMME, event=5, unit=(OTHER, None))
    assert not permissions.can(editor, EDIT_EVENT)
    assert not permissions.can(editor, PUBLISH, unit=DIVISION)


def test_a_role_in_an_event_counts_in_that_event_alone() -> None:
    manager = actor(Grant("programme_manager", event=5))

    assert permissions.can(manager, PUBLISH, event=5, unit=OTHER)
    assert not permissions.can(manager, PUBLISH, event=6, unit=OTHER)
    assert not permissions.can(manager, PUBLISH)


def test_a_role_in_the_association_counts_everywhere() -> None:
    registrar = actor(Grant("registrar"))

    assert permissions.can(registrar, READ_ORDERS)
    assert permissions.can(registrar, READ_ORDERS, event=5, unit=OTHER)
    assert not permissions.can(registrar, EDIT_EVENT, event=5)


def test_a_role_on_a_unit_that_reaches_no_unit_reaches_nothing() -> None:
    assert not permissions.can(actor(Grant("administrator", units=frozenset())), EDIT_EVENT, event=5, unit=DIVISION)
    assert not permissions.can(actor(Grant("administrator", units=frozenset())), EDIT_EVENT)


def test_nobody_is_asked_to_sign_in_and_somebody_without_a_role_is_refused() -> None:
    with pytest.raises(NotSignedIn):
        permissions.require(None, SEE_DRAFT, event=5)
    with pytest.raises(Forbidden):
        permissions.require(actor(), SEE_DRAFT, event=5)
    with pytest.raises(Forbidden):
        permissions.require_somewhere(actor(), SEE_DRAFT)


def test_reach_names_the_units_and_events_of_a_permission() -> None:
    both = actor(Grant("editor", units=frozenset({DIVISION})), Grant("reader", event=5), Grant("registrar", event=6))

    assert permissions.reach(both, EDIT_EVENT) == permissions.Reach(False, frozenset({DIVISION}), frozenset())
    assert permissions.reach(both, SEE_DRAFT) == permissions.Reach(False, frozenset({DIVISION}), frozenset({5, 6}))
    assert permissions.reach(actor(Grant("reader")), SEE_DRAFT).everywhere
    assert not permissions.somewhere(both, PUBLISH)
    assert not permissions.reach(None, SEE_DRAFT)
