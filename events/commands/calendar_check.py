"""`colloquy calendar-check`."""

import asyncio
import json
import sys
from dataclasses import asdict
from pathlib import Path

import click

from events.checking import checking
from events.checking.checking import Report
from events.checking.fetching import NotFetched
from events.checking.findings import Level

ADDRESSES = ("http://", "https://", "webcal://")
_WORDS = {Level.error: ("error", "errors"), Level.warning: ("warning", "warnings"), Level.note: ("note", "notes")}


@click.command()
@click.argument("calendars", nargs=-1, required=True, metavar="FILE|ADDRESS...")
@click.option("--feed", is_flag=True, help="Look at files as feeds too: what somebody subscribes to needs more.")
@click.option("--json", "as_json", is_flag=True, help="One object for each calendar, a line each.")
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
def command(calendars: tuple[str, ...], feed: bool, as_json: bool, strict: bool) -> None:
    """Look whether calendars keep to their rules (RFC 5545, 5546, 7986), and how their addresses are served.

    Ends with 1 when an error was found, and with 2 when there was nothing to look at.
    """
    worst = 0
    for calendar in calendars:
        try:
            report = _report(calendar, feed=feed)
        except (OSError, NotFetched) as problem:
            click.echo(f"{calendar}: {problem}", err=True)
            worst = 2
            continue
        wrong = not report.good or (strict and any(one.level is Level.warning for one in report.findings))
        worst = max(worst, 1 if wrong else 0)
        click.echo(json.dumps(asdict(report), ensure_ascii=False) if as_json else told(report))
    sys.exit(worst)


def _report(calendar: str, *, feed: bool) -> Report:
    if calendar.startswith(ADDRESSES):
        return asyncio.run(checking.check_address(calendar))
    return checking.check_file(Path(calendar), feed=feed)


def told(report: Report) -> str:
    """In words, a line a finding."""
    rows = [f"{report.source}: {report.entries:,} {'entry' if report.entries == 1 else 'entries'}"]
    for one in report.findings:
        place = f"line {one.line:,}: " if one.line else ""
        rows.append(f"  {one.level}: {place}{one.words}  ({one.source})")
    counts = [
        f"{number} {words[number != 1]}"
        for level, words in _WORDS.items()
        if (number := sum(one.level is level for one in report.findings))
    ]
    rows.append(f"  {', '.join(counts)}." if counts else "  Nothing is wrong.")
    return "\n".join(rows)
