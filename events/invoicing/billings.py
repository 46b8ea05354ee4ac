"""The invoice of an order that is paid by card: whoever wants one says to whom it goes, and has it at once."""

from dataclasses import dataclass
from datetime import datetime

from events.core import database
from events.core.errors import DomainError
from events.core.locales import _
from events.invoicing import invoices
from events.registration import orders
from events.registration.states import OrderState


@dataclass(frozen=True, slots=True)
class BilledTo:
    """As it stands on the invoice; institution and reference may be empty."""

    address: str
    institution: str = ""
    reference: str = ""


class NoInvoice(DomainError):
    """The order costs nothing, is not confirmed, or has an invoice already."""

    status = 409

    @property
    def title(self) -> str:
        return _("There is no invoice for this order")


async def bill(order_id: int, to: BilledTo, at: datetime) -> None:
    """Issue the first invoice of a confirmed order. A second click changes nothing. Raises NoInvoice."""
    async with database.transaction():
        order = await orders.lock(order_id)
        if order.state is not OrderState.CONFIRMED or not order.total:
            raise NoInvoice(_("Only what is bought has an invoice."))
        if await database.value("SELECT EXISTS (SELECT FROM due WHERE order_id = $1)", order_id):
            raise NoInvoice(_("Its invoice was issued with the order. To have another address on it, write to us."))
        made = await database.execute(
            "INSERT INTO billing (order_id, institution, address, reference, made_at) VALUES ($1, $2, $3, $4, $5)"
            " ON CONFLICT (order_id) DO NOTHING",
            order_id,
            to.institution,
            to.address,
            to.reference,
            at,
        )
        if made:
            await invoices.bring_up(order_id, at)
