"""`colloquy web`."""

import click
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from events.settings import Settings


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=1, show_default=True, help="Processes that share the port.")
def command(host: str, port: int, workers: int) -> None:
    """Serve the pages. Needs PostgreSQL and Redis, see docs/deploy.md."""
    Settings().require("database_url", "redis_url", "secret_key")
    Granian(
        "events.app:create",
        factory=True,
        interface=Interfaces.ASGI,
        address=host,
        port=port,
        workers=workers,
        websockets=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=workers > 1,  # one alone ends, and whoever started it sees that
        workers_kill_timeout=10,
    ).serve()
