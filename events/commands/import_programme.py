"""`colloquy import`."""

import asyncio
import json
import sys
from pathlib import Path

import click

from events import beside
from events.core import clock, database, logs
from events.schedule import importing
from events.schedule.importing import NotImported, Report, Wish

MANY = 30


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--event", default="", metavar="SLUG", help="Into this event; else the file's acronym names it.")
@click.option("--create", is_flag=True, help="Make the event when there is none.")
@click.option("--publish", is_flag=True, help="Release the programme when something changed.")
@click.option("--strict", is_flag=True, help="Take warnings as errors.")
@click.option("--json", "as_json", is_flag=True, help="End with one line of JSON.")
def command(file: Path, event: str, create: bool, publish: bool, strict: bool, as_json: bool) -> None:
    """Bring a programme (frab or Pentabarf, XML or JSON) into an event: all of it or nothing."""
    wish = Wish(event=event, create=create, publish=publish, strict=strict, source=file.name)
    url = beside.settings("database_url").database_url
    try:
        report = asyncio.run(_import(url, file, wish))
    except NotImported as error:
        _tell(error.report)
        click.echo(f"{error.why[:1].upper()}{error.why[1:]}.", err=True)
        if as_json:
            click.echo(json.dumps(error.report.as_json(), ensure_ascii=False))
        sys.exit(1)
    _tell(report)
    click.echo(_summary(report))
    if as_json:
        click.echo(json.dumps(report.as_json(), ensure_ascii=False))


async def _import(url: str, file: Path, wish: Wish) -> Report:
    logs.start("WARNING")
    await database.connect(url)
    try:
        data = await asyncio.to_thread(file.read_bytes)
        return await importing.run(data, wish, clock.now(), lambda words: click.echo(words, err=True))
    finally:
        await database.close()


def _tell(report: Report) -> None:
    """Problems, overlaps and what was cancelled, one a line; many of them are counted."""
    lines = [f"{problem.level}: {problem}" for problem in report.problems]
    lines += [f"accepted overlap: {words}" for words in report.accepted]
    lines += [f"cancelled, no longer in the file: {title}" for title in report.cancelled]
    for line in lines[:MANY]:
        click.echo(line, err=True)
    if len(lines) > MANY:
        click.echo(f"… and {len(lines) - MANY} more (--json lists them all)", err=True)


def _summary(report: Report) -> str:
    words = (
        f"{report.event}: {report.created:,} created, {report.changed:,} changed, "
        f"{report.unchanged:,} unchanged, {report.refused:,} refused"
    )
    return f"{words}; published as release {report.release}" if report.release else words
