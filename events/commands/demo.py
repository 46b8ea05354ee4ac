"""`colloquy demo`."""

import asyncio
import json
from pathlib import Path

import click

from events import beside
from events.core import clock, database
from events.demo import build
from events.demo.size import ANNUAL, SMALL

SIZES = {"small": SMALL, "annual": ANNUAL}


@click.command()
@click.argument("size", type=click.Choice(list(SIZES)))
@click.option(
    "--names",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="JSON of more names by locale.",
)
def command(size: str, names: Path | None) -> None:
    """Fill an empty database with a demo association."""
    more = [name for found in json.loads(names.read_text("utf-8")).values() for name in found] if names else []
    if not asyncio.run(_make(beside.settings("database_url").database_url, size, more)):
        click.echo("There are events here already; the demo stays away.", err=True)


async def _make(url: str, size: str, names: list[str]) -> bool:
    await database.connect(url)
    try:
        if await build.exists():
            return False
        await build.build(url, SIZES[size], clock.now(), lambda words: click.echo(words, err=True), names)
        return True
    finally:
        await database.close()
