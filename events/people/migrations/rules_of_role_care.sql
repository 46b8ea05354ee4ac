ALTER TABLE role DROP CONSTRAINT role_name;
ALTER TABLE role ADD CONSTRAINT role_name CHECK (name IN ('administrator', 'programme_manager', 'editor', 'registrar', 'reader', 'care')) NOT VALID;
ALTER TABLE role VALIDATE CONSTRAINT role_name;
