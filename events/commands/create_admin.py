"""`colloquy create-admin`."""

import asyncio

import click

from events import beside
from events.core import clock, database
from events.core.errors import Unreadable
from events.people import addresses, persons, roles


@click.command()
@click.argument("email")
@click.option("--name", default="", help="As the pages greet them.")
def command(email: str, name: str) -> None:
    """Make somebody an administrator of the association; they sign in by e-mail like everybody."""
    try:
        address = addresses.read(email)
    except Unreadable as error:
        raise click.BadParameter(error.errors["email"], param_hint="EMAIL") from None
    asyncio.run(_create(beside.settings("database_url").database_url, address, name))
    click.echo(f"{address} is an administrator.")


async def _create(url: str, address: str, name: str) -> None:
    await database.connect(url)
    try:
        async with database.transaction():
            person = await database.value("SELECT person_id FROM address WHERE email = $1", address)
            if person is None:
                person = await persons.create(name or address.partition("@")[0], clock.now(), email=address)
            await roles.grant(person, "administrator", clock.now())
    finally:
        await database.close()
