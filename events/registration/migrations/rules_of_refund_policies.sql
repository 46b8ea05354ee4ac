CREATE INDEX refund_policy_newest ON refund_policy (event_id, ticket_type_id, since DESC);
INSERT INTO refund_policy (event_id, ticket_type_id, steps, since)
SELECT event_id, id, CASE WHEN refundable
    THEN jsonb_build_array(jsonb_build_object('through', refund_until, 'percent', 100, 'fee', refund_fee))
    ELSE '[]'::jsonb END, 'epoch'
FROM ticket_type WHERE NOT refundable OR refund_until IS NOT NULL OR refund_fee > 0;
