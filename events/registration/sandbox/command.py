"""`colloquy sandbox`."""

import click
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from events.registration.sandbox.app import address
from events.settings import Settings


@click.command()
def command() -> None:
    """Play Stripe, on this machine only, at COLLOQUY_STRIPE_URL."""
    settings = Settings()
    try:
        host, port = address(settings)
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    if not settings.stripe_webhook_secret.get_secret_value():
        raise click.ClickException("COLLOQUY_STRIPE_WEBHOOK_SECRET is not set: the shop could not believe any webhook")
    Granian(
        "events.registration.sandbox.app:create",
        factory=True,
        interface=Interfaces.ASGI,
        address="127.0.0.1" if host == "localhost" else host,
        port=port,
        websockets=False,
        log_level=LogLevels.warning,
    ).serve()
