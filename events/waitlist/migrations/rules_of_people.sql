CREATE OR REPLACE FUNCTION quota_waiting() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    was int := greatest(OLD.capacity + OLD.overbook - OLD.claimed - OLD.held_back, 0);
    free int := NEW.capacity + NEW.overbook - NEW.claimed - NEW.held_back;
    more int := least(greatest(free - was, 0), NEW.waiting - NEW.set_aside);
BEGIN
    NEW.held_back := NEW.held_back + more;
    NEW.set_aside := NEW.set_aside + more;
    NEW.oversold := least(NEW.oversold, greatest(0, NEW.claimed + NEW.held_back - NEW.capacity - NEW.overbook));
    RETURN NEW;
END $$;
