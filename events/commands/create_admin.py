"""`colloquy create-admin`."""

import asyncio

import click

from events.core import clock, database
from events.people import persons
from events.settings import Settings


@click.command()
@click.argument("email")
@click.option("--name", default="", help="As the pages greet them.")
def command(email: str, name: str) -> None:
    """Make somebody an administrator of the association; they sign in by e-mail like everybody."""
    email = email.strip().lower()
    if "@" not in email:
        raise click.BadParameter(f"“{email}” is not an e-mail address.", param_hint="EMAIL")
    click.echo(asyncio.run(_create(Settings().require("database_url").database_url, email, name)))


async def _create(url: str, email: str, name: str) -> str:
    await database.connect(url)
    try:
        async with database.transaction():
            person = await database.value("SELECT person_id FROM address WHERE email = $1", email)
            if person is None:
                person = await persons.create(name or email.partition("@")[0], clock.now(), email=email)
            made = await database.execute(
                "INSERT INTO role (person_id, name, granted_at) VALUES ($1, 'administrator', now())"
                " ON CONFLICT DO NOTHING",
                person,
            )
        return f"{email} is an administrator." if made else f"{email} was an administrator already."
    finally:
        await database.close()
