"""`colloquy migrate`."""

import asyncio

import click

from events.core import schema
from events.settings import Settings


@click.command()
def command() -> None:
    """Bring the database up to date. Two at once are fine."""
    asyncio.run(schema.migrate(Settings().require("database_url").database_url))
