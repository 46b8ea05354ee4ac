ALTER TABLE session ADD CONSTRAINT session_visibility CHECK (visibility IN ('public', 'registrants', 'closed', 'internal'));
ALTER TABLE session ADD CONSTRAINT session_state CHECK (state IN ('planned', 'confirmed', 'cancelled'));
ALTER TABLE session ADD CONSTRAINT session_code CHECK (code ~ '^[A-Z0-9]{6,12}$');
ALTER TABLE session ADD CONSTRAINT session_capacity CHECK (capacity >= 0);
ALTER TABLE session_person ADD CONSTRAINT session_person_role CHECK (role IN ('speaker', 'moderator', 'panelist', 'chair', 'organizer', 'interpreter'));
ALTER TABLE slot ADD CONSTRAINT slot_both_times CHECK ((starts_at IS NULL) = (ends_at IS NULL));
ALTER TABLE slot ADD CONSTRAINT slot_order CHECK (ends_at > starts_at);
ALTER TABLE slot ADD CONSTRAINT slot_minutes CHECK (setup_minutes >= 0 AND teardown_minutes >= 0);
CREATE INDEX slot_times ON slot (starts_at, id);
ALTER TABLE slot_room ADD CONSTRAINT slot_room_once_a_time EXCLUDE USING gist (
    int4range(room_id, room_id, '[]') WITH &&, tstzrange(taken_from, taken_until) WITH &&
) WHERE (exclusive AND NOT accepted AND taken_from IS NOT NULL AND taken_until IS NOT NULL) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE accepted_overlap ADD CONSTRAINT accepted_overlap_order CHECK (one_id < other_id);
ALTER TABLE release ADD CONSTRAINT release_number CHECK (number >= 1);
ALTER TABLE track ADD CONSTRAINT track_colour CHECK (colour BETWEEN 1 AND 12);
ALTER TABLE entry ADD CONSTRAINT entry_slot FOREIGN KEY (slot_id) REFERENCES slot (id) ON DELETE SET NULL;
