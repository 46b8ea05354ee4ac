ALTER TABLE document ADD CONSTRAINT document_kind CHECK (kind IN ('terms', 'code_of_conduct', 'refund_policy', 'recording_consent'));
ALTER TABLE document ADD CONSTRAINT document_ended CHECK (ended = (text = ''));
ALTER TABLE document ADD CONSTRAINT document_version CHECK (version > 0);
