"""`colloquy audit`: recounts what is counted, and looks for what should never be. Reads only.

Counters are guarded by the database and recounted here: quotas from their claims, orders from their lines and moves,
entries from their bytes, the outbox from the clock.
"""

import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from events.core import database

LATE = timedelta(minutes=15)
"""A due message, a run-out hold or an unread webhook event older than this means that no worker is working."""


@dataclass(frozen=True)
class Finding:
    """check: what was counted; about: which row; words: what is wrong with it."""

    check: str
    about: str
    words: str


_FOLLOWED = """NOT EXISTS (SELECT FROM outbox_message m WHERE m.done_at IS NULL
            AND m.topic IN ('order.confirmed', 'order.cancelled') AND m.body = jsonb_build_object('order', o.id))"""
"""What follows the order `o` is done: its places are what its tickets say."""

RECOUNTS = {
    "quota counts its claims": """
        SELECT 'quota ' || q.id AS about, 'says ' || q.claimed || ', has ' || count(c.id) || ' claims' AS words
        FROM quota q LEFT JOIN claim c ON c.quota_id = q.id GROUP BY q.id HAVING q.claimed <> count(c.id)""",
    "what is set aside is what its codes have left": """
        SELECT 'quota ' || q.id, 'holds back ' || q.held_back || ', its codes ' || coalesce(sum(v.reserve_left), 0)
            || ', those who wait ' || q.set_aside
        FROM quota q LEFT JOIN voucher v ON v.quota_id = q.id
        GROUP BY q.id HAVING q.held_back <> coalesce(sum(v.reserve_left), 0) + q.set_aside""",
    "a code counts its uses": """
        SELECT 'code ' || v.id, 'says ' || v.used || ', has ' || count(u.id) || ' uses'
        FROM voucher v LEFT JOIN voucher_use u ON u.voucher_id = v.id GROUP BY v.id HAVING v.used <> count(u.id)""",
    "every use of a code is of a live ticket": """
        SELECT 'order ' || o.code, 'is ' || o.state || ' and uses code ' || u.voucher_id || ' without a line by it'
        FROM voucher_use u JOIN orders o ON o.id = u.order_id
        WHERE o.state NOT IN ('HELD', 'PENDING', 'CONFIRMED') OR NOT EXISTS (SELECT FROM order_line l
            WHERE l.registration_id = u.registration_id AND l.voucher_id = u.voucher_id AND l.cancelled_at IS NULL)""",
    "every live ticket by a code is a use of it": """
        SELECT 'order ' || o.code, 'line ' || l.id || ' is by code ' || l.voucher_id || ' and no use of it'
        FROM order_line l JOIN orders o ON o.id = l.order_id
        WHERE l.voucher_id IS NOT NULL AND l.cancelled_at IS NULL AND o.state IN ('HELD', 'PENDING', 'CONFIRMED')
        AND NOT EXISTS (SELECT FROM voucher_use u
            WHERE u.registration_id = l.registration_id AND u.voucher_id = l.voucher_id)""",
    "every live line holds a place of each quota": """
        SELECT 'order ' || o.code, 'line ' || l.id || ' has no place of quota ' || t.quota_id
        FROM orders o JOIN order_line l ON l.order_id = o.id
        JOIN ticket_type_quota t ON t.ticket_type_id = l.ticket_type_id
        WHERE o.state IN ('HELD', 'PENDING', 'CONFIRMED') AND l.cancelled_at IS NULL
        AND NOT EXISTS (SELECT FROM claim c WHERE c.line_id = l.id AND c.quota_id = t.quota_id)""",
    "nobody holds a place without an order": """
        SELECT 'order ' || o.code, 'is ' || o.state || ' and still holds a place of quota ' || c.quota_id
        FROM claim c JOIN order_line l ON l.id = c.line_id JOIN orders o ON o.id = l.order_id
        WHERE o.state IN ('EXPIRED', 'CANCELLED') OR l.cancelled_at IS NOT NULL AND NOT l.pending""",
    "an order costs what its lines cost": """
        SELECT 'order ' || o.code, 'costs ' || o.total || ', its lines ' || coalesce(sum(l.amount), 0)
        FROM orders o LEFT JOIN order_line l ON l.order_id = o.id
        GROUP BY o.id HAVING o.total <> coalesce(sum(l.amount), 0)""",
    "an order is where its last move took it": """
        SELECT 'order ' || o.code, 'is ' || o.state || ', its last move went to ' || m.new
        FROM orders o JOIN LATERAL (SELECT new FROM order_move WHERE order_id = o.id ORDER BY id DESC LIMIT 1) m ON true
        WHERE m.new <> o.state""",
    "a ledger keeps to its order's currency": """
        SELECT 'order ' || o.code, 'is in ' || o.currency || ', a ledger row in ' || l.currency
        FROM ledger l JOIN orders o ON o.id = l.order_id WHERE l.currency <> o.currency""",
    "nobody is owed money without a refund under way": """
        SELECT 'order ' || o.code, 'has paid ' || -sum(l.amount) || ' too much'
        FROM orders o JOIN ledger l ON l.order_id = o.id GROUP BY o.id
        HAVING sum(l.amount) < -coalesce((SELECT sum(amount) FROM refund r WHERE r.order_id = o.id
            AND r.state IN ('requested', 'pending', 'failed')), 0)
            - coalesce((SELECT sum(CASE kind WHEN 'payment' THEN amount ELSE -amount END) FROM receipt p
                WHERE p.order_id = o.id), 0)""",
    "a receipt is booked as it came": """
        SELECT 'receipt ' || r.id, 'of ' || r.amount || ' is booked as ' || coalesce(l.amount::text, 'nothing')
        FROM receipt r
        LEFT JOIN ledger l ON l.source = 'receipt-' || r.id AND l.order_id = r.order_id AND l.kind = r.kind
        WHERE l.amount IS DISTINCT FROM CASE r.kind WHEN 'payment' THEN -r.amount ELSE r.amount END""",
    "every receipt in a ledger is there": """
        SELECT 'ledger ' || l.source, 'names no receipt' FROM ledger l WHERE l.source LIKE 'receipt-%'
        AND NOT EXISTS (SELECT FROM receipt r WHERE 'receipt-' || r.id = l.source)""",
    "numbers of invoices have no gap": """
        SELECT 'invoices of ' || coalesce(i.year, c.year), 'the counter says ' || coalesce(c.given, 0) || ', '
            || count(i.id) || ' are there, the last is ' || coalesce(max(i.serial), 0)
        FROM invoice_counter c FULL JOIN invoice i ON i.year = c.year GROUP BY c.year, i.year, c.given
        HAVING count(i.id) <> coalesce(c.given, 0) OR coalesce(max(i.serial), 0) <> coalesce(c.given, 0)""",
    "an invoice sums to its lines": """
        SELECT 'invoice ' || i.year || '-' || i.serial, 'says ' || i.total || ', its lines ' || coalesce(n.sum, 0)
        FROM invoice i LEFT JOIN LATERAL (SELECT sum((line ->> 'amount')::bigint) AS sum
            FROM jsonb_array_elements(i.body -> 'lines') line) n ON true
        WHERE n.sum IS DISTINCT FROM i.total""",
    "a credit note takes back all of its invoice": """
        SELECT 'credit note ' || c.year || '-' || c.serial, 'of ' || c.total || ' takes back ' || i.total
        FROM invoice c JOIN invoice i ON i.id = c.credits_id WHERE c.total <> -i.total OR c.order_id <> i.order_id""",
    "a closed month balances": """
        SELECT 'the books of ' || to_char(c.month, 'YYYY-MM'), 'are ' || sum(p.amount) || ' ' || p.currency || ' apart'
        FROM closing c JOIN posting p ON p.closing_id = c.id GROUP BY c.id, p.currency HAVING sum(p.amount) <> 0""",
    "a dispute is booked as its bank decided": """
        SELECT 'dispute ' || d.stripe_id, 'is ' || d.state || ' for ' || d.amount || ', its ledger rows sum to '
            || coalesce(sum(l.amount), 0)
        FROM dispute d LEFT JOIN ledger l ON l.order_id = d.order_id AND l.source = 'dispute-' || d.id
            AND l.kind IN ('dispute', 'dispute_won')
        GROUP BY d.id HAVING coalesce(sum(l.amount), 0) <> CASE WHEN d.state IN ('needs_response', 'under_review',
            'lost', 'appeal_needs_response', 'appeal_under_review') THEN d.amount ELSE 0 END""",
    "a case is where its last move took it": """
        SELECT 'case ' || c.code, 'is ' || c.state || ', its last move went to ' || coalesce(m.new, 'nowhere')
        FROM care_case c LEFT JOIN LATERAL (
            SELECT new FROM care_move WHERE case_id = c.id ORDER BY id DESC LIMIT 1) m ON true
        WHERE m.new IS DISTINCT FROM c.state""",
    "a case that is over has nothing booked": """
        SELECT 'case ' || c.code, 'was withdrawn and still has something booked for session ' || b.session_id
        FROM care_case c JOIN care_session b ON b.case_id = c.id AND b.booked_at IS NOT NULL
        WHERE c.state = 'withdrawn'""",
    "an event that was called off has no waiting order": """
        SELECT 'order ' || o.code, 'waits, and the work is said to be done' FROM called_off_order c
        JOIN calling_off f ON f.id = c.calling_off_id JOIN orders o ON o.id = c.order_id
        WHERE f.state = 'done' AND c.state = 'waiting'""",
    "an order that was called off is cancelled": """
        SELECT 'order ' || o.code, 'was called off and is ' || o.state FROM called_off_order c
        JOIN orders o ON o.id = c.order_id WHERE c.state = 'done' AND o.state IN ('HELD', 'PENDING')""",
    "who bought accepted what had to be accepted": """
        SELECT 'order ' || o.code, 'was placed without accepting ' || d.kind || ' ' || d.version FROM orders o
        JOIN document d ON d.event_id = o.event_id AND d.required AND NOT d.ended AND d.since < o.created_at
        WHERE o.form_key IS NOT NULL AND NOT EXISTS (SELECT FROM document n WHERE n.event_id = d.event_id
            AND n.kind = d.kind AND n.version > d.version AND n.since < o.created_at + interval '1 minute')
        AND NOT EXISTS (SELECT FROM acceptance a WHERE a.order_id = o.id AND a.document_id = d.id)""",
    "a line of the bank that was booked is a receipt": """
        SELECT 'line ' || l.id || ' of the bank', 'is booked for order ' || l.order_id || ' and no receipt says so'
        FROM bank_line l WHERE l.state = 'booked' AND NOT EXISTS (SELECT FROM receipt r WHERE r.order_id = l.order_id
            AND r.amount = l.amount AND r.number = 'bank ' || l.dated || ' ' || left(l.fingerprint, 12))""",
    "what was written off is booked": """
        SELECT 'order ' || o.code, 'wrote off ' || w.amount || ', its ledger says otherwise' FROM write_off w
        JOIN orders o ON o.id = w.order_id WHERE NOT EXISTS (SELECT FROM ledger l WHERE l.order_id = w.order_id
            AND l.kind = 'write_off' AND l.source = 'write-off-' || w.id AND l.amount = -w.amount)""",
    "a quota knows who waits for it": """
        SELECT 'quota ' || q.id, 'says that ' || q.waiting || ' wait, and ' || coalesce(sum(w.party), 0) || ' do'
        FROM quota q LEFT JOIN waitlist_entry w ON w.event_id = q.event_id AND w.state = 'WAITING' AND EXISTS (
            SELECT FROM ticket_type_quota l WHERE l.quota_id = q.id AND l.ticket_type_id = any(w.ticket_types))
        GROUP BY q.id HAVING q.waiting <> coalesce(sum(w.party), 0)""",
    "what was offered is held": """
        SELECT 'place ' || w.id || ' in line', 'was offered order ' || o.code || ' for ' || w.party || ', which has '
            || (SELECT count(*) FROM registration r WHERE r.order_id = o.id) || ' and is ' || o.source
        FROM waitlist_entry w JOIN orders o ON o.id = w.order_id
        WHERE w.state IN ('OFFERED', 'TAKEN') AND (o.source <> 'waitlist'
            OR w.party <> (SELECT count(*) FROM registration r WHERE r.order_id = o.id))""",
    "what was given by rule is a code of its event": """
        SELECT 'places ' || g.id, 'of rule ' || a.name || ' have a code for ' || coalesce(v.max_uses, 0)
        FROM allotted g JOIN allotment a ON a.id = g.allotment_id JOIN voucher v ON v.id = g.voucher_id
        WHERE v.event_id <> a.event_id OR v.budget_id IS NULL OR g.ended_at IS NOT NULL AND v.ended_at IS NULL""",
    "a tax that was taken off is booked so": """
        SELECT 'order ' || o.code, 'is exempt of ' || x.tax || ', its ledger says otherwise' FROM exempted_line x
        JOIN exemption e ON e.id = x.exemption_id JOIN orders o ON o.id = e.order_id
        JOIN order_line n ON n.id = x.line_id
        WHERE n.order_id <> o.id OR e.state <> 'accepted' OR coalesce(o.confirmed_at <= x.exempted_at, false)
            <> EXISTS (SELECT FROM ledger l WHERE l.order_id = o.id AND l.kind = 'waiver' AND l.amount = -x.tax
                AND l.source = 'exemption-' || x.line_id)""",
    "an invoice says which of it is tax": """
        SELECT 'invoice ' || i.year || '-' || i.serial, 'says a tax that is not in its price'
        FROM invoice i WHERE EXISTS (SELECT FROM jsonb_array_elements(i.body -> 'lines') line WHERE line ? 'tax'
            AND abs((line ->> 'tax')::bigint) > abs((line ->> 'amount')::bigint))""",
    "a declared price has its declaration": """
        SELECT 'order ' || o.code, 'has the price of ' || o.audience || ', and nobody declared that' FROM orders o
        WHERE o.audience IN ('declared_student', 'declared_retired') AND NOT EXISTS (SELECT FROM declaration d
            WHERE d.order_id = o.id AND o.audience = 'declared_' || d.kind)""",
    "a transfer that was accepted changed its ticket": """
        SELECT 'order ' || o.code, 'has ' || count(*) || ' accepted transfers of ticket ' || t.registration_id
        FROM transfer t JOIN orders o ON o.id = t.order_id WHERE t.state = 'accepted'
        GROUP BY o.code, t.registration_id HAVING count(*) > (SELECT count(*) FROM ticket_change c
            WHERE c.registration_id = t.registration_id AND c.kind = 'transfer')""",
    "a ticket that waits for its difference has an exchange": """
        SELECT 'order ' || o.code, 'has a ticket that waits for no exchange' FROM order_line l
        JOIN orders o ON o.id = l.order_id WHERE l.pending
        AND NOT EXISTS (SELECT FROM exchange x WHERE x.new_line_id = l.id AND x.state = 'open')""",
    "an exchange that is done gave one ticket for another": """
        SELECT 'order ' || o.code, 'exchanged a ticket and has both, or neither' FROM exchange x
        JOIN orders o ON o.id = x.order_id JOIN order_line was ON was.id = x.old_line_id
        LEFT JOIN order_line l ON l.id = x.new_line_id
        WHERE x.state = 'done' AND (was.cancelled_at IS NULL OR l.id IS NULL OR l.pending OR x.amount <> l.amount
            + coalesce((SELECT tax FROM exempted_line e WHERE e.line_id = l.id), 0))""",
    "an institution has a place for each of its tickets": """
        SELECT 'order ' || o.code, 'has ' || (SELECT count(*) FROM registration r WHERE r.order_id = o.id)
            || ' tickets, its institution ' || count(p.id) || ' places'
        FROM orders o LEFT JOIN institution i ON i.order_id = o.id LEFT JOIN staff_place p ON p.institution_id = i.id
        WHERE o.for_staff OR i.id IS NOT NULL GROUP BY o.id
        HAVING NOT o.for_staff OR count(p.id) <> (SELECT count(*) FROM registration r WHERE r.order_id = o.id)""",
    "a place is where its last move took it": """
        SELECT 'place ' || p.code, 'is ' || p.state || ', its last move went to ' || coalesce(m.new, 'nowhere')
        FROM staff_place p LEFT JOIN LATERAL (
            SELECT new FROM staff_move WHERE place_id = p.id ORDER BY id DESC LIMIT 1) m ON true
        WHERE coalesce(m.new, 'unassigned') <> p.state""",
    "a place that is taken is somebody's, and no other is": f"""
        SELECT 'place ' || p.code, 'is ' || p.state || ', its ticket is ' || CASE r.email WHEN '' THEN 'nobody''s'
            ELSE 'somebody''s' END
        FROM staff_place p JOIN registration r ON r.id = p.registration_id JOIN orders o ON o.id = r.order_id
        WHERE o.state = 'CONFIRMED' AND r.cancelled_at IS NULL AND {_FOLLOWED}
        AND (p.state = 'taken' AND p.email <> '' AND r.email = '' OR p.state <> 'taken' AND r.email <> '')""",  # noqa: S608
    "nobody is invited to a place that was given back": f"""
        SELECT 'place ' || p.code, 'is ' || p.state || ', its order is ' || o.state || CASE
            WHEN r.cancelled_at IS NULL THEN '' ELSE ', its ticket cancelled' END
        FROM staff_place p JOIN registration r ON r.id = p.registration_id JOIN orders o ON o.id = r.order_id
        WHERE p.state IN ('invited', 'taken') AND {_FOLLOWED}
        AND (o.state <> 'CONFIRMED' OR r.cancelled_at IS NOT NULL)""",  # noqa: S608
    "a room is taken for as long as its slot": """
        SELECT 'slot ' || s.id, 'and its room ' || r.room_id || ' differ in time'
        FROM slot s JOIN slot_room r ON r.slot_id = s.id
        WHERE r.taken_from IS DISTINCT FROM s.starts_at - s.setup_minutes * interval '1 minute'
        OR r.taken_until IS DISTINCT FROM s.ends_at + s.teardown_minutes * interval '1 minute'""",
    "an accepted overlap names its pair": """
        SELECT 'slot ' || r.slot_id, 'shares room ' || r.room_id || ' without a pair that was accepted' FROM slot_room r
        WHERE r.accepted AND NOT EXISTS (SELECT FROM accepted_overlap a
            WHERE r.slot_id IN (a.one_id, a.other_id) AND a.room_id = r.room_id)""",
}

