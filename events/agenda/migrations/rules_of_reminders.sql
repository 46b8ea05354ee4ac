ALTER TABLE reminder_round ADD CONSTRAINT reminder_round_one CHECK (id = 1);
