"""`colloquy import`."""

import asyncio
import json
import sys
from pathlib import Path

import click

from events import beside
from events.core import clock, database, logs
from events.schedule.importing import Report, Wish
from events.sheets import bringing
from events.sheets.bringing import Ask, Outcome
from events.sheets.comparing import Line

MANY = 30


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--event", default="", metavar="SLUG", help="Into this event; else the file's acronym names it.")
@click.option("--create", is_flag=True, help="Make the event when there is none.")
@click.option("--publish", is_flag=True, help="Release the programme when something changed.")
@click.option("--strict", is_flag=True, help="Take warnings as errors.")
@click.option("--dry-run", is_flag=True, help="Only say what would change, field by field.")
@click.option("--json", "as_json", is_flag=True, help="End with one line of JSON.")
def command(file: Path, event: str, create: bool, publish: bool, strict: bool, dry_run: bool, as_json: bool) -> None:
    """Bring a file into an event: all of it or nothing.

    A programme (frab or Pentabarf, XML or JSON; sessions from pretalx, JSON) or sheets of sessions, people and rooms as
    an export has them (CSV, XLSX). What it is, is seen by what is in it.
    """
    wish = Wish(event=event, create=create, publish=publish and not dry_run, strict=strict, source=file.name)
    url = beside.settings("database_url").database_url
    outcome = asyncio.run(_import(url, file, Ask(wish, keep=not dry_run)))
    report = outcome.report
    _tell(report)
    if dry_run:
        _show(outcome.lines)
    if outcome.refused:
        click.echo(f"{outcome.refused[:1].upper()}{outcome.refused[1:].rstrip('.')}.", err=True)
    else:
        click.echo(_summary(report, dry_run))
    if as_json:
        click.echo(json.dumps(report.as_json(), ensure_ascii=False))
    if outcome.refused:
        sys.exit(1)


async def _import(url: str, file: Path, ask: Ask) -> Outcome:
    logs.start("WARNING")
    await database.connect(url)
    try:
        data = await asyncio.to_thread(file.read_bytes)
        return await bringing.bring(data, ask, clock.now(), say=lambda words: click.echo(words, err=True))
    finally:
        await database.close()


def _show(lines: list[Line]) -> None:
    """What would change, a line each, and its fields under it."""
    for line in lines:
        click.echo(f"{line.kind}: {line.sheet} {line.key} “{line.title}”")
        for name, before, after in line.fields:
            click.echo(f"    {name}: {before or '(nothing)'} → {after or '(nothing)'}")


def _tell(report: Report) -> None:
    """Problems, overlaps and what was cancelled, one a line; many of them are counted."""
    lines = [f"{problem.level}: {problem}" for problem in report.problems]
    lines += [f"accepted overlap: {words}" for words in report.accepted]
    lines += [f"cancelled, no longer in the file: {title}" for title in report.cancelled]
    for line in lines[:MANY]:
        click.echo(line, err=True)
    if len(lines) > MANY:
        click.echo(f"… and {len(lines) - MANY} more (--json lists them all)", err=True)


def _summary(report: Report, dry_run: bool) -> str:
    words = (
        f"{report.event}{' (nothing was written)' if dry_run else ''}:"
        f" {report.created:,} created, {report.changed:,} changed, "
        f"{report.unchanged:,} unchanged, {report.refused:,} refused"
    )
    return f"{words}; published as release {report.release}" if report.release else words