OVERDUE = {
    "due messages are told": """
        SELECT 'message ' || id AS about, topic || ' is due since ' || due_at AS words FROM outbox_message
        WHERE done_at IS NULL AND failed_at IS NULL AND due_at < $1""",
    "no message was given up": """
        SELECT 'message ' || id, topic || ' was given up: ' || error FROM outbox_message
        WHERE failed_at < $1 OR failed_at >= $1""",
    "an offer that ended is told": """
        SELECT 'place ' || w.id || ' in line', 'is offered an order that is ' || o.state FROM waitlist_entry w
        JOIN orders o ON o.id = w.order_id WHERE w.state = 'OFFERED' AND o.state NOT IN ('HELD', 'PENDING')
            AND coalesce((SELECT max(m.moved_at) FROM order_move m WHERE m.order_id = o.id), o.created_at) < $1""",
    "a membership that was bought is on the roster": """
        SELECT 'order ' || o.code, 'bought a membership at ' || o.confirmed_at FROM order_line n
        JOIN orders o ON o.id = n.order_id JOIN ticket_type t ON t.id = n.ticket_type_id
        WHERE t.kind = 'membership' AND o.state = 'CONFIRMED' AND n.cancelled_at IS NULL AND NOT n.pending
            AND o.confirmed_at < $1 AND NOT EXISTS (SELECT FROM joining j WHERE j.line_id = n.id)""",
    "webhook events are read": """
        SELECT 'webhook event ' || id, kind || ' came at ' || received_at FROM webhook_event
        WHERE handled_at IS NULL AND received_at < $1""",
    "run-out holds are released": """
        SELECT 'order ' || code, 'is ' || state || ', its hold ended at ' || held_until FROM orders
        WHERE state IN ('HELD', 'PENDING') AND held_until < $1""",
}


