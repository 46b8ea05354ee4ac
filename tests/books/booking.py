"""An event whose ledger rows are written one by one."""

from dataclasses import dataclass
from datetime import datetime

from events.books import codes
from events.books.codes import Code
from events.catalogue.models import Event
from events.core import database
from events.registration.models import Ledger, Order, OrderLine, Registration, TicketType


@dataclass
class Books:
    """An event that begins on the ninth of July, with one ticket type."""

    event: Event
    full: TicketType
    lines: int = 0

    async def book(self, kind: str, amount: int, at: datetime, source: str = "", line: int | None = None) -> int:
        """A ledger row of a new order, or of the order of `line`. Returns its line's id."""
        if line is None:
            self.lines += 1
            order = await Order.create(
                code=f"BOOK{self.lines:04d}",
                event=self.event,
                state="CONFIRMED",
                audience="everyone",
                currency="USD",
                total=abs(amount),
                created_at=at,
            )
            place = await Registration.create(code=f"BP{self.lines:06d}", order=order, event=self.event)
            line = (
                await OrderLine.create(order=order, registration=place, ticket_type=self.full, amount=abs(amount))
            ).id
        order_id = await database.value("SELECT order_id FROM order_line WHERE id = $1", line)
        await Ledger.create(
            order_id=order_id, kind=kind, amount=amount, currency="USD", source=source or f"line-{line}", booked_at=at
        )
        return line

    async def give_code(self, code: str, at: datetime) -> None:
        seen = {one.id: one.now for one in await codes.of(self.event.id)}
        await codes.give(self.event.id, seen, {self.full.id: Code(code)}, None, at)
