"""`colloquy run`."""

from pathlib import Path

import click

from events.core.embedded import EmbeddedError
from events.supervisor import CannotRun, Supervisor

BUILT = Path(__file__).parents[2] / "frontend" / "dist"


@click.command()
@click.option("--port", default=8000, show_default=True, help="Of the pages, on 127.0.0.1; 0 takes a free one.")
@click.option(
    "--var",
    default="var",
    show_default=True,
    envvar="COLLOQUY_VAR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where everything is kept.",
)
@click.option("--demo", default="small", show_default=True, type=click.Choice(["none", "small", "annual"]))
def command(port: int, var: Path, demo: str) -> None:
    """Run everything on this machine, for a first look."""
    if not BUILT.exists():
        raise click.ClickException("The styles are not built yet. This helps: make frontend")
    try:
        Supervisor(var, port, demo, click.echo).run()
    except (CannotRun, EmbeddedError) as error:
        raise click.ClickException(str(error)) from None
