ALTER TABLE former_key ADD CONSTRAINT former_key_kind CHECK (kind IN ('code', 'source', 'feed'));
ALTER TABLE former_key ADD CONSTRAINT former_key_epoch CHECK ((kind = 'feed') = (epoch IS NOT NULL));
ALTER TABLE distinct_people ADD CONSTRAINT distinct_people_two CHECK (one_id <> other_id);
ALTER TABLE duplicate_candidate ADD CONSTRAINT duplicate_candidate_order CHECK (one_id < other_id);
ALTER TABLE duplicate_candidate ADD CONSTRAINT duplicate_candidate_score CHECK (score BETWEEN 0 AND 100);
CREATE INDEX duplicate_candidate_by_score ON duplicate_candidate (score DESC, id);
