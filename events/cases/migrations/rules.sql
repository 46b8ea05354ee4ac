ALTER TABLE need_kind ADD CONSTRAINT need_kind_about CHECK (about IN ('meals', 'access'));
ALTER TABLE care_case ADD CONSTRAINT care_case_state CHECK (state IN ('asked', 'in_work', 'arranged', 'cannot', 'withdrawn', 'closed'));
ALTER TABLE care_case ADD CONSTRAINT care_case_scope CHECK (scope IN ('event', 'schedule', 'sessions'));
ALTER TABLE care_case ADD CONSTRAINT care_case_asks CHECK (words <> '' OR kinds <> '{}');
ALTER TABLE care_move ADD CONSTRAINT care_move_new CHECK (new IN ('asked', 'in_work', 'arranged', 'cannot', 'withdrawn', 'closed'));
ALTER TABLE care_move ADD CONSTRAINT care_move_reason CHECK (new <> 'cannot' OR reason <> '');
ALTER TABLE care_message ADD CONSTRAINT care_message_kind CHECK (kind IN ('theirs', 'ours', 'note'));
ALTER TABLE care_message ADD CONSTRAINT care_message_words CHECK (words <> '');
ALTER TABLE care_session ADD CONSTRAINT care_session_booked CHECK (booked_at IS NOT NULL OR (resource_id IS NULL AND arranged = '' AND NOT added));
