"""A ticket that went to another person takes its seat along: one calendar forgets it, another has it."""

from events.agenda import changes
from events.core import database
from events.registration import accounts, ticket_changes, transfers
from events.registration.ticket_changes import Who
from tests import make
from tests.agenda.conftest import Programme
from tests.make import NOON

GRACE = Who("Grace Hopper", "grace@example.org")


async def test_the_seats_invitation_goes_with_the_ticket_and_comes_back_with_it(programme: Programme) -> None:
    ada = await make.person("Ada Lovelace", "ada@example.org")
    order = await make.seat(ada, programme.workshop, "ada@example.org")
    await changes.follow_orders([order.id], NOON)
    account = await accounts.by_id(order.id)
    assert account is not None
    ticket = account.attendees[0].id
    feed = await database.value("SELECT revision FROM personal_feed WHERE person_id = $1", ada.id)

    async def give(who: Who) -> None:
        now = await accounts.by_id(order.id)
        assert now is not None
        await transfers.offer(now, ticket, who, NOON, None, at_once=True)

    async def invited() -> list[tuple[str, str]]:
        await changes.follow_orders([order.id], NOON)
        return [tuple(row) for row in await database.rows("SELECT email, state FROM invitation ORDER BY email")]

    await give(GRACE)
    given = await invited()
    await give(Who("Ada", "ada@example.org"))
    back = await invited()
    account = await accounts.by_id(order.id)
    assert account is not None
    await ticket_changes.change_details(account, ticket, Who("Ada", "countess@example.org"), None, NOON, None)
    moved = await invited()

    assert given == [("ada@example.org", "cancelled"), ("grace@example.org", "invited")]
    assert back == [("ada@example.org", "invited"), ("grace@example.org", "cancelled")]
    assert [email for email, state in moved if state == "invited"] == ["countess@example.org"]
    assert await database.value("SELECT revision FROM personal_feed WHERE person_id = $1", ada.id) > feed
