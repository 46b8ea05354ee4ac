"""Programmes and registrations of any size, by a handful of SQL statements: for first releases and for growth."""

import asyncpg

CONFERENCE = "SELECT id FROM event WHERE kind = 'conference' ORDER BY id LIMIT 1"
"""The pattern: unit, zone, days, tracks and types are its."""

_EVENT = f"""
INSERT INTO event (guid, slug, kind, mode, state, title, summary, description, unit_id, venue_id, timezone,
    starts_on, ends_on, language, level, topics, accent, currency, join_link, contact_email, reminder_minutes,
    translations, version, created_at, changed_at)
SELECT gen_random_uuid(), $1, kind, mode, 'announced', 'A programme of ' || $2::int || ' sessions',
    summary, description, unit_id, NULL, timezone, starts_on, ends_on, language, level, topics, accent, currency, '',
    contact_email, reminder_minutes, translations, 1, now(), now()
FROM event WHERE id = ({CONFERENCE}) RETURNING id
"""

_PARTS = f"""
WITH venue AS (
    INSERT INTO venue (slug, name, timezone) SELECT slug, title, timezone FROM event WHERE id = $1 RETURNING id
), rooms AS (
    INSERT INTO room (guid, venue_id, name, kind, exclusive, capacity, part_ids, position)
    SELECT gen_random_uuid(), venue.id, 'Room ' || n, 'room', true, 120, '{{}}', n
    FROM venue, generate_series(1, ceil($2::int / 7.0)::int) n RETURNING id
), tracks AS (
    INSERT INTO track (event_id, slug, name, colour, position)
    SELECT $1, slug, name, colour, position FROM track WHERE event_id = ({CONFERENCE}) RETURNING id
), types AS (
    INSERT INTO session_type (event_id, slug, name)
    SELECT $1, slug, name FROM session_type WHERE event_id = ({CONFERENCE}) RETURNING id
), venue_of AS (
    INSERT INTO event_slug (slug, event_id) SELECT slug, id FROM event WHERE id = $1 ON CONFLICT DO NOTHING
)
SELECT count(*) FROM rooms, tracks, types
"""

_SESSIONS = f"""
WITH texts AS MATERIALIZED (
    SELECT title, abstract, unit_id, row_number() OVER (ORDER BY id) - 1 AS place FROM session
    WHERE event_id = ({CONFERENCE}) AND visibility = 'public'
), tracks AS MATERIALIZED (SELECT array_agg(id ORDER BY position) AS ids FROM track WHERE event_id = $1
), types AS MATERIALIZED (SELECT array_agg(id ORDER BY slug) AS ids FROM session_type WHERE event_id = $1
)
INSERT INTO session (guid, code, event_id, unit_id, track_id, type_id, title, abstract, language, visibility, state,
    links, attachments, translations, version, changed_at)
SELECT gen_random_uuid(), upper(to_hex(1048576 + n)), $1, t.unit_id, tracks.ids[1 + n % array_length(tracks.ids, 1)],
    types.ids[1 + n % array_length(types.ids, 1)], left(t.title || ' ' || n, 300), t.abstract, 'en', 'public',
    'confirmed', '[]', '[]', '{{}}', 1, now()
FROM generate_series(0, $2::int - 1) n
CROSS JOIN tracks CROSS JOIN types JOIN texts t ON t.place = n % (SELECT count(*) FROM texts)
"""

_SLOTS = """
WITH places AS MATERIALIZED (
    SELECT s.id AS session_id, row_number() OVER (ORDER BY s.id) - 1 AS n FROM session s WHERE s.event_id = $1
), days AS MATERIALIZED (SELECT ends_on - starts_on + 1 AS count, starts_on, timezone FROM event WHERE id = $1
), times AS MATERIALIZED (
    SELECT p.session_id, p.n, d.timezone, d.starts_on + ((p.n % 7) % d.count)::int
        + ((p.n % 7) / d.count * interval '2 hours') + interval '9 hours' + (p.n / 7 % 4) * interval '90 minutes'
        AS local
    FROM places p CROSS JOIN days d
)
INSERT INTO slot (uid, session_id, starts_at, ends_at, local_start, local_end, timezone, setup_minutes,
    teardown_minutes, version)
SELECT gen_random_uuid(), session_id, local AT TIME ZONE timezone, (local + interval '1 hour') AT TIME ZONE timezone,
    to_char(local, 'YYYY-MM-DD"T"HH24:MI'), to_char(local + interval '1 hour', 'YYYY-MM-DD"T"HH24:MI'),
    timezone, 0, 0, 1
FROM times
"""

_ROOMS = """
WITH places AS MATERIALIZED (
    SELECT l.id, l.starts_at, l.ends_at, (row_number() OVER (ORDER BY s.id) - 1) / 7 + 1 AS room
    FROM slot l JOIN session s ON s.id = l.session_id WHERE s.event_id = $1
)
INSERT INTO slot_room (slot_id, room_id, named_id, taken_from, taken_until, exclusive, accepted)
SELECT p.id, r.id, r.id, p.starts_at, p.ends_at, true, false
FROM places p JOIN room r ON r.position = p.room
JOIN venue v ON v.id = r.venue_id JOIN event e ON e.slug = v.slug AND e.id = $1
"""

