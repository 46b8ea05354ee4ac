"""`colloquy conflicts`."""

import asyncio
import json
from zoneinfo import ZoneInfo

import click

from events import beside
from events.catalogue import queries
from events.core import database, logs
from events.core.errors import NotFound
from events.schedule import conflict_lists, placed
from events.schedule.conflict_lists import LEVEL_WORDS, ConflictLine, Side


@click.command()
@click.argument("event")
@click.option("--json", "as_json", is_flag=True, help="A line of JSON for each conflict, times in UTC.")
def command(event: str, as_json: bool) -> None:
    """List what is wrong with an event's draft, the serious conflicts first."""
    try:
        found, zone = asyncio.run(_conflicts(beside.settings("database_url").database_url, event))
    except NotFound:
        raise click.ClickException(f"There is no event {event}.") from None
    if as_json:
        for line in found:
            click.echo(json.dumps(_facts(line), ensure_ascii=False))
        return
    for level, words in LEVEL_WORDS.items():
        lines = [line for line in found if line.level is level]
        if lines:
            click.echo(f"{words}: {len(lines):,}")
        for line in lines:
            click.echo(f"  {_told(line, zone)}")
    click.echo("1 conflict." if len(found) == 1 else f"{len(found):,} conflicts." if found else "No conflicts.")


async def _conflicts(url: str, slug: str) -> tuple[list[ConflictLine], ZoneInfo]:
    logs.start("WARNING")
    await database.connect(url)
    try:
        event = await queries.event_by_slug(slug, drafts=True)
        return await conflict_lists.named(await placed.conflicts(event.id)), ZoneInfo(event.timezone)
    finally:
        await database.close()


def _told(line: ConflictLine, zone: ZoneInfo) -> str:
    about = f"{line.words}: {line.subject}" if line.subject else line.words
    sides = [_side(line.one, zone), *([_side(line.other, zone)] if line.of_two else [])]
    return f"{about} – {' / '.join(sides)}"


def _side(side: Side, zone: ZoneInfo) -> str:
    starts, ends = side.starts_at.astimezone(zone), side.ends_at.astimezone(zone)
    return f"{side.code} “{side.title}”, {starts:%Y-%m-%d %H:%M}–{ends:%H:%M}"


def _facts(line: ConflictLine) -> dict[str, object]:
    """kind, level and subject as in `schedule.conflicts.Conflict`; about: the subject's name."""
    sides = [line.one, *([line.other] if line.of_two else [])]
    return {
        "kind": line.kind,
        "level": line.level,
        "subject": line.conflict.subject,
        "about": line.subject,
        "sessions": [
            {
                "code": side.code,
                "title": side.title,
                "slot": side.slot,
                "starts_at": side.starts_at.isoformat(),
                "ends_at": side.ends_at.isoformat(),
            }
            for side in sides
        ],
    }
