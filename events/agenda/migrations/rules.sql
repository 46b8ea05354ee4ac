ALTER TABLE invitation ADD CONSTRAINT invitation_state CHECK (state IN ('invited', 'cancelled'));
ALTER TABLE invitation ADD CONSTRAINT invitation_reply CHECK (reply IN ('NEEDS-ACTION', 'ACCEPTED', 'DECLINED', 'TENTATIVE'));
ALTER TABLE reminder ADD CONSTRAINT reminder_minutes CHECK (minutes > 0);
CREATE INDEX reminder_due ON reminder (due_at) WHERE sent_at IS NULL;
ALTER TABLE personal_feed ADD CONSTRAINT personal_feed_epoch CHECK (epoch >= 1 AND revision >= 1);
CREATE INDEX invitation_same_seat ON invitation (uid, email);
CREATE INDEX saved_by_session ON saved (session_id, person_id);
CREATE INDEX entry_session ON entry (event_id, session_code);
-- Who holds a seat in which session: a ticket of its own, or any place in a webinar or course, which are all session.
CREATE VIEW seat AS
SELECT l.id AS line_id, o.id AS order_id, o.event_id, seated.session_id, r.person_id,
       lower(coalesce(nullif(r.email, ''), o.email)) AS email, coalesce(nullif(r.name, ''), o.name) AS name, o.locale
FROM order_line l
JOIN orders o ON o.id = l.order_id AND o.state = 'CONFIRMED'
JOIN registration r ON r.id = l.registration_id AND r.cancelled_at IS NULL
JOIN ticket_type t ON t.id = l.ticket_type_id
JOIN event e ON e.id = o.event_id
JOIN LATERAL (
    SELECT t.session_id WHERE t.session_id IS NOT NULL
    UNION ALL
    SELECT s.id FROM session s
    WHERE t.session_id IS NULL AND t.kind IN ('full', 'virtual') AND e.kind IN ('webinar', 'course') AND s.event_id = e.id
) seated ON true
WHERE l.cancelled_at IS NULL;
-- What a person's schedule holds: saved sessions, and seats.
CREATE VIEW kept AS
SELECT person_id, session_id FROM saved
UNION
SELECT person_id, session_id FROM seat WHERE person_id IS NOT NULL;
