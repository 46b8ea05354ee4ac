ALTER TABLE difference ADD CONSTRAINT difference_kind CHECK (kind IN ('payment', 'refund', 'dispute', 'payout'));
ALTER TABLE difference ADD CONSTRAINT difference_differs CHECK (ours <> theirs OR kind = 'payout');
ALTER TABLE difference ADD CONSTRAINT difference_settled CHECK ((settled_at IS NULL) = (note = ''));
CREATE INDEX difference_open ON difference (found_at) WHERE settled_at IS NULL AND gone_at IS NULL;

CREATE FUNCTION stripe_line_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (to_jsonb(NEW) - 'payout_id') IS DISTINCT FROM (to_jsonb(OLD) - 'payout_id') THEN
        RAISE EXCEPTION 'a line of Stripe''s is never changed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER stripe_line_stays BEFORE UPDATE ON stripe_line FOR EACH ROW EXECUTE FUNCTION stripe_line_stays();
