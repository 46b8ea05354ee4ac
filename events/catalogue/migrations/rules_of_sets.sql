ALTER TABLE room_set ADD CONSTRAINT room_set_name CHECK (name IN ('theatre', 'classroom', 'rounds', 'boardroom', 'u_shape', 'hollow_square', 'reception', 'exhibit'));
ALTER TABLE room_set ADD CONSTRAINT room_set_capacity CHECK (capacity >= 0);
ALTER TABLE walk ADD CONSTRAINT walk_pair CHECK (one_id < other_id);
ALTER TABLE walk ADD CONSTRAINT walk_minutes CHECK (minutes BETWEEN 0 AND 240);
CREATE INDEX building_zone ON building (zone_id);
CREATE INDEX room_zone ON room (zone_id);
