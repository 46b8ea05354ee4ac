ALTER TABLE calling_off ADD CONSTRAINT calling_off_state CHECK (state IN ('running', 'done'));
ALTER TABLE calling_off ADD CONSTRAINT calling_off_keep CHECK (keep >= 0);
ALTER TABLE called_off_order ADD CONSTRAINT called_off_order_state CHECK (state IN ('waiting', 'done', 'failed'));
ALTER TABLE called_off_order ADD CONSTRAINT called_off_order_amounts CHECK (refunded >= 0 AND by_hand >= 0);
CREATE INDEX called_off_order_waiting ON called_off_order (calling_off_id, id) WHERE state = 'waiting';
CREATE UNIQUE INDEX calling_off_once ON calling_off (event_id);
CREATE UNIQUE INDEX called_off_order_once ON called_off_order (order_id);
