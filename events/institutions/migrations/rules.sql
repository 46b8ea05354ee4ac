ALTER TABLE institution ADD CONSTRAINT institution_name CHECK (name <> '');
CREATE INDEX institution_search ON institution USING gin (search_words(name));
ALTER TABLE staff_place ADD CONSTRAINT staff_place_state CHECK (state IN ('unassigned', 'invited', 'taken', 'ended'));
ALTER TABLE staff_place ADD CONSTRAINT staff_place_nobodys CHECK (state IN ('invited', 'taken') OR (name = '' AND email = ''));
CREATE UNIQUE INDEX staff_place_one_each ON staff_place (institution_id, email) WHERE state IN ('invited', 'taken') AND email <> '';
CREATE INDEX staff_place_search ON staff_place USING gin (search_words(name || ' ' || email)) WHERE email <> '';
ALTER TABLE staff_move ADD CONSTRAINT staff_move_states CHECK (
    old IN ('unassigned', 'invited', 'taken', 'ended') AND new IN ('unassigned', 'invited', 'taken', 'ended'));
