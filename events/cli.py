"""`colloquy`: the list of commands."""

import importlib

import click
from pydantic import ValidationError

COMMANDS = {
    "run": "events.commands.run",
    "web": "events.commands.web",
    "worker": "events.commands.worker",
    "migrate": "events.commands.migrate",
    "sandbox": "events.registration.sandbox.command",
    "demo": "events.commands.demo",
    "import": "events.commands.import_programme",
    "export": "events.commands.export_programme",
    "conflicts": "events.commands.conflicts",
    "calendar-check": "events.commands.calendar_check",
    "audit": "events.commands.audit",
    "create-admin": "events.commands.create_admin",
}
"""Each module has its `command`."""


class Commands(click.Group):
    """Loads a command when it is asked for: `colloquy worker` needs nothing of `colloquy run`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        found = importlib.import_module(COMMANDS[cmd_name]).command
        assert isinstance(found, click.Command)
        return found

    def invoke(self, ctx: click.Context) -> object:
        """Say what is wrong with the settings in a line each, without the values: some are secret."""
        try:
            return super().invoke(ctx)
        except ValidationError as error:
            wrong = [
                " ".join([*(f"COLLOQUY_{str(part).upper()}:" for part in line["loc"]), line["msg"]])
                for line in error.errors(include_url=False, include_input=False)
            ]
            raise click.ClickException("\n".join(wrong)) from None


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Events and conferences of a library association."""


if __name__ == "__main__":
    main()
