"""An institution's order: an ordinary one, whose places are nobody's yet."""

from collections.abc import Sequence
from datetime import datetime

from events.core import database
from events.invoicing import dues
from events.invoicing.dues import Chosen
from events.registration import accounts
from events.registration.holds import Attendee, new_code
from events.registration.shopping import Beside
from events.registration.states import OrderState


def nobody(places: int) -> list[Attendee]:
    """So many attendees that nobody is yet."""
    return [Attendee("", "", {}) for _place in range(places)]


def beside(name: str, domains: Sequence[str], at: datetime, way: Chosen | None = None, by: int | None = None) -> Beside:
    """What is written beside the order, in its transaction: who bought, and a place for each registration.

    way   the purchase order it is paid by; None leaves the choice to the order's page
    """

    async def write(order: int) -> None:
        made = await database.value(
            "INSERT INTO institution (order_id, name, domains, made_at) VALUES ($1, $2, $3, $4) RETURNING id",
            order,
            name,
            list(domains),
            at,
        )
        registrations = await database.rows("SELECT id FROM registration WHERE order_id = $1 ORDER BY id", order)
        await database.execute_many(
            "INSERT INTO staff_place (code, institution_id, registration_id, state, changed_at)"
            " VALUES ($1, $2, $3, 'unassigned', $4)",
            [(new_code(10), made, row["id"], at) for row in registrations],
        )
        account = await accounts.by_id(order)
        assert account is not None
        if way is not None and account.state is OrderState.HELD:
            await dues.choose(account, way, at, by)

    return write
