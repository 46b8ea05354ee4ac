ALTER TABLE arrangement ADD CONSTRAINT arrangement_state CHECK (state IN ('waiting', 'running', 'done', 'stopped', 'interrupted', 'failed'));
ALTER TABLE arrangement ADD CONSTRAINT arrangement_watched CHECK ((state = 'running') = (watched_until IS NOT NULL));
ALTER TABLE arrangement ADD CONSTRAINT arrangement_over CHECK ((state IN ('waiting', 'running')) = (ended_at IS NULL));
CREATE UNIQUE INDEX arrangement_one_open ON arrangement (event_id) WHERE state IN ('waiting', 'running');
ALTER TABLE arrangement_place ADD CONSTRAINT arrangement_place_times CHECK ((starts_at IS NULL) = (ends_at IS NULL) AND (ends_at IS NULL OR ends_at > starts_at));
ALTER TABLE arrangement_place ADD CONSTRAINT arrangement_place_versions CHECK ((slot_id IS NULL) = (slot_version IS NULL));
ALTER TABLE arrangement_place ADD CONSTRAINT arrangement_place_taken_over CHECK (command IS NULL OR starts_at IS NOT NULL);
CREATE UNIQUE INDEX arrangement_place_once ON arrangement_place (arrangement_id, session_id, coalesce(slot_id, 0));
CREATE INDEX arrangement_place_command ON arrangement_place (command) WHERE command IS NOT NULL;
