ALTER TABLE quota ADD CONSTRAINT quota_waiting CHECK (waiting >= 0 AND set_aside >= 0 AND set_aside <= held_back AND (waiting > 0 OR set_aside = 0)) NOT VALID;
ALTER TABLE quota VALIDATE CONSTRAINT quota_waiting;
ALTER TABLE orders ADD CONSTRAINT orders_source CHECK (source IN ('', 'waitlist')) NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT orders_source;
CREATE FUNCTION quota_waiting() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    was int := greatest(OLD.capacity + OLD.overbook - OLD.claimed - OLD.held_back, 0);
    free int := NEW.capacity + NEW.overbook - NEW.claimed - NEW.held_back;
BEGIN
    IF NEW.waiting = 0 THEN
        NEW.held_back := NEW.held_back - NEW.set_aside;
        NEW.set_aside := 0;
    ELSIF free > was THEN
        NEW.held_back := NEW.held_back + free - was;
        NEW.set_aside := NEW.set_aside + free - was;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER quota_waiting BEFORE UPDATE ON quota FOR EACH ROW WHEN (NEW.waiting > 0 OR NEW.set_aside > 0) EXECUTE FUNCTION quota_waiting();
