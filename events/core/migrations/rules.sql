-- What is due, by the relay's order; a sweep finds run-out leases by the same index.
CREATE INDEX outbox_message_open ON outbox_message (due_at, id) WHERE done_at IS NULL AND failed_at IS NULL;
ALTER TABLE outbox_message ADD CONSTRAINT outbox_message_attempt CHECK (attempt >= 0);
CREATE INDEX webhook_event_open ON webhook_event (received_at) WHERE handled_at IS NULL;
