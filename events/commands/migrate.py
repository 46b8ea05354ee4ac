"""`colloquy migrate`."""

import asyncio
import sys

import click

from events.core import schema
from events.settings import Settings


@click.command()
@click.option("--check", is_flag=True, help="Say what would run and whom it would stop; run nothing. Ends with 1 then.")
def command(check: bool) -> None:
    """Bring the database up to date, while the old version serves. Two at once are fine."""
    url = Settings().require("database_url").database_url
    if check:
        sys.exit(asyncio.run(_check(url)))
    try:
        asyncio.run(schema.migrate(url, lambda words: click.echo(words)))
    except schema.Busy as error:
        raise click.ClickException(f"{error} Nothing is half done. Try again when it is over.") from None


async def _check(url: str) -> int:
    """Print the plan; returns the exit code."""
    found = await schema.pending(url)
    sizes = await schema.sizes(url)
    for one in found:
        click.echo(one.name)
        for strong in one.strong:
            click.echo(f"  {strong.table} (about {sizes.get(strong.table, 0):,} rows): {strong.words}")
    if not found:
        click.echo("Nothing to migrate.")
    elif any(one.strong for one in found):
        click.echo("Not while the old version serves: stop web and worker first, or write it as it says.")
    else:
        click.echo("The old version can go on serving meanwhile.")
    return 1 if any(one.strong for one in found) else 0
