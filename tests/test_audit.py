"""`colloquy audit` finds what should never be; each finding is broken on purpose here."""

import contextlib
from collections.abc import AsyncIterator

from events import audit
from events.core import clock, database, outbox
from events.demo import build
from events.demo.size import SMALL

BREAKAGES = [
    (
        "quota counts its claims",
        "UPDATE quota SET claimed = claimed - 1 WHERE id = (SELECT min(id) FROM quota WHERE claimed > 0)",
    ),
    (
        "what is set aside is what its codes have left",
        "UPDATE quota SET held_back = held_back + 1, oversold = oversold + 1 WHERE id = (SELECT min(id) FROM quota)",
    ),
    (
        "a code counts its uses",
        "UPDATE voucher SET used = used + 1 WHERE id = (SELECT min(id) FROM voucher WHERE max_uses IS NULL)",
    ),
    (
        "every use of a code is of a live ticket",
        "INSERT INTO voucher_use (voucher_id, order_id, registration_id)"
        " SELECT (SELECT min(id) FROM voucher), order_id, id FROM registration ORDER BY id LIMIT 1",
    ),
    (
        "every live ticket by a code is a use of it",
        "UPDATE order_line SET voucher_id = (SELECT min(id) FROM voucher) WHERE id = (SELECT min(l.id)"
        " FROM order_line l JOIN orders o ON o.id = l.order_id WHERE o.state = 'CONFIRMED' AND l.cancelled_at IS NULL)",
    ),
    (
        "every live line holds a place of each quota",
        "DELETE FROM claim WHERE id = (SELECT min(id) FROM claim)",
    ),
    (
        "nobody holds a place without an order",
        "UPDATE orders SET state = 'CANCELLED' WHERE id = (SELECT min(id) FROM orders)",
    ),
    (
        "an order costs what its lines cost",
        "UPDATE orders SET total = total + 1 WHERE id = (SELECT min(id) FROM orders)",
    ),
    (
        "an order is where its last move took it",
        "UPDATE order_move SET new = 'EXPIRED' WHERE id = (SELECT max(id) FROM order_move)",
    ),
    (
        "a ledger keeps to its order's currency",
        "UPDATE ledger SET currency = 'EUR' WHERE id = (SELECT min(id) FROM ledger)",
    ),
    (
        "nobody is owed money without a refund under way",
        "UPDATE ledger SET amount = amount - 100 WHERE id = (SELECT min(id) FROM ledger WHERE kind = 'payment')",
    ),
    (
        "a dispute is booked as its bank decided",
        "INSERT INTO dispute (order_id, stripe_id, payment_intent, amount, currency, state, opened_at, asked_at)"
        " SELECT min(id), 'du_1', 'pi_1', 100, 'USD', 'lost', now(), now() FROM orders",
    ),
    (
        "a case is where its last move took it",
        "UPDATE care_case SET state = 'closed' WHERE id = (SELECT min(id) FROM care_case)",
    ),
    (
        "a case that is over has nothing booked",
        "UPDATE care_case SET state = 'withdrawn'"
        " WHERE id = (SELECT min(case_id) FROM care_session WHERE booked_at IS NOT NULL)",
    ),
    (
        "a receipt is booked as it came",
        "INSERT INTO receipt (order_id, kind, way, number, dated, amount, currency, booked_at)"
        " SELECT min(id), 'payment', 'check', '1042', now(), 500, 'USD', now() FROM orders",
    ),
    (
        "every receipt in a ledger is there",
        "INSERT INTO ledger (order_id, kind, amount, currency, source, booked_at)"
        " SELECT id, 'payment', -500, currency, 'receipt-999999', now() FROM orders ORDER BY id LIMIT 1",
    ),
    (
        "numbers of invoices have no gap",
        "INSERT INTO invoice_counter (year, given) VALUES (1999, 3)",
    ),
    (
        "an invoice sums to its lines",
        "INSERT INTO invoice (year, serial, kind, currency, total, body, issued_at, order_id)"
        """ SELECT 1999, 1, 'invoice', 'USD', 500, '{"lines": [{"amount": 400}]}', now(), min(id) FROM orders""",
    ),
    (
        "a credit note takes back all of its invoice",
        "WITH first AS (INSERT INTO invoice (year, serial, kind, currency, total, body, issued_at, order_id)"
        " SELECT 1999, 1, 'invoice', 'USD', 500, '{}', now(), min(id) FROM orders RETURNING id, order_id)"
        " INSERT INTO invoice (year, serial, kind, currency, total, body, issued_at, order_id, credits_id)"
        " SELECT 1999, 2, 'credit_note', 'USD', -400, '{}', now(), order_id, id FROM first",
    ),
    (
        "an event that was called off has no waiting order",
        "WITH one AS (INSERT INTO calling_off (words, state, started_at, finished_at, event_id)"
        " SELECT '', 'done', now(), now(), min(event_id) FROM orders RETURNING id)"
        " INSERT INTO called_off_order (state, calling_off_id, order_id)"
        " SELECT 'waiting', one.id, (SELECT min(id) FROM orders) FROM one",
    ),
    (
        "an order that was called off is cancelled",
        "WITH one AS (INSERT INTO calling_off (words, state, started_at, finished_at, event_id)"
        " SELECT '', 'done', now(), now(), min(event_id) FROM orders RETURNING id), held AS ("
        "INSERT INTO orders (code, event_id, state, audience, currency, total, held_until, created_at)"
        " SELECT 'HELD2346', min(event_id), 'HELD', 'member', 'USD', 0, now() + interval '1 hour', now() FROM orders"
        " RETURNING id) INSERT INTO called_off_order (state, calling_off_id, order_id)"
        " SELECT 'done', one.id, held.id FROM one, held",
    ),
    (
        "a transfer that was accepted changed its ticket",
        "INSERT INTO transfer (name, email, state, offered_at, settled_at, order_id, registration_id)"
        " SELECT 'Somebody', 'somebody@example.org', 'accepted', now(), now(), order_id, id"
        " FROM registration ORDER BY id LIMIT 1",
    ),
    (
        "a ticket that waits for its difference has an exchange",
        "INSERT INTO order_line (order_id, registration_id, ticket_type_id, amount, quote, cancelled_at, pending)"
        " SELECT order_id, registration_id, ticket_type_id, 0, '[]', now(), true FROM order_line ORDER BY id LIMIT 1",
    ),
    (
        "an exchange that is done gave one ticket for another",
        "INSERT INTO exchange (order_id, registration_id, old_line_id, ticket_type_id, amount, quote, difference,"
        " state, held_until, started_at, settled_at) SELECT order_id, registration_id, id, ticket_type_id, 0, '[]', 0,"
        " 'done', now(), now(), now() FROM order_line ORDER BY id LIMIT 1",
    ),
    (
        "a closed month balances",
        "WITH closed AS (INSERT INTO closing (month, closed_at) VALUES ('2020-01-01', now()) RETURNING id)"
        " INSERT INTO posting (closing_id, day, event_id, account, currency, amount, source)"
        " SELECT closed.id, '2020-01-02', (SELECT min(id) FROM event), 'bank', 'USD', 100, 'by hand' FROM closed",
    ),
    (
        "an institution has a place for each of its tickets",
        "UPDATE orders SET for_staff = true WHERE id = (SELECT min(id) FROM orders)",
    ),
    (
        "a place is where its last move took it",
        "WITH bought AS (INSERT INTO institution (order_id, name, domains, made_at)"
        " SELECT min(id), 'Library', '{}', now() FROM orders WHERE state = 'CONFIRMED' RETURNING id, order_id)"
        " INSERT INTO staff_place (code, institution_id, registration_id, state, email, changed_at)"
        " SELECT 'PLACE', b.id, min(r.id), 'ended', '', now() FROM bought b"
        " JOIN registration r ON r.order_id = b.order_id"
        " GROUP BY b.id",
    ),
    (
        "a place that is taken is somebody's, and no other is",
        "WITH bought AS (INSERT INTO institution (order_id, name, domains, made_at)"
        " SELECT min(id), 'Library', '{}', now() FROM orders WHERE state = 'CONFIRMED' RETURNING id, order_id)"
        " INSERT INTO staff_place (code, institution_id, registration_id, state, email, changed_at)"
        " SELECT 'PLACE', b.id, min(r.id), 'unassigned', '', now() FROM bought b"
        " JOIN registration r ON r.order_id = b.order_id"
        " GROUP BY b.id",
    ),
    (
        "nobody is invited to a place that was given back",
        "WITH cancelled AS (UPDATE orders SET state = 'CANCELLED' WHERE id = (SELECT min(id) FROM orders)"
        " RETURNING id), bought AS (INSERT INTO institution (order_id, name, domains, made_at)"
        " SELECT id, 'Library', '{}', now() FROM cancelled RETURNING id, order_id)"
        " INSERT INTO staff_place (code, institution_id, registration_id, state, email, changed_at)"
        " SELECT 'PLACE', b.id, min(r.id), 'invited', 'x@example.org', now() FROM bought b"
        " JOIN registration r ON r.order_id = b.order_id GROUP BY b.id",
    ),
    (
        "a room is taken for as long as its slot",
        "UPDATE slot SET setup_minutes = 5 WHERE id = (SELECT min(slot_id) FROM slot_room)",
    ),
    (
        "an accepted overlap names its pair",
        "UPDATE slot_room SET accepted = true WHERE id = (SELECT min(id) FROM slot_room)",
    ),
    (
        "an entry is what its row says",
        "UPDATE entry SET sequence = sequence + 1 WHERE id = (SELECT min(id) FROM entry)",
    ),
    (
        "due messages are told",
        "UPDATE outbox_message SET due_at = now() - interval '1 day'"
        " WHERE id = (SELECT min(id) FROM outbox_message WHERE done_at IS NULL)",
    ),
    (
        "no message was given up",
        "UPDATE outbox_message SET failed_at = now() WHERE id = (SELECT min(id) FROM outbox_message)",
    ),
    (
        "who bought accepted what had to be accepted",
        "WITH d AS (INSERT INTO document (event_id, kind, title, text, version, required, since)"
        " SELECT event_id, 'terms', 'T', 'x', 1, true, created_at - interval '1 day' FROM orders"
        " WHERE id = (SELECT min(id) FROM orders))"
        " UPDATE orders SET form_key = 'f' WHERE id = (SELECT min(id) FROM orders)",
    ),
    (
        "a line of the bank that was booked is a receipt",
        "WITH s AS (INSERT INTO bank_statement (name, body, reading, head, sent_at)"
        " VALUES ('x', '{}', '{}', 'x', now()) RETURNING id)"
        " INSERT INTO bank_line (statement_id, fingerprint, dated, amount, currency, state, order_id, changed_at)"
        " SELECT s.id, 'x', now(), 1, 'USD', 'booked', (SELECT min(id) FROM orders), now() FROM s",
    ),
    (
        "what was written off is booked",
        "INSERT INTO write_off (order_id, amount, written_at) SELECT min(id), 1, now() FROM orders",
    ),
    (
        "a quota knows who waits for it",
        "UPDATE quota SET waiting = 1 WHERE id = (SELECT min(id) FROM quota)",
    ),
    (
        "what was offered is held",
        "INSERT INTO waitlist_entry (event_id, name, email, ticket_types, party, state, joined_at, changed_at,"
        " order_id)"
        " SELECT event_id, 'x', 'x@example.org', '{1}', 1, 'TAKEN', now(), now(), id FROM orders ORDER BY id LIMIT 1",
    ),
    (
        "an offer that ended is told",
        "INSERT INTO waitlist_entry (event_id, name, email, ticket_types, party, state, joined_at, changed_at,"
        " order_id, offered_until)"
        " SELECT event_id, 'x', 'x@example.org', '{1}', 1, 'OFFERED', now(), now(), id, now()"
        " FROM orders WHERE state = 'CONFIRMED' AND confirmed_at < now() - interval '1 day' ORDER BY id LIMIT 1",
    ),
    (
        "what was given by rule is a code of its event",
        "WITH made AS (INSERT INTO allotment (event_id, name, budget_id, ticket_type_id, party, roles)"
        " SELECT b.event_id, 'x', b.id, (SELECT min(id) FROM ticket_type), 'presenters', '{}' FROM free_places b"
        " LIMIT 1 RETURNING id) INSERT INTO allotted (allotment_id, voucher_id, places, given_at)"
        " SELECT made.id, (SELECT min(id) FROM voucher WHERE budget_id IS NULL), 1, now() FROM made",
    ),
    (
        "a tax that was taken off is booked so",
        "WITH asked AS (INSERT INTO exemption (order_id, state, asked_at, answered_at)"
        " SELECT min(id), 'accepted', now(), now() FROM orders WHERE state = 'CONFIRMED' RETURNING id, order_id)"
        " INSERT INTO exempted_line (line_id, exemption_id, tax, exempted_at)"
        " SELECT min(n.id), min(asked.id), 1, now() FROM order_line n JOIN asked ON asked.order_id = n.order_id",
    ),
    (
        "an invoice says which of it is tax",
        """WITH counter AS (INSERT INTO invoice_counter (year, given) VALUES (1999, 1))
        INSERT INTO invoice (year, serial, kind, order_id, currency, total, body, issued_at) SELECT 1999, 1, 'invoice',
        min(id), 'USD', 1, '{"lines": [{"amount": 1, "tax": 2, "rate": 1, "tax_name": "x"}]}', now() FROM orders""",
    ),
    (
        "a declared price has its declaration",
        "UPDATE orders SET audience = 'declared_student' WHERE id = (SELECT min(id) FROM orders)",
    ),
    (
        "a membership that was bought is on the roster",
        """UPDATE ticket_type SET kind = 'membership', grants = '{"audience": "member", "months": 12}' WHERE id = (
            SELECT min(n.ticket_type_id) FROM order_line n JOIN orders o ON o.id = n.order_id
            WHERE o.state = 'CONFIRMED' AND n.cancelled_at IS NULL AND o.confirmed_at < now() - interval '1 day')""",
    ),
    (
        "webhook events are read",
        "INSERT INTO webhook_event (id, kind, body, received_at) VALUES ('evt_1', 'x', '{}', now() - interval '1 day')",
    ),
    (
        "run-out holds are released",
        "INSERT INTO orders (code, event_id, state, audience, currency, total, held_until, created_at)"
        " SELECT 'HELD2345', min(id), 'HELD', 'member', 'USD', 0, now() - interval '1 day', now() FROM event",
    ),
]


class Undone(Exception):
    """Raised to roll a breakage back."""


@contextlib.asynccontextmanager
async def undone() -> AsyncIterator[None]:
    """A transaction that leaves nothing behind."""
    with contextlib.suppress(Undone):
        async with database.transaction():
            yield
            raise Undone


async def test_each_breakage_is_found(db: None, database_url: str) -> None:
    await build.build(database_url, SMALL, clock.now(), lambda words: None, [])
    await outbox.write("demo.done", {})
    covered = {check for check, _sql in BREAKAGES}
    assert covered == {*audit.RECOUNTS, *audit.OVERDUE, "an entry is what its row says"}

    for check, sql in BREAKAGES:
        async with undone():
            assert await database.execute(sql) == 1, check
            assert check in {finding.check for finding in await audit.audit(clock.now())}

    assert await audit.audit(clock.now()) == []
