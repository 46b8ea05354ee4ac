ALTER TABLE bank_line ADD CONSTRAINT bank_line_state CHECK (state IN ('unknown', 'proposed', 'booked', 'ignored'));
ALTER TABLE bank_line ADD CONSTRAINT bank_line_order CHECK (state NOT IN ('proposed', 'booked') OR order_id IS NOT NULL);
ALTER TABLE bank_line ADD CONSTRAINT bank_line_in CHECK (state NOT IN ('proposed', 'booked') OR amount > 0);
CREATE INDEX bank_line_open ON bank_line (statement_id, id) WHERE state IN ('unknown', 'proposed');
