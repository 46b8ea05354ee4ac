"""`colloquy export`."""

import asyncio
import sys

import click

from events import beside
from events.core import database, logs
from events.schedule import exports


@click.command()
@click.argument("slug")
@click.option("--format", "kind", type=click.Choice(list(exports.FORMATS)), default="xml", show_default=True)
def command(slug: str, kind: str) -> None:
    """Write an event's published programme to standard output."""
    settings = beside.settings("database_url")
    try:
        data = asyncio.run(_export(settings.database_url, slug, kind, settings.base_url.rstrip("/")))
    except exports.NotThere as error:
        raise click.ClickException(str(error)) from None
    sys.stdout.buffer.write(data)


async def _export(url: str, slug: str, kind: str, base_url: str) -> bytes:
    logs.start("WARNING")
    await database.connect(url)
    try:
        return await exports.export(slug, kind, base_url)
    finally:
        await database.close()
