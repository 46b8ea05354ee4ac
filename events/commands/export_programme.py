"""`colloquy export`."""

import asyncio
import sys

import click

from events import beside
from events.core import database, logs
from events.schedule import exports, importing
from events.sheets import exports as sheets
from events.sheets.columns import PEOPLE, ROOMS, SESSIONS

SHEETS = {"sessions.csv": SESSIONS, "people.csv": PEOPLE, "rooms.csv": ROOMS}
"""Of the draft, as `colloquy import` takes them again; all three in one workbook: draft.xlsx."""


@click.command()
@click.argument("slug")
@click.option(
    "--format",
    "kind",
    type=click.Choice([*exports.FORMATS, "draft.xlsx", *SHEETS]),
    default="xml",
    show_default=True,
)
def command(slug: str, kind: str) -> None:
    """Write an event's programme to standard output.

    xml, json, ics and csv are the published one; draft.xlsx and the three .csv are the draft, to be imported again.
    """
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
        if kind in exports.FORMATS:
            return await exports.export(slug, kind, base_url)
        event = await importing.event_of(slug)
        if event is None:
            raise exports.NotThere(f"There is no event “{slug}”.")
        if kind in SHEETS:
            return b"".join(await sheets.csv(event["id"], SHEETS[kind], emails=True))
        return await sheets.workbook(event["id"], emails=True)
    finally:
        await database.close()
