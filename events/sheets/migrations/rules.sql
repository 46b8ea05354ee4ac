ALTER TABLE import_run ADD CONSTRAINT import_run_state CHECK (state IN ('waiting', 'checked', 'refused', 'importing', 'done', 'stale', 'failed', 'discarded'));
ALTER TABLE import_run ADD CONSTRAINT import_run_file CHECK (state NOT IN ('done', 'discarded') OR data IS NULL);
CREATE INDEX import_run_files ON import_run (changed_at) WHERE data IS NOT NULL;
