ALTER TABLE event ADD CONSTRAINT event_kind CHECK (kind IN ('conference', 'forum', 'webinar', 'course', 'celebration'));
ALTER TABLE event ADD CONSTRAINT event_mode CHECK (mode IN ('in_person', 'virtual', 'hybrid', 'asynchronous'));
ALTER TABLE event ADD CONSTRAINT event_state CHECK (state IN ('draft', 'announced', 'on_sale', 'closed', 'archived', 'postponed', 'cancelled'));
ALTER TABLE event ADD CONSTRAINT event_days CHECK (ends_on >= starts_on);
ALTER TABLE event ADD CONSTRAINT event_hours CHECK (ends_at > starts_at);
ALTER TABLE event ADD CONSTRAINT event_has_days CHECK (kind = 'celebration' OR (starts_on IS NOT NULL AND ends_on IS NOT NULL));
ALTER TABLE event ADD CONSTRAINT event_currency CHECK (currency ~ '^[A-Z]{3}$');
ALTER TABLE event ADD CONSTRAINT event_slug CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$');
ALTER TABLE event ADD COLUMN search tsvector GENERATED ALWAYS AS (
    setweight(to_tsvector('simple', title), 'A') || setweight(to_tsvector('english', title || ' ' || summary), 'B')
    || to_tsvector('english', description)
) STORED;
CREATE INDEX event_search ON event USING gin (search);
CREATE INDEX event_days_order ON event (starts_on, id) WHERE state <> 'draft';
ALTER TABLE role ADD CONSTRAINT role_event FOREIGN KEY (event_id) REFERENCES event (id) ON DELETE CASCADE;
ALTER TABLE room ADD CONSTRAINT room_kind CHECK (kind IN ('room', 'hall', 'poster', 'online', 'offsite'));
ALTER TABLE room ADD CONSTRAINT room_capacity CHECK (capacity >= 0);
ALTER TABLE room ADD CONSTRAINT room_only_rooms_are_exclusive CHECK (NOT exclusive OR kind IN ('room', 'offsite'));
ALTER TABLE celebration ADD CONSTRAINT celebration_one_way CHECK (rule = '' OR derived_from_id IS NULL);
ALTER TABLE celebration ADD CONSTRAINT celebration_duration CHECK (duration_days BETWEEN 1 AND 366);
ALTER TABLE celebration_year ADD CONSTRAINT celebration_year_days CHECK (ends_on >= starts_on);
ALTER TABLE entry ADD CONSTRAINT entry_kind CHECK (kind IN ('slot', 'event', 'celebration'));
ALTER TABLE entry ADD CONSTRAINT entry_status CHECK (status IN ('CONFIRMED', 'CANCELLED'));
ALTER TABLE entry ADD CONSTRAINT entry_audience CHECK (audience IN ('public', 'registrants', 'closed'));
ALTER TABLE entry ADD CONSTRAINT entry_sequence CHECK (sequence >= 0);
CREATE INDEX entry_event_order ON entry (event_id, starts_at, id);
CREATE UNIQUE INDEX entry_of_event ON entry (event_id) WHERE kind = 'event';
