ALTER TABLE question DROP CONSTRAINT question_kind;
ALTER TABLE question ADD CONSTRAINT question_kind CHECK (kind IN ('text', 'long_text', 'number', 'date', 'choice', 'choices', 'yes_no')) NOT VALID;
ALTER TABLE question VALIDATE CONSTRAINT question_kind;
ALTER TABLE question ADD CONSTRAINT question_range CHECK (maximum >= minimum) NOT VALID;
ALTER TABLE question VALIDATE CONSTRAINT question_range;
ALTER TABLE question ADD CONSTRAINT question_condition CHECK (only_if_id IS DISTINCT FROM id AND (only_if_id IS NULL OR cardinality(only_answers) > 0)) NOT VALID;
ALTER TABLE question VALIDATE CONSTRAINT question_condition;
