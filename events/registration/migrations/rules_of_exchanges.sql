ALTER TABLE exchange ADD CONSTRAINT exchange_state CHECK (state IN ('open', 'done', 'lapsed', 'withdrawn'));
ALTER TABLE exchange ADD CONSTRAINT exchange_amounts CHECK (amount >= 0 AND back BETWEEN 0 AND greatest(0, -difference));
ALTER TABLE exchange ADD CONSTRAINT exchange_settled CHECK ((state = 'open') = (settled_at IS NULL));
CREATE UNIQUE INDEX exchange_open ON exchange (registration_id) WHERE state = 'open';
CREATE INDEX exchange_waiting ON exchange (held_until) WHERE state = 'open';
