"""`colloquy worker`."""

import os
import sys

import click

from events.settings import Settings


@click.command()
def command() -> None:
    """Do what happens after a page is sent: mail, payments, feeds."""
    Settings().require("database_url", "redis_url", "secret_key")
    os.execv(sys.executable, [sys.executable, "-m", "workers"])