async def audit(at: datetime) -> list[Finding]:
    """Everything that is not as it should be; empty when all is well."""
    found = []
    for check, sql in RECOUNTS.items():
        found += [Finding(check, *row) for row in await database.rows(sql)]
    for check, sql in OVERDUE.items():
        found += [Finding(check, *row) for row in await database.rows(sql, at - LATE)]
    return found + await _entries()


async def _entries() -> list[Finding]:
    """Stored entries: their compressed block, checksum and SEQUENCE say what their bytes say."""
    found = []
    last = 0
    while rows := await database.rows(
        "SELECT id, uid, sequence, status, ics, block, crc FROM entry WHERE id > $1 ORDER BY id LIMIT 1000", last
    ):
        last = rows[-1]["id"]
        for row in rows:
            ics = bytes(row["ics"])
            wrong = []
            if zlib.decompressobj(-15).decompress(bytes(row["block"])) != ics or zlib.crc32(ics) != row["crc"]:
                wrong.append("its compressed block is of other bytes")
            if b"\r\nUID:" + row["uid"].encode() not in ics.replace(b"\r\n ", b""):
                wrong.append("its bytes carry another UID")
            if b"\r\nSEQUENCE:%d\r\n" % row["sequence"] not in ics:
                wrong.append("its bytes carry another SEQUENCE")
            if b"\r\nSTATUS:" + row["status"].encode() not in ics:
                wrong.append("its bytes carry another STATUS")
            found += [Finding("an entry is what its row says", row["uid"], words) for words in wrong]
    return found
