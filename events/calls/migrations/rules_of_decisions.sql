ALTER TABLE decision_text ADD CONSTRAINT decision_text_becomes CHECK (becomes IN ('accepted', 'waitlisted', 'declined'));
CREATE UNIQUE INDEX edit_request_open ON edit_request (proposal_id) WHERE state = 'open';
