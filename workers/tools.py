"""What a job is handed besides its message: the settings, and the ways to strangers, opened when first used."""

from dataclasses import dataclass
from functools import cached_property

from events.core.mail import Mailer
from events.registration.stripe_api import Stripe
from events.settings import Settings


@dataclass
class Tools:
    settings: Settings

    @cached_property
    def mailer(self) -> Mailer:
        return Mailer(self.settings)

    @cached_property
    def bulk_mailer(self) -> Mailer:
        """For mails by the thousand: on the connections of the other one nobody waits behind them."""
        return Mailer(self.settings)

    @cached_property
    def stripe(self) -> Stripe:
        return Stripe(self.settings)

    async def close(self) -> None:
        for mailer in ("mailer", "bulk_mailer"):
            if mailer in self.__dict__:
                await getattr(self, mailer).close()
        if "stripe" in self.__dict__:
            await self.stripe.close()
