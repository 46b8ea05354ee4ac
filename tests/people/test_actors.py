"""The signed-in person, by one statement."""

import asyncio
from datetime import timedelta

from events.core import database, web
from events.people import actors
from events.people.actors import Actor, Grant
from tests import make
from tests.make import NOON


async def test_an_actor_has_the_main_address_and_the_units_below_each_role(db: None) -> None:
    ada = await make.person("Ada Lovelace", "ada@example.org")
    root = await make.unit("Association", kind="association")
    division = await make.unit("Division", root)
    committee = await make.unit("Committee", division, "committee")
    await make.unit("Other division", root)
    await make.role(ada, "editor", unit=division)
    await make.role(ada, "registrar")

    token = await make.sign_in(ada, NOON)
    actor = await actors.actor_of(web.token_hash(token), NOON)

    assert actor == Actor(
        ada.id,
        "Ada Lovelace",
        "ada@example.org",
        (Grant("editor", units=frozenset({division.id, committee.id})), Grant("registrar")),
    )


async def test_those_who_come_together_are_told_apart(db: None) -> None:
    ada, alan, grace = await make.person("Ada"), await make.person("Alan"), await make.person("Grace")
    unit = await make.unit()
    await make.role(ada, "editor", unit=unit)
    await make.role(grace, "registrar")
    tokens = [web.token_hash(await make.sign_in(one, NOON)) for one in (ada, alan, grace)]
    late = NOON + timedelta(days=61)

    found = await asyncio.gather(
        *(actors.actor_of(token, NOON) for token in (*tokens, b"nobody", tokens[0])), actors.actor_of(tokens[1], late)
    )

    roles = (Grant("editor", units=frozenset({unit.id})),), (), (Grant("registrar"),)
    assert [(one.name, one.roles) if one else None for one in found] == [
        ("Ada", roles[0]), ("Alan", roles[1]), ("Grace", roles[2]), None, ("Ada", roles[0]), None,
    ]  # fmt: skip


async def test_a_token_counts_for_sixty_days_after_it_was_last_used(db: None) -> None:
    token = web.token_hash(await make.sign_in(await make.person(), NOON))

    assert await actors.actor_of(token, NOON + timedelta(days=59))
    assert await actors.actor_of(token, NOON + timedelta(days=118))
    assert await actors.actor_of(token, NOON + timedelta(days=179)) is None
    assert await actors.actor_of(web.token_hash("something else"), NOON) is None


async def test_seen_at_is_written_at_most_once_an_hour(db: None) -> None:
    token = web.token_hash(await make.sign_in(await make.person(), NOON))

    await actors.actor_of(token, NOON + timedelta(minutes=59))
    early = await database.value("SELECT seen_at FROM sign_in")
    await actors.actor_of(token, NOON + timedelta(minutes=61))
    late = await database.value("SELECT seen_at FROM sign_in")

    assert (early, late) == (NOON, NOON + timedelta(minutes=61))


async def test_an_erased_person_is_nobody(db: None) -> None:
    ada = await make.person()
    token = web.token_hash(await make.sign_in(ada, NOON))
    await database.execute("UPDATE person SET erased_at = now() WHERE id = $1", ada.id)

    assert await actors.actor_of(token, NOON) is None
