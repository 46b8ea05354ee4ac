-- A place that an institution has given to nobody yet is no seat of the buyer's.
CREATE OR REPLACE VIEW seat AS
SELECT l.id AS line_id, o.id AS order_id, o.event_id, seated.session_id, r.person_id,
       lower(CASE WHEN o.for_staff THEN r.email ELSE coalesce(nullif(r.email, ''), o.email) END) AS email,
       CASE WHEN o.for_staff THEN r.name ELSE coalesce(nullif(r.name, ''), o.name) END AS name, o.locale
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
