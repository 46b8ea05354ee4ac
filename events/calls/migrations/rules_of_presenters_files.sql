CREATE UNIQUE INDEX proposal_file_once ON proposal_file (proposal_id, question_id, coalesce(presenter_id, 0));
CREATE INDEX proposal_file_sha256 ON proposal_file (sha256);
CREATE INDEX task_answer_sha256 ON task_answer (sha256) WHERE sha256 <> '';
CREATE INDEX proposal_file_presenter ON proposal_file (presenter_id) WHERE presenter_id IS NOT NULL;
