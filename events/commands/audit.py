"""`colloquy audit`."""

import asyncio
import sys

import click

from events import audit, beside
from events.core import clock, database


@click.command()
def command() -> None:
    """Recount quotas, orders, entries and the outbox; ends with 1 when something is wrong."""
    found = asyncio.run(_audit(beside.settings("database_url").database_url))
    for finding in found:
        click.echo(f"{finding.about}: {finding.words}  ({finding.check})")
    words = "1 finding." if len(found) == 1 else f"{len(found)} findings."
    click.echo(words if found else "Everything adds up.")
    sys.exit(1 if found else 0)


async def _audit(url: str) -> list[audit.Finding]:
    await database.connect(url)
    try:
        return await audit.audit(clock.now())
    finally:
        await database.close()
