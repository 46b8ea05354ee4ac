ALTER TABLE block ADD CONSTRAINT block_kind CHECK (kind IN ('block', 'break'));
ALTER TABLE block ADD CONSTRAINT block_order CHECK (ends_at > starts_at);
ALTER TABLE protected_time ADD CONSTRAINT protected_time_order CHECK (ends_at > starts_at);
ALTER TABLE budget ADD CONSTRAINT budget_slots CHECK (slots >= 0);
ALTER TABLE availability ADD CONSTRAINT availability_order CHECK (ends_at > starts_at);
ALTER TABLE availability ADD CONSTRAINT availability_of_one CHECK (num_nonnulls(person_id, room_id) = 1);
ALTER TABLE resource ADD CONSTRAINT resource_kind CHECK (kind IN ('interpreters', 'captioner', 'crew', 'equipment', 'other'));
ALTER TABLE conflict_level ADD CONSTRAINT conflict_level_level CHECK (level IN ('block', 'warn', 'ignore'));
