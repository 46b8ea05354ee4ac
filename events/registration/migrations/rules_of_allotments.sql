CREATE UNIQUE INDEX exhibitor_name ON exhibitor (event_id, lower(name));
ALTER TABLE exhibitor ADD CONSTRAINT exhibitor_size CHECK (size BETWEEN 1 AND 1000);
ALTER TABLE allotment ADD CONSTRAINT allotment_party CHECK (party IN ('presenters', 'exhibitors'));
ALTER TABLE allotment ADD CONSTRAINT allotment_places CHECK (places BETWEEN 1 AND 100 AND per_size BETWEEN 1 AND 1000);
ALTER TABLE allotted ADD CONSTRAINT allotted_to_one CHECK (num_nonnulls(person_id, exhibitor_id) <= 1);
ALTER TABLE allotted ADD CONSTRAINT allotted_places CHECK (places > 0);
CREATE UNIQUE INDEX allotted_person ON allotted (allotment_id, person_id) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX allotted_exhibitor ON allotted (allotment_id, exhibitor_id) WHERE ended_at IS NULL;