_PEOPLE = """
WITH places AS MATERIALIZED (
    SELECT id, row_number() OVER (ORDER BY id) - 1 AS n FROM session WHERE event_id = $1
), people AS MATERIALIZED (
    INSERT INTO person (guid, code, name, created_at)
    SELECT gen_random_uuid(), upper(to_hex($1 % 4096)) || 'X' || lpad(upper(to_hex(n)), 4, '0'), 'Presenter ' || n,
        now()
    FROM places RETURNING id
), known AS MATERIALIZED (
    SELECT id, row_number() OVER (ORDER BY id) - 1 AS n, count(*) OVER () AS count FROM people
)
INSERT INTO session_person (session_id, person_id, role, position)
SELECT p.id, k.id, CASE role WHEN 0 THEN 'speaker' WHEN 1 THEN 'panelist' ELSE 'moderator' END, role
FROM places p CROSS JOIN generate_series(0, 2) role JOIN known k ON k.n = (p.n + role) % k.count
"""


async def programme(connection: asyncpg.Connection, slug: str, sessions: int) -> int:
    """An event with a draft of so many sessions, three people each, seven a room; returns its id.

    There are as many people as sessions, and each is needed in three that follow one another. Here and there two of
    them overlap: real programmes have that too.
    """
    async with connection.transaction():
        event: int = await connection.fetchval(_EVENT, slug, sessions)
        await connection.fetchval(_PARTS, event, sessions)
        await connection.execute(_SESSIONS, event, sessions)
        for statement in (_SLOTS, _ROOMS, _PEOPLE):
            await connection.execute(statement, event)
    await connection.execute("ANALYZE")
    return event


_LATER = """
WITH chosen AS MATERIALIZED (
    SELECT id, session_id FROM (
        SELECT l.id, l.session_id, row_number() OVER (ORDER BY l.id) + $3::int AS n FROM slot l
        JOIN session s ON s.id = l.session_id
        WHERE s.event_id = $1 AND s.state = 'confirmed' AND s.visibility = 'public'
        AND l.ends_at - l.starts_at > interval '20 minutes'
    ) found WHERE n % $2::int = 0
), moved AS (
    UPDATE slot l SET starts_at = l.starts_at + interval '5 minutes', version = version + 1,
        local_start = to_char(l.local_start::timestamp + interval '5 minutes', 'YYYY-MM-DD"T"HH24:MI')
    FROM chosen c WHERE l.id = c.id RETURNING l.id
), rooms AS (
    UPDATE slot_room x SET taken_from = x.taken_from + interval '5 minutes' FROM chosen c WHERE x.slot_id = c.id
), touched AS (
    UPDATE session s SET changed_at = now() FROM chosen c WHERE s.id = c.session_id
)
SELECT count(*) FROM moved
"""


async def begin_later(connection: asyncpg.Connection, event: int, every: int, offset: int = 0) -> int:
    """Let every so-manieth public session begin five minutes later, which can clash with nothing. Returns how many."""
    moved: int = await connection.fetchval(_LATER, event, every, offset)
    return moved


_REGISTRATIONS = """
WITH ticket AS MATERIALIZED (
    SELECT t.id, t.event_id, q.quota_id FROM ticket_type t JOIN ticket_type_quota q ON q.ticket_type_id = t.id
    WHERE t.event_id = $1 ORDER BY t.id LIMIT 1
), bought AS (
    INSERT INTO orders (code, event_id, state, name, email, audience, currency, total, created_at, confirmed_at, locale,
        version)
    SELECT upper(to_hex(268435456 + n)), ticket.event_id, 'CONFIRMED', 'Somebody ' || n,
        'somebody' || n || '@example.org', 'nonmember', 'USD', 0, now(), now(), 'en', 2
    FROM ticket, generate_series($2::int, $3::int) n RETURNING id, code, event_id, name, email
), moves AS (
    INSERT INTO order_move (order_id, old, new, moved_at, reason) SELECT id, 'HELD', 'CONFIRMED', now(), '' FROM bought
), places AS (
    INSERT INTO registration (code, order_id, event_id, name, email, answers)
    SELECT code, id, event_id, name, email, '{}' FROM bought RETURNING id, order_id
), lines AS (
    INSERT INTO order_line (order_id, registration_id, ticket_type_id, amount, quote)
    SELECT p.order_id, p.id, ticket.id, 0, '[]' FROM places p, ticket RETURNING id
), claims AS (
    INSERT INTO claim (quota_id, line_id) SELECT ticket.quota_id, l.id FROM lines l, ticket
)
UPDATE quota SET claimed = claimed + $3::int - $2::int + 1 FROM ticket WHERE quota.id = ticket.quota_id
"""


async def registrations(connection: asyncpg.Connection, event: int, first: int, last: int) -> None:
    """Confirmed orders of one place each, numbered from `first` to `last`."""
    await connection.execute(_REGISTRATIONS, event, first, last)
    await connection.execute("ANALYZE")
